"""The entities that a tenant is set up with (AT §7)."""

from typing import Final

from sandbox.psa.autotask.fields import Entity, entity

TICKETS: Final = entity(
    "Tickets",
    "Ticket",
    """
ticketNumber string
title string
companyID integer
status integer picklist
priority integer picklist
queueID integer picklist
ticketType integer picklist
ticketCategory integer picklist
issueType integer picklist
subIssueType integer picklist
source integer picklist
serviceLevelAgreementID integer picklist
createDate datetime
lastActivityDate datetime
""",
)
RESOURCES: Final = entity(
    "Resources",
    "Resource",
    """
firstName string
lastName string
userName string
email string
mobilePhone string
title string
isActive boolean
internalCost double
resourceType string
defaultServiceDeskRoleID integer
locationID integer
""",
)
ROLES: Final = entity(
    "Roles",
    "Role",
    """
name string
description string
isActive boolean
isSystemRole boolean
hourlyRate double
hourlyFactor double
roleType integer
""",
)
DEPARTMENTS: Final = entity(
    "Departments", "Department", "name string\nnumber string\ndescription string\nprimaryLocationID integer"
)
LOCATIONS: Final = entity(
    "InternalLocations",
    "InternalLocation",
    "name string\naddress1 string\ncity string\nisDefault boolean\ntimeZone string",
)
CONTACT_GROUPS: Final = entity("ContactGroups", "ContactGroup", "name string\nisActive boolean")
CUSTOM_FIELDS: Final = entity(
    "UserDefinedFieldDefinitions",
    "UserDefinedFieldDefinition",
    """
name string
description string
udfType integer picklist
dataType integer picklist
defaultValue string
isActive boolean
isRequired boolean
isPrivate boolean
isProtected boolean
isEncrypted boolean
sortOrder integer
createDate datetime
""",
)
CUSTOM_FIELD_OPTIONS: Final = entity(
    "UserDefinedFieldListItems",
    "UserDefinedFieldListItem",
    "udfFieldId integer\nvalueForDisplay string\nvalueForExport string\ncreateDate datetime",
)
SETUP: Final[tuple[Entity, ...]] = (
    *(TICKETS, RESOURCES, ROLES, DEPARTMENTS, LOCATIONS, CONTACT_GROUPS, CUSTOM_FIELDS, CUSTOM_FIELD_OPTIONS),
)
