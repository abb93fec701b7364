"""What every engine of the job queue must do; a new engine is one more parameter of the fixture ``build``."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import pytest

from bot.jobs.board import Board
from bot.jobs.in_process import InProcessQueue
from bot.jobs.postgres import PostgresQueue
from bot.jobs.queue import Job, JobQueue, QueueClosed, Work
from bot.store.database import Database

Build = Callable[[Mapping[str, Work], int], Awaitable[JobQueue]]


@dataclass
class Bench:
    """Work that waits until it is let go, and records what happened."""

    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    gates: dict[str, asyncio.Event] = field(default_factory=dict)

    async def work(self, key: str) -> None:
        self.begun.append(key)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gates.setdefault(key, asyncio.Event()).wait()
            if key in self.broken:
                raise ValueError("broken on purpose")
            self.ended.append(key)
        finally:
            self.at_once -= 1

    def let(self, *keys: str) -> None:
        for key in keys:
            self.gates.setdefault(key, asyncio.Event()).set()

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not done():
                await asyncio.sleep(0.001)


@pytest.fixture(params=["in-process", pytest.param("postgres", marks=pytest.mark.postgres)])
def board_address(request: pytest.FixtureRequest) -> str:
    """Empty: the engine of a single process."""
    return "" if request.param == "in-process" else address(request.getfixturevalue("postgres_database"))


@pytest.fixture
async def build(board_address: str) -> AsyncIterator[Build]:
    built: list[JobQueue] = []

    async def started(works: Mapping[str, Work], at_once: int) -> JobQueue:
        if board_address:
            built.append(PostgresQueue(Board(board_address), works, at_once=at_once, beat_seconds=4, silent_seconds=20))
        else:
            built.append(InProcessQueue(works, at_once=at_once))
        await built[-1].start()
        return built[-1]

    yield started
    for queue in built:
        await queue.close(grace_seconds=0)


def address(db: Database) -> str:
    return db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def job(key: str, lock: str | None = None, *, interactive: bool = False, long: bool = False) -> Job:
    return Job(task="sync", key=key, lock=lock, interactive=interactive, long=long)


async def test_a_deferred_job_runs_in_the_background(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 4)
    await queue.defer(job("1"))
    assert bench.ended == []
    bench.let("1")
    await queue.drain()
    assert bench.ended == ["1"]
    assert await queue.running() == ()


async def test_a_job_that_already_waits_or_runs_is_not_added_again(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    for key in ("1", "2", "1", "2"):
        await queue.defer(job(key))
    await queue.defer(job("1"), job("2"))
    bench.let("1", "2")
    await queue.drain()
    assert bench.ended == ["1", "2"]


async def test_a_job_can_be_deferred_again_after_it_ended(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    bench.let("1")
    await queue.defer(job("1"))
    await queue.drain()
    await queue.defer(job("1"))
    await queue.drain()
    assert bench.ended == ["1", "1"]


@pytest.mark.requirement("R234")
async def test_two_jobs_of_one_lock_never_overlap(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 9)
    for number in range(5):
        await queue.defer(job(str(number), "connection:1"))
    bench.let(*"01234")
    await queue.drain()
    assert bench.ended == list("01234")
    assert bench.most_at_once == 1


async def test_a_taken_lock_does_not_hold_up_other_locks(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 4)
    await queue.defer(job("1", "connection:1"))
    await queue.defer(job("2", "connection:1"))
    await queue.defer(job("3", "connection:2"))
    await bench.until(lambda: bench.begun == ["1", "3"])
    assert [running.key for running in await queue.running()] == ["1", "3"]
    bench.let("3")
    await bench.until(lambda: bench.ended == ["3"])
    assert bench.begun == ["1", "3"]
    bench.let("1", "2")
    await queue.drain()


async def test_no_more_jobs_run_at_once_than_the_cap_allows(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 3)
    for number in range(9):
        await queue.defer(job(str(number), interactive=True))
    await bench.until(lambda: len(bench.begun) == 3)
    assert len(await queue.running()) == 3
    bench.let(*"012345678")
    await queue.drain()
    assert bench.most_at_once == 3


async def test_a_job_that_a_person_waits_for_starts_before_scheduled_ones(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    await queue.defer(job("running"))
    await bench.until(lambda: bench.begun == ["running"])
    await queue.defer(job("scheduled"))
    await queue.defer(job("asked", interactive=True))
    bench.let("running", "scheduled", "asked")
    await queue.drain()
    assert bench.ended == ["running", "asked", "scheduled"]


async def test_scheduled_jobs_leave_one_place_for_a_person(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 2)
    for key in ("night-1", "night-2"):
        await queue.defer(job(key))
    await queue.defer(job("asked", interactive=True))
    bench.let("asked")
    await bench.until(lambda: bench.ended == ["asked"] and "night-1" in bench.begun)
    assert set(bench.begun) == {"night-1", "asked"}
    bench.let("night-1", "night-2")
    await queue.drain()


async def test_a_waiting_job_can_be_cancelled_and_never_begins(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    await queue.defer(job("1"))
    await bench.until(lambda: bench.begun == ["1"])
    await queue.defer(job("2"))
    assert await queue.cancel(job("2")) is True
    bench.let("1")
    await queue.drain()
    assert bench.begun == ["1"]


async def test_cancelling_a_running_or_unknown_job_says_no(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    await queue.defer(job("1"))
    await bench.until(lambda: bench.begun == ["1"])
    assert await queue.cancel(job("1")) is False
    assert await queue.cancel(job("unheard of")) is False
    bench.let("1")
    await queue.drain()
    assert bench.ended == ["1"]


async def test_a_broken_job_is_logged_and_the_next_one_runs(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(broken={"1"})
    queue = await build({"sync": bench.work}, 1)
    bench.let("1", "2")
    with caplog.at_level(logging.ERROR):
        await queue.defer(job("1", "connection:1"))
        await queue.defer(job("2", "connection:1"))
        await queue.drain()
    assert bench.ended == ["2"]
    assert [record.message for record in caplog.records] == ["A job broke and was given up."]


async def test_closing_lets_running_work_end_and_drops_what_waits(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    await queue.defer(job("1"))
    await queue.defer(job("2"))
    await bench.until(lambda: bench.begun == ["1"])
    bench.let("1")
    await queue.close(grace_seconds=5)
    assert bench.ended == ["1"]
    assert bench.begun == ["1"]


async def test_closing_cancels_what_does_not_end_in_time(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 2)
    await queue.defer(job("1", interactive=True))
    await bench.until(lambda: bench.begun == ["1"])
    await queue.close(grace_seconds=0)
    assert bench.at_once == 0
    assert bench.ended == []
    await queue.drain()


async def test_a_closed_queue_takes_nothing_new(build: Build) -> None:
    queue = await build({"sync": Bench().work}, 2)
    await queue.close()
    with pytest.raises(QueueClosed, match="stopping"):
        await queue.defer(job("1"))


async def test_work_that_nobody_can_do_is_refused_at_once(build: Build) -> None:
    queue = await build({"sync": Bench().work}, 2)
    with pytest.raises(LookupError, match="known: sync"):
        await queue.defer(Job(task="digest", key="1"))


async def test_a_scheduled_job_that_a_person_waits_for_by_now_moves_to_the_front(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 1)
    await queue.defer(job("running"))
    await bench.until(lambda: bench.begun == ["running"])
    await queue.defer(job("scheduled"), job("wanted"))
    await queue.defer(job("wanted", interactive=True))
    await queue.defer(job("wanted"))
    bench.let("running", "scheduled", "wanted")
    await queue.drain()
    assert bench.ended == ["running", "wanted", "scheduled"]


async def test_scheduled_long_jobs_leave_places_for_short_ones(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 4)
    await queue.defer(*(job(f"large-{number}", long=True) for number in range(5)))
    await queue.defer(*(job(f"small-{number}") for number in range(50)))
    bench.let(*(f"small-{number}" for number in range(50)))
    await bench.until(lambda: len(bench.ended) == 50)
    assert bench.begun[0] == "large-0"
    assert not [key for key in bench.begun if key.startswith("large") and key != "large-0"]
    bench.let(*(f"large-{number}" for number in range(5)))
    await queue.drain()


async def test_a_persons_long_job_leaves_the_kept_place_to_short_ones(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 2)
    await queue.defer(job("large", long=True, interactive=True))
    await queue.defer(job("larger", long=True, interactive=True))
    await queue.defer(job("small", interactive=True))
    bench.let("small")
    await bench.until(lambda: bench.ended == ["small"])
    assert set(bench.begun) == {"large", "small"}
    bench.let("large", "larger")
    await queue.drain()


async def test_a_job_that_broke_while_its_double_waited_blocks_nothing(build: Build) -> None:
    # The trap of Procrastinate's queueing_lock (#1543): the first would stay in work for good, and its key with it.
    bench = Bench(broken={"1"})
    queue = await build({"sync": bench.work}, 2)
    await queue.defer(job("1", "connection:1"))
    await bench.until(lambda: bench.begun == ["1"])
    await queue.defer(job("2", "connection:1"))
    bench.let("1", "2")
    await queue.drain()
    await queue.defer(job("1", "connection:1"))
    await queue.drain()
    assert bench.begun == ["1", "2", "1"]


async def test_what_never_died_is_not_given_up(build: Build) -> None:
    bench = Bench()
    queue = await build({"sync": bench.work}, 2)
    await queue.defer(job("1"))
    await bench.until(lambda: bench.begun == ["1"])
    assert await queue.recover() == 0
    bench.let("1")
    await queue.drain()
    assert bench.ended == ["1"]
