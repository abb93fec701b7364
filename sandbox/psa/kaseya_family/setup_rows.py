"""What the simulated tenant is set up with, inactive rows among them, and what somebody may change in it (BMS §6)."""

from collections.abc import Iterable
from typing import Any, Final

from sandbox.psa.configuration import Alteration, Configuration, Tables, added, altered, having, removed
from sandbox.psa.records import Json

OLD: Final = " (old)"
TICKETS: Final = 22  # the module of tickets
ACCOUNTS: Final = 7


def active(names: Iterable[str], first: int = 1, **more: Any) -> list[Json]:
    """A name that ends in (old) is inactive."""
    numbered = enumerate(names, start=first)
    return [{"id": number, "name": name, "isActive": not name.endswith(OLD), **more} for number, name in numbered]


def _plain(names: Iterable[str], first: int = 1) -> list[Json]:
    return [{"id": number, "name": name} for number, name in enumerate(names, start=first)]


ISSUES: Final = {
    "Hardware": ("Laptop", "Printer", "Server"),
    "Software": ("Office", "Line of business"),
    "Network": ("Internet", "Wireless"),
    "Telephony (old)": ("Desk phone",),
}
_STATUSES: Final = (
    *(
        "New",
        "In Progress",
        "Assigned",
        "Waiting customer",
        "Waiting parts",
        "Waiting vendor",
        "Scheduled",
        "Escalated",
    ),
    *("On hold (old)", "Completed", "Closed"),
)


def _statuses() -> list[Json]:
    more = {"fontColor": "#000", "color": "#fff", "typeId": 1, "isSystemStatus": 0, "slaEventId": None}
    return [{**row, "statusOrder": row["id"], **more} for row in active(_STATUSES)]


def _subtypes() -> list[Json]:
    """``issueTypeId`` is the server's own: the API has no such field."""
    numbered = enumerate(ISSUES.values(), start=1)
    return [{**row, "issueTypeId": issue} for issue, names in numbered for row in _plain(names, first=issue * 100 + 1)]


def custom_field(number: int, name: str, kind: int = 1, module: int = TICKETS, **more: Any) -> Json:
    """``moduleId`` is the server's own."""
    return {
        "id": number,
        "name": name,
        "moduleId": module,
        "dataType": kind,
        "isRequired": False,
        "errorMessage": "",
        "isActive": not name.endswith(OLD),
        "settings": [],
        **more,
    }


TABLES: Final[Tables] = {
    "queues": active(("Help Desk", "Monitoring", "Onsite", "Security", "Procurement", "Legacy (old)")),
    "statuses": _statuses(),
    "priorities": [
        {"id": number, "name": name, "color": "red", "isDefault": number == 3}
        for number, name in enumerate(("Critical", "High", "Medium", "Low"), start=1)
    ],
    "issue_types": active(ISSUES),
    "subtypes": _subtypes(),
    "slas": active(("Standard", "Around the clock", "Best effort (old)"), isDefault=False),
    "locations": [
        {"id": number, "name": name, "isMain": number == 1} for number, name in ((1, "Head Office"), (2, "Leeds"))
    ],
    "custom_fields": [
        custom_field(41, "Tier", 4, isRequired=True, settings=active(("Gold", "Silver", "Bronze (old)"))),
        custom_field(42, "Asset tag"),
        custom_field(43, "Pager (old)"),
        custom_field(44, "Region", 4, ACCOUNTS, settings=active(("North", "South"))),
    ],
    "roles": active(("Administrator", "Technician", "API", "Sales (old)"), isSystem=False, isExternal=False),
    "departments": _plain(("Service", "Projects", "Administration")),
    "employees": _plain(("Dana Agent", "Robin Admin", "Kim Finance", "Łukasz Żak", "PSA Bot"), first=7),
    "templates": _plain(("New starter", "Leaver", "Patch day")),
    "TicketType": active(("Incident", "Service Request", "Problem", "Change", "Warranty (old)"), isDefault=False),
    "TicketSource": active(("Phone", "Mail", "Portal", "Monitoring", "Fax (old)"), isDefault=False),
}
ALTERATIONS: Final = (
    Alteration.of("board-added", "A new queue “Projects”", added("queues", *active(("Projects",), first=9))),
    Alteration.of(
        "board-retired", "The queue “Procurement” is set inactive", altered("queues", having(id=5), isActive=False)
    ),
    Alteration.of(
        "status-removed", "The status “Waiting parts” is deleted", removed("statuses", having(name="Waiting parts"))
    ),
    Alteration.of(
        "priority-renamed",
        "The priority “High” is renamed to “P2 High”",
        altered("priorities", having(name="High"), name="P2 High"),
    ),
    Alteration.of(
        "type-retired",
        "The issue type “Network” is set inactive",
        altered("issue_types", having(name="Network"), isActive=False),
    ),
    Alteration.of(
        "field-added",
        "A new custom field “Warranty until”",
        added("custom_fields", custom_field(45, "Warranty until", 3)),
    ),
    Alteration.of(
        "option-added",
        "The custom field “Tier” gets the option “Platinum”",
        altered("custom_fields", having(id=41), settings=active(("Gold", "Silver", "Bronze (old)", "Platinum"))),
    ),
)


def configuration() -> Configuration:
    return Configuration(TABLES, ALTERATIONS)
