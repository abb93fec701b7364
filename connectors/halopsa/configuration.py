"""The tenant's configuration tables for a settings sync: where they are, and what is read of them (HALO §6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from connectors.configuration import ID_AND_NAME, Choices, Columns
from connectors.records import SettingsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One list. Halo knows no selection of fields: rows are cut to ``columns`` when they arrive."""

    path: str
    columns: Columns
    params: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    is_paged: bool = False


_EVEN_DISABLED: Final = {"includeenabled": "true", "includedisabled": "true"}

TICKET_AREAS: Final = Listed(path="/TicketArea", columns=Columns(properties=("sequence",)), prefix="area-")
TEAMS: Final = Listed(
    path="/Team",
    params={"showall": "true", **_EVEN_DISABLED},
    columns=Columns(inactive="inactive", properties=("sequence", "department_name")),
)
DEPARTMENTS: Final = Listed(path="/Organisation", columns=ID_AND_NAME)  # of whose rows only these are kept
# A priority is one of an SLA, so both are read together.
SLAS: Final = Listed(path="/SLA", columns=Columns(properties=("workday_name",)))
PRIORITIES: Final = Listed(
    path="/Priority",
    columns=Columns(
        inactive="ishidden",
        parent=("slaid",),
        properties=("priorityid", "fixtime", "fixunits", "responsetime", "responseunits", "colour"),
    ),
)
# Of four independent levels; the first one is the category, the others are finer.
CATEGORIES: Final = Listed(
    path="/Category", columns=Columns(name=("category_name", "value"), properties=("type_id", "value"))
)
LEVEL: Final = "type_id"

TABLES: Final[Mapping[SettingsKind, Listed]] = {
    SettingsKind.STATUSES: Listed(
        path="/Status",
        params={"showall": "true"},
        columns=Columns(properties=("shortname", "type", "sequence", "colour")),
    ),
    SettingsKind.TICKET_TYPES: Listed(
        path="/TicketType",
        params={"showall": "true", "showinactive": "true"},
        columns=Columns(active="visible", properties=("use", "sequence", "group_name")),
    ),
    SettingsKind.COMPANY_TYPES: Listed(path="/TopLevel", columns=ID_AND_NAME, is_paged=True),
    SettingsKind.CONTACT_ROLES: Listed(path="/UserRoles", columns=ID_AND_NAME),
    SettingsKind.MEMBERS: Listed(
        path="/Agent",
        params={**_EVEN_DISABLED, "includeapiagents": "true", "includeroles": "true"},
        columns=Columns(inactive="isdisabled", role="role_list"),
    ),
    SettingsKind.MEMBER_ROLES: Listed(path="/Roles", columns=ID_AND_NAME),
    SettingsKind.CUSTOM_FIELDS: Listed(
        path="/FieldInfo",
        params={"iscustomfieldsetup": "true", "includevalues": "true"},
        columns=Columns(
            name=("label", "name"),
            properties=("type", "usage", "inputtype"),
            choices=Choices(field="values", inactive="inactive"),
        ),
    ),
    SettingsKind.TEMPLATES: Listed(
        path="/Template",
        params={"showall": "true"},
        columns=Columns(inactive="disabled", properties=("type", "tickettype_id")),
        is_paged=True,
    ),
}

# Smaller tables have no path of their own but a number; which number is which, a list of them says (HALO §6).
LOOKUP: Final = Listed(path="/Lookup", columns=Columns(inactive="inactive"))
LOOKUP_OF_LOOKUPS: Final = Listed(path=LOOKUP.path, params={"lookupid": "11"}, columns=LOOKUP.columns)
LOOKUPS: Final[Mapping[SettingsKind, re.Pattern[str]]] = {
    SettingsKind.SOURCES: re.compile(r"\bsources?\b", re.IGNORECASE),
    SettingsKind.CONTACT_TYPES: re.compile(r"\b(contact|user) types?\b", re.IGNORECASE),
    SettingsKind.AGREEMENT_TYPES: re.compile(r"\bcontract types?\b", re.IGNORECASE),
}

# Left out: sites, because they are places of customers, and people of customers (C6); billing, of which Halo keeps no
# table of cycles.
NAMES: Final[Mapping[SettingsKind, str]] = {
    SettingsKind.BOARDS: "Ticket Areas and Teams",
    SettingsKind.STATUSES: "Ticket Statuses",
    SettingsKind.PRIORITIES: "Priorities",
    SettingsKind.TICKET_TYPES: "Ticket Types",
    SettingsKind.CATEGORIES: "Categories",
    SettingsKind.SUBCATEGORIES: "Categories 2 to 4",
    SettingsKind.COMPANY_TYPES: "Customer Groups",
    SettingsKind.CONTACT_TYPES: "Contact Types",
    SettingsKind.CONTACT_ROLES: "User Roles",
    SettingsKind.MEMBERS: "Agents",
    SettingsKind.MEMBER_ROLES: "Roles",
    SettingsKind.DEPARTMENTS: "Departments",
    SettingsKind.CUSTOM_FIELDS: "Custom Fields",
    SettingsKind.TEMPLATES: "Ticket Templates",
    SettingsKind.SLAS: "SLAs",
    SettingsKind.SOURCES: "Ticket Sources",
    SettingsKind.AGREEMENT_TYPES: "Contract Types",
}
PARENTS: Final = {SettingsKind.PRIORITIES: SettingsKind.SLAS}


def _fields(*lists: Listed) -> frozenset[str]:
    return frozenset(name for listed in lists for name in listed.columns.fields)


FIELDS: Final[Mapping[SettingsKind, frozenset[str]]] = {
    SettingsKind.BOARDS: _fields(TICKET_AREAS, TEAMS),
    SettingsKind.DEPARTMENTS: _fields(DEPARTMENTS) | {"departments", "department_id", "department_name"},
    SettingsKind.SLAS: _fields(SLAS),
    SettingsKind.PRIORITIES: _fields(PRIORITIES),
    **dict.fromkeys((SettingsKind.CATEGORIES, SettingsKind.SUBCATEGORIES), _fields(CATEGORIES)),
    **{kind: _fields(listed) for kind, listed in TABLES.items()},
    **dict.fromkeys(LOOKUPS, _fields(LOOKUP)),
}
