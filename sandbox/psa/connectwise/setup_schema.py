"""Which fields the rows of the setup tables have (CW §6.1, §7)."""

from typing import Final

from sandbox.psa.connectwise.schema import Schema, schema

BOARD: Final = schema(
    "Board",
    number="id",
    text="name notifyEmailFrom billTime problemSort",
    flag="inactiveFlag projectFlag autoAssignNewTicketsFlag timeEntryLockedFlag",
    named="location department dispatchMember autoCloseStatus",
)
BOARD_INFO: Final = schema(
    "BoardInfo", number="id", text="name billTime", flag="inactiveFlag projectFlag", named="location department"
)
BOARD_STATUS: Final = schema(
    "BoardStatus",
    number="id sortOrder",
    text="name escalationStatus customerPortalDescription",
    flag="inactive closedStatus displayOnBoard defaultFlag timeEntryNotAllowed roundRobinCatchall customerPortalFlag",
    named="board",
)
BOARD_STATUS_INFO: Final = schema(
    "BoardStatusInfo", number="id sortOrder", text="name", flag="defaultFlag inactiveFlag closedFlag"
)
BOARD_TYPE: Final = schema(
    "BoardType",
    number="id",
    text="name category integrationXref",
    flag="defaultFlag inactiveFlag requestForChangeFlag",
    named="board location department",
)
BOARD_SUBTYPE: Final = schema(
    "BoardSubType",
    number="id",
    text="name typeAssociationIds",  # a list of numbers, which no condition looks into
    flag="inactiveFlag addAllTypesFlag removeAllTypesFlag",
    named="board",
)
BOARD_ITEM: Final = schema("BoardItem", number="id", text="name", flag="inactiveFlag", named="board")
PRIORITY: Final = schema(
    "Priority", number="id sortOrder", text="name color level urgencySortOrder imageLink", flag="defaultFlag"
)
PRIORITY_INFO: Final = schema("PriorityInfo", number="id sortOrder", text="name")
SOURCE: Final = schema("Source", number="id", text="name enteredBy", flag="defaultFlag", moment="dateEntered")
SLA: Final = schema(
    "SLA",
    number="id applicationOrder respondHours respondPercent planWithin planWithinPercent resolutionHours"
    " resolutionPercent",
    text="name basedOn",
    flag="defaultFlag",
    named="customCalendar hiImpactHiUrgency lowImpactLowUrgency",
)
TEMPLATE_INFO: Final = schema("ServiceTemplateInfo", number="id", text="name", flag="templateFlag")
SERVICE_LOCATION: Final = schema("ServiceLocation", number="id", text="name where", flag="defaultFlag")
SERVICE_LOCATION_INFO: Final = schema("ServiceLocationInfo", number="id", text="name", flag="defaultFlag")
CUSTOM_FIELD: Final = schema(
    "UserDefinedField",
    number="id podId sequenceNumber numberDecimals",
    text="caption helpText fieldTypeIdentifier entryTypeIdentifier buttonUrl",
    flag="requiredFlag displayOnScreenFlag readOnlyFlag listViewFlag",
    moment="dateCreated",
    option_array="options",
)
CONTACT_TYPE: Final = schema(
    "ContactType", number="id", text="description serviceAlertMessage", flag="defaultFlag serviceAlertFlag"
)
CONTACT_DEPARTMENT: Final = schema("ContactDepartment", number="id", text="name")
SECURITY_ROLE: Final = schema("SecurityRole", number="id", text="name", flag="adminFlag inactiveFlag")
DEPARTMENT: Final = schema("Department", number="id", text="identifier name")
LOCATION: Final = schema(
    "Location",
    number="id ownerLevelId",
    text="name overrideAddressLine1 overrideCity overridePhoneNumber payrollXref",
    flag="locationFlag clientFlag",
    named="manager timeZoneSetup calendar",
)
INFO: Final = schema("Info", number="id", text="name")
MEMBER: Final[Schema] = schema(
    "Member",
    number="id hourlyCost",
    text="identifier firstName lastName licenseClass defaultEmail officeEmail primaryEmail mobilePhone title",
    flag="inactiveFlag",
    named="securityRole defaultLocation defaultDepartment",
)
MEMBER_INFO: Final[Schema] = schema(
    "MemberInfo",
    number="id",
    text="identifier firstName lastName fullName licenseClass defaultEmail",
    flag="inactiveFlag",
)
