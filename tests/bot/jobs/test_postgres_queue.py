"""Several processes on one board: who takes what, and what becomes of the jobs of one that stops, dies or stalls."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from sqlalchemy import text

from bot.jobs.board import QUEUES, Board, queue_of
from bot.jobs.insisting import cancelled
from bot.jobs.postgres import PostgresQueue
from bot.jobs.queue import Job
from bot.store.database import Database
from bot.store.queue_schema import SCHEMA
from tests.bot.jobs.test_queue_contract import Bench, address, job

pytestmark = pytest.mark.postgres

BREAK_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :it
"""

Process = Callable[[Bench], Awaitable[PostgresQueue]]


@pytest.fixture
async def process(postgres_database: Database) -> AsyncIterator[Process]:
    """Starts one more; each is a queue of its own on the same board."""
    started: list[PostgresQueue] = []

    async def start(bench: Bench) -> PostgresQueue:
        board = Board(address(postgres_database))
        queue = PostgresQueue(
            board, {"sync": bench.work}, at_once=2, poll_seconds=0.05, beat_seconds=0.05, silent_seconds=20
        )
        started.append(queue)
        await queue.start()
        return queue

    yield start
    for queue in started:
        await queue.close(grace_seconds=0)


async def killed(queue: PostgresQueue) -> None:
    """As by SIGKILL: nothing is told to anybody, and its connections break."""
    queue._closed = True
    await queue._board.close()
    await cancelled(*queue._loops, *queue._running)


async def silent_for(db: Database, seconds: int) -> None:
    """All workers were heard of that long ago."""
    async with db.engine.begin() as connection:
        when = f"NOW() - interval '{seconds} seconds'"
        await connection.execute(text(f"UPDATE {SCHEMA}.procrastinate_workers SET last_heartbeat = {when}"))  # noqa: S608 - a number


async def test_what_one_process_defers_another_does(process: Process, postgres_database: Database) -> None:
    bench = Bench()
    await process(bench)
    board = Board(address(postgres_database))
    web = PostgresQueue(board, {"sync": bench.work}, beat_seconds=4, silent_seconds=20)
    bench.let("1")
    await web.defer(job("1"))
    await bench.until(lambda: bench.ended == ["1"])
    assert await web.running() == ()
    await web.close()


@pytest.mark.requirement("R234")
async def test_over_three_processes_a_lock_is_one_lock(process: Process) -> None:
    benches = [Bench() for _ in range(3)]
    queues = [await process(bench) for bench in benches]
    together: list[int] = []

    def begun() -> int:
        together.append(sum(bench.at_once for bench in benches))
        return sum(len(bench.ended) for bench in benches)

    for bench in benches:
        bench.let(*(str(number) for number in range(12)))
    await queues[0].defer(*(job(str(number), "connection:1") for number in range(12)))
    await benches[0].until(lambda: begun() == 12)
    assert max(together) <= 1
    assert sorted(key for bench in benches for key in bench.ended) == sorted(str(number) for number in range(12))


async def test_what_a_stopping_process_could_not_end_another_does_at_once(process: Process) -> None:
    stopping, other = Bench(), Bench()
    queue = await process(stopping)
    await queue.defer(job("1", "connection:1"))
    await stopping.until(lambda: stopping.begun == ["1"])
    await process(other)
    await queue.close(grace_seconds=0)
    await other.until(lambda: other.begun == ["1"])
    other.let("1")
    await other.until(lambda: other.ended == ["1"])


async def test_the_lock_of_a_dead_process_is_free_after_the_sweep(
    process: Process, postgres_database: Database
) -> None:
    dead, alive = Bench(), Bench()
    queue = await process(dead)
    await queue.defer(job("1", "connection:1"))
    await dead.until(lambda: dead.begun == ["1"])
    await killed(queue)
    survivor = await process(alive)
    await survivor.defer(job("2", "connection:1"))
    assert await survivor.recover() == 0
    await silent_for(postgres_database, 30)
    await survivor._board.beat(survivor._worker or 0)
    assert await survivor.recover() == 1
    await alive.until(lambda: alive.begun == ["2"])
    alive.let("2")
    await survivor.drain()


async def test_a_process_that_was_taken_for_dead_goes_on_under_a_new_number(
    process: Process, postgres_database: Database
) -> None:
    bench = Bench()
    queue = await process(bench)
    bench.let("1", "2")
    await queue.defer(job("1"))
    await bench.until(lambda: bench.ended == ["1"])
    await queue._board.forget_workers(-1)
    await bench.until(lambda: queue._worker is None)
    await queue.defer(job("2"))
    await bench.until(lambda: bench.ended == ["1", "2"])


async def test_a_job_whose_handing_over_was_lost_is_put_back(process: Process) -> None:
    bench = Bench()
    queue = await process(bench)
    bench.let("first", "lost")
    await queue.defer(job("first"))
    await bench.until(lambda: bench.ended == ["first"])
    async with queue._taking:
        await queue.defer(job("lost", "connection:1"))
        assert await queue._board.take(["due"], queue._worker or 0) is not None
    await bench.until(lambda: bench.ended == ["first", "lost"])


async def test_a_database_that_breaks_off_ends_neither_the_work_nor_the_taking(
    process: Process, postgres_database: Database
) -> None:
    bench = Bench()
    queue = await process(bench)
    await queue.defer(job("1"))
    await bench.until(lambda: bench.begun == ["1"])
    async with postgres_database.engine.connect() as connection:
        await connection.execute(text(BREAK_OFF), {"it": postgres_database.engine.url.database})
    bench.let("1", "2")
    await bench.until(lambda: bench.ended == ["1"])
    while "2" not in bench.begun:
        with suppress(Exception):  # until the pool has noticed
            await queue.defer(job("2"))
        await asyncio.sleep(0.05)
    await queue.drain()
    assert bench.ended == ["1", "2"]


async def test_two_that_defer_the_same_job_at_once_do_no_harm(process: Process) -> None:
    bench = Bench()
    one, other = await process(bench), await process(bench)
    bench.let("1")
    await asyncio.gather(*(queue.defer(job("1", "connection:1")) for queue in (one, other)))
    await one.drain()
    assert set(bench.ended) == {"1"}
    assert bench.most_at_once == 1


def test_every_kind_of_job_has_a_queue() -> None:
    kinds = [(interactive, long) for interactive in (False, True) for long in (False, True)]
    named = {queue_of(Job(task="sync", key="1", interactive=asked, long=long)) for asked, long in kinds}
    assert named == set(QUEUES)
