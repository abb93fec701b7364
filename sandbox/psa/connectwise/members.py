"""The API members of the simulated tenant, their keys and roles, and the check of a sign-in (CW §1.1)."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.psa.connectwise.errors import not_signed_in, wrong_sign_in
from sandbox.psa.connectwise.permissions import (
    AGREEMENTS,
    COMPANY_MAINTENANCE,
    FUNCTIONS,
    PRODUCT_CATALOG,
    SERVICE_TICKETS,
    TABLE_SETUP,
    Level,
    Role,
)

LOGIN_COMPANY: Final = "examplemsp"
CLIENT_ID: Final = "2f0c1a5e-7a43-4b8d-9d53-6e1f0b7c9a10"
GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NOT_ALLOWED_TYPE: Final = "Legacy Hosting"
ALLOWED_TYPES: Final = frozenset(
    {"Managed Services", "Backup", "Project", "Block Time", "Co-Managed", "Security Stack", "Voice", "Break/Fix"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An API member. ``team``: what "My" means for it."""

    identifier: str
    role: Role
    public_key: str
    private_key: str = field(repr=False)
    team: int = 1
    active: bool = True


def members() -> dict[str, Member]:
    """Every member that a test may want to be, by identifier."""
    bot = Role(
        name="PSA bot",
        inquire=_inquire(COMPANY_MAINTENANCE, AGREEMENTS, PRODUCT_CATALOG, SERVICE_TICKETS, TABLE_SETUP),
        agreement_types=ALLOWED_TYPES,
    )
    everything = {name: Level.ALL for names in FUNCTIONS.values() for name in names}
    admin = Role(name="Administrator", inquire=everything, add_and_edit=frozenset(everything))
    mine = {**bot.inquire, COMPANY_MAINTENANCE: Level.MY, AGREEMENTS: Level.MY}
    return {
        "psabot": _member("psabot", bot),
        "admin": _member("admin", admin),
        "readonly": _member("readonly", Role(name="Read only", inquire=everything)),
        "mine": _member("mine", replace(bot, name="Own records", inquire=mine)),
        "nofinance": _member("nofinance", _without(bot, "No finance", AGREEMENTS)),
        "nocompanies": _member("nocompanies", _without(bot, "No companies", COMPANY_MAINTENANCE)),
        "notables": _member("notables", replace(bot, name="No tables", tables=frozenset())),
        "nosecurity": _member("nosecurity", replace(bot, name="Blind to itself", reads_own_security=False)),
        "nothing": _member("nothing", Role(name="Nothing", inquire={}, agreement_types=frozenset())),
        "retired": replace(_member("retired", bot), active=False),
    }


def _inquire(*names: str) -> Mapping[str, Level]:
    return dict.fromkeys(names, Level.ALL)


def _without(role: Role, name: str, function: str) -> Role:
    return replace(role, name=name, inquire={**role.inquire, function: Level.NONE})


def _member(identifier: str, role: Role) -> Member:
    """Keys of the sandbox only: they open nothing but loopback."""
    return Member(
        identifier=identifier,
        role=role,
        public_key=f"{identifier}PublicKey",
        private_key=f"{identifier}PrivateKey",
    )


def sign_in(headers: Mapping[str, str], known: Mapping[str, Member]) -> Member:
    """``Basic base64(company+public:private)`` and the ``clientId`` of a product."""
    company, public_key, private_key = _credentials(headers.get("Authorization", ""))
    member = next((one for one in known.values() if one.public_key == public_key), None)
    if company != LOGIN_COMPANY or member is None or member.private_key != private_key or not member.active:
        raise wrong_sign_in("The company, the keys or the member are not valid.")
    if not GUID.fullmatch(headers.get("clientId", "")):
        raise wrong_sign_in("The clientId header is missing or not valid.")
    return member


def _credentials(header: str) -> tuple[str, str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise not_signed_in() from None
    login, separator, private_key = decoded.partition(":")
    company, plus, public_key = login.partition("+")
    if scheme.lower() != "basic" or not separator or not plus:
        raise not_signed_in()
    return company, public_key, private_key
