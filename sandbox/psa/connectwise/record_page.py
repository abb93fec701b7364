"""The page that a deep link opens in the vendor's web client: here a plain table of the record (CW §9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from aiohttp import web

from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.tenant import Tenant
from sandbox.psa.record_page import no_such_record, table_of

RECORD_PAGE: Final = "/v4_6_release/services/system_io/router/openrecord.rails"


def record_page(tenant: Tenant, query: Mapping[str, str], now: datetime) -> web.Response:
    collections: Mapping[str, Collection] = {"CompanyFV": tenant.companies, "AgreementFV": tenant.agreements}
    collection = collections.get(query.get("recordType", ""))
    record_id = query.get("recid", "")
    snapshot = collection.at(now) if collection else None
    position = snapshot.position(int(record_id)) if snapshot and record_id.isdecimal() else None
    if snapshot is None or position is None:
        return no_such_record()
    data = snapshot.rows[position].data
    return table_of(data["name"], ((name, _shown(value)) for name, value in data.items()))


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("lastUpdated") or "")
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    return "" if value is None else str(value)
