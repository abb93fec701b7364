"""Quick syncs between the full ones, every so many hours; a full one in place of them where that is due (X10, X28)."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.resync import CoolingDown, Resync
from bot.schedules.times import last_quick
from bot.store.database import Database
from bot.store.queries import channels, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from bot.store.queries.schedules import SyncSchedule
from bot.sync.due import FULL_AT_LEAST_EVERY, OUTSIDE_PEAK_HOURS, kind_due
from connectors.registry import specs

DAY: Final = timedelta(days=1)


class QuickSyncs:
    """One that failed is not tried again, and one that was missed for longer than its hours not told: the next is near.

    Remembers which hours are done with, so that a tick looks once for each.
    """

    def __init__(self, db: Database, resync: Resync) -> None:
        self._db = db
        self._resync = resync
        self._done: dict[int, datetime] = {}

    async def start(self, connection: Connection, schedule: SyncSchedule, now: datetime) -> None:
        """What is wanted by this schedule of its full syncs."""
        hours = schedule.timetable.quick
        if hours is None or not specs()[connection.psa].quick.is_offered:
            return
        wanted = last_quick(hours, now)
        if wanted <= schedule.changed_at or self._done.get(connection.id) == wanted:
            return
        if await self._is_done(connection, schedule, wanted, now):
            self._done[connection.id] = wanted

    async def _is_done(self, connection: Connection, schedule: SyncSchedule, wanted: datetime, now: datetime) -> bool:
        """No: a sync goes on, which may be as good once it has ended, or the last one has only just ended."""
        name = f"sync:{connection.id}:{RunKind.QUICK}"
        if connection.paused:
            await channels.fire_once(self._db, name, wanted)  # so that it is not made up when it is resumed
            return True
        newest = await runs.latest(self._db, connection.id, kinds=[RunKind.FULL, RunKind.QUICK])
        if any(run.ended_at is None for run in newest):
            return False
        if any(run.ended_at is not None and run.ended_at >= wanted for run in newest):
            return True
        kind = await self._kind(connection, schedule, now)
        if kind is None:
            return True
        return not isinstance(await self._resync.fire(connection, kind, wanted, name), CoolingDown)

    async def _kind(self, connection: Connection, schedule: SyncSchedule, now: datetime) -> RunKind | None:
        """A full sync that failed is not tried again within a day, as those that a day is set for (J11)."""
        last_full = await runs.last_success(self._db, connection.id)
        last_quick_one = await runs.last_success(self._db, connection.id, RunKind.QUICK)
        every = _at_least_every(connection, schedule, now)
        kind = kind_due(specs()[connection.psa].quick, last_full, last_quick_one, now, every)
        tried = await runs.latest(self._db, connection.id, 1, kinds=[RunKind.FULL])
        if kind is RunKind.QUICK or not tried or tried[0] == last_full or now - tried[0].requested_at >= DAY:
            return kind
        return RunKind.QUICK if last_full is not None else None


def _at_least_every(connection: Connection, schedule: SyncSchedule, now: datetime) -> timedelta:
    """Where peak hours are set, sooner outside of them."""
    if schedule.peak is None or schedule.peak.hold(now, ZoneInfo(connection.time_zone)):
        return FULL_AT_LEAST_EVERY
    return OUTSIDE_PEAK_HOURS
