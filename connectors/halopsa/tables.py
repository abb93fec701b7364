"""The tenant's own tables, which the filter looks customers up in (HALO §6). No id of them is known (R95)."""

from typing import Final

from connectors.errors import NotFound, PermissionDenied
from connectors.halopsa import normalize
from connectors.halopsa.api import Api
from connectors.records import Because, Table, Tables

PURPOSE: Final = "settings"
GROUPS: Final = "/TopLevel"
_NOT_THERE: Final = Because.NOT_EXPOSED


async def read_tables(api: Api) -> Tables:
    """Halo has customer groups; activity is a mark, told as a table of two so that a filter can choose (R90)."""
    return Tables(
        statuses=Table(name="statuses", rows=normalize.statuses()),
        types=await _groups(api),
        agreement_types=Table(name="agreement_types", rows=None, because=_NOT_THERE),
        billing_cycles=Table(name="billing_cycles", rows=None, because=_NOT_THERE),
    )


async def _groups(api: Api) -> Table:
    try:
        rows = [row async for page in api.every(PURPOSE, GROUPS) for row in page]
    except PermissionDenied:
        return Table(name="types", rows=None, because=Because.PERMISSION)
    except NotFound:
        return Table(name="types", rows=None, because=_NOT_THERE)
    return Table(name="types", rows=normalize.groups(rows))
