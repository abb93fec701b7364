"""Which syncs did not happen, did not end, or are asked for by nobody while the data gets old (R115)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.overview import NO_LIMITS_SET, Limits, failing_streak
from bot.planned import SCHEDULE, Plan, Plans, plan_of
from bot.schedules.owed import Missed
from bot.store.database import Database
from bot.store.queries import channels, connections, runs
from bot.store.queries.channels import Incident
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, SyncRun

NOTICED_AFTER: Final = timedelta(minutes=15)  # a clock that ticks asks within seconds
HUNG_AFTER: Final = timedelta(hours=1)  # product.md §6.4: a run over an hour is queued or stuck
SLOWER: Final = 3  # times as long as this sync usually takes is worth a word, where that is more


class Why(StrEnum):
    """Causes of incidents, beside those of failed syncs."""

    MISSED = "missed"
    HUNG = "hung"
    OLD = "old"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """``since``: the fire that was missed, when the sync that hangs was asked for, or of when the data is."""

    connection: Connection
    kind: RunKind
    why: Why
    since: datetime
    run: SyncRun | None = None
    next_at: datetime | None = None


class Overdues:
    def __init__(self, db: Database, limits: Limits = NO_LIMITS_SET) -> None:
        self._db = db
        self._limits = limits
        self._plans = Plans(db)

    async def now(self, now: datetime) -> Sequence[Overdue]:
        """A paused connection is never overdue; one that only people sync misses nothing, but its data gets old."""
        late = [await _late(self._db, plan, now) for plan in await self._plans.open(now) if not plan.connection.paused]
        return [*(one for one in late if one is not None), *await self._old(now)]

    async def _old(self, now: datetime) -> Sequence[Overdue]:
        renewed = await runs.last_successes(self._db)
        every = [each for each in await connections.every(self._db) if not each.paused and each.id in renewed]
        aged = [each for each in every if now - renewed[each.id] > self._limits.stale_after]
        plans = [await plan_of(self._db, each) for each in aged]
        return [_overdue(plan, Why.OLD, renewed[plan.connection.id], now) for plan in plans if _only_people_renew(plan)]


async def _late(db: Database, plan: Plan, now: datetime) -> Overdue | None:
    hung = await _hung(db, plan, now)
    if hung is not None:
        return _overdue(plan, Why.HUNG, hung.requested_at, now, hung)
    missed = await _missed(db, plan, now)
    return _overdue(plan, Why.MISSED, missed, now) if missed is not None else None


async def _missed(db: Database, plan: Plan, now: datetime) -> datetime | None:
    """One that was let pass because the connection was paused then is not missed."""
    owed = plan.owed(now)
    if owed is None or (not isinstance(owed, Missed) and now - owed.at < NOTICED_AFTER):
        return None
    return None if await channels.has_fired(db, plan.name, owed.at) else owed.at


async def _hung(db: Database, plan: Plan, now: datetime) -> SyncRun | None:
    """Only one that the schedule asked for: a person who asks sees how it goes."""
    newest = next(iter(plan.recent), None)
    if newest is None or newest.ended_at is not None or newest.requested_by != SCHEDULE:
        return None
    usual = await runs.usual_seconds(db, plan.connection.id, plan.kind)
    patience = max(HUNG_AFTER, timedelta(seconds=SLOWER * (usual or 0)))
    return newest if now - newest.requested_at > patience else None


def _only_people_renew(plan: Plan) -> bool:
    """And the last of these syncs did not fail: that is another incident."""
    return plan.timetable.is_manual and not failing_streak(plan.recent)


def _overdue(plan: Plan, why: Why, since: datetime, now: datetime, run: SyncRun | None = None) -> Overdue:
    return Overdue(connection=plan.connection, kind=plan.kind, why=why, since=since, run=run, next_at=plan.due_at(now))


def why_of(incident: Incident) -> Why | None:
    """None: it is about a sync that failed."""
    cause = incident.key.rpartition(":")[2]
    return Why(cause) if cause in set(Why) else None
