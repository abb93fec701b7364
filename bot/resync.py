"""Journey: somebody wants a sync, follows it, cancels it, or decides about one that the guard refused."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.jobs.queue import JobQueue, QueueClosed
from bot.planned import SCHEDULE
from bot.store.database import Database
from bot.store.queries import audit, connections, questions, runs, schedules, snapshots
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.accept import Busy, accept
from bot.sync.admission import Admission, Ask
from bot.sync.outcome import (
    Accepted,
    Cancelling,
    CoolingDown,
    InTheWay,
    Joined,
    NotAllowed,
    Outcome,
    Over,
    Paused,
    PeakHours,
    Rejected,
    Started,
    UnknownConnection,
)
from bot.sync.progress import Sleep
from bot.sync.run import job_of, new_secret
from bot.sync.slowness import why_slow
from bot.sync.times import Timing, timing

__all__ = [
    "Accepted",
    "Cancelling",
    "CoolingDown",
    "InTheWay",
    "Joined",
    "NotAllowed",
    "Outcome",
    "Over",
    "Paused",
    "PeakHours",
    "Rejected",
    "Resync",
    "ResyncSettings",
    "Started",
    "UnknownConnection",
    "UsageError",
]

log = logging.getLogger(__name__)

MayResync = Callable[[str], Awaitable[bool]]


class UsageError(Exception):
    """What was asked for makes no sense, or not here. The message is safe to show, and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResyncSettings:
    """``long_seconds``: a sync that usually takes more than this gets one of the few places for long ones."""

    cooldown_seconds: float = 60.0
    poll_seconds: float = 1.0
    long_seconds: float = 120.0


def _as_written(run: SyncRun) -> SyncRun:
    return run


class Resync:
    """``may_resync`` is asked at every click, not when a button is drawn; what it answers is audited (R251).

    ``told``: a run as the process knows it that runs it, where the database could not take its end.
    """

    def __init__(
        self,
        *,
        db: Database,
        queue: JobQueue,
        clock: Clock,
        may_resync: MayResync,
        settings: ResyncSettings,
        sleep: Sleep = asyncio.sleep,
        new_token: Callable[[], str] = new_secret,
        told: Callable[[SyncRun], SyncRun] = _as_written,
    ) -> None:
        self._db = db
        self._queue = queue
        self._clock = clock
        self._may_resync = may_resync
        self._settings = settings
        self._admission = Admission(db, timedelta(seconds=settings.cooldown_seconds))
        self._sleep = sleep
        self._new_token = new_token
        self._told = told

    async def request(
        self,
        connection_name: str,
        kind: str,
        *,
        by: str,
        account_id: str | None = None,
        question_id: int | None = None,
        force: bool = False,
        in_peak: bool = False,
        interactive: bool = True,
    ) -> Outcome:
        """Raises UsageError. The question is asked again when the run ends, whether it was started or joined.

        A person who wants a full sync in the peak hours has to insist, by ``in_peak`` or by ``force``.
        """
        which = _kind(kind, account_id)
        connection = await connections.by_name(self._db, connection_name)
        if connection is None:
            known = tuple(one.name for one in await connections.every(self._db))
            return UnknownConnection(name=connection_name, known=known)
        ask = Ask(connection=connection, kind=which, by=by, account_id=account_id, force=force, now=self._clock.now())
        ask = replace(ask, question_id=question_id, in_peak=in_peak or force or not interactive)
        if why_not := await self._admission.why_not(ask):
            raise UsageError(why_not)
        outcome = await self._decide(ask)
        if isinstance(outcome, Started | Joined) and question_id is not None:
            await questions.wait_for_run(self._db, question_id, outcome.run.id)
        return await self._taken_up(ask, outcome, interactive=interactive)

    async def fire(self, connection: Connection, kind: RunKind, fire_at: datetime, schedule: str) -> Outcome | None:
        """A sync that is due by ``schedule``, once for each fire. None: some clock has taken this one up already."""
        ask = Ask(connection=connection, kind=kind, by=SCHEDULE, now=self._clock.now())
        cooling = await self._admission.cooling(ask)
        if cooling is not None:
            return cooling
        taken = await schedules.request_sync(
            self._db,
            fire_at,
            schedule=schedule,
            connection_id=connection.id,
            kind=kind,
            by=SCHEDULE,
            now=ask.now,
            long=await self._takes_long(ask),
        )
        if taken is None:
            return None
        run, new = taken
        outcome = Started(run=run, connection=connection) if new else _joined(run, connection)
        return await self._taken_up(ask, outcome, interactive=False)

    async def _taken_up(self, ask: Ask, outcome: Outcome, *, interactive: bool) -> Outcome:
        if isinstance(outcome, Started | Joined) and outcome.run.state is RunState.QUEUED:
            # Also one that was joined: the process that queued it may be gone, and deferring twice is harmless.
            await self._defer(outcome.run, interactive=interactive)
        await self._audit("resync", ask.by, _target(ask), outcome)
        return outcome

    async def _decide(self, ask: Ask) -> Outcome:
        if not await self._may_resync(ask.by):
            return NotAllowed()
        if ask.connection.paused:
            return Paused(connection=ask.connection)
        going_on = await runs.active(self._db, ask.connection.id)
        same = next((run for run in going_on if ask.is_for(run)), None)
        if same is not None:
            return _joined(same, ask.connection)
        cooling = await self._admission.cooling(ask)
        too_soon = cooling is not None and not (ask.force and cooling.may_force)
        objection = cooling if too_soon else await self._admission.peak(ask)
        if objection is not None:
            return objection
        run, new = await runs.request(
            self._db,
            connection_id=ask.connection.id,
            kind=ask.kind,
            by=ask.by,
            now=ask.now,
            account_id=ask.account_id,
            long=await self._takes_long(ask),
        )
        if not new:  # somebody pressed in the same moment
            return _joined(run, ask.connection)
        behind = going_on[-1] if going_on else None
        return Started(run=run, connection=ask.connection, behind=behind, forced=cooling is not None)

    async def _defer(self, run: SyncRun, *, interactive: bool) -> None:
        try:
            await self._queue.defer(job_of(run, interactive=interactive))
        except QueueClosed:  # its row is queued: the next process takes it up
            log.info("A sync was asked for while stopping; it stays queued.", extra={"action": "left", "run": run.id})

    async def _takes_long(self, ask: Ask) -> bool:
        usual = await runs.usual_seconds(self._db, ask.connection.id, ask.kind)
        return usual is not None and usual > self._settings.long_seconds

    async def cancel(self, run_id: int, *, by: str) -> Cancelling | NotAllowed | Over:
        """The old copy stays as it was (R234)."""
        run = await runs.get(self._db, run_id)
        outcome = await self._cancel(run, by)
        await self._audit("cancel", by, f"run {run_id}", outcome)
        return outcome

    async def _cancel(self, run: SyncRun | None, by: str) -> Cancelling | NotAllowed | Over:
        if not await self._may_resync(by):
            return NotAllowed()
        if run is None or not await runs.ask_cancel(self._db, run.id, self._clock.now()):
            return Over(run=run)
        await self._queue.cancel(job_of(run, interactive=False))
        return Cancelling(run=await runs.get(self._db, run.id) or run)

    async def accept(self, run_id: int, *, by: str) -> Accepted | NotAllowed | Over | InTheWay:
        """Writes the snapshot that the guard refused."""
        outcome = await self._accept(run_id, by)
        await self._audit("accept", by, f"run {run_id}", outcome)
        return outcome

    async def _accept(self, run_id: int, by: str) -> Accepted | NotAllowed | Over | InTheWay:
        if not await self._may_resync(by):
            return NotAllowed()
        run = await runs.get(self._db, run_id)
        aside = await snapshots.aside(self._db, run_id)
        if run is None or aside is None:
            return Over(run=run)
        try:
            written = await accept(self._db, self._clock, run, aside, by=by, new_token=self._new_token)
        except Busy:
            going_on = await runs.active(self._db, run.connection_id, RunKind.FULL)
            return InTheWay(run=going_on[0]) if going_on else Over(run=run)
        return Accepted(run=written)

    async def reject(self, run_id: int, *, by: str) -> Rejected | NotAllowed | Over:
        """Throws the refused snapshot away; the run stays in the log as refused."""
        outcome = await self._reject(run_id, by)
        await self._audit("reject", by, f"run {run_id}", outcome)
        return outcome

    async def _reject(self, run_id: int, by: str) -> Rejected | NotAllowed | Over:
        if not await self._may_resync(by):
            return NotAllowed()
        run = await runs.get(self._db, run_id)
        dropped = await snapshots.drop_aside(self._db, run_id)
        return Rejected(run=run) if run is not None and dropped else Over(run=run)

    async def follow(self, run_id: int) -> AsyncIterator[SyncRun]:
        """Its row whenever it changed, until it ended; whichever process runs it."""
        seen: SyncRun | None = None
        while (row := await runs.get(self._db, run_id)) is not None:
            run = self._told(row)
            if run != seen:
                yield run
                seen = run
            if run.ended_at is not None:
                return
            await self._sleep(self._settings.poll_seconds)

    async def timing(self, run: SyncRun) -> Timing:
        """How long it has taken, against what this connection usually needs."""
        usual = await runs.usual_seconds(self._db, run.connection_id, run.kind)
        found = timing(run, usual, self._clock.now())
        if not found.slow or run.ended_at is None:
            return found
        return replace(found, because=why_slow(run, await runs.success_before(self._db, run), "The PSA"))

    async def _audit(self, action: str, by: str, target: str, outcome: object) -> None:
        said = "denied" if isinstance(outcome, NotAllowed) else "allowed"
        detail = type(outcome).__name__
        await audit.write(
            self._db, at=self._clock.now(), who=by, action=action, target=target, outcome=said, detail=detail
        )


def _kind(kind: str, account_id: str | None) -> RunKind:
    if kind not in list(RunKind):
        raise UsageError(f"There is no sync called {kind!r}: it is full, quick, settings or one.")
    which = RunKind(kind)
    if (which is RunKind.ONE) != (account_id is not None):
        raise UsageError("A sync of one account needs the account's id, and no other sync takes one.")
    return which


def _joined(run: SyncRun, connection: Connection) -> Joined:
    return Joined(run=run, connection=connection, by=run.requested_by, since=run.started_at or run.requested_at)


def _target(ask: Ask) -> str:
    words = (ask.connection.name, ask.kind, ask.account_id, "forced" if ask.force else None)
    return " ".join(word for word in words if word)
