"""What a sync is doing now: told to its row about once a second, which is also where a cancel is noticed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.store.database import Database
from bot.store.queries import runs

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


class Stopped(Exception):
    """The run was cancelled, or another worker has it: nothing may be written any more."""


class Phase(StrEnum):
    """The steps of a sync. Comparing is part of writing: the store finds the differences as it writes them."""

    TABLES = "tables"
    READING = "reading"
    COMPARING = "comparing"
    JUDGING = "judging"
    GUARDING = "guarding"
    WRITING = "writing"


# Collecting, processing, updating: shown as 1/3, 2/3, 3/3 (R177). Hints for a progress bar, never timeouts (C2).
PARTS = {Phase.TABLES: 1, Phase.READING: 1, Phase.COMPARING: 2, Phase.JUDGING: 2, Phase.GUARDING: 2, Phase.WRITING: 3}
PART_COUNT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to write one run: the fencing token makes a worker that lost it harmless."""

    run_id: int
    token: str


class Progress:
    """Notes are cheap and go nowhere by themselves; ``keep_telling`` brings the newest one to the row."""

    def __init__(
        self, db: Database, lease: Lease, clock: Clock, sleep: Sleep, *, every: float, heartbeat_seconds: float
    ) -> None:
        self._db = db
        self._lease = lease
        self._clock = clock
        self._sleep = sleep
        self._every = every
        self._heartbeat = timedelta(seconds=heartbeat_seconds)
        self._phase = Phase.TABLES
        self._detail = ""
        self._rows = 0
        self._told: tuple[str, int] | None = None
        self._told_at: datetime | None = None
        self._turn = asyncio.Lock()

    def enter(self, phase: Phase, *, detail: str = "") -> None:
        """``detail``: how far within it, such as ``14 of 21``."""
        self._phase, self._detail = phase, detail

    def add(self, rows: int) -> None:
        self._rows += rows

    async def keep_telling(self) -> None:
        """Ends only by Stopped or by being cancelled. Silent while the snapshot is written: too late to cancel."""
        while True:
            if self._phase is not Phase.WRITING and self._is_news():
                await self._try_to_tell()
            await self._sleep(self._every)

    async def tell(self) -> None:
        """Raises Stopped when the run was cancelled or lost."""
        now = self._clock.now()
        phase, words, rows = self._phase, self._words, self._rows
        async with self._turn:
            go_on = await runs.progress(
                self._db,
                self._lease.run_id,
                token=self._lease.token,
                phase=words,
                number=PARTS[phase],
                count=PART_COUNT,
                rows=rows,
                now=now,
            )
        if not go_on:
            raise Stopped
        self._told, self._told_at = (words, rows), now

    async def stop(self, telling: asyncio.Task[None]) -> None:
        """Cancels ``keep_telling`` between two writes, never within one."""
        async with self._turn:
            telling.cancel()

    @property
    def _words(self) -> str:
        return f"{self._phase} {self._detail}".strip()

    def _is_news(self) -> bool:
        if self._told_at is None or self._told != (self._words, self._rows):
            return True
        # Either way: a clock that was set back must not make it silent, and deaf to a cancel, until it catches up.
        return abs(self._clock.now() - self._told_at) >= self._heartbeat

    async def _try_to_tell(self) -> None:
        """A database that is busy for a moment must not end a sync of half an hour."""
        try:
            await self.tell()
        except Stopped:
            raise
        except Exception:
            extra = {"action": "progress_not_told", "run": self._lease.run_id}
            log.warning("A sync's progress could not be written; it goes on.", extra=extra, exc_info=True)
