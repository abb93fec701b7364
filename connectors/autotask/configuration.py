"""The tenant's configuration tables for a settings sync: where they are, and what is read of them (AT §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.configuration import Columns
from connectors.records import SettingsKind

# The fields whose picklists are tables of ours, by entity: one call brings all of an entity's. Only the field lists are
# read, no ticket and no contract. A ticket category sets which fields a ticket has and what stands in them: it is what
# Autotask has for a template.
PICKLISTS: Final[Mapping[str, Mapping[SettingsKind, str]]] = {
    "Tickets": {
        SettingsKind.BOARDS: "queueID",
        SettingsKind.STATUSES: "status",
        SettingsKind.PRIORITIES: "priority",
        SettingsKind.TICKET_TYPES: "ticketType",
        SettingsKind.CATEGORIES: "issueType",
        SettingsKind.SUBCATEGORIES: "subIssueType",
        SettingsKind.SOURCES: "source",
        SettingsKind.SLAS: "serviceLevelAgreementID",
        SettingsKind.TEMPLATES: "ticketCategory",
    },
    "Companies": {SettingsKind.COMPANY_TYPES: "companyType"},
    "Contracts": {SettingsKind.AGREEMENT_TYPES: "contractType", SettingsKind.BILLING_CYCLES: "contractPeriodType"},
}
VALUES: Final = Columns(active="isActive", properties=("isDefaultValue", "isSystem", "sortOrder"))
VALUES_UNDER: Final = Columns(active=VALUES.active, properties=VALUES.properties, parent=("parentValue",))
PARENTS: Final = {SettingsKind.SUBCATEGORIES: SettingsKind.CATEGORIES}


def values_of(kind: SettingsKind) -> Columns:
    return VALUES_UNDER if kind in PARENTS else VALUES


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entity that is a table of ours."""

    entity: str
    columns: Columns


MEMBERS: Final = Listed(
    entity="Resources",
    columns=Columns(name=("firstName", "lastName"), is_person=True, active="isActive", role="defaultServiceDeskRoleID"),
)
MEMBER_ROLES: Final = Listed(entity="Roles", columns=Columns(active="isActive", properties=("isSystemRole",)))
CUSTOM_FIELDS: Final = Listed(
    entity="UserDefinedFieldDefinitions",
    columns=Columns(active="isActive", properties=("udfType", "dataType", "isRequired", "isPrivate", "sortOrder")),
)
CUSTOM_FIELD_OPTIONS: Final = Listed(
    entity="UserDefinedFieldListItems", columns=Columns(name=("valueForDisplay",), parent=("udfFieldId",))
)
ENTITIES: Final[Mapping[SettingsKind, Listed]] = {
    SettingsKind.DEPARTMENTS: Listed(entity="Departments", columns=Columns(properties=("number",))),
    SettingsKind.LOCATIONS: Listed(entity="InternalLocations", columns=Columns(properties=("isDefault",))),
    # The nearest that Autotask has: groups are definitions, the people in them are not read (C6).
    SettingsKind.CONTACT_TYPES: Listed(entity="ContactGroups", columns=Columns(active="isActive")),
}

NAMES: Final[Mapping[SettingsKind, str]] = {
    SettingsKind.BOARDS: "Queues",
    SettingsKind.STATUSES: "Ticket Statuses",
    SettingsKind.PRIORITIES: "Ticket Priorities",
    SettingsKind.TICKET_TYPES: "Ticket Types",
    SettingsKind.CATEGORIES: "Issue Types",
    SettingsKind.SUBCATEGORIES: "Sub-Issue Types",
    SettingsKind.COMPANY_TYPES: "Account Types",
    SettingsKind.CONTACT_TYPES: "Contact Groups",
    SettingsKind.MEMBERS: "Resources",
    SettingsKind.MEMBER_ROLES: "Roles",
    SettingsKind.DEPARTMENTS: "Departments",
    SettingsKind.LOCATIONS: "Internal Locations",
    SettingsKind.CUSTOM_FIELDS: "User-Defined Fields",
    SettingsKind.TEMPLATES: "Ticket Categories",
    SettingsKind.SLAS: "Service Level Agreements",
    SettingsKind.SOURCES: "Ticket Sources",
    SettingsKind.AGREEMENT_TYPES: "Contract Types",
    SettingsKind.BILLING_CYCLES: "Contract Period Types",
}
FIELDS: Final[Mapping[SettingsKind, frozenset[str]]] = {
    **{kind: frozenset(values_of(kind).fields) for fields in PICKLISTS.values() for kind in fields},
    **{kind: frozenset(listed.columns.fields) for kind, listed in ENTITIES.items()},
    SettingsKind.MEMBERS: frozenset(MEMBERS.columns.fields),
    SettingsKind.MEMBER_ROLES: frozenset(MEMBER_ROLES.columns.fields),
    SettingsKind.CUSTOM_FIELDS: frozenset(CUSTOM_FIELDS.columns.fields)
    | frozenset(CUSTOM_FIELD_OPTIONS.columns.fields),
}
