"""Processes on one database: who is alive, whose turn it is, and what time they agree on."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.database import Database
from bot.store.queries import processes

from .records import HOUR, NOW

SECOND = timedelta(seconds=1)
EVERY = 12 * SECOND


async def test_a_worker_is_heard_of_until_it_leaves(database: Database) -> None:
    await processes.beat(database, "worker-1", NOW)
    await processes.beat(database, "worker-2", NOW + SECOND)
    await processes.beat(database, "worker-1", NOW + 2 * SECOND)
    first, second = await processes.workers(database)
    assert (first.name, first.started_at, first.beat_at) == ("worker-1", NOW, NOW + 2 * SECOND)
    assert second.name == "worker-2"
    await processes.leave(database, "worker-1")
    await processes.leave(database, "worker-9")
    assert [each.name for each in await processes.workers(database)] == ["worker-2"]


async def test_who_was_silent_for_a_day_is_forgotten(database: Database) -> None:
    await processes.beat(database, "worker-1", NOW)
    await processes.beat(database, "worker-2", NOW + HOUR)
    await processes.forget(database, NOW + HOUR)
    assert [each.name for each in await processes.workers(database)] == ["worker-2"]


async def test_of_all_who_tick_one_has_the_turn(database: Database) -> None:
    taken = await asyncio.gather(*(processes.take_turn(database, "sweep", NOW, EVERY) for _ in range(8)))
    assert sorted(taken) == [False] * 7 + [True]
    assert not await processes.take_turn(database, "sweep", NOW + 11 * SECOND, EVERY)
    assert await processes.take_turn(database, "sweep", NOW + EVERY, EVERY)
    assert await processes.last_turn(database, "sweep") == NOW + EVERY
    assert await processes.last_turn(database, "postings") is None


async def test_a_turn_of_a_clock_that_was_far_ahead_is_not_waited_for(database: Database) -> None:
    assert await processes.take_turn(database, "sweep", NOW + HOUR, EVERY)
    assert await processes.take_turn(database, "sweep", NOW, EVERY)


@pytest.mark.postgres
async def test_a_turn_that_takes_long_is_nobody_elses(postgres_database: Database) -> None:
    async with processes.turn(postgres_database, "postings", NOW, EVERY) as first:
        assert first
        async with processes.turn(postgres_database, "postings", NOW + HOUR, EVERY) as second:
            assert not second
        async with processes.turn(postgres_database, "sweep", NOW, EVERY) as other:
            assert other
    async with processes.turn(postgres_database, "postings", NOW + HOUR, EVERY) as third:
        assert third


@pytest.mark.postgres
async def test_who_holds_a_turn_and_loses_the_database_lets_go_of_it(postgres_database: Database) -> None:
    async with AsyncExitStack() as stack:
        assert await stack.enter_async_context(processes.alone(postgres_database, "postings"))
        await postgres_database.engine.dispose()  # of what is not in use; the one in use is cut off by the server
        other = Database(postgres_database.engine.url.set(drivername="postgresql").render_as_string(False))
        async with other.engine.begin() as connection:
            await connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )

        async def is_free() -> bool:
            async with processes.alone(other, "postings") as free:
                return free

        async with asyncio.timeout(10):
            while not await is_free():
                await asyncio.sleep(0.01)
        await other.dispose()


async def test_on_sqlite_nobody_is_in_the_way(sqlite_database: Database) -> None:
    async with processes.alone(sqlite_database, "sweep") as one, processes.alone(sqlite_database, "sweep") as two:
        assert (one, two) == (True, True)


@pytest.mark.postgres
async def test_the_databases_time_is_the_one_that_all_agree_on(postgres_database: Database) -> None:
    told = await processes.database_time(postgres_database)
    assert told.tzinfo is not None
    assert abs(told - datetime.now(UTC)) < HOUR
