"""When a connection's syncs run: who set it, each version of it, and the one in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.schedules.hours import Hours, read_hours
from bot.schedules.timetable import Timetable, anniversary, read_monthly, read_time
from bot.store.channel_tables import ScheduleFireRow
from bot.store.database import Database
from bot.store.queries.connections import Connection
from bot.store.queries.runs import join_or_queue
from bot.store.run import RunKind, RunState, SyncRun
from bot.store.schedule_tables import SyncScheduleRow
from bot.store.statements import insert_unless_there, until_found
from bot.store.tables import SyncRunRow

SCHEDULED: Final = (RunKind.FULL, RunKind.SETTINGS)  # the kinds that have a timetable of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSchedule:
    """``version`` counts from 1. ``peak``: when a full sync had better not run."""

    connection_id: int
    kind: RunKind
    version: int
    timetable: Timetable
    peak: Hours | None
    by: str
    changed_at: datetime


async def in_force(db: Database, connection: Connection, kind: str) -> SyncSchedule | None:
    """None: nobody ever set one."""
    async with db.read() as session:
        row = (await session.exec(_newest(connection, kind))).first()
        return _schedule(row, connection) if row else None


async def all_in_force(db: Database, every: Sequence[Connection]) -> list[SyncSchedule]:
    """Of these connections, as far as somebody set one."""
    newer = aliased(SyncScheduleRow)
    followed = exists().where(
        col(newer.connection_id) == col(SyncScheduleRow.connection_id),
        col(newer.kind) == col(SyncScheduleRow.kind),
        col(newer.version) > col(SyncScheduleRow.version),
    )
    by_id = {connection.id: connection for connection in every}
    async with db.read() as session:
        rows = await session.exec(select(SyncScheduleRow).where(~followed))
        return [_schedule(row, by_id[row.connection_id]) for row in rows if row.connection_id in by_id]


async def version(db: Database, connection: Connection, kind: str, number: int) -> SyncSchedule | None:
    async with db.read() as session:
        row = (await session.exec(_of(connection, kind).where(SyncScheduleRow.version == number))).first()
        return _schedule(row, connection) if row else None


async def change(
    db: Database,
    connection: Connection,
    kind: str,
    *,
    timetable: Timetable,
    peak: Hours | None,
    by: str,
    now: datetime,
    after: int,
) -> SyncSchedule | None:
    """``after``: the version that this one replaces, 0 for the first. None: somebody changed it meanwhile."""
    row = SyncScheduleRow(
        connection_id=connection.id,
        kind=kind,
        version=after + 1,
        weekly=timetable.weekly is not None,
        monthly=str(timetable.monthly or ""),
        at=f"{timetable.at:%H:%M}",
        quick=timetable.quick or 0,
        peak=str(peak or ""),
        by=by,
        changed_at=now,
    )
    async with db.write() as session:
        newest = (await session.exec(_newest(connection, kind))).first()
        if (newest.version if newest else 0) != after:
            return None
        new = await insert_unless_there(session, SyncScheduleRow, row.model_dump())
        return _schedule(row, connection) if new else None


async def request_sync(
    db: Database,
    fire_at: datetime,
    *,
    schedule: str,
    connection_id: int,
    kind: RunKind,
    by: str,
    now: datetime,
    long: bool = False,
) -> tuple[SyncRun, bool] | None:
    """As ``runs.request``, once for each fire of a schedule, however many clocks tick. None: it was taken up before.

    Both are written at once: a process that dies in between leaves either both or none.
    """
    row = SyncRunRow(
        connection_id=connection_id, kind=kind, state=RunState.QUEUED, requested_by=by, requested_at=now, long=long
    )
    fire = {"schedule_id": schedule, "fire_at": fire_at}
    async with db.write() as session:
        if not await insert_unless_there(session, ScheduleFireRow, fire):
            return None
        return await until_found(partial(join_or_queue, session, row))


def _newest(connection: Connection, kind: str) -> SelectOfScalar[SyncScheduleRow]:
    return _of(connection, kind).order_by(col(SyncScheduleRow.version).desc()).limit(1)


def _of(connection: Connection, kind: str) -> SelectOfScalar[SyncScheduleRow]:
    return select(SyncScheduleRow).where(SyncScheduleRow.connection_id == connection.id, SyncScheduleRow.kind == kind)


def _schedule(row: SyncScheduleRow, connection: Connection) -> SyncSchedule:
    return SyncSchedule(
        connection_id=row.connection_id,
        kind=RunKind(row.kind),
        version=row.version,
        timetable=Timetable(
            weekly=anniversary(connection.created_at) if row.weekly else None,
            monthly=read_monthly(row.monthly) if row.monthly else None,
            at=read_time(row.at),
            quick=row.quick or None,
        ),
        peak=read_hours(row.peak),
        by=row.by,
        changed_at=row.changed_at,
    )
