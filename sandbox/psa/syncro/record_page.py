"""The page that a deep link opens in the vendor's web client: here a plain table of the record (SYN §8)."""

import re
from datetime import datetime
from html import escape
from typing import Final

from aiohttp import web

from sandbox.psa.syncro.records import Json, Records

CUSTOMER_PAGE: Final = re.compile(r"/customers/(\d+)")
SHOWN: Final = ("id", "business_name", "fullname", "disabled", "created_at", "updated_at")
STYLE: Final = "body{font:15px system-ui;margin:3rem}th{text-align:left;padding-right:2rem}td,th{padding-bottom:.3rem}"


def record_page(customers: Records, schedules: Records, number: int, now: datetime) -> web.Response:
    data = customers.one(number, now)
    if data is None:
        return web.Response(text="<h1>There is no such customer.</h1>", status=404, content_type="text/html")
    rows = [(name, data[name]) for name in SHOWN]
    rows += [("recurring invoice", _invoice(one)) for one in schedules.at(now) if one["customer_id"] == number]
    lines = "".join(f"<tr><th>{escape(name)}<td>{escape(str(value))}" for name, value in rows)
    name = escape(data["business_then_name"])
    text = f"<!doctype html><style>{STYLE}</style><h1>{name}</h1><table>{lines}</table>"
    return web.Response(text=text, content_type="text/html")


def _invoice(data: Json) -> str:
    lines = ", ".join(f"{line['name']} x {line['quantity']}" for line in data["lines"])
    return f"{data['name']}, {data['frequency']}{', paused' if data['paused'] else ''}: {lines or 'no line'}"
