"""What the settings endpoints answer: several tables in one answer, some of them as plain texts (SYN §6)."""

from sandbox.psa.configuration import Configuration
from sandbox.psa.records import Json


def ticket_settings(setup: Configuration) -> Json:
    return {
        "ticket_status_list": _texts(setup, "statuses"),
        "default_labor_product_id": None,
        "saved_searches": [],
        "ticket_types": setup.rows("ticket_types"),
        "ticket_type_fields": setup.rows("ticket_fields"),
        "ticket_type_field_answers": setup.rows("ticket_answers"),
        "appointment_types": [{"id": 1, "name": "On site"}],
        "users": setup.rows("users"),
        "worksheet_templates": setup.rows("worksheets"),
        "ticket_workflow_default_id": None,
    }


def account_settings(setup: Configuration) -> Json:
    return {
        "customers": {
            "required_fields": None,
            "customer_fields": setup.rows("customer_fields"),
            "customer_field_answers": setup.rows("customer_answers"),
        },
        "assets": {"asset_types": [{"id": 3, "name": "Workstation"}], "asset_type_fields": []},
        "locale": {"iso_code": "en", "currency_symbol": "$", "time_zone": "America/Los_Angeles"},
        "ticket": {
            "ticket_types": setup.rows("ticket_types"),
            "problem_types": _texts(setup, "problem_types"),
            "priorities": _texts(setup, "priorities"),
        },
        "business_hours_enabled": True,
        "business_hours": [],
    }


def users(setup: Configuration) -> Json:
    """Pairs, not objects."""
    return {"users": [[row["id"], row["name"]] for row in setup.rows("users")]}


def categories() -> Json:
    return {"categories": [{"id": 1, "account_id": 1, "ancestry": None, "name": "Services"}]}


def _texts(setup: Configuration, table: str) -> list[str]:
    return [row["name"] for row in setup.rows(table)]
