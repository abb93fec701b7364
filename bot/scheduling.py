"""Journey: when a connection's syncs run. Shown, changed, taken back; every change is a version, and audited (R109)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.planned import Plan, plan_of
from bot.schedules.hours import Hours
from bot.schedules.timetable import MANUAL, OnDate, Timetable, anniversary
from bot.store.database import Database
from bot.store.queries import audit, connections, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from bot.store.queries.schedules import SCHEDULED, SyncSchedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is planned for one connection; the full sync's plan comes first."""

    connection: Connection
    plans: tuple[Plan, ...]
    at: datetime

    def of(self, kind: RunKind) -> Plan:
        return next(plan for plan in self.plans if plan.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """Somebody else changed it meanwhile, so nothing was changed."""

    connection: Connection
    kind: RunKind


class Scheduling:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    async def plan(self, connection: Connection, kind: RunKind) -> Plan:
        return await plan_of(self._db, connection, kind)

    async def agenda(self, connection: Connection) -> Agenda:
        plans = [await self.plan(connection, kind) for kind in SCHEDULED]
        return Agenda(connection=connection, plans=tuple(plans), at=self._clock.now())

    async def agendas(self) -> Sequence[Agenda]:
        return [await self.agenda(connection) for connection in await connections.every(self._db)]

    async def change(
        self, connection: Connection, kind: RunKind, timetable: Timetable, peak: Hours | None, *, by: str, after: int
    ) -> SyncSchedule | Outdated:
        """``after``: the version that was seen when the change was thought of."""
        changed = await schedules.change(
            self._db,
            connection,
            kind,
            timetable=timetable,
            peak=peak,
            by=by,
            now=self._clock.now(),
            after=after,
        )
        return await self._noted("change schedule", connection, kind, by, changed)

    async def undo(self, connection: Connection, kind: RunKind, version: int, *, by: str) -> SyncSchedule | Outdated:
        """Takes ``version`` back, where it is still in force: what was before it counts again, as a version anew."""
        before = await schedules.version(self._db, connection, kind, version - 1)
        undone = await schedules.change(
            self._db,
            connection,
            kind,
            timetable=before.timetable if before else MANUAL,
            peak=before.peak if before else None,
            by=by,
            now=self._clock.now(),
            after=version,
        )
        return await self._noted("undo schedule", connection, kind, by, undone)

    async def _noted(
        self, action: str, connection: Connection, kind: RunKind, by: str, changed: SyncSchedule | None
    ) -> SyncSchedule | Outdated:
        await audit.write(
            self._db,
            at=self._clock.now(),
            who=by,
            action=action,
            target=f"{connection.name} {kind}",
            outcome="done" if changed else "outdated",
            detail=_detail(changed) if changed else "",
        )
        return changed or Outdated(connection=connection, kind=kind)


def suggestion(connection: Connection, kind: RunKind) -> Timetable:
    """For a connection that only people sync: weekly for the full sync, monthly for the settings (C4, R224)."""
    if kind is RunKind.SETTINGS:
        return Timetable(monthly=OnDate(day=1))
    return Timetable(weekly=anniversary(connection.created_at))


def _detail(changed: SyncSchedule) -> str:
    table = changed.timetable
    days = [f"weekly {table.weekly}"] if table.weekly else []
    days += [f"monthly {table.monthly}"] if table.monthly else []
    more = f", quick every {table.quick} h" if table.quick else ""
    more += f", peak hours {changed.peak}" if changed.peak else ""
    none = "manual only" if table.is_manual else "no days"
    return f"version {changed.version}: {' and '.join(days) or none}, at {table.at:%H:%M}{more}"
