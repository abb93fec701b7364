"""The job queue of a single process: a concurrency cap, one job at a time per lock, people before the schedule."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial

from bot.jobs.queue import Job, QueueClosed, Work

log = logging.getLogger(__name__)


class InProcessQueue:
    """Forgets everything when the process ends: whoever defers keeps the truth and defers again."""

    def __init__(self, works: Mapping[str, Work], *, at_once: int = 4) -> None:
        self._works = works
        self._at_once = at_once
        self._waiting: list[Job] = []
        self._running: dict[Job, asyncio.Task[None]] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def defer(self, job: Job) -> None:
        if self._closed:
            raise QueueClosed(f"{job.task} {job.key} is not started: the process is stopping.")
        if job.task not in self._works:
            raise LookupError(f"No work is called {job.task!r}; known: {', '.join(sorted(self._works))}.")
        if not self._knows(job):
            self._waiting.append(job)
            self._start_what_can()

    async def cancel(self, job: Job) -> bool:
        found = next((waiting for waiting in self._waiting if _same(waiting, job)), None)
        if found is None:
            return False
        self._waiting.remove(found)
        self._note_idle()
        return True

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

    def _knows(self, job: Job) -> bool:
        return any(_same(known, job) for known in (*self._waiting, *self._running))

    def _start_what_can(self) -> None:
        """In order of arrival, people first; a job whose lock is taken is passed over."""
        for job in sorted(self._waiting, key=lambda job: not job.interactive):
            if self._may_start(job):
                self._waiting.remove(job)
                task = asyncio.create_task(self._work(job), name=f"{job.task}:{job.key}")
                self._running[job] = task
                task.add_done_callback(partial(self._ended, job))
        self._note_idle()

    def _may_start(self, job: Job) -> bool:
        # The last place is kept for a person: a night's worth of scheduled syncs must not make somebody wait.
        places = self._at_once if job.interactive or self._at_once == 1 else self._at_once - 1
        free = job.lock is None or all(running.lock != job.lock for running in self._running)
        return free and len(self._running) < places

    async def _work(self, job: Job) -> None:
        try:
            await self._works[job.task](job.key)
        except Exception:
            log.exception(
                "A job broke and was given up.", extra={"action": "job_failed", "task": job.task, "key": job.key}
            )

    def _ended(self, job: Job, _: asyncio.Task[None]) -> None:
        del self._running[job]
        self._start_what_can()

    def _note_idle(self) -> None:
        if self._waiting or self._running:
            self._idle.clear()
        else:
            self._idle.set()


def _same(one: Job, other: Job) -> bool:
    return (one.task, one.key) == (other.task, other.key)
