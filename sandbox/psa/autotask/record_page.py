"""The page that a deep link opens in the vendor's web client: here a plain table of the record (AT §9)."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

from aiohttp import web

from sandbox.psa.autotask.tenant import Tenant, shown

RECORD_PAGE: Final = "/Autotask/AutotaskExtend/ExecuteCommand.aspx"
STYLE: Final = "body{font:15px system-ui;margin:3rem}th{text-align:left;padding-right:2rem}td,th{padding-bottom:.3rem}"


def record_page(tenant: Tenant, query: Mapping[str, str], now: datetime) -> web.Response:
    codes = {
        "OpenAccount": (tenant.companies, "AccountID", "companyName"),
        "OpenContract": (tenant.contracts, "ContractID", "contractName"),
    }
    collection, parameter, title = codes.get(query.get("Code", ""), (None, "", ""))
    wanted = query.get(parameter, "")
    snapshot = collection.at(now) if collection else None
    found = [one for one in snapshot.records if str(one["id"]) == wanted] if snapshot else []
    if not found:
        return web.Response(text="<h1>There is no such record.</h1>", status=404, content_type="text/html")
    fields = shown(found[0], None).items()
    lines = "".join(
        f"<tr><th>{escape(name)}<td>{escape('' if value is None else str(value))}" for name, value in fields
    )
    text = f"<!doctype html><style>{STYLE}</style><h1>{escape(found[0][title])}</h1><table>{lines}</table>"
    return web.Response(text=text, content_type="text/html")
