"""One sync of any PSA, full or settings, of a connection that was tested before; and how long one call takes."""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.workers.bot_at_work import connected, settings_in, synced
from bot.store.run import RunKind
from connectors.contract import Connector

TRIES = 9


async def main() -> None:
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        async with connected(settings_in(Path(folder)), given, leaps=True) as (bot, connection):
            connector = await bot.psas.connector(connection)
            call = await one_call(connector)
            done, seconds, cpu = await synced(bot, connection, RunKind(given["kind"]))
    print(json.dumps({"seconds": seconds, "cpu": cpu, "calls": done.calls, "call": call, "counts": dict(done.counts)}))


async def one_call(connector: Connector) -> float:
    """In seconds, with the connection open and signed in."""
    await connector.check()
    taken = []
    for _ in range(TRIES):
        calls, begun = connector.usage.calls, time.perf_counter()
        await connector.check()
        taken.append((time.perf_counter() - begun) / max(connector.usage.calls - calls, 1))
    return median(taken)


if __name__ == "__main__":
    asyncio.run(main())
