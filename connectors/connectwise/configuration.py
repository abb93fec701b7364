"""The tenant's configuration tables for a settings sync: where they are, and what is read of them (CW §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.configuration import ID_AND_NAME, Choices, Columns
from connectors.records import SettingsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One list. ``smaller``: its sibling that opens with fewer rights, and has fields of its own (CW §6.1)."""

    path: str
    columns: Columns
    smaller: str = ""
    smaller_columns: Columns = ID_AND_NAME
    prefix: str = ""

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.columns.fields) | (
            frozenset(self.smaller_columns.fields) if self.smaller else frozenset()
        )


_BOARD: Final = Columns(inactive="inactiveFlag", properties=("projectFlag", "location/name", "department/name"))
_CUSTOM_FIELD: Final = Columns(
    name=("caption",),
    properties=(
        "podId",
        "sequenceNumber",
        "fieldTypeIdentifier",
        "entryTypeIdentifier",
        "requiredFlag",
        "readOnlyFlag",
    ),
    choices=Choices(
        field="options",
        name="optionValue",
        inactive="inactiveFlag",
        told_by="entryTypeIdentifier",
        kinds=frozenset({"list", "option"}),
    ),
)
_CONTACT_TYPE: Final = Columns(name=("description",), properties=("defaultFlag",))

BOARDS: Final = Listed(path="/service/boards", columns=_BOARD, smaller="/service/info/boards", smaller_columns=_BOARD)

# Whether a row is active is told by inactiveFlag, by inactive, or not at all: those tables know no inactive rows.
TABLES: Final[Mapping[SettingsKind, tuple[Listed, ...]]] = {
    SettingsKind.PRIORITIES: (
        Listed(
            path="/service/priorities",
            columns=Columns(properties=("level", "sortOrder", "color", "defaultFlag")),
            smaller="/service/priority/info",
            smaller_columns=Columns(properties=("sortOrder",)),
        ),
    ),
    SettingsKind.SOURCES: (
        Listed(path="/service/sources", columns=Columns(properties=("defaultFlag",)), smaller="/service/sources/info"),
    ),
    SettingsKind.SLAS: (
        Listed(
            path="/service/SLAs",
            columns=Columns(properties=("basedOn", "defaultFlag", "respondHours", "planWithin", "resolutionHours")),
            smaller="/service/slainfo/info",
        ),
    ),
    # The full list is full of what tickets are about, and needs many rights.
    SettingsKind.TEMPLATES: (Listed(path="/service/templates/info", columns=Columns(properties=("templateFlag",))),),
    SettingsKind.CUSTOM_FIELDS: (
        Listed(
            path="/system/userDefinedFields",
            columns=_CUSTOM_FIELD,
            smaller="/system/userDefinedFields/info",
            smaller_columns=_CUSTOM_FIELD,
        ),
    ),
    SettingsKind.COMPANY_TYPES: (
        Listed(
            path="/company/companies/types",
            columns=Columns(properties=("defaultFlag", "vendorFlag")),
            smaller="/company/companies/info/types",
            smaller_columns=Columns(properties=("isVendor",), renamed={"isVendor": "vendorFlag"}),
        ),
    ),
    SettingsKind.COMPANY_STATUSES: (
        Listed(
            path="/company/companies/statuses",
            columns=Columns(inactive="inactiveFlag", properties=("defaultFlag", "notifyFlag", "disallowSavingFlag")),
        ),
    ),
    SettingsKind.CONTACT_TYPES: (
        Listed(
            path="/company/contacts/types",
            columns=_CONTACT_TYPE,
            smaller="/company/contacts/types/info",
            smaller_columns=_CONTACT_TYPE,
        ),
    ),
    SettingsKind.CONTACT_ROLES: (Listed(path="/company/contacts/departments", columns=ID_AND_NAME),),
    SettingsKind.MEMBERS: (
        Listed(
            path="/system/members",
            columns=Columns(
                name=("firstName", "lastName"), is_person=True, inactive="inactiveFlag", role="securityRole/name"
            ),
            smaller="/system/info/members",
            smaller_columns=Columns(name=("firstName", "lastName"), is_person=True, inactive="inactiveFlag"),
        ),
    ),
    SettingsKind.MEMBER_ROLES: (
        Listed(path="/system/securityroles", columns=Columns(inactive="inactiveFlag", properties=("adminFlag",))),
    ),
    SettingsKind.DEPARTMENTS: (
        Listed(path="/system/departments", columns=ID_AND_NAME, smaller="/system/info/departments"),
    ),
    # Where the MSP is, and where a service is given: both are called locations, and their ids overlap.
    SettingsKind.LOCATIONS: (
        Listed(path="/system/locations", columns=ID_AND_NAME, smaller="/system/info/locations"),
        Listed(
            path="/service/locations",
            columns=Columns(properties=("where", "defaultFlag")),
            smaller="/service/locations/info",
            smaller_columns=Columns(properties=("defaultFlag",)),
            prefix="service-",
        ),
    ),
    SettingsKind.AGREEMENT_TYPES: (
        Listed(
            path="/finance/agreements/types",
            columns=Columns(inactive="inactiveFlag", properties=("defaultFlag", "oneTimeFlag", "billOneTimeFlag")),
            smaller="/finance/agreements/types/info",
            smaller_columns=Columns(inactive="inactiveFlag"),
        ),
    ),
    SettingsKind.BILLING_CYCLES: (
        Listed(
            path="/finance/billingCycles",
            columns=Columns(properties=("defaultFlag", "billingOptions")),
            smaller="/finance/billingCycles/info",
            smaller_columns=Columns(properties=("defaultFlag",)),
        ),
    ),
}

# Lists of each board, behind its own path. ConnectWise has no table of categories: a type is one, and its subtypes and
# items are the finer ones.
OF_BOARD: Final[Mapping[SettingsKind, Listed]] = {
    SettingsKind.STATUSES: Listed(
        path="/statuses",
        columns=Columns(
            inactive="inactive",
            properties=("sortOrder", "defaultFlag", "closedStatus", "displayOnBoard", "escalationStatus"),
        ),
        smaller="/statuses/info",
        smaller_columns=Columns(
            inactive="inactiveFlag",
            properties=("sortOrder", "defaultFlag", "closedFlag"),
            renamed={"closedFlag": "closedStatus"},
        ),
    ),
    SettingsKind.TICKET_TYPES: Listed(
        path="/types", columns=Columns(inactive="inactiveFlag", properties=("category", "defaultFlag"))
    ),
    SettingsKind.SUBCATEGORIES: Listed(
        path="/subtypes", columns=Columns(inactive="inactiveFlag", properties=("typeAssociationIds",))
    ),
    SettingsKind.ITEMS: Listed(path="/items", columns=Columns(inactive="inactiveFlag")),
}

NAMES: Final[Mapping[SettingsKind, str]] = {
    SettingsKind.BOARDS: "Service Boards",
    SettingsKind.STATUSES: "Board Statuses",
    SettingsKind.PRIORITIES: "Priorities",
    SettingsKind.TICKET_TYPES: "Board Types",
    SettingsKind.SUBCATEGORIES: "Board Subtypes",
    SettingsKind.ITEMS: "Board Items",
    SettingsKind.COMPANY_TYPES: "Company Types",
    SettingsKind.COMPANY_STATUSES: "Company Statuses",
    SettingsKind.CONTACT_TYPES: "Contact Types",
    SettingsKind.CONTACT_ROLES: "Contact Departments",
    SettingsKind.MEMBERS: "Members",
    SettingsKind.MEMBER_ROLES: "Security Roles",
    SettingsKind.DEPARTMENTS: "Departments",
    SettingsKind.LOCATIONS: "Locations",
    SettingsKind.CUSTOM_FIELDS: "Custom Fields",
    SettingsKind.TEMPLATES: "Service Templates",
    SettingsKind.SLAS: "SLAs",
    SettingsKind.SOURCES: "Sources",
    SettingsKind.AGREEMENT_TYPES: "Agreement Types",
    SettingsKind.BILLING_CYCLES: "Billing Cycles",
}
PARENTS: Final = dict.fromkeys(OF_BOARD, SettingsKind.BOARDS)
FIELDS: Final[Mapping[SettingsKind, frozenset[str]]] = {
    SettingsKind.BOARDS: BOARDS.fields,
    **{kind: listed.fields for kind, listed in OF_BOARD.items()},
    **{kind: frozenset[str]().union(*(listed.fields for listed in lists)) for kind, lists in TABLES.items()},
}
