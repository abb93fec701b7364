"""The records of a story with the fields that matter, for the panel beside the chat."""

from datetime import datetime

from sandbox.psa.records import Json, Kept, Row
from sandbox.psa.syncro.tokens import ApiToken


def story_records(customers: Kept, schedules: Kept, customer_id: int, now: datetime) -> list[Json]:
    """The customer, then its recurring invoices, also those that the API no longer returns."""
    own = [row for row in schedules.rows() if row.data["customer_id"] == customer_id]
    return [_customer(customers.row(customer_id), now), *(_schedule(row, now) for row in own)]


def _customer(row: Row, now: datetime) -> Json:
    return {
        "kind": "customer",
        "id": str(row.data["id"]),
        "name": row.data["business_then_name"],
        "exists": row.exists_at(now),
        "disabled": row.data["disabled"],
        "last_updated": row.data["updated_at"],
    }


def _schedule(row: Row, now: datetime) -> Json:
    return {
        "kind": "recurring invoice",
        "id": str(row.data["id"]),
        "name": row.data["name"],
        "exists": row.exists_at(now),
        "frequency": row.data["frequency"],
        "paused": row.data["paused"],
        "lines": [_line(line) for line in row.data["lines"]],
    }


def token_record(token: ApiToken) -> Json:
    return {"kind": "API token", "name": token.name, "exists": True, "permissions": sorted(token.ticked)}


def _line(line: Json) -> str:
    """``Backup x 5.0 (one time)``."""
    marks = [
        mark for mark, told in (("one time", line["one_time_charge"]), ("by assets", line["asset_type_id"])) if told
    ]
    return f"{line['name']} x {line['quantity']}" + (f" ({', '.join(marks)})" if marks else "")
