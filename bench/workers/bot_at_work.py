"""The product, built by its own builder, with a database in a temporary folder and one connection."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app import Bot, opened
from bot.config import Settings
from bot.store.migrate import migrate
from bot.store.queries import connections, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState
from bot.store.secrets import new_key
from bot.sync.run import Runner


def settings_in(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'bench.db'}", secret_keys=(new_key(),), allow_insecure_loopback=True
    )


@asynccontextmanager
async def connected(settings: Settings, given: dict[str, Any]) -> AsyncIterator[tuple[Bot, Connection]]:
    async with opened(settings) as bot:
        await migrate(bot.db)
        connection = await connections.add(
            bot.db,
            bot.box,
            name="cw",
            psa="connectwise",
            settings=given["settings"],
            secrets=given["secrets"],
            now=bot.clock.now(),
        )
        yield bot, connection


async def full_sync(bot: Bot, connection: Connection) -> dict[str, Any]:
    """As a worker of the queue runs it: from the queued row to the written result."""
    runner = Runner(db=bot.db, judge=bot.engine, connectors=bot.psas, clock=bot.clock)
    run, _ = await runs.request(bot.db, connection_id=connection.id, kind=RunKind.FULL, by="bench", now=bot.clock.now())
    begun, used = time.perf_counter(), time.process_time()
    done = await runner.run(run.id)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    if done is None or done.state is not RunState.SUCCEEDED:
        raise RuntimeError(f"The sync did not succeed: {done}")
    accounts, agreements = done.counts["accounts"], done.counts["agreements"]
    return {
        "seconds": seconds,
        "cpu": cpu,
        "calls": done.calls,
        "bytes": done.bytes,
        "accounts": accounts["fetched"],
        "agreements": agreements["fetched"],
    }
