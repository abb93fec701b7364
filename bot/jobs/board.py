"""The board that all processes of one PostgreSQL see: Procrastinate's table of jobs, as we use it.

Of Procrastinate we use the table with its locks, priorities and notifications (docs/decisions: the jobs' engine), never
its ``queueing_lock``: a retry beside a queued double would block the key for good (procrastinate #1543).
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from procrastinate import jobs
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import AsyncConnection
from sqlalchemy.engine import make_url

from bot.jobs.queue import Job
from bot.store.queue_schema import SCHEMA

QUEUES: Final = {
    "asked": (True, False),
    "asked-long": (True, True),
    "due": (False, False),
    "due-long": (False, True),
}  # to interactive, long
FIRST: Final = 10  # the priority of what a person waits for; the rest has 0
POOL_SECONDS: Final = 30.0  # that a call waits for a database which is away

SAME: Final = """
SELECT id, status::text, queue_name, task_name, args, lock FROM procrastinate_jobs
 WHERE status IN ('todo', 'doing') AND task_name = %(task)s AND args->>'key' = ANY(%(keys)s)
"""
OPEN: Final = "SELECT count(*) AS jobs FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
BEAT: Final = "UPDATE procrastinate_workers SET last_heartbeat = NOW() WHERE id = %(worker)s RETURNING id"
HELD: Final = """
SELECT id, status::text, queue_name, task_name, args, lock FROM procrastinate_jobs
 WHERE status = 'doing' AND worker_id = %(worker)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A job on the board. ``number`` is the board's own; ``taken``: some worker has it."""

    number: int
    job: Job
    taken: bool


class Board:
    """Opened by the first who uses it; ``close`` it at the end."""

    def __init__(self, url: str) -> None:
        self._connector = PsycopgConnector(
            conninfo=make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
            configure=_in_our_schema,
            min_size=1,
            max_size=4,
            timeout=POOL_SECONDS,
        )
        self._manager = JobManager(self._connector)
        self._turn = asyncio.Lock()
        self._is_open = False

    async def pin(self, wanted: Collection[Job]) -> None:
        """Those that are not there yet. One that waits, and that a person waits for now, moves to the front."""
        there = {(card.job.task, card.job.key): card for card in await self._same(wanted)}
        new = []
        for job in wanted:
            card = there.get((job.task, job.key))
            if card is None or await self._takes_down_to_hurry(card, job):
                new.append(job)
        if new:
            await (await self._opened()).batch_defer_jobs_async([_to_defer(job) for job in new])

    async def take(self, queues: Collection[str], worker: int) -> Card | None:
        """The next job of these queues whose lock is free."""
        found = await (await self._opened()).fetch_job(list(queues), worker)
        return None if found is None or found.id is None else _taken(found)

    async def take_down(self, card: Card) -> None:
        """It is done, or given up: its lock is free."""
        await (await self._opened()).finish_job_by_id_async(card.number, jobs.Status.SUCCEEDED, delete_job=True)

    async def put_back(self, card: Card) -> None:
        """For whoever is free: anew, because only what is new is announced to the others."""
        await self.take_down(card)
        await (await self._opened()).batch_defer_jobs_async([_to_defer(card.job)])

    async def withdraw(self, job: Job) -> bool:
        """False: it is not there, or somebody has taken it."""
        waiting = [card for card in await self._same([job]) if not card.taken]
        return any([await self._withdrawn(card) for card in waiting])

    async def stalled(self, silent_seconds: float) -> Sequence[Card]:
        """Taken by workers that have been silent for so long, by the database's own clock."""
        return [
            _taken(job) for job in await (await self._opened()).get_stalled_jobs(seconds_since_heartbeat=silent_seconds)
        ]

    async def forget_workers(self, silent_seconds: float) -> None:
        await (await self._opened()).prune_stalled_workers(silent_seconds)

    async def sign_on(self) -> int:
        """A worker's number, under which it takes jobs and is heard of."""
        return await (await self._opened()).register_worker()

    async def beat(self, worker: int) -> bool:
        """False: it was taken for dead, and has to sign on anew."""
        return bool(await self._rows(BEAT, worker=worker))

    async def held_by(self, worker: int) -> Sequence[Card]:
        return [_card(row) for row in await self._rows(HELD, worker=worker)]

    async def sign_off(self, worker: int) -> None:
        await (await self._opened()).unregister_worker(worker)

    async def is_empty(self) -> bool:
        return not (await self._rows(OPEN))[0]["jobs"]

    async def listen(self, heard: Callable[[], None]) -> None:
        """Until cancelled: ``heard`` is called whenever a job was pinned."""

        async def noted(*, channel: str, notification: object) -> None:
            heard()

        await (await self._opened()).listen_for_jobs(on_notification=noted)

    async def close(self) -> None:
        await self._connector.close_async()

    async def _opened(self) -> JobManager:
        async with self._turn:
            if not self._is_open:
                await self._connector.open_async()
                self._is_open = True
        return self._manager

    async def _same(self, wanted: Collection[Job]) -> list[Card]:
        by_task: dict[str, list[str]] = {}
        for job in wanted:
            by_task.setdefault(job.task, []).append(job.key)
        return [_card(row) for task, keys in by_task.items() for row in await self._rows(SAME, task=task, keys=keys)]

    async def _takes_down_to_hurry(self, card: Card, job: Job) -> bool:
        hurries = job.interactive and not (card.job.interactive or card.taken)
        return hurries and await self._withdrawn(card)

    async def _withdrawn(self, card: Card) -> bool:
        return bool(await (await self._opened()).cancel_job_by_id_async(card.number, delete_job=True))

    async def _rows(self, query: Any, **values: Any) -> list[dict[str, Any]]:
        await self._opened()
        found: list[dict[str, Any]] = await self._connector.execute_query_all_async(query, **values)
        return found


async def _in_our_schema(connection: AsyncConnection) -> None:
    await connection.execute(f"SET search_path TO {SCHEMA}")
    await connection.commit()


def queue_of(job: Job) -> str:
    return next(name for name, kind in QUEUES.items() if kind == (job.interactive, job.long))


def _to_defer(job: Job) -> jobs.Job:
    return jobs.Job(
        queue=queue_of(job),
        task_name=job.task,
        task_kwargs={"key": job.key},
        lock=job.lock,
        queueing_lock=None,
        priority=FIRST if job.interactive else 0,
    )


def _taken(found: jobs.Job) -> Card:
    job = _job(found.task_name, found.task_kwargs, found.lock, found.queue)
    return Card(number=found.id or 0, job=job, taken=True)


def _card(row: dict[str, Any]) -> Card:
    job = _job(row["task_name"], row["args"], row["lock"], row["queue_name"])
    return Card(number=row["id"], job=job, taken=row["status"] == "doing")


def _job(task: str, values: dict[str, Any], lock: str | None, queue: str) -> Job:
    interactive, long = QUEUES[queue]
    return Job(task=task, key=str(values["key"]), lock=lock, interactive=interactive, long=long)
