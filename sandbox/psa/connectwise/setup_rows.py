"""The setup tables of the simulated tenant that tickets and people are described with: as many rows as a real one has,
inactive ones among them (CW §7).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sandbox.psa.connectwise.tables import API, DEPARTMENTS, LOCATIONS
from sandbox.psa.records import Json

ADDRESS: Final = "board@examplemsp.invalid"  # no settings sync may ever show it
INFO: Final = {"lastUpdated": "2024-03-04T09:00:00Z", "updatedBy": "zadmin"}


def _table(names: Sequence[str], first: int = 1, **fields: Any) -> list[Json]:
    """The first of them is the default."""
    rows = enumerate(names, start=first)
    return [{"id": number, "name": name, "defaultFlag": number == first, **fields} for number, name in rows]


def board(number: int, name: str, *, inactive: bool = False, project: bool = False) -> Json:
    return {
        "id": number,
        "name": name,
        "location": LOCATIONS[0],
        "department": DEPARTMENTS[1],
        "inactiveFlag": inactive,
        "projectFlag": project,
        "notifyEmailFrom": ADDRESS,
        "billTime": "Billable",
        "timeEntryLockedFlag": False,
        "dispatchMember": {"id": 151, "name": "Dana Agent"},
        "_info": INFO,
    }


BOARDS: Final = [
    board(1, "Help Desk"),
    board(2, "Project Delivery", project=True),
    board(3, "Monitoring"),
    board(4, "Onsite (old)", inactive=True),
    board(5, "Security Operations"),
    board(6, "Procurement"),
    board(7, "Internal IT"),
    board(8, "Legacy alerts", inactive=True),
]
# name, closed, in use, how far it is
_STATUSES: Final = (
    ("New", False, True, "NotResponded"),
    ("Assigned", False, True, "Responded"),
    ("In Progress", False, True, "Responded"),
    ("Scheduled", False, True, "ResolutionPlan"),
    ("Waiting customer", False, True, "NoEscalation"),
    ("Waiting parts", False, True, "NoEscalation"),
    ("Waiting vendor", False, True, "NoEscalation"),
    ("Escalated", False, True, "Responded"),
    ("On hold (old)", False, False, "NoEscalation"),
    ("Resolved", False, True, "Resolved"),
    ("Closed", True, True, "Resolved"),
)
_TYPES: Final = (
    ("Incident", "Reactive", True),
    ("Service Request", "Reactive", True),
    ("Problem", "Reactive", True),
    ("Change", "Proactive", True),
    ("Maintenance", "Proactive", True),
    ("Warranty (old)", "Reactive", False),
)
_SUBTYPES: Final = (
    *("Access", "Backup", "Licensing", "Mailbox", "Network", "Printer", "Server", "Workstation", "Voice", "Fax (old)"),
)
_ITEMS: Final = ("Configure", "Install", "Investigate", "Remove", "Replace", "Diskette (old)")


def _pointer(of: Json) -> Json:
    href = f"{API}/service/boards/{of['id']}"
    return {"id": of["id"], "name": of["name"], "_info": {"board_href": href}}


def statuses(of: Json) -> Iterator[Json]:
    for order, (name, closed, used, escalation) in enumerate(_STATUSES, start=1):
        yield {
            "id": of["id"] * 100 + order,
            "name": name,
            "board": _pointer(of),
            "sortOrder": order * 10,
            "inactive": not used,
            "closedStatus": closed,
            "displayOnBoard": not closed,
            "defaultFlag": order == 1,
            "escalationStatus": escalation,
            "timeEntryNotAllowed": closed,
            "_info": INFO,
        }


def types(of: Json) -> Iterator[Json]:
    for order, (name, category, used) in enumerate(_TYPES, start=1):
        yield {
            "id": of["id"] * 100 + order,
            "name": name,
            "board": _pointer(of),
            "category": category,
            "defaultFlag": order == 1,
            "inactiveFlag": not used,
            "requestForChangeFlag": name == "Change",
            "_info": INFO,
        }


def subtypes(of: Json) -> Iterator[Json]:
    every = [of["id"] * 100 + order for order in range(1, len(_TYPES))]
    for order, name in enumerate(_SUBTYPES, start=1):
        old = name.endswith("(old)")
        yield {
            "id": of["id"] * 100 + order,
            "name": name,
            "board": _pointer(of),
            "inactiveFlag": old,
            "typeAssociationIds": every[: 2 if old else None],
            "_info": INFO,
        }


def items(of: Json) -> Iterator[Json]:
    for order, name in enumerate(_ITEMS, start=1):
        old = name.endswith("(old)")
        yield {"id": of["id"] * 100 + order, "name": name, "board": _pointer(of), "inactiveFlag": old, "_info": INFO}


# number, name, level, color
_PRIORITIES: Final = (
    (1, "Priority 1 - Emergency", "Critical", "red"),
    (2, "Priority 2 - Quick response", "High", "orange"),
    (3, "Priority 3 - Normal", "Medium", "yellow"),
    (4, "Priority 4 - Scheduled", "Low", "green"),
    (5, "Do not respond", "Low", "white"),
)
PRIORITIES: Final = [
    {"id": number, "name": name, "level": level, "color": color, "sortOrder": number, "defaultFlag": number == 3}
    for number, name, level, color in _PRIORITIES
]
SOURCES: Final = _table(("Phone", "Mail connector", "Portal", "Chat", "Monitoring", "Walk-in"))
SLAS: Final = [
    {
        "id": number,
        "name": name,
        "basedOn": based_on,
        "defaultFlag": number == 1,
        "respondHours": respond,
        "planWithin": respond * 4.0,
        "resolutionHours": respond * 8.0,
        "hiImpactHiUrgency": {"id": 1, "name": "Priority 1 - Emergency"},
    }
    for number, name, based_on, respond in (
        (1, "Standard", "MyCalendar", 4.0),
        (2, "Around the clock", "AllHours", 1.0),
        (3, "Best effort", "Customer", 24.0),
    )
]
TEMPLATES: Final = [
    {"id": number, "name": name, "templateFlag": True}
    for number, name in enumerate(
        ("New starter", "Leaver", "New workstation", "Quarterly review", "Patch day"), start=1
    )
]
SERVICE_LOCATIONS: Final = [
    {"id": 1, "name": "On-site", "where": "OnSite", "defaultFlag": False},
    {"id": 2, "name": "Remote", "where": "Remote", "defaultFlag": True},
    {"id": 3, "name": "Workshop", "where": "InHouse", "defaultFlag": False},
]


def custom_field(number: int, caption: str, kind: str = "Text", entry: str = "EntryField", **fields: Any) -> Json:
    return {
        "id": number,
        "podId": 1,
        "caption": caption,
        "sequenceNumber": number,
        "fieldTypeIdentifier": kind,
        "entryTypeIdentifier": entry,
        "requiredFlag": False,
        "displayOnScreenFlag": True,
        "readOnlyFlag": False,
        "listViewFlag": False,
        "options": [],
        **fields,
        "dateCreated": "2021-02-01T09:00:00Z",
        "_info": INFO,
    }


def options(*names: str, retired: tuple[str, ...] = ()) -> list[Json]:
    every = enumerate((*names, *retired), start=1)
    return [
        {"id": number, "optionValue": name, "defaultFlag": False, "inactiveFlag": name in retired, "sortOrder": number}
        for number, name in every
    ]


CUSTOM_FIELDS: Final = [
    custom_field(31, "Tier", entry="List", requiredFlag=True, options=options("Gold", "Silver", retired=("Bronze",))),
    custom_field(32, "Region", entry="Option", options=options("North", "South", "East", "West")),
    custom_field(33, "Contract owner"),
    custom_field(34, "Review due", kind="Date", entry="Date"),
    custom_field(35, "Seats", kind="Number", numberDecimals=0),
    custom_field(36, "Onboarded", kind="Checkbox", readOnlyFlag=True),
]
CONTACT_TYPES: Final = [
    {"id": number, "description": name, "defaultFlag": number == 1, "serviceAlertFlag": False}
    for number, name in enumerate(("Primary", "Billing", "Technical", "Decision maker", "End user"), start=1)
]
CONTACT_DEPARTMENTS: Final = [
    {"id": number, "name": name} for number, name in enumerate(("Accounts", "IT", "Management", "Reception"), start=1)
]
SECURITY_ROLES: Final[list[Json]] = [
    {"id": number, "name": name, "adminFlag": name == "Admin", "inactiveFlag": name.endswith("(old)")}
    for number, name in (
        (60, "Admin"),
        (63, "Finance"),
        (64, "Technician"),
        (65, "Dispatcher"),
        (66, "Sales (old)"),
        (90, "API"),
    )
]
MY_DEPARTMENTS: Final = [{**row, "identifier": row["name"][:8].upper()} for row in DEPARTMENTS]
MY_LOCATIONS: Final = [
    {
        **row,
        "overrideAddressLine1": "1 Example Street",
        "overridePhoneNumber": "555-0100",
        "locationFlag": True,
        "clientFlag": False,
    }
    for row in LOCATIONS
]
_ROLES: Final = {row["name"]: row for row in SECURITY_ROLES}


def person(number: int, identifier: str, first: str, last: str, role: str, *, inactive: bool = False) -> Json:
    mail = f"{identifier}@examplemsp.invalid"
    return {
        "id": number,
        "identifier": identifier,
        "firstName": first,
        "lastName": last,
        "title": role,
        "licenseClass": "A" if role == "API" else "F",
        "inactiveFlag": inactive,
        "securityRole": {"id": _ROLES[role]["id"], "name": role},
        "defaultEmail": "Office",
        "officeEmail": mail,
        "primaryEmail": mail,
        "mobilePhone": "555-0199",
        "hourlyCost": 42.0,
    }


PEOPLE: Final = [
    person(150, "radmin", "Robin", "Admin", "Admin"),
    person(151, "dagent", "Dana", "Agent", "Technician"),
    person(152, "kfinance", "Kim", "Finance", "Finance"),
    person(153, "jtech", "Jo", "Marsh", "Technician"),
    person(154, "stech", "Sana", "Iqbal", "Technician"),
    person(155, "ltech", "Łukasz", "Żak", "Technician"),
    person(156, "mdesk", "Mona", "Petit", "Dispatcher"),
    person(157, "tdesk", "Tom", "O'Neil", "Dispatcher"),
    person(158, "bgone", "Bea", "Stone", "Technician", inactive=True),
    person(159, "vgone", "Vic", "Hale", "Sales (old)", inactive=True),
    person(190, "psabot", "PSA", "Bot", "API"),
    person(191, "billing", "Billing", "Tool", "API"),
]
