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


class JobQueue(Protocol):
    """At least once: the work itself must be harmless when it is started twice. The truth is in the work's own rows."""

    async def defer(self, job: Job) -> None:
        """Adds it, unless the same one waits or runs already. Raises QueueClosed."""
        ...

    async def cancel(self, job: Job) -> bool:
        """True: it had not begun and never will. False: it runs, or is over; running work is asked by its own row."""
        ...

    async def running(self) -> Sequence[Job]: ...

    async def drain(self) -> None:
        """Waits until nothing waits and nothing runs."""
        ...

    async def close(self, grace_seconds: float = 10.0) -> None:
        """Drops what waits, lets what runs end within the grace, then cancels it."""
        ...
