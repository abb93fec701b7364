"""The page that a deep link opens in the vendor's web client: here a plain table of the record (AT §9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from sandbox.psa.autotask.tenant import Tenant, shown
from sandbox.psa.record_page import no_such_record, table_of

RECORD_PAGE: Final = "/Autotask/AutotaskExtend/ExecuteCommand.aspx"


def record_page(tenant: Tenant, query: Mapping[str, str], now: datetime) -> web.Response:
    codes = {
        "OpenAccount": (tenant.companies, "AccountID", "companyName"),
        "OpenContract": (tenant.contracts, "ContractID", "contractName"),
    }
    collection, parameter, title = codes.get(query.get("Code", ""), (None, "", ""))
    wanted = query.get(parameter, "")
    rows = collection.at(now) if collection else ()
    found = next((row for row in rows if str(row["id"]) == wanted), None)
    return no_such_record() if found is None else table_of(found[title], shown(found, None).items())
