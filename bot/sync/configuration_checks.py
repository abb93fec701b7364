"""Is a configuration that was read whole and free of contradictions? Asked before anything is written (R184)."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.store.configuration import Configuration
from bot.store.snapshot import InvalidSnapshot
from connectors.contract import Spec
from connectors.records import SettingsKind, SettingsTable

MOST_NAMED: Final = 3
# A table of some size that comes back empty has lost the right to be read, not its rows.
AT_LEAST: Final = 5


def integrity(tables: Sequence[SettingsTable], before: Configuration, spec: Spec) -> None:
    """Raises InvalidSnapshot, with a sentence that is safe to show. The version before is then kept."""
    _each_table_once(tables, spec)
    for table in tables:
        _ids_are_unique(table, spec)
        _counts_are_plausible(table, before, spec)
    _parents_are_there(tables, spec)


def _each_table_once(tables: Sequence[SettingsTable], spec: Spec) -> None:
    kinds = [table.kind for table in tables]
    missing = [name for kind, name in spec.settings_tables.items() if kind not in kinds]
    if missing or len(kinds) != len(set(kinds)):
        what = f"lacks {_named(missing)}" if missing else "holds a table twice"
        raise _invalid(spec, f"What {spec.nouns.psa} sent {what}")


def _ids_are_unique(table: SettingsTable, spec: Spec) -> None:
    ids = [row.id for row in table.rows or ()]
    if len(ids) != len(set(ids)) or not all(ids):
        raise _invalid(spec, f"{table.name}: two rows have the same id, or one has none")


def _counts_are_plausible(table: SettingsTable, before: Configuration, spec: Spec) -> None:
    stored = before.tables.get(table.kind)
    had = len(stored.rows or ()) if stored else 0
    if table.rows == () and had >= AT_LEAST:
        raise _invalid(spec, f"{table.name}: {had} rows before, and none now; a right was probably lost")


def _parents_are_there(tables: Sequence[SettingsTable], spec: Spec) -> None:
    """A status whose board is not in the table of boards; where that table was not read, nobody can tell."""
    known = {table.kind: {row.id for row in table.rows} for table in tables if table.rows is not None}
    for table in tables:
        lost = _without_parent(table, spec.settings_parents, known)
        if lost:
            raise _invalid(spec, f"{table.name}: {_named(lost)} hang under a row that was not sent")


def _without_parent(
    table: SettingsTable, parents: Mapping[SettingsKind, SettingsKind], known: Mapping[SettingsKind, set[str]]
) -> list[str]:
    there = known.get(parents[table.kind]) if table.kind in parents else None
    if there is None:
        return []
    return [row.name for row in table.rows or () if row.parent is not None and row.parent.id not in there]


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _invalid(spec: Spec, what: str) -> InvalidSnapshot:
    return InvalidSnapshot(f"{what}. Nothing of it was believed, and the version from before is kept.")
