"""How each connection is: its last sync, the age of its data, what runs now, and what is wrong."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.planned import Plan, plan_of
from bot.store.database import Database
from bot.store.queries import channels, connections, history, runs, snapshots
from bot.store.queries.channels import Incident
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.snapshot import Totals
from connectors.registry import specs

ENDED_BADLY: Final = frozenset({RunState.FAILED, RunState.REFUSED, RunState.INCOMPLETE, RunState.UNKNOWN})
SOMEBODY_MUST_ACT: Final = frozenset({RunState.FAILED, RunState.REFUSED})
# A sync of one customer was asked for by a person, who sees how it ends: it says nothing about the connection.
WATCHED: Final = (RunKind.FULL, RunKind.QUICK, RunKind.SETTINGS)
LOOKED_AT: Final = 100  # a streak of failures is not counted any further
NEED_SOMEBODY: Final = frozenset({"failing", "stale", "never_synced"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When it is time to say something (product.md §6.2)."""

    stale_after: timedelta = timedelta(days=8)  # where no schedule says otherwise; longer than a weekly sync
    in_a_row: int = 3  # failures of a passing cause before anybody is told

    def under(self, plan: Plan) -> "Limits":
        """Data is old when it is older than its schedule lets it get."""
        return replace(self, stale_after=plan.fresh_for or self.stale_after)


NO_LIMITS_SET: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``state``: paused, failing, retrying, never_synced, stale or ok. ``age`` None: never synced.

    ``next_sync_at``: of a full or a quick sync. None: it is paused, or only people start these (R115).
    """

    connection: Connection
    state: str
    age: timedelta | None
    last: SyncRun | None  # the last successful full sync
    quick: SyncRun | None = None  # the last successful quick one, where it is newer
    streak: tuple[SyncRun, ...]  # the failures since the last success, newest first
    running: SyncRun | None
    totals: Totals
    incidents: tuple[Incident, ...]
    next_sync_at: datetime | None = None
    calls: int = 0  # by syncs, within the window of the PSA's own limit
    version_changed: tuple[str, str] | None = None  # of the PSA, since its settings were synced (R155)

    @property
    def needs_somebody(self) -> bool:
        return self.state in NEED_SOMEBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    at: datetime
    connections: tuple[Standing, ...]

    @property
    def need_somebody(self) -> int:
        return sum(standing.needs_somebody for standing in self.connections)


class Overviews:
    def __init__(self, db: Database, clock: Clock, limits: Limits = NO_LIMITS_SET) -> None:
        self._db = db
        self._clock = clock
        self._limits = limits

    async def now(self) -> Overview:
        """All connections, read side by side."""
        now = self._clock.now()
        every = await connections.every(self._db)
        incidents = await channels.open_incidents(self._db)
        standings = await asyncio.gather(*(self._of(each, incidents, now) for each in every))
        return Overview(at=now, connections=tuple(standings))

    async def _version_changed(self, connection: Connection) -> tuple[str, str] | None:
        settings = await runs.last_success(self._db, connection.id, RunKind.SETTINGS)
        return await history.version_changed(self._db, connection.id, settings.id) if settings else None

    async def _of(self, connection: Connection, incidents: Sequence[Incident], now: datetime) -> Standing:
        last = await runs.last_success(self._db, connection.id)
        quick = await runs.last_success(self._db, connection.id, RunKind.QUICK)
        going_on = await runs.active(self._db, connection.id)
        streak = failing_streak(await runs.latest(self._db, connection.id, LOOKED_AT, kinds=[RunKind.FULL]))
        age = now - last.ended_at if last and last.ended_at else None
        plan = await plan_of(self._db, connection)
        return Standing(
            connection=connection,
            state=_state(connection, age, streak, self._limits.under(plan)),
            age=age,
            last=last,
            quick=quick if last and quick and quick.id > last.id else None,
            streak=tuple(streak),
            running=min(going_on, key=lambda run: run.state is not RunState.RUNNING, default=None),
            totals=await snapshots.totals(self._db, connection.id),
            incidents=tuple(each for each in incidents if is_about(each, connection)),
            next_sync_at=plan.next_at(now),
            calls=await runs.calls_since(self._db, connection.id, now - call_window(connection.psa)),
            version_changed=await self._version_changed(connection),
        )


def call_window(psa: str) -> timedelta:
    """The time within which the PSA counts calls."""
    limits = specs()[psa].limits
    return timedelta(minutes=limits[0].minutes if limits else 1)


def is_about(incident: Incident, connection: Connection) -> bool:
    """By the connection's number, which the database may give to a new connection after one was removed."""
    return incident.key.startswith(f"{connection.id}:") and incident.opened_at >= connection.created_at


def failing_streak(newest_first: Sequence[SyncRun]) -> list[SyncRun]:
    """The failures since the last success. One that was cancelled, or goes on, is neither."""
    streak: list[SyncRun] = []
    for run in newest_first:
        if run.state is RunState.SUCCEEDED:
            break
        if run.state in ENDED_BADLY:
            streak.append(run)
    return streak


def is_serious(streak: Sequence[SyncRun], age: timedelta | None, limits: Limits) -> bool:
    """A cause that somebody must remove, at once; a passing one when it stays, or when the data gets too old."""
    if not streak:
        return False
    too_old = age is not None and age > limits.stale_after
    return streak[0].state in SOMEBODY_MUST_ACT or len(streak) >= limits.in_a_row or too_old


def _state(connection: Connection, age: timedelta | None, streak: Sequence[SyncRun], limits: Limits) -> str:
    if connection.paused:
        return "paused"
    if is_serious(streak, age, limits):
        return "failing"
    if streak:
        return "retrying"
    if age is None:
        return "never_synced"
    return "stale" if age > limits.stale_after else "ok"
