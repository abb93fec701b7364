"""The API users of the simulated tenant, their security levels, and the check of a sign-in (AT §1.1, §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from sandbox.psa.autotask.errors import not_permitted, unauthorized, wrong_code
from sandbox.psa.refused import Refused

INTEGRATION_CODE: Final = "SANDBOXTRACKINGIDENTIFIER01"  # 27 characters, as the vendor's
WRONG_SECRETS: Final = 5  # in a row, and the user is locked


class Access(StrEnum):
    """``userAccessForQuery``, in the words that are seen in practice."""

    NONE = "None"
    ALL = "All"
    RESTRICTED = "Restricted"


class Crm(StrEnum):
    """Object access for one group of account types."""

    ALL = "All"
    TERRITORIES = "Mine + My Territories"
    NONE = "None"


GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Customer & Cancellation": ("Customer", "Cancelation"),
    "Prospect/Lead/Dead": ("Prospect", "Lead", "Dead"),
    "Vendor": ("Vendor",),
    "Partner": ("Partner",),
}
CUSTOMERS: Final = "Customer & Cancellation"
EVERY_GROUP: Final = dict.fromkeys(GROUPS, Crm.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A security level. ``describes_all``: whether GET /EntityInformation answers, which no source proves."""

    name: str
    crm: Mapping[str, Crm] = field(default_factory=lambda: EVERY_GROUP)
    contracts: bool = True
    bundles: bool = True
    units: bool = True
    products: bool = True
    costs: bool = False
    tickets: bool = True
    writes_tickets: bool = False
    resources: bool = False
    setup: bool = True  # roles, departments, user-defined fields and the like
    describes_all: bool = True
    access_as_number: bool = False  # documented so, seen as words: both exist here

    def companies(self) -> Access:
        granted = set(self.crm.values())
        if granted == {Crm.ALL}:
            return Access.ALL
        return Access.NONE if granted <= {Crm.NONE} else Access.RESTRICTED

    def query(self, entity: str) -> Access:
        """By the entity's path."""
        rights = {
            "Contracts": self.contracts,
            "ContractServices": self.contracts,
            "ContractServiceUnits": self.contracts and self.units,
            "ContractServiceBundles": self.contracts and self.bundles,
            "ContractServiceBundleUnits": self.contracts and self.bundles and self.units,
            "Services": self.products,
            "ServiceBundles": self.products,
            "Products": self.products,
            "Tickets": self.tickets,
            "Resources": self.resources,
        }
        if entity == "Companies":
            return self.companies()
        return Access.ALL if rights.get(entity, self.setup) else Access.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUser:
    """``territories``: labels of those that are its own; they count where the level says so."""

    username: str
    level: Level
    secret: str = field(repr=False)
    territories: frozenset[str] = frozenset({"North", "South", "East"})
    active: bool = True


def users() -> dict[str, ApiUser]:
    """Every user that a test may want to be, by the part of the name before the @."""
    everything = Level(name="API User (system)", costs=True, writes_tickets=True, resources=True)
    levels = {
        "psabot": Level(name="PSA bot"),
        "admin": everything,
        "nocosts": replace(everything, name="API User (system) - Can't Read Costs", costs=False),
        "nocustomers": replace(everything, name="No customers", crm={**EVERY_GROUP, CUSTOMERS: Crm.NONE}),
        "nocrm": replace(everything, name="No CRM", crm=dict.fromkeys(GROUPS, Crm.NONE)),
        "nocontracts": replace(everything, name="No contracts", contracts=False),
        "nobundles": replace(everything, name="No bundles", bundles=False),
        "nounits": replace(everything, name="No units", units=False),
        "nosetup": replace(everything, name="No setup", setup=False),
        "noproducts": replace(everything, name="No products", products=False),
        "undescribed": replace(everything, name="No EntityInformation", describes_all=False, access_as_number=True),
        "retired": everything,
    }
    known = {name: _user(name, level) for name, level in levels.items()}
    return {**known, "retired": replace(known["retired"], active=False)}


def _user(name: str, level: Level) -> ApiUser:
    """Keys of the sandbox only: they open nothing but loopback."""
    return ApiUser(username=f"{name}+api@example-msp.test", level=level, secret=f"{name}-Sandbox$ecret")


class Door:
    """Signs users in, and locks those who tried wrong secrets too often."""

    def __init__(self, known: Mapping[str, ApiUser]) -> None:
        self._known = known
        self._wrong: dict[str, int] = {}

    def knows(self, username: str) -> bool:
        return self._find(username) is not None

    def sign_in(self, headers: Mapping[str, str]) -> ApiUser:
        user = self._find(headers.get("UserName", ""))
        if user is None or not user.active or self._is_locked(user):
            raise unauthorized()
        if headers.get("Secret") != user.secret:
            self._wrong[user.username] = self._wrong.get(user.username, 0) + 1
            raise unauthorized()
        if headers.get("ApiIntegrationCode") != INTEGRATION_CODE:
            raise wrong_code()
        if headers.get("Content-Type", "").partition(";")[0] != "application/json":
            raise Refused(415, {"errors": ["The Content-Type must be application/json."]})
        if "ImpersonationResourceId" in headers:
            raise not_permitted()  # that resource's own rights count then, and it has none here
        self._wrong.pop(user.username, None)
        return user

    def _find(self, username: str) -> ApiUser | None:
        folded = username.casefold()
        return next((one for one in self._known.values() if one.username.casefold() == folded), None)

    def _is_locked(self, user: ApiUser) -> bool:
        return self._wrong.get(user.username, 0) >= WRONG_SECRETS
