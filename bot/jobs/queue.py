"""What a job queue must do: the same for every engine, proven by one suite of contract tests."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

Work = Callable[[str], Awaitable[object]]  # gets the job's key; what it returns is ignored


class QueueClosed(Exception):
    """The process is stopping: nothing new is started. What was asked for stands in the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """``(task, key)`` is its identity: a small text, so that every engine can store it. One at a time per ``lock``."""

    task: str  # sync
    key: str  # a run's id
    lock: str | None = None  # connection:3
    interactive: bool = False  # a person is waiting: before scheduled work
    long: bool = False  # takes minutes: only so many of these at once, so that short ones are never starved

    def is_same(self, other: "Job") -> bool:
        return (self.task, self.key) == (other.task, other.key)


class JobQueue(Protocol):
    """At least once: the work itself must be harmless when it is started twice. The truth is in the work's own rows."""

    async def start(self) -> None:
        """From now on this process does the work, too; until then it only defers. An engine of a single process works
        from the beginning.
        """
        ...

    async def defer(self, *jobs: Job) -> None:
        """Adds them, except those that wait or run already. Raises QueueClosed."""
        ...

    async def cancel(self, job: Job) -> bool:
        """True: it had not begun and never will. False: it runs, or is over; running work is asked by its own row."""
        ...

    async def recover(self) -> int:
        """Gives up the jobs whose process died, so that their locks are free again; how many. Deferring them anew is
        the business of whoever keeps the truth.
        """
        ...

    async def running(self) -> Sequence[Job]:
        """In this process."""
        ...

    async def drain(self) -> None:
        """Waits until nothing waits and nothing runs; after ``close``, only for what runs."""
        ...

    async def close(self, grace_seconds: float = 10.0) -> None:
        """Starts nothing more, lets what runs end within the grace, then cancels it. An engine that other processes
        work on too leaves to them what waits and what was cancelled; one of a single process drops it.
        """
        ...
