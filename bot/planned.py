"""A connection's schedule beside its log of syncs: what is due, what was missed, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.schedules.hours import Hours
from bot.schedules.owed import Came, Due, Missed, Try, next_due, owed, settled
from bot.schedules.times import fresh_for, last_fire, next_quick
from bot.schedules.timetable import MANUAL, Timetable
from bot.store.database import Database
from bot.store.queries import connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.queries.schedules import SyncSchedule

SCHEDULE: Final = "schedule"  # who asked for a sync that nobody pressed a button for
CAME: Final = {
    RunState.QUEUED: Came.GOING_ON,
    RunState.RUNNING: Came.GOING_ON,
    RunState.SUCCEEDED: Came.GOOD,
    RunState.CANCELLED: Came.CALLED_OFF,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``schedule`` None: nobody ever set one, so only people start this sync. ``recent``: newest first."""

    connection: Connection
    kind: RunKind
    schedule: SyncSchedule | None
    recent: Sequence[SyncRun]

    @property
    def timetable(self) -> Timetable:
        return self.schedule.timetable if self.schedule else MANUAL

    @property
    def peak(self) -> Hours | None:
        return self.schedule.peak if self.schedule else None

    @property
    def name(self) -> str:
        """Under which its fires are counted."""
        return f"sync:{self.connection.id}:{self.kind}"

    @property
    def fresh_for(self) -> timedelta | None:
        return fresh_for(self.timetable)

    def owed(self, now: datetime) -> Due | Missed | None:
        return owed(self.timetable, self._since, now, self._tries) if self.schedule else None

    def settled(self, now: datetime) -> bool:
        """Nothing is owed before its next fire."""
        return self.schedule is None or settled(self.timetable, self._since, now, self._tries)

    def due_at(self, now: datetime) -> datetime | None:
        """When this very sync is asked for next, retries included. None: it is paused, or no day is set."""
        if self.schedule is None or self.connection.paused:
            return None
        return next_due(self.timetable, self._since, now, self._tries)

    def next_at(self, now: datetime) -> datetime | None:
        """The same, or a quick sync before it. None: it is paused, or only people start it."""
        due, quick = self.due_at(now), self.timetable.quick
        if quick is None or self.connection.paused:
            return due
        between = next_quick(quick, now)
        return min(due, between) if due else between

    @property
    def _since(self) -> datetime:
        return self.schedule.changed_at if self.schedule else self.connection.created_at

    @property
    def _tries(self) -> Sequence[Try]:
        return [
            Try(asked_at=run.requested_at, ended_at=run.ended_at, came=CAME.get(run.state, Came.BAD))
            for run in self.recent
        ]


async def plan_of(db: Database, connection: Connection, kind: RunKind = RunKind.FULL) -> Plan:
    return await _beside(db, connection, kind, await schedules.in_force(db, connection, kind))


async def _beside(db: Database, connection: Connection, kind: RunKind, schedule: SyncSchedule | None) -> Plan:
    recent = await runs.latest(db, connection.id, kinds=[kind])
    return Plan(connection=connection, kind=kind, schedule=schedule, recent=recent)


class Plans:
    """Remembers which fires went well, so that a tick reads the log only of those that still owe something."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._settled: dict[tuple[int, RunKind], tuple[int, datetime | None]] = {}

    async def open(self, now: datetime) -> Sequence[Plan]:
        """Those whose last fire has not gone well yet: due, under way, failed, missed."""
        every = await connections.every(self._db)
        by_id = {connection.id: connection for connection in every}
        found = []
        for schedule in await schedules.all_in_force(self._db, every):
            key = (schedule.connection_id, schedule.kind)
            standing = (schedule.version, last_fire(schedule.timetable, now))
            if self._settled.get(key) == standing:
                continue
            plan = await _beside(self._db, by_id[schedule.connection_id], schedule.kind, schedule)
            if plan.settled(now):
                self._settled[key] = standing
            else:
                found.append(plan)
        return found
