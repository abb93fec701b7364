"""A settings sync: the PSA's configuration tables, compared, checked, and swapped at once (R141, R177 to R186)."""

from collections.abc import Sequence
from typing import Any

from bot.store.queries import settings
from bot.store.queries.runs import RunState
from bot.sync.configuration_checks import integrity
from bot.sync.configuration_diff import compared, tallied
from bot.sync.progress import Phase, Stopped
from bot.sync.result import Ending
from bot.sync.verification import verify
from bot.sync.work import Work
from connectors.errors import PsaDown
from connectors.records import Because, SettingsTable

Json = dict[str, Any]


async def sync_settings(work: Work) -> Ending:
    """Raises InvalidSnapshot where the tables contradict each other: then the version before is kept (R184)."""
    before = await settings.read(work.db, work.connection.id)
    tables = await _read(work)
    work.progress.enter(Phase.COMPARING)
    await work.progress.tell()
    integrity(tables, before, work.connector.spec)
    changes = compared(before, tables)
    work.progress.enter(Phase.WRITING)
    await work.progress.tell()
    written = await settings.write(
        work.db,
        work.lease.run_id,
        work.lease.token,
        work.connection.id,
        tables=tables,
        changes=changes,
        now=work.clock.now(),
    )
    if not written:
        raise Stopped
    after = await settings.read(work.db, work.connection.id)
    checks = verify(tables, before, after, work.connector.spec)
    counts = _counts(tables) | {"verified": [check.as_json() for check in checks]}
    return Ending(state=RunState.SUCCEEDED, counts=counts, changes=tallied(changes))


async def _read(work: Work) -> list[SettingsTable]:
    """In the order of the Spec, whatever order they came in; how many of how many is told as they come (R178)."""
    expected = len(work.connector.spec.settings_tables)
    found: list[SettingsTable] = []
    work.progress.enter(Phase.TABLES, detail=f"0 of {expected}")
    async for table in work.connector.settings_tables():
        found.append(table)
        work.progress.add(len(table.rows or ()))
        work.progress.enter(Phase.TABLES, detail=f"{len(found)} of {expected}")
        await work.progress.tell()
    down = [table.name for table in found if table.because is Because.PSA_DOWN]
    if down:
        raise PsaDown(f"{work.connector.spec.nouns.psa} did not answer for: {', '.join(down)}.")
    order = list(work.connector.spec.settings_tables)
    return sorted(found, key=lambda table: order.index(table.kind))


def _counts(tables: Sequence[SettingsTable]) -> Json:
    """What was read of each table, and what could not be."""
    return {
        "tables": {
            "read": sum(table.rows is not None for table in tables),
            "refused": [table.name for table in tables if table.because is Because.PERMISSION],
            "not_exposed": [table.name for table in tables if table.because is Because.NOT_EXPOSED],
            "rows": sum(len(table.rows or ()) for table in tables),
            "inactive": sum(row.active is False for table in tables for row in table.rows or ()),
        }
    }
