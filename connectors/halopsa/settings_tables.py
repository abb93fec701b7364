"""Reads the configuration tables of a settings sync. Only lookups wait for another answer, the list of their numbers:
the longest chain is of two calls, after the sign-in (HALO §1, §6).
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from connectors.configuration import (
    Once,
    Read,
    Rows,
    put_together,
    refused_or,
    settings_rows,
    tables_of,
    under_named_parents,
)
from connectors.halopsa.api import Api
from connectors.halopsa.configuration import (
    CATEGORIES,
    DEPARTMENTS,
    LEVEL,
    LOOKUP,
    LOOKUP_OF_LOOKUPS,
    LOOKUPS,
    PRIORITIES,
    SLAS,
    TABLES,
    TEAMS,
    TICKET_AREAS,
    Listed,
)
from connectors.halopsa.spec import SPEC
from connectors.halopsa.tables import PURPOSE
from connectors.http import at_once
from connectors.paging import Row
from connectors.records import SettingsKind, SettingsTable

Answer = Once[Sequence[Row]]


def read_settings_tables(api: Api, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
    return tables_of(SPEC, reads(api), only)


def reads(api: Api) -> Mapping[SettingsKind, Read]:
    """The lookups first: they wait for one another."""
    numbers, teams, slas, categories = (
        Once(partial(_answer, api, listed)) for listed in (LOOKUP_OF_LOOKUPS, TEAMS, SLAS, CATEGORIES)
    )
    return {
        **{kind: partial(_lookup, api, numbers, kind) for kind in LOOKUPS},
        SettingsKind.BOARDS: lambda: put_together([_rows(api, TICKET_AREAS), _shared(teams, TEAMS)]),
        SettingsKind.DEPARTMENTS: lambda: _departments(api, teams),
        SettingsKind.SLAS: lambda: _shared(slas, SLAS),
        SettingsKind.PRIORITIES: lambda: _priorities(api, slas),
        SettingsKind.CATEGORIES: lambda: _of_levels(categories, first=True),
        SettingsKind.SUBCATEGORIES: lambda: _of_levels(categories, first=False),
        **{kind: partial(_rows, api, listed) for kind, listed in TABLES.items()},
    }


async def _answer(api: Api, listed: Listed) -> Sequence[Row]:
    """Most lists come whole. One that says that it goes on is read page by page."""
    if not listed.is_paged:
        rows, total = await api.some(PURPOSE, listed.path, listed.params)
        if total is None or len(rows) >= total:
            return rows
    return [row async for page in api.every(PURPOSE, listed.path, listed.params) for row in page]


async def _rows(api: Api, listed: Listed) -> Rows:
    return _kept(await _answer(api, listed), listed)


async def _shared(answer: Answer, listed: Listed) -> Rows:
    return _kept(await answer.answer(), listed)


def _kept(rows: Sequence[Row], listed: Listed) -> Rows:
    return settings_rows(rows, listed.columns, psa=SPEC.nouns.psa, prefix=listed.prefix)


async def _departments(api: Api, teams: Answer) -> Rows:
    """Whether the list of organisations holds their departments is not documented. Where it does not, teams name
    theirs.
    """
    organisations = await refused_or(_answer(api, DEPARTMENTS))
    if isinstance(organisations, Sequence):
        lists = [row["departments"] for row in organisations if isinstance(row.get("departments"), list)]
        if lists:
            return _kept([row for rows in lists for row in rows if isinstance(row, Mapping)], DEPARTMENTS)
    rows = [{"id": row.get("department_id"), "name": row.get("department_name")} for row in await teams.answer()]
    return _kept([row for row in rows if row["id"]], DEPARTMENTS)


async def _priorities(api: Api, slas: Answer) -> Rows:
    """A priority tells the number of its SLA. Where SLAs are refused, the number stays."""
    async with at_once() as group:
        priorities = group.create_task(_rows(api, PRIORITIES))
        known = group.create_task(refused_or(_shared(slas, SLAS)))
    above = known.result()
    return under_named_parents(priorities.result(), above) if isinstance(above, tuple) else priorities.result()


async def _of_levels(categories: Answer, *, first: bool) -> Rows:
    rows = await _shared(categories, CATEGORIES)
    return tuple(row for row in rows if (row.properties.get(LEVEL) in {None, 1}) is first)


async def _lookup(api: Api, numbers: Answer, kind: SettingsKind) -> Rows | None:
    """None: the list of lookups names none that is this table."""
    named = await _shared(numbers, LOOKUP_OF_LOOKUPS)
    number = next((row.id for row in named if LOOKUPS[kind].search(row.name)), None)
    if number is None:
        return None
    return await _rows(api, replace(LOOKUP, params={"lookupid": number}))
