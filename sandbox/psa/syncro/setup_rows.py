"""What the simulated account is set up with, disabled rows among them, and what somebody may change in it (SYN §6)."""

from typing import Any, Final

from sandbox.psa.configuration import Alteration, Configuration, Tables, added, altered, having, removed
from sandbox.psa.records import Json


def _named(*names: str, first: int = 1, **more: Any) -> list[Json]:
    return [{"id": number, "name": name, **more} for number, name in enumerate(names, start=first)]


def _texts(*names: str) -> list[Json]:
    """Of lists that the API tells as plain texts."""
    return [{"name": name} for name in names]


def field(number: int, name: str, kind: str = "text_field", **more: Any) -> Json:
    return {
        "id": number,
        "name": name,
        "field_type": kind,
        "required": None,
        "account_id": 1,
        "hidden": False,
        "position": None,
        "created_at": "2021-11-04T14:55:01.761Z",
        **more,
    }


def answer(number: int, of: str, field_id: int, content: str) -> Json:
    return {"id": number, of: field_id, "content": content, "account_id": 1}


TABLES: Final[Tables] = {
    "statuses": _texts(
        *("New", "In Progress", "Resolved", "Invoiced", "Waiting for Parts", "Waiting on Customer"),
        *("Scheduled", "Customer Reply"),
    ),
    "ticket_types": [*_named("Service", "Project", "Onboarding"), {"id": 4, "name": "Warranty", "disabled": True}],
    "ticket_fields": [
        field(11, "Device Type", "select_box", ticket_type_id=1),
        field(12, "Asset tag", ticket_type_id=1),
        field(13, "Pager", ticket_type_id=2, hidden=True),
    ],
    "ticket_answers": [
        answer(number, "ticket_field_id", 11, content)
        for number, content in enumerate(("Laptop", "Desktop", "Phone"), start=1)
    ],
    "worksheets": _named("New PC", "Server check"),
    "problem_types": _texts("Virus", "TuneUp", "Hardware", "Software", "Network", "Other"),
    "priorities": _texts("", "0 Urgent", "1 High", "2 Normal", "3 Low"),
    "customer_fields": [field(4, "Tier", "select_box"), field(5, "Contract owner")],
    "customer_answers": [
        answer(number, "customer_field_id", 4, content) for number, content in enumerate(("Gold", "Silver"), start=21)
    ],
    "users": _named("Sam Hill", "Ada Poe", "Łukasz Żak", first=101),
    "locations": _named("Main shop", "Warehouse"),
    "forms": [
        {"id": 1, "name": "New starter", "default": True, "disabled": False, "data": {"customer_details": {}}},
        {"id": 2, "name": "Walk-in", "default": False, "disabled": True, "data": {"customer_details": {}}},
    ],
    "responses": [
        {
            "id": number,
            "title": title,
            "body": "Dear customer, write to helpdesk@examplemsp.invalid.",
            "subject": title,
            "canned_response_category_id": 1,
            "category_name": "Usual",
        }
        for number, title in enumerate(("We are on it", "All done"), start=1)
    ],
}
ALTERATIONS: Final = (
    Alteration.of("type-added", "A new ticket type “Projects”", added("ticket_types", {"id": 9, "name": "Projects"})),
    Alteration.of(
        "type-retired",
        "The ticket type “Onboarding” is disabled",
        altered("ticket_types", having(name="Onboarding"), disabled=True),
    ),
    Alteration.of(
        "status-removed",
        "The ticket status “Waiting for Parts” is deleted",
        removed("statuses", having(name="Waiting for Parts")),
    ),
    Alteration.of(
        "priority-renamed",
        "The priority “1 High” is renamed to “1 Very high”",
        altered("priorities", having(name="1 High"), name="1 Very high"),
    ),
    Alteration.of(
        "field-added",
        "A new custom field of tickets “Warranty until”",
        added("ticket_fields", field(14, "Warranty until", "date_field", ticket_type_id=1)),
    ),
    Alteration.of(
        "option-added",
        "The custom field “Tier” of customers gets the option “Platinum”",
        added("customer_answers", answer(23, "customer_field_id", 4, "Platinum")),
    ),
)


def configuration() -> Configuration:
    return Configuration(TABLES, ALTERATIONS)
