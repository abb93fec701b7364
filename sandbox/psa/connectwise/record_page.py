"""The page that a deep link opens in the vendor's web client: here a plain table of the record (CW §9)."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

from aiohttp import web

from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.tenant import Tenant

RECORD_PAGE: Final = "/v4_6_release/services/system_io/router/openrecord.rails"
STYLE: Final = "body{font:15px system-ui;margin:3rem}th{text-align:left;padding-right:2rem}td,th{padding-bottom:.3rem}"


def record_page(tenant: Tenant, query: Mapping[str, str], now: datetime) -> web.Response:
    collections: Mapping[str, Collection] = {"CompanyFV": tenant.companies, "AgreementFV": tenant.agreements}
    collection = collections.get(query.get("recordType", ""))
    record_id = query.get("recid", "")
    snapshot = collection.at(now) if collection else None
    position = snapshot.position(int(record_id)) if snapshot and record_id.isdecimal() else None
    if snapshot is None or position is None:
        return web.Response(text="<h1>There is no such record.</h1>", status=404, content_type="text/html")
    data = snapshot.rows[position].data
    lines = "".join(f"<tr><th>{escape(name)}<td>{escape(_shown(value))}" for name, value in data.items())
    text = f"<!doctype html><style>{STYLE}</style><h1>{escape(data['name'])}</h1><table>{lines}</table>"
    return web.Response(text=text, content_type="text/html")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("lastUpdated") or "")
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    return "" if value is None else str(value)
