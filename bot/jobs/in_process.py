"""The job queue of a single process: a concurrency cap, one job at a time per lock, people before the schedule."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from bot.jobs.places import Places
from bot.jobs.queue import Job, QueueClosed, Work
from bot.jobs.work import do, known


class InProcessQueue:
    """Forgets everything when the process ends: whoever defers keeps the truth and defers again."""

    def __init__(self, works: Mapping[str, Work], *, at_once: int = 4) -> None:
        self._works = works
        self._places = Places(at_once=at_once)
        self._waiting: list[Job] = []
        self._running: dict[Job, asyncio.Task[None]] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def start(self) -> None:
        """It works from the beginning."""

    async def defer(self, *jobs: Job) -> None:
        for job in jobs:
            if self._closed:
                raise QueueClosed(f"{job.task} {job.key} is not started: the process is stopping.")
            known(self._works, job)
            if not self._hurried(job) and not self._knows(job):
                self._waiting.append(job)
        self._start_what_can()

    async def cancel(self, job: Job) -> bool:
        found = next((waiting for waiting in self._waiting if waiting.is_same(job)), None)
        if found is None:
            return False
        self._waiting.remove(found)
        self._note_idle()
        return True

    async def recover(self) -> int:
        """With the process, its jobs are gone: there is never one whose process died."""
        return 0

    async def running(self) -> Sequence[Job]:
        return tuple(self._running)

    async def drain(self) -> None:
        await self._idle.wait()

    async def close(self, grace_seconds: float = 10.0) -> None:
        self._closed = True
        self._waiting.clear()
        self._note_idle()
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _hurried(self, job: Job) -> bool:
        """It waits already, and now a person waits for it, too."""
        for place, waiting in enumerate(self._waiting):
            if waiting.is_same(job) and job.interactive:
                self._waiting[place] = job
                return True
        return False

    def _knows(self, job: Job) -> bool:
        return any(each.is_same(job) for each in (*self._waiting, *self._running))

    def _start_what_can(self) -> None:
        """In order of arrival, people first; a job whose lock is taken is passed over."""
        for job in sorted(self._waiting, key=lambda job: not job.interactive):
            if self._may_start(job):
                self._waiting.remove(job)
                task = asyncio.create_task(do(self._works, job), name=f"{job.task}:{job.key}")
                self._running[job] = task
                task.add_done_callback(partial(self._ended, job))
        self._note_idle()

    def _may_start(self, job: Job) -> bool:
        free = job.lock is None or all(running.lock != job.lock for running in self._running)
        return free and self._places.take(job, self._running)

    def _ended(self, job: Job, _: asyncio.Task[None]) -> None:
        del self._running[job]
        self._start_what_can()

    def _note_idle(self) -> None:
        if self._waiting or self._running:
            self._idle.clear()
        else:
            self._idle.set()
