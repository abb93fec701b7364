"""The product, built by its own builder, with a database in a temporary folder and one connection."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import Bot, opened
from bot.clock import Clock
from bot.config import Settings
from bot.store.migrate import migrate
from bot.store.queries import connections, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.secrets import new_key
from bot.sync.run import Runner


def settings_in(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'bench.db'}", secret_keys=(new_key(),), allow_insecure_loopback=True
    )


@asynccontextmanager
async def connected(
    settings: Settings, given: dict[str, Any], *, leaps: bool = False
) -> AsyncIterator[tuple[Bot, Connection]]:
    """``leaps``: waiting for a vendor's limit of calls takes no time; everything else takes what it takes."""
    waits = Leaps() if leaps else None
    async with opened(settings, sleep=waits) as bot:
        if waits is not None:
            waits.clock = bot.clock
        await migrate(bot.db)
        connection = await connections.add(
            bot.db,
            bot.box,
            name="bench",
            psa=given.get("psa", "connectwise"),
            settings=given["settings"],
            secrets=given["secrets"],
            now=bot.clock.now(),
        )
        yield bot, connection


class Leaps:
    """A sleep that moves the clock instead of waiting."""

    clock: Clock | None = None

    async def __call__(self, seconds: float) -> None:
        if self.clock is not None:
            self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))
        await asyncio.sleep(0)


async def full_sync(bot: Bot, connection: Connection) -> dict[str, Any]:
    """As a worker of the queue runs it: from the queued row to the written result."""
    done, seconds, cpu = await synced(bot, connection, RunKind.FULL)
    accounts, agreements = done.counts["accounts"], done.counts["agreements"]
    return {
        "seconds": seconds,
        "cpu": cpu,
        "calls": done.calls,
        "bytes": done.bytes,
        "accounts": accounts["fetched"],
        "agreements": agreements["fetched"],
    }


async def synced(bot: Bot, connection: Connection, kind: RunKind) -> tuple[SyncRun, float, float]:
    """The run, its seconds, and those of them that were computing."""
    runner = Runner(db=bot.db, judge=bot.engine, connectors=bot.psas, clock=bot.clock)
    run, _ = await runs.request(bot.db, connection_id=connection.id, kind=kind, by="bench", now=bot.clock.now())
    begun, used = time.perf_counter(), time.process_time()
    done = await runner.run(run.id)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    if done is None or done.state is not RunState.SUCCEEDED:
        raise RuntimeError(f"The sync did not succeed: {done}")
    return done, seconds, cpu
