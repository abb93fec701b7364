"""The others hear of this process while it lives, and its clock follows the database's, which all of them share."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.jobs.insisting import cancelled
from bot.store.database import Database
from bot.store.queries import processes

log = logging.getLogger(__name__)

FORGOTTEN: Final = timedelta(days=1)


@asynccontextmanager
async def alive(db: Database, clock: Clock, name: str, *, beat_seconds: float, works: bool) -> AsyncIterator[None]:
    """``works``: it runs syncs, which die with it. On SQLite nothing: there one process does it all."""
    if db.dialect == "sqlite":
        yield
        return
    ending = asyncio.Event()

    async def beat() -> None:
        await _beat(db, clock, name, works=works)

    await beat()
    beating = asyncio.create_task(_keep_beating(beat, beat_seconds, ending))
    try:
        yield
    finally:
        ending.set()
        await asyncio.wait({beating}, timeout=beat_seconds)
        await cancelled(beating)  # what it holds of the database is given back before that is left
        if works:
            await _leave(db, name)


async def _keep_beating(beat: Callable[[], Awaitable[None]], every: float, ending: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await ending.wait()
                return
        try:
            await beat()
        except (SQLAlchemyError, OSError) as error:
            log.warning("The database could not be told that we live.", exc_info=error, extra={"action": "beat"})


async def _beat(db: Database, clock: Clock, name: str, *, works: bool) -> None:
    """Two machines' clocks differ; who is late, and who is silent, is told by one clock for all."""
    clock.agree_with(await processes.database_time(db))
    if works:
        await processes.beat(db, name, clock.now())
        await processes.forget(db, clock.now() - FORGOTTEN)


async def _leave(db: Database, name: str) -> None:
    try:
        await processes.leave(db, name)
    except (SQLAlchemyError, OSError) as error:
        log.warning("The database could not be told that we leave.", exc_info=error, extra={"action": "leave"})
