"""The services that a contract bills: this API only lists contracts per catalogue service (BMS §4, way 1)."""

from collections.abc import Sequence
from typing import Final

from connectors import values
from connectors.errors import NotFound
from connectors.http import at_once
from connectors.kaseya_family import normalize
from connectors.kaseya_family.accounts import is_id
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.rights import CONTRACTS_LOOKUP, SERVICES
from connectors.paging import Row
from connectors.records import LineItem

MOST_SERVICES: Final = 150  # one call each


async def lines_of(api: Api, agreement_id: str) -> Sequence[LineItem]:
    """One call for each service of the catalogue. Raises NotFound where those would be too many."""
    if not is_id(agreement_id):
        return []
    async with at_once() as group:
        naming = group.create_task(_name_of(api, agreement_id))
        listing = group.create_task(_services(api))
    services, name = listing.result(), naming.result()
    if len(services) > MOST_SERVICES:
        raise NotFound(
            f"{api.psa} has {len(services)} services and can only be asked for the contracts of one at a time.",
            call=f"GET {SERVICES}",
        )
    async with at_once() as group:
        asking = [group.create_task(_contracts_with(api, service, name)) for service in services]
    rows = [row for task in asking for row in task.result() if str(row.get("contractid")) == str(int(agreement_id))]
    return [normalize.line(row, agreement_id) for row in rows]


async def _services(api: Api) -> list[str]:
    pages = api.bulk("one", SERVICES, {})
    return [normalize.identity_of(row, "service") async for rows in pages for row in rows]


async def _name_of(api: Api, agreement_id: str) -> str:
    """The search knows contracts by name only; without a name all are gone through."""
    params = {"Ids": agreement_id, "ExcludeExpiredContracts": "false"}
    rows = await api.rows("one", CONTRACTS_LOOKUP, params)
    named = (values.text(row.get("name")) for row in rows if str(row.get("id")) == str(int(agreement_id)))
    return next(named, None) or ""


async def _contracts_with(api: Api, service: str, name: str) -> list[Row]:
    path = f"/v2/admin/finance/services/{int(service)}/relatedservices/search"
    found, number = dict[str, Row](), 0
    while True:
        number += 1
        question = {"PageSize": api.page_size, "PageNumber": number, "Filter": {"ContractName": name} if name else {}}
        rows = api.rows_in(await api.ask("one", path, question), f"POST {path}")
        fresh = {normalize.identity_of(row, "contract service"): row for row in rows}
        if not fresh.keys() - found.keys():
            return list(found.values())
        found |= fresh
        if len(rows) < api.page_size:
            return list(found.values())
