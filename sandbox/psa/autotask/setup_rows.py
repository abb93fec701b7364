"""What the simulated tenant is set up with: picklists of tickets and entities, inactive rows among them (AT §7)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sandbox.psa.configuration import Alteration, Configuration, Tables, added, altered, having, removed
from sandbox.psa.records import Json

FIRST_QUEUE: Final = 29683400
OLD: Final = " (old)"


def value(number: int, label: str, **more: Any) -> Json:
    """``value`` is a text although records hold a number. A label that ends in (old) is inactive."""
    return {
        "value": str(number),
        "label": label,
        "isDefaultValue": False,
        "sortOrder": number,
        "parentValue": "",
        "isActive": not label.endswith(OLD),
        "isSystem": False,
        **more,
    }


def values(labels: Iterable[str], first: int = 1, **more: Any) -> list[Json]:
    return [value(number, label, **more) for number, label in enumerate(labels, start=first)]


ISSUES: Final = {
    "Hardware": ("Laptop", "Printer", "Server", "Phone"),
    "Software": ("Office", "Line of business", "Operating system"),
    "Network": ("Internet", "Wireless", "Remote access"),
    "Security": ("Phishing", "Access review"),
    "User": ("New starter", "Leaver", "Password reset"),
}
_STATUSES: Final = (
    *("In Progress", "Waiting Customer", "Waiting parts", "Waiting Vendor", "Scheduled", "Escalate", "On Hold (old)"),
    *("Customer note added", "Change order"),
)
_PRIORITIES: Final = ((1, "High"), (2, "Medium"), (3, "Low"), (4, "Critical"), (5, "P0"), (6, "Deferred (old)"))
_QUEUES: Final = ("Service Desk", "Billing alerts", "Monitoring", "Onsite", "Security", "Recycle", "Legacy (old)")


def _sub_issues() -> list[Json]:
    """Numbered by their issue type: 10 has 1001, 1002 and so on."""
    numbered = enumerate(ISSUES.values(), start=10)
    return [row for issue, labels in numbered for row in values(labels, first=issue * 100 + 1, parentValue=str(issue))]


PICKLISTS: Final[Tables] = {
    "Tickets.queueID": values(_QUEUES, first=FIRST_QUEUE),
    "Tickets.status": [
        value(1, "New", isSystem=True, isDefaultValue=True),
        value(5, "Complete", isSystem=True),
        *values(_STATUSES, first=7),
    ],
    "Tickets.priority": [value(number, label, isDefaultValue=number == 2) for number, label in _PRIORITIES],
    "Tickets.ticketType": values(("Service Request", "Incident", "Problem", "Change Request", "Alert")),
    "Tickets.ticketCategory": values(("Standard", "Monitoring alert", "New starter", "Quote (old)"), first=2),
    "Tickets.issueType": values(ISSUES, first=10),
    "Tickets.subIssueType": _sub_issues(),
    "Tickets.source": values(("Phone", "Portal", "Mail", "Monitoring", "Walk-in", "Fax (old)"), first=2),
    "Tickets.serviceLevelAgreementID": values(("Standard", "Around the clock", "Best effort (old)")),
    "UserDefinedFieldDefinitions.udfType": values(("Account", "Contact", "Contract", "Ticket"), isSystem=True),
    "UserDefinedFieldDefinitions.dataType": values(
        ("Text (single line)", "Number", "Date/Time", "List (single select)"), isSystem=True
    ),
}
_LIST: Final = 4


def custom_field(number: int, name: str, kind: int = 1, udf_type: int = 1, **more: Any) -> Json:
    return {
        "id": number,
        "name": name,
        "description": "",
        "udfType": udf_type,
        "dataType": kind,
        "defaultValue": "",
        "isActive": not name.endswith(OLD),
        "isRequired": False,
        "isPrivate": False,
        "isProtected": False,
        "isEncrypted": False,
        "sortOrder": number,
        "createDate": "2021-02-01T09:00:00",
        **more,
    }


def option(number: int, of: int, label: str) -> Json:
    return {"id": number, "udfFieldId": of, "valueForDisplay": label, "valueForExport": label.upper()}


def _person(number: int, first: str, last: str, role: int, *, active: bool = True) -> Json:
    user = f"{first[0]}{last}".casefold()
    return {
        "id": 29682885 + number,
        "firstName": first,
        "lastName": last,
        "userName": user,
        "email": f"{user}@examplemsp.invalid",
        "mobilePhone": "555-0199",
        "title": "Staff",
        "isActive": active,
        "internalCost": 42.0,
        "resourceType": "Employee",
        "defaultServiceDeskRoleID": role,
        "locationID": 10,
    }


_PEOPLE: Final[Sequence[tuple[str, str, int]]] = (
    ("Dana", "Agent", 21),
    ("Robin", "Admin", 20),
    ("Kim", "Finance", 22),
    ("Jo", "Marsh", 21),
    ("Sana", "Iqbal", 21),
    ("Łukasz", "Żak", 23),
)
ENTITIES: Final[Tables] = {
    "Resources": [
        *(_person(number, first, last, role) for number, (first, last, role) in enumerate(_PEOPLE)),
        _person(len(_PEOPLE), "Bea", "Stone", 24, active=False),
    ],
    "Roles": [
        {
            "id": number,
            "name": name,
            "isActive": not name.endswith(OLD),
            "isSystemRole": number == 20,
            "hourlyRate": 95.0,
        }
        for number, name in enumerate(("Administrator", "Engineer", "Finance", "Dispatcher", "Trainee (old)"), start=20)
    ],
    "Departments": [
        {"id": number, "name": name, "number": f"D{number}", "primaryLocationID": 10}
        for number, name in enumerate(("Service", "Projects", "Administration"), start=1)
    ],
    "InternalLocations": [
        {"id": 10 + turn, "name": name, "address1": "1 Example Street", "isDefault": turn == 0}
        for turn, name in enumerate(("Head Office", "Leeds", "Rotterdam"))
    ],
    "ContactGroups": [
        {"id": number, "name": name, "isActive": not name.endswith(OLD)}
        for number, name in enumerate(("Newsletter", "Maintenance notices", "Beta (old)"), start=1)
    ],
    "UserDefinedFieldDefinitions": [
        custom_field(501, "Tier", kind=_LIST, isRequired=True),
        custom_field(502, "Region", kind=_LIST),
        custom_field(503, "Contract owner"),
        custom_field(504, "Review due", kind=3, udf_type=3),
        custom_field(505, "Asset tag", udf_type=4),
        custom_field(506, "Pager (old)", udf_type=2),
    ],
    "UserDefinedFieldListItems": [
        *(option(9001 + turn, 501, label) for turn, label in enumerate(("Gold", "Silver", "Bronze"))),
        *(option(9011 + turn, 502, label) for turn, label in enumerate(("North", "South"))),
    ],
}
ALTERATIONS: Final = (
    Alteration.of(
        "board-added", "A new queue “Projects”", added("Tickets.queueID", value(FIRST_QUEUE + 50, "Projects"))
    ),
    Alteration.of(
        "board-retired",
        "The queue “Onsite” is set inactive",
        altered("Tickets.queueID", having(label="Onsite"), isActive=False),
    ),
    Alteration.of(
        "status-removed",
        "The ticket status “Waiting parts” is deleted",
        removed("Tickets.status", having(label="Waiting parts")),
    ),
    Alteration.of(
        "priority-renamed",
        "The priority “High” is renamed to “P2 High”",
        altered("Tickets.priority", having(label="High"), label="P2 High"),
    ),
    Alteration.of(
        "priority-retired",
        "The priority “P0” is set inactive",
        altered("Tickets.priority", having(label="P0"), isActive=False),
    ),
    Alteration.of(
        "field-added",
        "A new user-defined field “Warranty until”",
        added("UserDefinedFieldDefinitions", custom_field(507, "Warranty until", kind=3, udf_type=4)),
    ),
    Alteration.of(
        "option-added",
        "The user-defined field “Tier” gets the option “Platinum”",
        added("UserDefinedFieldListItems", option(9004, 501, "Platinum")),
    ),
)


def configuration() -> Configuration:
    return Configuration({**PICKLISTS, **ENTITIES}, ALTERATIONS)
