"""The tenant's own tables, for the filter and for a settings sync (HALO §6). No id of them is known (R95)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from connectors.errors import NotFound, PermissionDenied
from connectors.halopsa import normalize
from connectors.halopsa.api import Api
from connectors.http import at_once
from connectors.paging import Row
from connectors.records import Because, Option, Table, Tables

PURPOSE: Final = "settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One table of the tenant: where it is, what to send, and which marks of its rows are kept."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    name: str = "name"
    flags: tuple[str, ...] = ()
    paged: bool = False


_BOTH: Final = {"includeenabled": "true", "includedisabled": "true"}
CONFIGURATION: Final[Mapping[str, Listed]] = {
    "areas": Listed(path="/TicketArea"),
    "teams": Listed(path="/Team", params={"showall": "true", **_BOTH}, flags=("guid", "inactive", "department_name")),
    "statuses": Listed(path="/Status", params={"showall": "true"}, flags=("guid", "shortname", "type")),
    "priorities": Listed(path="/Priority", flags=("ishidden",)),
    "slas": Listed(path="/SLA", params={"showpriorities": "true"}, flags=("guid", "workday_name")),
    "ticket types": Listed(
        path="/TicketType", params={"showall": "true", "showinactive": "true"}, flags=("guid", "visible", "group_name")
    ),
    "ticket type groups": Listed(path="/TicketTypeGroup"),
    "categories": Listed(path="/Category", name="category_name", flags=("guid", "value")),
    "custom fields": Listed(
        path="/FieldInfo", params={"iscustomfieldsetup": "true", "includevalues": "true"}, flags=("guid", "label")
    ),
    "templates": Listed(path="/Template", params={"showall": "true"}, flags=("guid", "disabled"), paged=True),
    "agents": Listed(path="/Agent", params={**_BOTH, "includeapiagents": "true"}, flags=("isdisabled", "isapiagent")),
    "roles": Listed(path="/Roles"),
    "locations": Listed(path="/Site", flags=("inactive", "client_name"), paged=True),
    "contacts": Listed(path="/Users", flags=("inactive", "client_name", "isimportantcontact"), paged=True),
    "customer groups": Listed(path="/TopLevel", paged=True),
    "lookups": Listed(path="/Lookup", params={"lookupid": "11"}, flags=("inactive",)),
    "tags": Listed(path="/Tags"),
    "outcomes": Listed(path="/Outcome"),
    "currencies": Listed(path="/Currency"),
    "billing templates": Listed(path="/BillingTemplate"),
}
_GROUPS: Final = CONFIGURATION["customer groups"]
_NOT_THERE: Final = Because.NOT_EXPOSED


async def read_tables(api: Api) -> Tables:
    """Halo has customer groups; activity is a mark, told as a table of two so that a filter can choose (R90)."""
    return Tables(
        statuses=Table(name="statuses", rows=normalize.statuses()),
        types=await _groups(api),
        agreement_types=Table(name="agreement_types", rows=None, because=_NOT_THERE),
        billing_cycles=Table(name="billing_cycles", rows=None, because=_NOT_THERE),
    )


async def read_configuration(api: Api) -> Mapping[str, Table]:
    """Every table of a settings sync, side by side. A refused or missing one says so and spoils no other."""
    async with at_once() as group:
        reading = {name: group.create_task(_table(api, name, listed)) for name, listed in CONFIGURATION.items()}
    return {name: task.result() for name, task in reading.items()}


async def _groups(api: Api) -> Table:
    try:
        rows = [row async for page in api.every(PURPOSE, _GROUPS.path) for row in page]
    except (PermissionDenied, NotFound) as error:
        return Table(name="types", rows=None, because=_because(error))
    return Table(name="types", rows=normalize.groups(rows))


async def _table(api: Api, name: str, listed: Listed) -> Table:
    try:
        rows = await _rows(api, listed)
    except (PermissionDenied, NotFound) as error:
        return Table(name=name, rows=None, because=_because(error))
    return Table(name=name, rows=tuple(_option(row, listed) for row in rows))


async def _rows(api: Api, listed: Listed) -> list[Row]:
    if listed.paged:
        return [row async for page in api.every(PURPOSE, listed.path, listed.params) for row in page]
    rows, _ = await api.some(PURPOSE, listed.path, listed.params)
    return list(rows)


def _option(row: Row, listed: Listed) -> Option:
    named = row.get(listed.name)
    flags = {name: row[name] for name in listed.flags if isinstance(row.get(name), bool | str)}
    return Option(id=normalize.identity_of(row, "table row"), name=named if isinstance(named, str) else "", flags=flags)


def _because(error: PermissionDenied | NotFound) -> Because:
    return Because.PERMISSION if isinstance(error, PermissionDenied) else _NOT_THERE
