"""What every engine of the job queue must do; a new engine is one more line in ENGINES."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from bot.jobs.in_process import InProcessQueue
from bot.jobs.queue import Job, JobQueue, QueueClosed, Work

Build = Callable[[Mapping[str, Work], int], JobQueue]
ENGINES: Mapping[str, Build] = {"in-process": lambda works, at_once: InProcessQueue(works, at_once=at_once)}


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
        async with asyncio.timeout(5):
            while not done():
                await asyncio.sleep(0)


@pytest.fixture(params=ENGINES)
def build(request: pytest.FixtureRequest) -> Build:
    return ENGINES[request.param]


def job(key: str, lock: str | None = None, *, interactive: bool = False) -> Job:
    return Job(task="sync", key=key, lock=lock, interactive=interactive)


async def test_a_deferred_job_runs_in_the_background(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 4)
    await queue.defer(job("1"))
    assert bench.ended == []
    bench.let("1")
    await queue.drain()
    assert bench.ended == ["1"]
    assert await queue.running() == ()


async def test_a_job_that_already_waits_or_runs_is_not_added_again(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 1)
    for key in ("1", "2", "1", "2"):
        await queue.defer(job(key))
    bench.let("1", "2")
    await queue.drain()
    assert bench.ended == ["1", "2"]


async def test_a_job_can_be_deferred_again_after_it_ended(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 1)
    bench.let("1")
    await queue.defer(job("1"))
    await queue.drain()
    await queue.defer(job("1"))
    await queue.drain()
    assert bench.ended == ["1", "1"]


@pytest.mark.requirement("R234")
async def test_two_jobs_of_one_lock_never_overlap(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 9)
    for number in range(5):
        await queue.defer(job(str(number), "connection:1"))
    bench.let(*"01234")
    await queue.drain()
    assert bench.ended == list("01234")
    assert bench.most_at_once == 1


async def test_a_taken_lock_does_not_hold_up_other_locks(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 4)
    await queue.defer(job("1", "connection:1"))
    await queue.defer(job("2", "connection:1"))
    await queue.defer(job("3", "connection:2"))
    assert [running.key for running in await queue.running()] == ["1", "3"]
    bench.let("3")
    await bench.until(lambda: bench.ended == ["3"])
    assert bench.begun == ["1", "3"]
    bench.let("1", "2")
    await queue.drain()


async def test_no_more_jobs_run_at_once_than_the_cap_allows(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 3)
    for number in range(9):
        await queue.defer(job(str(number), interactive=True))
    await bench.until(lambda: len(bench.begun) == 3)
    assert len(await queue.running()) == 3
    bench.let(*"012345678")
    await queue.drain()
    assert bench.most_at_once == 3


async def test_a_job_that_a_person_waits_for_starts_before_scheduled_ones(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 1)
    await queue.defer(job("running"))
    await queue.defer(job("scheduled"))
    await queue.defer(job("asked", interactive=True))
    bench.let("running", "scheduled", "asked")
    await queue.drain()
    assert bench.ended == ["running", "asked", "scheduled"]


async def test_scheduled_jobs_leave_one_place_for_a_person(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 2)
    for key in ("night-1", "night-2"):
        await queue.defer(job(key))
    await queue.defer(job("asked", interactive=True))
    bench.let("asked")
    await bench.until(lambda: bench.ended == ["asked"])
    assert bench.begun == ["night-1", "asked"]
    bench.let("night-1", "night-2")
    await queue.drain()


async def test_a_waiting_job_can_be_cancelled_and_never_begins(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 1)
    await queue.defer(job("1"))
    await queue.defer(job("2"))
    assert await queue.cancel(job("2")) is True
    bench.let("1")
    await queue.drain()
    assert bench.begun == ["1"]


async def test_cancelling_a_running_or_unknown_job_says_no(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 1)
    await queue.defer(job("1"))
    await bench.until(lambda: bench.begun == ["1"])
    assert await queue.cancel(job("1")) is False
    assert await queue.cancel(job("unheard of")) is False
    bench.let("1")
    await queue.drain()
    assert bench.ended == ["1"]


async def test_a_broken_job_is_logged_and_the_next_one_runs(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(broken={"1"})
    queue = build({"sync": bench.work}, 1)
    bench.let("1", "2")
    with caplog.at_level(logging.ERROR):
        await queue.defer(job("1", "connection:1"))
        await queue.defer(job("2", "connection:1"))
        await queue.drain()
    assert bench.ended == ["2"]
    assert [record.message for record in caplog.records] == ["A job broke and was given up."]


async def test_closing_lets_running_work_end_and_drops_what_waits(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 1)
    await queue.defer(job("1"))
    await queue.defer(job("2"))
    await bench.until(lambda: bench.begun == ["1"])
    bench.let("1")
    await queue.close(grace_seconds=5)
    assert bench.ended == ["1"]
    assert bench.begun == ["1"]


async def test_closing_cancels_what_does_not_end_in_time(build: Build) -> None:
    bench = Bench()
    queue = build({"sync": bench.work}, 2)
    await queue.defer(job("1", interactive=True))
    await bench.until(lambda: bench.begun == ["1"])
    await queue.close(grace_seconds=0)
    assert bench.at_once == 0
    assert bench.ended == []
    await queue.drain()


async def test_a_closed_queue_takes_nothing_new(build: Build) -> None:
    queue = build({"sync": Bench().work}, 2)
    await queue.close()
    with pytest.raises(QueueClosed, match="stopping"):
        await queue.defer(job("1"))


async def test_work_that_nobody_can_do_is_refused_at_once(build: Build) -> None:
    queue = build({"sync": Bench().work}, 2)
    with pytest.raises(LookupError, match="known: sync"):
        await queue.defer(Job(task="digest", key="1"))
