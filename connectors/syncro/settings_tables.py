"""Reads the configuration tables of a settings sync in six calls that do not wait for one another: the longest chain is
of one call (SYN §6). They count against the limit that all Syncro accounts of this process share.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final

from connectors.configuration import Once, Read, Rows, put_together, settings_rows, tables_of
from connectors.errors import NotFound
from connectors.paging import Row
from connectors.records import SettingsKind, SettingsTable
from connectors.syncro import normalize
from connectors.syncro.api import Api
from connectors.syncro.configuration import TABLES, Listed
from connectors.syncro.spec import SPEC

PURPOSE: Final = "settings"
Answers = Mapping[str, Once[Row]]


def read_settings_tables(api: Api, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
    return tables_of(SPEC, reads(api), only)


def reads(api: Api) -> Mapping[SettingsKind, Read]:
    paths = dict.fromkeys(listed.path for lists in TABLES.values() for listed in lists)
    answers = {path: Once(partial(api.whole, PURPOSE, path)) for path in paths}
    return {kind: partial(_table, answers, lists) for kind, lists in TABLES.items()}


async def _table(answers: Answers, lists: Sequence[Listed]) -> Rows:
    return await put_together([_rows(answers[listed.path], listed) for listed in lists])


async def _rows(answer: Once[Row], listed: Listed) -> Rows:
    told = await answer.answer()
    listed_rows = _at(told, listed.place)
    if not isinstance(listed_rows, list):
        raise NotFound(f"Syncro tells no {listed.place[-1]}.", call=f"GET {listed.path}")
    rows = normalize.entries(listed_rows)
    if listed.answers:
        rows = _with_answers(rows, _at(told, (*listed.place[:-1], listed.answers)))
    return settings_rows(rows, listed.columns, psa=SPEC.nouns.psa, prefix=listed.prefix)


def _at(told: Row, place: Sequence[str]) -> Any:
    found: Any = told
    for name in place:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _with_answers(rows: Sequence[Row], answers: Any) -> list[Row]:
    """What a custom field lets one choose stands in a list of its own, or with the field (SYN §6)."""
    offered: dict[object, list[Row]] = {}
    for answer in normalize.entries(answers):
        field = next((value for name, value in answer.items() if name.endswith("_field_id")), None)
        offered.setdefault(field, []).append(answer)
    return [{**row, "answers": row.get("answers") or offered.get(row.get("id"), [])} for row in rows]
