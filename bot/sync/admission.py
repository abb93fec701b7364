"""May this sync start now? Not right after the same one (R233), nor a full one while people work in the PSA (R232)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.store.database import Database
from bot.store.queries import runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.due import why_not_quick
from bot.sync.outcome import CoolingDown, PeakHours
from connectors.registry import specs


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who wants which sync. ``force``: despite the cool-down; ``in_peak``: also while people work in the PSA."""

    connection: Connection
    kind: RunKind
    by: str
    account_id: str | None = None
    question_id: int | None = None
    force: bool = False
    in_peak: bool = False
    now: datetime = field(compare=False)

    def is_for(self, run: SyncRun) -> bool:
        """Is it the very same sync?"""
        return (run.kind, run.account_id) == (self.kind, self.account_id)


class Admission:
    def __init__(self, db: Database, cooldown: timedelta) -> None:
        self._db = db
        self._cooldown = cooldown

    async def why_not(self, ask: Ask) -> str:
        """This connection has no sync of this kind: why, in words, and what to do instead. Else empty."""
        if ask.kind is not RunKind.QUICK:
            return ""
        last_full = await runs.last_success(self._db, ask.connection.id)
        return why_not_quick(specs()[ask.connection.psa], ask.connection.name, last_full)

    async def cooling(self, ask: Ask) -> CoolingDown | None:
        same = [run for run in await runs.latest(self._db, ask.connection.id) if ask.is_for(run)]
        return _cooling_down(ask, same, self._cooldown)

    async def peak(self, ask: Ask) -> PeakHours | None:
        """Only a full sync weighs on the PSA so much that it is worth a question (R229)."""
        if ask.in_peak or ask.kind is not RunKind.FULL:
            return None
        schedule = await schedules.in_force(self._db, ask.connection, ask.kind)
        hours = schedule.peak if schedule else None
        if hours is None or not hours.hold(ask.now, ZoneInfo(ask.connection.time_zone)):
            return None
        return PeakHours(connection=ask.connection, hours=hours, question=ask.question_id)


def _cooling_down(ask: Ask, same: Sequence[SyncRun], cooldown: timedelta) -> CoolingDown | None:
    """Forcing is allowed once: a last run that was itself begun within the cool-down of the one before was it."""
    ended = [(run, run.ended_at) for run in same if _counts(run) and run.ended_at]
    if not ended:
        return None
    last, ended_at = ended[0]
    if abs(ask.now - ended_at) >= cooldown:  # also where the clock was set back: nobody knows how long ago that was
        return None
    forced = any(last.requested_at < before + cooldown for _, before in ended[1:2])
    return CoolingDown(until=ended_at + cooldown, last=last, connection=ask.connection, may_force=not forced)


def _counts(run: SyncRun) -> bool:
    """A run that never read anything, or was called off, is nothing to cool down from."""
    return run.started_at is not None and run.state is not RunState.CANCELLED
