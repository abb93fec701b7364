"""The page that a deep link opens in the agent app: here a plain table of the customer (HALO §8)."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

from aiohttp import web

from sandbox.psa.halopsa.tenant import Tenant

RECORD_PAGE: Final = "/customers"
SHOWN: Final = ("id", "name", "ref", "toplevel_name", "inactive", "client_to_invoice_recurring_name", "alastupdate")
STYLE: Final = "body{font:15px system-ui;margin:3rem}th{text-align:left;padding-right:2rem}td,th{padding-bottom:.3rem}"


def record_page(tenant: Tenant, query: Mapping[str, str], now: datetime) -> web.Response:
    wanted = query.get("clientid", "")
    found = next((one for one in tenant.clients.at(now) if str(one["id"]) == wanted), None)
    if found is None:
        return web.Response(text="<h1>There is no such record.</h1>", status=404, content_type="text/html")
    lines = "".join(f"<tr><th>{escape(name)}<td>{escape(str(found[name]))}" for name in SHOWN)
    text = f"<!doctype html><style>{STYLE}</style><h1>{escape(found['name'])}</h1><table>{lines}</table>"
    return web.Response(text=text, content_type="text/html")
