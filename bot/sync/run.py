"""Runs one sync, from its queued row to its result; whatever goes wrong, the old copy stays as it was."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.jobs.queue import Job
from bot.store.database import Database, is_away
from bot.store.queries import connections, runs, stages
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.room import is_full
from bot.store.secrets import SecretKeyError
from bot.store.snapshot import InvalidSnapshot
from bot.sync.full import sync_full
from bot.sync.judging import Judge
from bot.sync.one import sync_one
from bot.sync.progress import Lease, Progress, Sleep, Stopped
from bot.sync.quick import sync_quick
from bot.sync.result import Ending, connector_ending, error_json, no_room_ending
from bot.sync.settings import sync_settings
from bot.sync.unwritten import End, Ends
from bot.sync.work import ConnectorFactory, SyncSettings, Work
from connectors.contract import Connector
from connectors.errors import BadSettings, ConnectorError, ErrorKind, WhoMustAct
from connectors.records import Usage

log = logging.getLogger(__name__)

NO_SETTINGS = SyncSettings()
TASK = "sync"
BUSY_SECONDS = 1.0  # between two looks whether the connection's other sync has ended


def job_of(run: SyncRun, *, interactive: bool) -> Job:
    """One sync at a time per connection, of whatever kind."""
    lock = f"connection:{run.connection_id}"
    return Job(task=TASK, key=str(run.id), lock=lock, interactive=interactive, long=run.long)


def new_secret() -> str:
    return secrets.token_hex(8)


class Runner:
    """Safe to ask twice for the same run: only one worker gets its lease, and only its token may write.

    ``process`` names this process in its tokens, so that others know which runs died with it.
    """

    def __init__(
        self,
        *,
        db: Database,
        judge: Judge,
        connectors: ConnectorFactory,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        settings: SyncSettings = NO_SETTINGS,
        process: str = "",
        new_token: Callable[[], str] = new_secret,
    ) -> None:
        self._db = db
        self._judge = judge
        self._connectors = connectors
        self._clock = clock
        self._sleep = sleep
        self._settings = settings
        self._process = process
        self._new_token = new_token
        self._leases: set[Lease] = set()
        self.ends = Ends(db)

    def holds(self, token: str) -> bool:
        """Is this the token of a run that goes on in this process, or whose end it still has to write?"""
        return self.ends.holds(token) or any(lease.token == token for lease in self._leases)

    def is_of_this_process(self, token: str) -> bool:
        """Did a process of our name give it out: this one, or the one before a restart?"""
        return bool(self._process) and token.startswith(f"{self._process}/")

    async def run(self, run_id: int) -> SyncRun | None:
        """The run as it ended. None: it is not queued any more, or its connection was removed."""
        lease = Lease(run_id=run_id, token=f"{self._process}/{self._new_token()}")
        self._leases.add(lease)  # before its token is in the row: a sweep would take the run for one that nobody runs
        try:
            if not await self._run(lease):
                return None
        finally:
            self._leases.discard(lease)
        await self._sweep()
        run = await runs.get(self._db, run_id)
        return self.ends.told(run) if run is not None else None

    async def _starts(self, lease: Lease) -> bool:
        """Waits while another process syncs the connection, which the queue's locks do not see: the command line."""
        while not await runs.start(self._db, lease.run_id, token=lease.token, now=self._clock.now()):
            run = await runs.get(self._db, lease.run_id)
            if run is None or run.state is not RunState.QUEUED:
                return False
            await self._sleep(BUSY_SECONDS)
        return True

    async def _run(self, lease: Lease) -> bool:
        """False: it did not start. Cancelled while it starts, it may have started all the same."""
        spent = Usage()
        try:
            if not await self._starts(lease):
                return False
            ending = await self._ending(lease, spent)
        except asyncio.CancelledError:
            await asyncio.shield(self._leave(lease, spent))
            raise
        await self._finish(lease, ending, spent)
        return True

    async def _ending(self, lease: Lease, spent: Usage) -> Ending:
        """Every way in which a sync can end, by the error that ends it."""
        try:
            return await self._work(lease, spent)
        except BaseException as error:
            cause = first_cause(error)
            if not isinstance(cause, Exception):
                raise
            return _expected(cause) or self._our_fault(cause)

    async def _work(self, lease: Lease, spent: Usage) -> Ending:
        run = await runs.get(self._db, lease.run_id)
        connection = None if run is None else await connections.by_id(self._db, run.connection_id)
        if run is None or connection is None:  # removed this very moment, and its runs with it
            raise Stopped
        progress = self._progress(lease)
        async with AsyncExitStack() as stack:
            connector = await stack.enter_async_context(self._connectors.open(connection))
            stack.callback(_count, spent, connector, Usage(calls=connector.usage.calls, bytes=connector.usage.bytes))
            work = Work(
                db=self._db,
                judge=self._judge,
                clock=self._clock,
                settings=self._settings,
                run=run,
                lease=lease,
                connection=connection,
                connector=connector,
                progress=progress,
            )
            return await _watched(work)

    def _progress(self, lease: Lease) -> Progress:
        return Progress(
            self._db,
            lease,
            self._clock,
            self._sleep,
            every=self._settings.tell_every_seconds,
            heartbeat_seconds=self._settings.heartbeat_seconds,
        )

    async def _leave(self, lease: Lease, spent: Usage) -> None:
        """The process stops: the run goes on elsewhere, or after the restart, from its beginning."""
        if await runs.hand_back(self._db, lease.run_id, token=lease.token):
            log.info("A sync was handed back.", extra={"action": "sync_handed_back", "run": lease.run_id})
        else:
            await self._finish(lease, Ending(state=RunState.CANCELLED), spent)

    async def _finish(self, lease: Lease, ending: Ending, spent: Usage) -> None:
        await self.ends.write(End(lease=lease, ending=ending, spent=spent, at=self._clock.now()))

    async def _sweep(self) -> None:
        """What was staged is not needed any more, also where a run died. Whatever is left is swept the next time."""
        try:
            await stages.sweep_stages(self._db)
        except SQLAlchemyError:
            log.warning("Stages could not be swept; the next sync will.", extra={"action": "not_swept"}, exc_info=True)

    def _our_fault(self, error: Exception) -> Ending:
        """No raw exception reaches a person: an id does, and the log has the rest."""
        error_id = self._new_token()[:8]
        log.error("A sync broke.", exc_info=error, extra={"action": "sync_broke", "error_id": error_id})
        message = f"The sync broke on our side (error {error_id}). The copy from before was kept."
        return _failed(ErrorKind.API_ERROR, message, WhoMustAct.US)


async def _watched(work: Work) -> Ending:
    """The sync, with its progress told beside it; a cancel that is noticed there ends the sync."""
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(work.progress.keep_telling())
        ending = await _by_kind(work)
        await work.progress.stop(telling)
    return ending


async def _by_kind(work: Work) -> Ending:
    if work.run.kind is RunKind.FULL:
        return await sync_full(work)
    if work.run.kind is RunKind.QUICK:
        return await sync_quick(work)
    if work.run.kind is RunKind.SETTINGS:
        return await sync_settings(work)
    if work.run.kind is RunKind.ONE and work.run.account_id:
        return await sync_one(work, work.run.account_id)
    raise BadSettings("A sync of one account needs the account's id.")


def _expected(cause: Exception) -> Ending | None:
    """None: it is a fault of ours."""
    match cause:
        case Stopped():
            return Ending(state=RunState.CANCELLED)
        case ConnectorError():
            return connector_ending(cause)
        case InvalidSnapshot():
            return _failed(ErrorKind.INVALID_DATA, str(cause), WhoMustAct.US)
        case BadSettings() | SecretKeyError():
            return _failed(ErrorKind.API_ERROR, str(cause), WhoMustAct.OPERATOR)
    if is_full(cause):
        return no_room_ending()
    return _database_away() if is_away(cause) else None


def first_cause(error: BaseException) -> BaseException:
    """Tasks that run side by side wrap what went wrong: the first of them is the cause."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _count(spent: Usage, connector: Connector, before: Usage) -> None:
    spent.calls = connector.usage.calls - before.calls
    spent.bytes = connector.usage.bytes - before.bytes
    spent.seconds.extend(list(connector.usage.seconds)[-spent.calls :] if spent.calls else ())


def _failed(kind: ErrorKind, message: str, who: WhoMustAct) -> Ending:
    return Ending(state=RunState.FAILED, error=error_json(kind, message, who))


def _database_away() -> Ending:
    message = "The bot's database went away while this sync ran. The copy from before was kept."
    return Ending(state=RunState.UNKNOWN, error=error_json(ErrorKind.API_ERROR, message, WhoMustAct.NOBODY))
