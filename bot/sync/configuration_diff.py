"""What differs between two versions of a PSA's configuration, by table and row, with names: pure (R182, R183)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.store.configuration import Configuration, SettingsChange, Turn
from connectors.records import SettingsRow, SettingsTable

OWN: Final = ("name", "active")


def compared(before: Configuration, tables: Sequence[SettingsTable]) -> list[SettingsChange]:
    """Nothing for the first version: that is a beginning. A table that could not be read on one side is no change."""
    if before.version == 0:
        return []
    changes: list[SettingsChange] = []
    for table in tables:
        stored = before.tables.get(table.kind)
        if table.rows is not None and stored is not None and stored.rows is not None:
            changes += _of_table(table, stored.rows)
    return changes


def tallied(changes: Sequence[SettingsChange]) -> dict[str, int]:
    """Counts by what happened: the ``changes`` of ``psa-bot sync --json``."""
    counts = Counter(change.what.value for change in changes)
    return {turn.value: counts[turn.value] for turn in Turn}


def _of_table(table: SettingsTable, before: Sequence[SettingsRow]) -> list[SettingsChange]:
    old, new = ({row.id: row for row in rows} for rows in (before, table.rows or ()))
    changes = [_whole(table, row, Turn.ADDED) for key, row in new.items() if key not in old]
    changed = (_changed(table, old[key], row) for key, row in new.items() if key in old and old[key] != row)
    changes += [change for change in changed if change.before or change.after]
    return changes + [_whole(table, row, Turn.REMOVED) for key, row in old.items() if key not in new]


def _whole(table: SettingsTable, row: SettingsRow, what: Turn) -> SettingsChange:
    return SettingsChange(kind=table.kind, row_id=row.id, name=row.name, what=what)


def _changed(table: SettingsTable, old: SettingsRow, new: SettingsRow) -> SettingsChange:
    before, after = _fields(old), _fields(new)
    differing = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return SettingsChange(
        kind=table.kind,
        row_id=new.id,
        name=new.name,
        what=Turn.CHANGED,
        before={name: before.get(name) for name in differing},
        after={name: after.get(name) for name in differing},
    )


def _fields(row: SettingsRow) -> Mapping[str, Any]:
    """As plain JSON values; a property of the PSA's keeps its own name and never hides one of ours."""
    own: dict[str, Any] = {name: getattr(row, name) for name in OWN}
    own["parent"] = f"{row.parent.name} ({row.parent.id})" if row.parent else None
    own["options"] = None if row.options is None else [option.name for option in row.options]
    return {f"property {name}": value for name, value in row.properties.items()} | own
