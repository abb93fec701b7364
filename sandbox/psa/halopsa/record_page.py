"""The page that a deep link opens in the agent app: here a plain table of the customer (HALO §8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from sandbox.psa.halopsa.tenant import Tenant
from sandbox.psa.record_page import no_such_record, table_of

RECORD_PAGE: Final = "/customers"
SHOWN: Final = ("id", "name", "ref", "toplevel_name", "inactive", "client_to_invoice_recurring_name", "alastupdate")


def record_page(tenant: Tenant, query: Mapping[str, str], now: datetime) -> web.Response:
    wanted = query.get("clientid", "")
    found = next((one for one in tenant.clients.at(now) if str(one["id"]) == wanted), None)
    return no_such_record() if found is None else table_of(found["name"], ((name, found[name]) for name in SHOWN))
