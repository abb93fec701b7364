"""What a settings sync changed and verified, a line each, for the card of its run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.render.words import plural, short
from bot.store.configuration import SettingsChange, Turn
from bot.store.queries.runs import SyncRun

SIGNS: Final = {Turn.ADDED: "+", Turn.CHANGED: "~", Turn.REMOVED: "-"}
MARKS: Final = {"pass": "✅", "fail": "❌", "unknown": "❔", "not_needed": "➖"}
MOST_LINES: Final = 12
MOST_NAMES: Final = 4
# R190 to R195: said on every card, because people look for it there.
NEVER_READ: Final = "tickets, history, passwords, financial data, attachments, time entries"


def facts(run: SyncRun) -> list[tuple[str, str]]:
    tables: Mapping[str, Any] = run.counts.get("tables") or {}
    refused = list(tables.get("refused") or ())
    lines = [
        ("Read", f"{plural(int(tables.get('read', 0)), 'table')}, {plural(int(tables.get('rows', 0)), 'row')}"),
        ("Changes", _tally(run) or "none"),
    ]
    return [*lines, ("Not readable", ", ".join(refused))] if refused else lines


def changes(found: Sequence[SettingsChange], tables: Mapping[str, str]) -> tuple[str, ...]:
    """``+ 1 Service Boards: Projects``, and which property of a changed row differs. ``tables``: kind to its words."""
    by_table = defaultdict[tuple[str, Turn], list[SettingsChange]](list)
    for one in found:
        by_table[tables.get(one.kind, one.kind.value), one.what].append(one)
    lines = [
        f"{SIGNS[what]} {len(its)} {table}: {', '.join(_named(one) for one in its[:MOST_NAMES])}{_rest(its)}"
        for (table, what), its in by_table.items()
    ]
    more = [f"… and changes in {len(lines) - MOST_LINES} more tables"] if len(lines) > MOST_LINES else []
    return (*lines[:MOST_LINES], *more)


def verified(run: SyncRun) -> tuple[str, ...]:
    """``✅ boards: 6 of 6 in use are here``."""
    checks: Sequence[Mapping[str, str]] = run.counts.get("verified") or ()
    return tuple(f"{MARKS.get(one['state'], '❔')} {one['group']}: {one['says']}" for one in checks)


def _tally(run: SyncRun) -> str:
    return ", ".join(f"{count:,} {turn}" for turn, count in run.changes.items() if count)


def _named(change: SettingsChange) -> str:
    name = short(change.name or change.row_id, 40)
    if change.what is not Turn.CHANGED:
        return name
    if "name" in change.before:
        return f"{short(str(change.before['name']), 40)} → {name}"
    if "active" in change.after:
        return f"{name} ({'active again' if change.after['active'] else 'now inactive'})"
    return f"{name} ({', '.join(field.removeprefix('property ') for field in list(change.after)[:3])})"


def _rest(its: Sequence[SettingsChange]) -> str:
    return f" and {len(its) - MOST_NAMES} more" if len(its) > MOST_NAMES else ""
