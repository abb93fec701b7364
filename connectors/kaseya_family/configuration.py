"""The tenant's configuration tables for a settings sync: where they are, and what is read of them (BMS §6, PUL §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from connectors.configuration import ID_AND_NAME, Choices, Columns
from connectors.kaseya_family.rights import ACCOUNT_TYPES, EMPLOYEES, TICKET_TEMPLATES
from connectors.records import SettingsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One look-up. It knows no selection of fields: rows are cut to ``columns`` when they arrive."""

    path: str
    columns: Columns = ID_AND_NAME
    params: Mapping[str, str] = field(default_factory=dict)
    is_paged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undocumented:
    """What no document tells and an operator may: numbers of the modules whose custom fields are read, and the names of
    two enumerations; empty: not known.
    """

    custom_field_modules: tuple[str, ...]
    ticket_types_table: str = ""
    sources_table: str = ""


_ACTIVE: Final = "isActive"
_ENUMERATION: Final = Columns(active=_ACTIVE, properties=("isDefault",))

ISSUE_TYPES: Final = Listed(path="/v2/system/issuetypes/lookup", columns=Columns(active=_ACTIVE))
SUBTYPES: Final = Listed(path="/v2/system/issuetypes/{}/issuesubtypes/lookup")
CUSTOM_FIELDS: Final = Listed(
    path="/v2/system/customFields/{}",
    params={"withInactive": "true"},
    columns=Columns(
        active=_ACTIVE, properties=("dataType", "isRequired"), choices=Choices(field="settings", active=_ACTIVE)
    ),
)
# Names of enumerations are not documented (BMS §6), so an operator who knows them gives them.
ENUMERATIONS: Final = (
    Listed(path="/v2/system/lookup/{}", columns=_ENUMERATION),
    Listed(path="/v2/system/tenantlookup/{}", columns=_ENUMERATION),
)

# Of people only number and name: the look-up of assignees, which also holds addresses, is left alone (C6).
TABLES: Final[Mapping[SettingsKind, Listed]] = {
    SettingsKind.BOARDS: Listed(path="/v2/system/queues/lookup", columns=Columns(active=_ACTIVE)),
    SettingsKind.STATUSES: Listed(
        path="/v2/system/statuses/lookup",
        columns=Columns(active=_ACTIVE, properties=("statusOrder", "typeId", "isSystemStatus")),
    ),
    SettingsKind.PRIORITIES: Listed(
        path="/v2/system/priorities/lookup", columns=Columns(properties=("isDefault", "color"))
    ),
    SettingsKind.SLAS: Listed(path="/v2/system/slas/lookup", columns=_ENUMERATION),
    SettingsKind.LOCATIONS: Listed(path="/v2/system/locations/lookup", columns=Columns(properties=("isMain",))),
    SettingsKind.COMPANY_TYPES: Listed(
        path=ACCOUNT_TYPES, columns=Columns(active=_ACTIVE, properties=("isClient", "isVendor"))
    ),
    SettingsKind.MEMBERS: Listed(path=EMPLOYEES, is_paged=True),
    SettingsKind.MEMBER_ROLES: Listed(
        path="/v2/admin/security/roles/lookup",
        columns=Columns(active=_ACTIVE, properties=("isSystem", "isExternal")),
        is_paged=True,
    ),
    SettingsKind.DEPARTMENTS: Listed(path="/v2/admin/hr/departments/lookup"),
    SettingsKind.TEMPLATES: Listed(path=TICKET_TEMPLATES),
}

NAMES: Final[Mapping[SettingsKind, str]] = {
    SettingsKind.BOARDS: "Queues",
    SettingsKind.STATUSES: "Ticket Statuses",
    SettingsKind.PRIORITIES: "Priorities",
    SettingsKind.TICKET_TYPES: "Ticket Types",
    SettingsKind.CATEGORIES: "Issue Types",
    SettingsKind.SUBCATEGORIES: "Sub-Issue Types",
    SettingsKind.COMPANY_TYPES: "Account Types",
    SettingsKind.MEMBERS: "Employees",
    SettingsKind.MEMBER_ROLES: "Security Roles",
    SettingsKind.DEPARTMENTS: "Departments",
    SettingsKind.LOCATIONS: "Locations",
    SettingsKind.CUSTOM_FIELDS: "Custom Fields",
    SettingsKind.TEMPLATES: "Ticket Templates",
    SettingsKind.SLAS: "SLAs",
    SettingsKind.SOURCES: "Ticket Sources",
}
PARENTS: Final = {SettingsKind.SUBCATEGORIES: SettingsKind.CATEGORIES}
FIELDS: Final[Mapping[SettingsKind, frozenset[str]]] = {
    **{kind: frozenset(listed.columns.fields) for kind, listed in TABLES.items()},
    SettingsKind.CATEGORIES: frozenset(ISSUE_TYPES.columns.fields),
    SettingsKind.SUBCATEGORIES: frozenset(SUBTYPES.columns.fields),
    SettingsKind.CUSTOM_FIELDS: frozenset(CUSTOM_FIELDS.columns.fields),
    **dict.fromkeys((SettingsKind.TICKET_TYPES, SettingsKind.SOURCES), frozenset(_ENUMERATION.fields)),
}
