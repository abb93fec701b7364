"""The configuration tables of a simulated tenant, and what a person may change in them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.psa.contract import ConfigurationChange
from sandbox.psa.records import Json

Tables = Mapping[str, Sequence[Json]]
Edit = Callable[[Tables], Tables]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One change, as a person would tell it, and what it makes of the tables."""

    change: ConfigurationChange
    edit: Edit

    @classmethod
    def of(cls, change_id: str, title: str, *edits: Edit) -> "Alteration":
        return cls(change=ConfigurationChange(id=change_id, title=title), edit=in_turn(edits))


class Configuration:
    """``rows``: of one table as it is now. What was changed can be undone in any order."""

    def __init__(self, tables: Tables, alterations: Iterable[Alteration] = ()) -> None:
        self._usual = tables
        self._alterations = {one.change.id: one for one in alterations}
        self._made: dict[str, None] = {}
        self._tables = tables

    @property
    def changes(self) -> Sequence[ConfigurationChange]:
        known = [one.change for one in self._alterations.values()]
        return [replace(change, made=change.id in self._made) for change in known]

    @property
    def tables(self) -> Tables:
        return self._tables

    def rows(self, table: str) -> Sequence[Json]:
        return self._tables[table]

    def make(self, change_id: str) -> None:
        """KeyError: there is no such change."""
        self._made[self._alterations[change_id].change.id] = None
        self._work_out()

    def undo(self, change_id: str) -> None:
        """KeyError: there is no such change. Nothing happens where it was not made."""
        self._made.pop(self._alterations[change_id].change.id, None)
        self._work_out()

    def put(self, table: str, rows: Sequence[Json]) -> None:
        """Another table from now on, such as a very long one."""
        self._usual = {**self._usual, table: rows}
        self._work_out()

    def _work_out(self) -> None:
        self._tables = in_turn([self._alterations[change_id].edit for change_id in self._made])(self._usual)


def added(table: str, *rows: Json) -> Edit:
    return lambda tables: {**tables, table: [*tables[table], *rows]}


def removed(table: str, fits: Callable[[Json], bool]) -> Edit:
    return lambda tables: {**tables, table: [row for row in tables[table] if not fits(row)]}


def altered(table: str, fits: Callable[[Json], bool], **fields: Any) -> Edit:
    """``fields``: what the rows that fit hold from then on."""
    return lambda tables: {**tables, table: [{**row, **fields} if fits(row) else row for row in tables[table]]}


def having(**fields: Any) -> Callable[[Json], bool]:
    return lambda row: all(row.get(name) == value for name, value in fields.items())


def in_turn(edits: Iterable[Edit]) -> Edit:
    every = tuple(edits)

    def edit(tables: Tables) -> Tables:
        for one in every:
            tables = one(tables)
        return tables

    return edit
