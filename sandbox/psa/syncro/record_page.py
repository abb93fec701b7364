"""The page that a deep link opens in the vendor's web client: here a plain table of the record (SYN §8)."""

import re
from datetime import datetime
from typing import Final

from aiohttp import web

from sandbox.psa.record_page import no_such_record, table_of
from sandbox.psa.records import Json, Kept

CUSTOMER_PAGE: Final = re.compile(r"/customers/(\d+)")
SHOWN: Final = ("id", "business_name", "fullname", "disabled", "created_at", "updated_at")


def record_page(customers: Kept, schedules: Kept, number: int, now: datetime) -> web.Response:
    data = customers.one(number, now)
    if data is None:
        return no_such_record()
    rows = [(name, data[name]) for name in SHOWN]
    rows += [("recurring invoice", _invoice(one)) for one in schedules.at(now) if one["customer_id"] == number]
    return table_of(data["business_then_name"], rows)


def _invoice(data: Json) -> str:
    lines = ", ".join(f"{line['name']} x {line['quantity']}" for line in data["lines"])
    return f"{data['name']}, {data['frequency']}{', paused' if data['paused'] else ''}: {lines or 'no line'}"
