"""Security roles: levels per module function, and the Allow lists under Customize (CW §6.1, §6.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sandbox.psa.connectwise.errors import not_permitted
from sandbox.psa.records import Json, Row


class Level(StrEnum):
    """``My`` gives a shorter list and no error; ``None`` gives a 403."""

    NONE = "None"
    MY = "My"
    ALL = "All"


COMPANY_MAINTENANCE: Final = "Company Maintenance"
AGREEMENTS: Final = "Agreements"
PRODUCT_CATALOG: Final = "Product Catalog"
SERVICE_TICKETS: Final = "Service Tickets"
TABLE_SETUP: Final = "Table Setup"
MEMBER_MAINTENANCE: Final = "Member Maintenance"
SECURITY_ROLES: Final = "Security Roles"
MY_COMPANY: Final = "My Company"
CONTACTS: Final = "Contacts"

FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Companies": (COMPANY_MAINTENANCE, CONTACTS),
    "Finance": (AGREEMENTS, "Agreement Sales"),
    "Procurement": (PRODUCT_CATALOG, "Products"),
    "Service Desk": (SERVICE_TICKETS, "Close Service Tickets", "Merge Tickets"),
    "System": (TABLE_SETUP, MEMBER_MAINTENANCE, SECURITY_ROLES, MY_COMPANY),
}

STATUS_TABLE: Final = "Company / Company Status"
TYPE_TABLE: Final = "Company / Company Type"
AGREEMENT_TYPE_TABLE: Final = "Agreement / Agreement Type"
BILLING_CYCLE_TABLE: Final = "Invoicing / Billing Cycle"
BOARD_TABLE: Final = "Service / Service Board"
PRIORITY_TABLE: Final = "Service / Priority"
SOURCE_TABLE: Final = "Service / Source"
SLA_TABLE: Final = "Service / SLA"
LOCATION_TABLE: Final = "Service / Service Location"
CUSTOM_FIELD_TABLE: Final = "General / Custom Fields"
CONTACT_TYPE_TABLE: Final = "Company / Contact Type"
CONTACT_DEPARTMENT_TABLE: Final = "Company / Contact Department"
TABLES: Final = frozenset(
    {
        *(STATUS_TABLE, TYPE_TABLE, AGREEMENT_TYPE_TABLE, BILLING_CYCLE_TABLE, BOARD_TABLE, PRIORITY_TABLE),
        *(SOURCE_TABLE, SLA_TABLE, LOCATION_TABLE, CUSTOM_FIELD_TABLE, CONTACT_TYPE_TABLE, CONTACT_DEPARTMENT_TABLE),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """``agreement_types`` None: every type stands in the Allow list, also new ones."""

    name: str
    inquire: Mapping[str, Level]
    add_and_edit: frozenset[str] = frozenset()
    agreement_types: frozenset[str] | None = None
    tables: frozenset[str] = TABLES
    reads_own_security: bool = True  # whether an API member may is not documented (CW §6.3 no. 2): both exist here

    def allows_type(self, agreement_type: str) -> bool:
        return self.agreement_types is None or agreement_type in self.agreement_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What a call needs. ``function`` None: signing in is enough."""

    function: str | None = None
    table: str | None = None


ANYONE: Final = Right()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which rows of a collection a member gets to see. Hashable, because answers are remembered by it."""

    team: int | None = None
    agreement_types: frozenset[str] | None = None

    @property
    def is_everything(self) -> bool:
        return self.team is None and self.agreement_types is None

    def shows(self, row: Row) -> bool:
        if self.team is not None and row.team != self.team:
            return False
        return self.agreement_types is None or row.data["type"]["name"] in self.agreement_types


EVERYTHING: Final = Scope()


def permit(role: Role, right: Right, team: int) -> Scope:
    """The rows that the right opens. Refused: level None, or a setup table outside the Allow list."""
    if right.function is None:
        return EVERYTHING
    level = role.inquire.get(right.function, Level.NONE)
    if level is Level.NONE or (right.table and right.table not in role.tables):
        raise not_permitted()
    allowed = role.agreement_types if right.function == AGREEMENTS else None
    return Scope(team=team if level is Level.MY else None, agreement_types=allowed)


def security_rows(role: Role) -> Iterator[Json]:
    """``/system/mySecurity``: one row per module function."""
    functions = [(module, name) for module, names in FUNCTIONS.items() for name in names]
    for number, (module, name) in enumerate(functions, start=1):
        write = Level.ALL if name in role.add_and_edit else Level.NONE
        levels = {"addLevel": write, "editLevel": write, "deleteLevel": Level.NONE}
        yield {"id": number, **levels, **_names(module, name), **_inquire(role, name)}


def _names(module: str, name: str) -> Mapping[str, Any]:
    return {
        "moduleName": module,
        "moduleDescription": module,
        "moduleIdentifier": module.replace(" ", ""),
        "moduleFunctionName": name,
        "moduleFunctionDescription": name,
        "moduleFunctionIdentifier": name.replace(" ", ""),
    }


def _inquire(role: Role, name: str) -> Mapping[str, Any]:
    customized = (name == AGREEMENTS and role.agreement_types is not None) or (
        name == TABLE_SETUP and role.tables != TABLES
    )
    return {
        "inquireLevel": role.inquire.get(name, Level.NONE),
        "myAllFlag": True,
        "restrictFlag": False,
        "customFlag": customized,
    }


def customize_rows(role: Role, agreement_types: list[str]) -> Iterator[Json]:
    """``/system/mySecurity/customizeItems/``: what stands in the Allow lists."""
    allowed = [name for name in agreement_types if role.allows_type(name)]
    items = [("FinanceAgreements", name) for name in allowed]
    items += [("SystemTableSetup", name) for name in sorted(role.tables)]
    for number, (identifier, item) in enumerate(items, start=1):
        yield {"id": number, "customizeIdentifier": identifier, "itemIdentifier": item}
