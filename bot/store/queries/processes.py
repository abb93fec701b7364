"""The processes that work on one database: which are alive, and whose turn it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from sqlalchemy import delete, func, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from bot.store.database import Database
from bot.store.statements import insert_unless_there
from bot.store.tables import TurnRow, WorkerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that runs syncs, when it came, and when it was last heard of."""

    name: str
    started_at: datetime
    beat_at: datetime


async def beat(db: Database, name: str, now: datetime) -> None:
    """It is alive."""
    async with db.write() as session:
        values = {"name": name, "started_at": now, "beat_at": now}
        if not await insert_unless_there(session, WorkerRow, values):
            await session.exec(update(WorkerRow).where(col(WorkerRow.name) == name).values(beat_at=now))


async def leave(db: Database, name: str) -> None:
    """It ended, and left nothing behind."""
    async with db.write() as session:
        await session.exec(delete(WorkerRow).where(col(WorkerRow.name) == name))


async def forget(db: Database, silent_since: datetime) -> None:
    """Those that have not been heard of since."""
    async with db.write() as session:
        await session.exec(delete(WorkerRow).where(col(WorkerRow.beat_at) < silent_since))


async def workers(db: Database) -> list[Worker]:
    """The one heard of last comes first."""
    async with db.read() as session:
        rows = await session.exec(select(WorkerRow).order_by(col(WorkerRow.beat_at).desc()))
        return [Worker(**row.model_dump()) for row in rows]


async def take_turn(db: Database, name: str, now: datetime, every: timedelta) -> bool:
    """True for one caller in any ``every``, however many processes ask. A turn in the future is of a clock that was
    wrong, and is not waited for.
    """
    async with db.write() as session:
        if await insert_unless_there(session, TurnRow, {"name": name, "at": now}):
            return True
        over = (col(TurnRow.at) <= now - every) | (col(TurnRow.at) > now + every)
        taken = await session.exec(update(TurnRow).where(col(TurnRow.name) == name, over).values(at=now))
        return taken.rowcount == 1


@asynccontextmanager
async def turn(db: Database, name: str, now: datetime, every: timedelta) -> AsyncIterator[bool]:
    """True for one process in any ``every``, and for one at a time, however long its turn takes."""
    async with alone(db, name) as free:
        yield free and await take_turn(db, name, now, every)


async def last_turn(db: Database, name: str) -> datetime | None:
    async with db.read() as session:
        row = await session.get(TurnRow, name)
        return row.at if row else None


@asynccontextmanager
async def alone(db: Database, name: str) -> AsyncIterator[bool]:
    """True for one process at a time, while the block lasts; a process that dies lets go of it at once.

    On SQLite always: there is only one process with a clock.
    """
    if db.dialect == "sqlite":
        yield True
        return
    key = crc32(name.encode())
    async with db.engine.connect() as connection:
        got = bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        await connection.commit()  # the lock is the session's; no transaction stays open
        try:
            yield got
        finally:
            if got:
                await _let_go(connection, key)


async def _let_go(connection: AsyncConnection, key: int) -> None:
    try:
        await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
        await connection.commit()
    except (SQLAlchemyError, OSError):
        await connection.invalidate()  # with its session the lock is gone, too


async def database_time(db: Database) -> datetime:
    """What all processes on one database agree on. On SQLite there is only this machine's own."""
    async with db.read() as session:
        found: datetime = (await session.exec(select(func.clock_timestamp()))).one()
        return found
