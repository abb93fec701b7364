"""Writes a snapshot that the guard had refused, because a person says that it is true."""

from collections.abc import Callable

from bot.clock import Clock
from bot.store.asides import Aside
from bot.store.database import Database
from bot.store.queries import runs, snapshots
from bot.store.queries.runs import RunState, SyncRun
from bot.store.queries.stages import Covers
from bot.sync.progress import PART_COUNT, PARTS, Phase


class Busy(Exception):
    """A sync of this connection goes on: it will be newer than what was set aside."""


async def accept(
    db: Database, clock: Clock, refused: SyncRun, aside: Aside, *, by: str, new_token: Callable[[], str]
) -> SyncRun:
    """A run of its own, dated like the one that read it: the copy is as old as its reading. Raises Busy."""
    run, new = await runs.request(db, connection_id=refused.connection_id, kind=refused.kind, by=by, now=clock.now())
    token = f"accept/{new_token()}"
    if not new:
        raise Busy
    if not await runs.start(db, run.id, token=token, now=refused.started_at or clock.now()):
        await runs.ask_cancel(db, run.id, clock.now())  # one of another kind goes on
        raise Busy
    await _told(db, run.id, token, clock)
    whole = aside.stage.covers is Covers.EVERYTHING
    lookup = (aside.tables, aside.filter) if whole else None
    changes = await snapshots.write_stage(db, aside.stage, run_id=run.id, token=token, now=clock.now(), lookup=lookup)
    await runs.finish(
        db,
        run.id,
        token=token,
        state=RunState.SUCCEEDED if changes else RunState.CANCELLED,
        now=refused.ended_at or clock.now(),
        calls=0,
        bytes=0,
        counts={**refused.counts, "accepted_run": refused.id},
        changes=changes.counts() if changes else {},
        error=None,
    )
    if changes is None:
        raise Busy
    return await runs.get(db, run.id) or run


async def _told(db: Database, run_id: int, token: str, clock: Clock) -> None:
    """A heartbeat of now, because the run's start is that of the old reading."""
    phase = Phase.WRITING
    await runs.progress(
        db, run_id, token=token, phase=phase, number=PARTS[phase], count=PART_COUNT, rows=0, now=clock.now()
    )
