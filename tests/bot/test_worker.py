"""``psa-bot worker`` beside ``psa-bot serve``: who does what, what people see of it, and how each ends."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.app import Bot, opened
from bot.cli.main import run
from bot.clock import Clock
from bot.config import ConfigError
from bot.demo import free_port, prepare
from bot.planned import SCHEDULE
from bot.schedules.times import next_fire
from bot.scheduling import suggestion
from bot.store.database import Database
from bot.store.queries import connections, processes, runs
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.run import job_of
from bot.worker import work, working
from rules.engine import Engine
from tests.bot.place import Place, started, until
from tests.bot.test_resuming import left_waiting, tick
from tests.databases import Postgres

VISIBLE = "Stark Industries is visible"


def test_on_sqlite_it_says_that_it_needs_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["worker"], {"PSA_BOT_DATABASE_URL": "sqlite:///x.db"}) == 3
    assert "needs PostgreSQL" in capsys.readouterr().err


async def test_without_slacks_token_it_does_not_start(place: Place) -> None:
    with pytest.raises(ConfigError, match="SLACK_BOT_TOKEN"):
        await work(replace(place.settings, database_url="postgresql://db/psa", slack_bot_token=""))


@pytest.mark.postgres
async def test_it_does_not_migrate_by_itself(place: Place, postgres: Postgres) -> None:
    if postgres.missing:
        pytest.skip(postgres.missing)
    with pytest.raises(ConfigError, match="psa-bot migrate"):
        await work(replace(place.settings, database_url=postgres.database("postgres")))


@pytest.fixture
async def shared(place: Place, postgres_database: Database, engine: Engine) -> Place:
    """The place, with a PostgreSQL that several processes share; synced four days ago."""
    url = make_url(postgres_database.engine.url).set(drivername="postgresql")
    settings = replace(place.settings, database_url=url.render_as_string(hide_password=False))
    await prepare(replace(settings, serves=False), place.local, engine)
    return replace(place, settings=settings)


@asynccontextmanager
async def a_worker(place: Place, engine: Engine, clock: Clock | None = None, **changed: Any) -> AsyncIterator[Bot]:
    settings = replace(place.settings, serves=False, works=True, **changed)
    async with opened(settings, engine=engine, clock=clock) as bot, working(bot):
        yield bot


async def requested(bot: Bot) -> int:
    connection = await connections.by_name(bot.db, "cw-prod")
    assert connection is not None
    run, _ = await runs.request(bot.db, connection_id=connection.id, kind="full", by="U0AGENT", now=bot.clock.now())
    await bot.queue.defer(job_of(run, interactive=True))
    return run.id


def goes_on(bot: Bot, run_id: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        found = await runs.get(bot.db, run_id)
        return found is not None and found.state is RunState.RUNNING

    return look


def ended(bot: Bot, run_id: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        found = await runs.get(bot.db, run_id)
        return found is not None and found.ended_at is not None

    return look


@pytest.mark.postgres
@pytest.mark.requirement("R12", "R239")
async def test_a_sync_that_was_asked_for_in_slack_runs_in_the_worker_and_is_told_of_in_slack(
    shared: Place, engine: Engine
) -> None:
    async with started(shared, engine) as web, a_worker(shared, engine) as worker:
        await shared.until_ready()
        assert await shared.command("/psa resync") == 200
        connection = await connections.by_name(web.db, "cw-prod")
        assert connection is not None

        async def is_done() -> bool:
            (newest, *_) = await runs.latest(web.db, connection.id)
            return newest.token.startswith(worker.process) and newest.state is RunState.SUCCEEDED

        await until(is_done)
        await shared.says("is done")


@pytest.mark.postgres
@pytest.mark.requirement("R12")
async def test_a_question_that_waits_is_answered_though_the_web_process_was_restarted(
    shared: Place, engine: Engine
) -> None:
    async with started(shared, engine, listens=False) as web:
        run_id = await left_waiting(web, RunState.QUEUED)
    async with a_worker(shared, engine) as worker:
        await until(ended(worker, run_id))
        async with started(shared, engine):
            await shared.says(VISIBLE)


@pytest.mark.postgres
@pytest.mark.requirement("R113", "R114")
async def test_a_sync_that_is_due_is_started_once_by_the_workers_and_not_by_serve(
    shared: Place, engine: Engine
) -> None:
    async with started(shared, engine, listens=False) as bot:
        connection = await connections.by_name(bot.db, "cw-prod")
        assert connection is not None
        weekly = suggestion(connection, RunKind.FULL)
        await bot.scheduling.change(connection, RunKind.FULL, weekly, None, by="U0AGENT", after=0)
        fire = next_fire(weekly, bot.clock.now())
        assert fire is not None

    async def due(bot: Bot) -> list[SyncRun]:
        newest = await runs.latest(bot.db, connection.id)
        return [run for run in newest if run.requested_by == SCHEDULE]

    async with started(shared, engine, now=fire) as web:
        await tick(shared, web)
        assert await due(web) == []
        now = Clock.starting(fire)
        async with a_worker(shared, engine, clock=now), a_worker(shared, engine, clock=now):

            async def is_done() -> bool:
                return any(run.ended_at for run in await due(web))

            await until(is_done)
        assert len(await due(web)) == 1


@pytest.mark.postgres
async def test_without_a_worker_serve_is_not_ready_and_says_why(shared: Place, engine: Engine) -> None:
    async with started(shared, engine):
        problems = (await shared.ready())["problems"]
        assert [problem.partition(":")[0] for problem in problems] == ["clock", "jobs"]
        async with a_worker(shared, engine):
            await shared.until_ready()


@pytest.mark.postgres
async def test_it_answers_health_probes_where_a_port_is_set(shared: Place, engine: Engine) -> None:
    port = free_port()
    async with a_worker(shared, engine, health_port=port):

        async def is_ready() -> bool:
            async with shared.session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return bool(json.loads(await answer.text())["ready"])

        await until(is_ready)
        async with shared.session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert "psa_bot_workers 1.0" in await answer.text()
        async with shared.session.post(f"http://127.0.0.1:{port}/slack/events") as answer:
            assert answer.status == 404


@pytest.mark.postgres
async def test_a_worker_that_stops_hands_its_sync_to_another(shared: Place, engine: Engine) -> None:
    shared.psa.latency_ms = 300
    async with a_worker(shared, engine) as first:
        run_id = await requested(first)
        await until(goes_on(first, run_id))
        await first.queue.close(grace_seconds=0)
        left = await runs.get(first.db, run_id)
        assert left is not None
        assert (left.state, left.token) == (RunState.QUEUED, "")
        shared.psa.latency_ms = 0
        async with a_worker(shared, engine) as second:
            await until(ended(second, run_id))
            done = await runs.get(second.db, run_id)
            assert done is not None
            assert (done.state, done.attempt, done.token.partition("/")[0]) == (
                RunState.SUCCEEDED,
                1,
                second.process,
            )


@pytest.mark.postgres
async def test_a_signal_ends_it_and_it_is_no_longer_heard_of(shared: Place, capsys: pytest.CaptureFixture[str]) -> None:
    task = asyncio.create_task(work(shared.settings))

    async def works() -> bool:
        return "Working as worker-" in capsys.readouterr().out

    await until(works)
    db = Database(shared.settings.database_url)
    assert len(await processes.workers(db)) == 1
    os.kill(os.getpid(), signal.SIGTERM)
    assert await task == 0
    assert await processes.workers(db) == []
    await db.dispose()
