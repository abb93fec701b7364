"""Picks up what a process left behind: dead runs end as unknown, and what can be tried again is tried again."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.clock import Clock
from bot.jobs.queue import JobQueue
from bot.markup import is_user
from bot.store.database import Database
from bot.store.queries import connections, processes, questions, runs
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.result import error_json
from bot.sync.run import Runner, job_of
from connectors.errors import ErrorKind, WhoMustAct

log = logging.getLogger(__name__)

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
RETRY_AFTER: Final[Mapping[str, float]] = MappingProxyType(
    {ErrorKind.TIMEOUT: 120.0, ErrorKind.UNREACHABLE: 300.0, ErrorKind.PSA_DOWN: 600.0, ErrorKind.RATE_LIMITED: 900.0}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySettings:
    """``attempts``: how often in all a sync is tried before it is left to the schedule or to a person.

    ``retry_after``: by the error's kind; twice as long before the third try, and so on.
    """

    orphan_after_seconds: float = 60.0
    retry_after_seconds: Mapping[str, float] = field(default_factory=lambda: RETRY_AFTER)
    retry_after_others_seconds: float = 300.0
    attempts_when_unknown: int = 2
    attempts_when_incomplete: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did: runs that it ended, and runs that it asked for again."""

    ended: tuple[SyncRun, ...] = ()
    again: tuple[SyncRun, ...] = ()


class Recovery:
    """``sweep`` is called at the start, and from time to time. Any number of processes may do it."""

    def __init__(
        self, *, db: Database, queue: JobQueue, runner: Runner, clock: Clock, settings: RecoverySettings
    ) -> None:
        self._db = db
        self._queue = queue
        self._runner = runner
        self._clock = clock
        self._settings = settings
        self._looked_at: datetime | None = None

    async def sweep(self) -> Swept:
        await self._queue.recover()
        ended = [*await self._runner.ends.write_kept(), *await self.end_orphans()]
        again = await self._try_again()
        waiting = [run for run in await runs.unfinished(self._db) if run.state is RunState.QUEUED]
        # The queue knows them already, unless their process was new, or died.
        await self._queue.defer(*(job_of(run, interactive=is_user(run.requested_by)) for run in waiting))
        return Swept(ended=tuple(ended), again=tuple(again))

    async def end_orphans(self) -> list[SyncRun]:
        """Only the first half: what a single command needs, so that it does not join a run that nobody runs."""
        return [run for orphan in await self._orphans() if (run := await self._end(orphan))]

    async def end_own(self) -> list[SyncRun]:
        """Those of this process that it does not run any more, because the database could not be told how they ended.
        No other process ends them, as this one lives; so it looks itself, whoever's turn the sweep is.
        """
        written = await self._runner.ends.write_kept()
        running = await self._running()
        strays = [run for run in running if self._is_ours(run) and not self._runner.holds(run.token)]
        ended = [run for stray in strays if (run := await self._end(stray))]
        return [*written, *ended]

    async def _orphans(self) -> list[SyncRun]:
        """Silent for too long, and so is their process; or begun by this very process before it was started again."""
        now, patience = self._clock.now(), timedelta(seconds=self._settings.orphan_after_seconds)
        silent_since = LONG_AGO if self._has_jumped(now, patience) else now - patience
        alive = {each.name for each in await processes.workers(self._db) if each.beat_at >= silent_since}
        silent = {run.id for run in await runs.orphans(self._db, silent_since) if process_of(run) not in alive}
        return [
            run
            for run in await self._running()
            if not self._runner.holds(run.token) and (run.id in silent or self._is_ours(run))
        ]

    async def _running(self) -> list[SyncRun]:
        return [run for run in await runs.unfinished(self._db) if run.state is RunState.RUNNING]

    def _has_jumped(self, now: datetime, patience: timedelta) -> bool:
        """Then every other process looks silent, such as a command's beside the one that serves: at the next look they
        have been heard again. On PostgreSQL all follow the server's clock, and take turns in looking.
        """
        before, self._looked_at = self._looked_at, now
        return self._db.dialect == "sqlite" and before is not None and now - before > patience

    def _is_ours(self, run: SyncRun) -> bool:
        return self._runner.is_of_this_process(run.token)

    async def _end(self, orphan: SyncRun) -> SyncRun | None:
        """None: it was not dead after all, and has ended by itself."""
        state = RunState.CANCELLED if orphan.cancel_requested else RunState.UNKNOWN
        message = (
            "The process that ran this sync died, and nobody can say how far it got. The copy from before was kept."
        )
        done = await runs.finish(
            self._db,
            orphan.id,
            token=orphan.token,
            state=state,
            now=self._clock.now(),
            calls=orphan.calls,
            bytes=orphan.bytes,
            counts=orphan.counts,
            changes=orphan.changes,
            error=error_json(ErrorKind.API_ERROR, message, WhoMustAct.NOBODY) if state is RunState.UNKNOWN else None,
        )
        if not done:
            return None
        log.warning("A sync whose process died was ended.", extra={"action": "orphan_ended", "run": orphan.id})
        return await runs.get(self._db, orphan.id)

    async def _try_again(self) -> list[SyncRun]:
        paused = {each.id for each in await connections.every(self._db) if each.paused}
        ended = await runs.last_ones(self._db, (RunState.UNKNOWN, RunState.INCOMPLETE))
        return [await self._again(run) for run in ended if run.connection_id not in paused and self._is_due(run)]

    def _is_due(self, run: SyncRun) -> bool:
        if run.state is RunState.UNKNOWN:
            return is_run_again(run, self._settings.attempts_when_unknown)
        if run.state is not RunState.INCOMPLETE or run.kind is not RunKind.FULL or run.ended_at is None:
            return False  # a single account is asked for by a person, who sees the answer and can press again
        waited = abs((self._clock.now() - run.ended_at).total_seconds())  # it may lie ahead: the clock was set back
        kind = str((run.error or {}).get("kind", ""))
        after = self._settings.retry_after_seconds.get(kind, self._settings.retry_after_others_seconds)
        enough = after * 2 ** (run.attempt - 1)
        return run.attempt < self._settings.attempts_when_incomplete and waited >= enough

    async def _again(self, run: SyncRun) -> SyncRun:
        """Whoever waited for the old run waits for the new one."""
        new, _ = await runs.request(
            self._db,
            connection_id=run.connection_id,
            kind=run.kind,
            by=run.requested_by,
            now=self._clock.now(),
            account_id=run.account_id,
            attempt=run.attempt + 1,
            long=run.long,
        )
        for question in await questions.waiting_on(self._db, run.id):
            await questions.wait_for_run(self._db, question.id, new.id)
        log.info("A sync is run again.", extra={"action": "sync_again", "run": new.id, "after": run.id})
        return new


def is_run_again(run: SyncRun, attempts: int = RecoverySettings().attempts_when_unknown) -> bool:
    """Its process died, and the next sweep starts it anew: whoever waits for it waits for that one."""
    return run.state is RunState.UNKNOWN and run.attempt < attempts


def process_of(run: SyncRun) -> str:
    """Whose token it has: the process that runs it."""
    return run.token.partition("/")[0]
