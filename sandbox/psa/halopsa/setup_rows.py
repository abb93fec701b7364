"""What the simulated tenant is set up with, inactive rows among them, and what somebody may change in it (HALO §6).

Rows are as full as the real ones: some hold what no settings sync may ever show.
"""

from typing import Any, Final

from sandbox.psa.configuration import Alteration, Configuration, Tables, added, altered, having, removed
from sandbox.psa.halopsa.building import GROUPS
from sandbox.psa.records import Json

OLD: Final = " (old)"
KINDS: Final = 11  # the lookup that lists the lookups
SOURCES: Final = 22
CONTACT_TYPES: Final = 33
CONTRACT_TYPES: Final = 28
MAIL: Final = "examplemsp.invalid"


def _named(*names: str, first: int = 1, **more: Any) -> list[Json]:
    return [{"id": number, "name": name, **more} for number, name in enumerate(names, start=first)]


def team(number: int, name: str, department: str = "Support") -> Json:
    return {
        "id": number,
        "guid": f"team-{number}",
        "name": name,
        "sequence": number * 10,
        "inactive": name.endswith(OLD),
        "department_id": DEPARTMENTS[department],
        "department_name": department,
        "forrequests": True,
        "emailaddress": f"team{number}@{MAIL}",
    }


DEPARTMENTS: Final = {"Support": 5, "Delivery": 6, "Administration": 7}
_STATUSES: Final = (
    *("New", "In Progress", "Action Required", "On Hold", "With User", "With Supplier", "Waiting parts", "Updated"),
    *("Scheduled", "Resolved", "Closed"),
)


def _statuses() -> list[Json]:
    numbered = enumerate(_STATUSES, start=1)
    return [
        {
            "id": number,
            "guid": f"status-{number}",
            "name": name,
            "shortname": name[:4],
            "type": int(name == "Closed"),
            "sequence": number,
            "colour": "#337ab7",
            "statusemailname": "Ticket updated",
        }
        for number, name in numbered
    ]


def _priorities() -> list[Json]:
    """Each SLA has its own; ids are GUIDs."""
    names = ("P0", "P1 Critical", "P2 High", "P3 Normal", "P4 Low")
    return [
        {
            "id": f"00000000-0000-4000-8000-0000000{sla}00{number}",
            "slaid": sla,
            "priorityid": number,
            "name": name,
            "colour": "#ff0000",
            "ishidden": sla == 3 and number == 0,
            "fixtime": 4.0 * (number + 1),
            "fixunits": "H",
            "responsetime": 1.0 * (number + 1),
            "responseunits": "H",
        }
        for sla in (1, 2, 3)
        for number, name in enumerate(names)
    ]


def _categories() -> list[Json]:
    tree = {"Hardware": ("Laptop", "Printer"), "Software": ("Office", "Line of business"), "Network": ("Wireless",)}
    first = [{"value": name, "category_name": name, "type_id": 1} for name in tree]
    finer = [
        {"value": f"{name}>{leaf}", "category_name": leaf, "type_id": 2}
        for name, leaves in tree.items()
        for leaf in leaves
    ]
    rows = enumerate([*first, *finer], start=1)
    return [{"id": number, "guid": f"category-{number}", **row, "sla_id": 0, "priority_id": 0} for number, row in rows]


def custom_field(number: int, label: str, *values: str) -> Json:
    return {
        "id": number,
        "guid": f"field-{number}",
        "name": f"CF{label.replace(' ', '')}",
        "label": label,
        "type": 2 if values else 0,
        "usage": 1,
        "inputtype": 0,
        "custom": 1,
        "hint": "",
        "values": _named(*values),
    }


def _agent(number: int, name: str, role: str, *, disabled: bool = False) -> Json:
    mail = f"agent{number}@{MAIL}"
    return {
        "id": number,
        "name": name,
        "isdisabled": disabled,
        "email": mail,
        "googleemail": mail,
        "password": "canary-agent-password",
        "signature": "Kind regards",
        "costprice": 42.0,
        "team": "1st Line Support",
        "role_list": role,
        "isapiagent": name == "PSA bot",
    }


def lookup(kind: int, number: int, name: str) -> Json:
    return {"lookupid": kind, "id": number, "name": name, "inactive": name.endswith(OLD), "value2": ""}


def _lookups() -> list[Json]:
    lists = {
        SOURCES: ("Manual", "Mail", "Phone", "Web", "Monitoring", "Fax (old)"),
        CONTACT_TYPES: ("Primary", "Billing", "Technical"),
        CONTRACT_TYPES: ("Managed", "Prepaid", "Break/Fix (old)"),
    }
    kinds = {SOURCES: "Ticket Source", CONTACT_TYPES: "Contact Type", CONTRACT_TYPES: "Contract Type", 9: "Salutation"}
    rows = [lookup(kind, number, name) for kind, names in lists.items() for number, name in enumerate(names, start=1)]
    return [*(lookup(KINDS, kind, name) for kind, name in kinds.items()), *rows]


TABLES: Final[Tables] = {
    "/TopLevel": [{"id": number, "name": name, "guid": f"group-{number}"} for name, number in GROUPS.items()],
    "/TicketArea": _named("Service Desk", "Project Work", "Opportunities", sequence=1),
    "/Team": [
        team(1, "1st Line Support"),
        team(2, "2nd Line Support"),
        team(3, "Project Delivery", "Delivery"),
        team(4, "Procurement", "Administration"),
        team(5, "Onsite (old)"),
    ],
    "/Status": _statuses(),
    "/Priority": _priorities(),
    "/SLA": _named("Gold", "Silver", "Best effort", workday_name="Office hours", guid="sla"),
    "/TicketType": [
        *_named("Incident", "Service Request", "Billing alert", visible=True, group_name="ITIL", use="ticket"),
        *_named("Problem", "Change", first=4, visible=True, group_name="ITIL", use="ticket"),
        *_named("Warranty (old)", first=6, visible=False, group_name="ITIL", use="ticket"),
    ],
    "/Category": _categories(),
    "/FieldInfo": [
        custom_field(101, "Billing reference"),
        custom_field(102, "Tier", "Gold", "Silver", "Bronze"),
        custom_field(103, "Region", "North", "South"),
        custom_field(104, "Review due"),
    ],
    "/Template": [
        *_named("New starter", "Leaver", "Patch day", disabled=False, type=1, tickettype_id=2, emailto=f"x@{MAIL}"),
        *_named("Y2K check (old)", first=4, disabled=True, type=1, tickettype_id=1),
    ],
    "/Agent": [
        _agent(2, "Dana Agent", "Technician"),
        _agent(3, "Robin Admin", "Administrator"),
        _agent(4, "Łukasz Żak", "Technician"),
        _agent(5, "Bea Stone", "Technician", disabled=True),
        _agent(7, "PSA bot", "API read only"),
    ],
    "/Roles": [
        {"id": f"a{number}-b2", "id_int": number, "name": name}
        for number, name in enumerate(("API read only", "Technician", "Administrator"), start=1)
    ],
    "/UserRoles": _named("Approver", "Main contact", "Portal user", notes=""),
    "/Organisation": [
        {
            "id": 1,
            "name": "Example MSP",
            "email": f"office@{MAIL}",
            "bank_details_line_1": "canary-bank-details",
            "departments": [{"id": number, "name": name} for name, number in DEPARTMENTS.items()],
        }
    ],
    "/Lookup": _lookups(),
}
ALTERATIONS: Final = (
    Alteration.of("board-added", "A new team “Projects”", added("/Team", team(9, "Projects", "Delivery"))),
    Alteration.of(
        "board-retired", "The team “Procurement” is set inactive", altered("/Team", having(id=4), inactive=True)
    ),
    Alteration.of(
        "status-removed", "The status “Waiting parts” is deleted", removed("/Status", having(name="Waiting parts"))
    ),
    Alteration.of(
        "priority-renamed",
        "The priority “P2 High” is renamed to “P2 Urgent”",
        altered("/Priority", having(name="P2 High"), name="P2 Urgent"),
    ),
    Alteration.of(
        "priority-retired", "The priority “P0” is hidden", altered("/Priority", having(name="P0"), ishidden=True)
    ),
    Alteration.of(
        "field-added", "A new custom field “Warranty until”", added("/FieldInfo", custom_field(105, "Warranty until"))
    ),
    Alteration.of(
        "option-added",
        "The custom field “Tier” gets the option “Platinum”",
        altered("/FieldInfo", having(id=102), values=_named("Gold", "Silver", "Bronze", "Platinum")),
    ),
)


def configuration() -> Configuration:
    return Configuration(TABLES, ALTERATIONS)
