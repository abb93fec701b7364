"""The job queue of any number of processes on one PostgreSQL: all defer to one board, those that work take from it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from bot.jobs.board import QUEUES, Board, Card
from bot.jobs.insisting import cancelled
from bot.jobs.places import Places
from bot.jobs.queue import Job, QueueClosed, Work
from bot.jobs.work import do, known

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 1.0  # a job whose lock became free elsewhere is not announced: it is looked for
CLOSING_SECONDS: Final = 5.0  # for a database that does not answer while we stop
DRAIN_SECONDS: Final = 0.02


class PostgresQueue:
    """A database that is away for a while ends nothing: what runs goes on, and taking begins again with it."""

    def __init__(
        self,
        board: Board,
        works: Mapping[str, Work],
        *,
        at_once: int = 4,
        poll_seconds: float = POLL_SECONDS,
        beat_seconds: float,
        silent_seconds: float,
    ) -> None:
        self._board = board
        self._works = works
        self._places = Places(at_once=at_once)
        self._poll_seconds = poll_seconds
        self._beat_seconds = beat_seconds
        self._silent_seconds = silent_seconds
        self._running: dict[asyncio.Task[None], Card] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._taking = asyncio.Lock()
        self._woken = asyncio.Event()
        self._worker: int | None = None
        self._closed = False

    async def start(self) -> None:
        self._loops = [
            asyncio.create_task(self._patiently(part), name=f"jobs:{part.__name__}")
            for part in (self._keep_taking, self._keep_beating, self._keep_listening)
        ]

    async def defer(self, *jobs: Job) -> None:
        for job in jobs:
            if self._closed:
                raise QueueClosed(f"{job.task} {job.key} is not started: the process is stopping.")
            known(self._works, job)
        if jobs:
            await self._board.pin(jobs)
            self._woken.set()

    async def cancel(self, job: Job) -> bool:
        return await self._board.withdraw(job)

    async def recover(self) -> int:
        dead = await self._board.stalled(self._silent_seconds)
        for card in dead:
            with suppress(Exception):  # another process was faster, or it was not dead and has ended meanwhile
                await self._board.take_down(card)
                log.warning("A job whose process died was given up.", extra=_extra(card))
        await self._board.forget_workers(self._silent_seconds)
        return len(dead)

    async def running(self) -> Sequence[Job]:
        return tuple(card.job for card in self._running.values())

    async def drain(self) -> None:
        """Looks now and then: other processes take from the board, too."""
        while self._running or not (self._closed or await self._board.is_empty()):  # noqa: ASYNC110 - see above
            await asyncio.sleep(DRAIN_SECONDS)

    async def close(self, grace_seconds: float = 10.0) -> None:
        if self._closed:
            return
        self._closed = True
        self._woken.set()
        await self._end_loops()
        if tasks := list(self._running):
            _, late = await asyncio.wait(tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._worker is not None:
            await self._kindly(self._board.sign_off(self._worker))
        await self._kindly(self._board.close())

    async def _end_loops(self) -> None:
        """The one that takes ends by itself: stopped in the midst, it would lose a job that it has just taken."""
        taking, others = self._loops[:1], self._loops[1:]
        if taking:
            _, late = await asyncio.wait(taking, timeout=CLOSING_SECONDS)
            others += late
        await cancelled(*others)

    async def _patiently(self, part: Callable[[], Awaitable[None]]) -> None:
        """Whatever breaks, and most of all a database that is away, is tried again."""
        while not self._closed:
            try:
                await part()
            except Exception as error:
                extra = {"action": "jobs_interrupted", "error": type(error).__name__}
                log.warning("The job queue was interrupted and goes on.", extra=extra, exc_info=error)
                await asyncio.sleep(self._poll_seconds)

    async def _keep_taking(self) -> None:
        while not self._closed:
            self._woken.clear()
            while not self._closed and await self._took():
                continue
            await self._rest(self._poll_seconds)

    async def _rest(self, seconds: float) -> None:
        """Until something happened, here or on the board, and never longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _took(self) -> bool:
        """False: no place is free, or nothing waits that may have it."""
        running = [card.job for card in self._running.values()]
        queues = [name for name, kind in QUEUES.items() if self._places.take(_like(kind), running)]
        if not queues:
            return False
        async with self._taking:
            card = await self._board.take(queues, await self._number())
            if card is None:
                return False
            task = asyncio.create_task(self._work(card), name=f"{card.job.task}:{card.job.key}")
            self._running[task] = card
            task.add_done_callback(self._ended)
        return True

    async def _number(self) -> int:
        if self._worker is None:
            self._worker = await self._board.sign_on()
        return self._worker

    async def _work(self, card: Card) -> None:
        try:
            await do(self._works, card.job)
        except asyncio.CancelledError:
            await asyncio.shield(self._kindly(self._board.put_back(card)))
            raise
        await self._kindly(self._board.take_down(card))

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._woken.set()

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(self._beat_seconds)
            if self._worker is not None and not await self._board.beat(self._worker):
                self._worker = None  # taken for dead while the database was away
            await self._put_strays_back()

    async def _put_strays_back(self) -> None:
        """What stands under our number and does not run: an answer of the database was lost, so nobody else would."""
        async with self._taking:
            if self._worker is None:
                return
            ours = {card.number for card in self._running.values()}
            strays = [card for card in await self._board.held_by(self._worker) if card.number not in ours]
            for card in strays:
                await self._board.put_back(card)

    async def _keep_listening(self) -> None:
        await self._board.listen(self._woken.set)

    async def _kindly(self, last: Awaitable[None]) -> None:
        """A job that cannot be taken off the board is a stray, and one of a worker that is gone is stalled: both are
        found.
        """
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await last
        except Exception as error:
            extra = {"action": "jobs_interrupted", "error": type(error).__name__}
            log.warning("The job queue could not be told that a job ended.", extra=extra, exc_info=error)


def _like(kind: tuple[bool, bool]) -> Job:
    interactive, long = kind
    return Job(task="", key="", interactive=interactive, long=long)


def _extra(card: Card) -> dict[str, str]:
    return {"action": "job_given_up", "task": card.job.task, "key": card.job.key}
