"""The settings endpoints of the simulated account, which need no permission (SYN §6)."""

from typing import Final

from sandbox.psa.records import Json

STATUSES: Final = (
    "New",
    "In Progress",
    "Resolved",
    "Invoiced",
    "Waiting for Parts",
    "Waiting on Customer",
    "Scheduled",
    "Customer Reply",
)
USERS: Final = ((101, "Sam Hill"), (102, "Ada Poe"))
PROBLEM_TYPES: Final = ("Virus", "TuneUp", "Hardware", "Software", "Other")
PRIORITIES: Final = ("", "0 Urgent", "1 High", "2 Normal", "3 Low")


def ticket_settings() -> Json:
    return {
        "ticket_status_list": list(STATUSES),
        "default_labor_product_id": None,
        "saved_searches": [],
        "ticket_types": [{"id": 1, "name": "Service"}, {"id": 2, "name": "Project", "disabled": True}],
        "ticket_type_fields": [],
        "appointment_types": [{"id": 1, "name": "On site"}],
        "users": [{"id": number, "name": name} for number, name in USERS],
        "worksheet_templates": [],
        "ticket_workflow_default_id": None,
    }


def account_settings() -> Json:
    return {
        "customers": {"required_fields": None, "customer_fields": [{"id": 4, "name": "Tier"}]},
        "assets": {"asset_types": [{"id": 3, "name": "Workstation"}], "asset_type_fields": []},
        "locale": {"iso_code": "en", "currency_symbol": "$", "time_zone": "America/Los_Angeles"},
        "ticket": {"ticket_types": [], "problem_types": list(PROBLEM_TYPES), "priorities": list(PRIORITIES)},
        "business_hours_enabled": True,
        "business_hours": [],
    }


def users() -> Json:
    """Pairs, not objects."""
    return {"users": [[number, name] for number, name in USERS]}


def categories() -> Json:
    return {"categories": [{"id": 1, "account_id": 1, "ancestry": None, "name": "Services"}]}
