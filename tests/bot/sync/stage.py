"""Everything that a sync needs, built for a test: a database, a PSA, rules, a runner, a queue and the journey."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from cryptography.fernet import Fernet

from bot.jobs.in_process import InProcessQueue
from bot.resync import Resync, ResyncSettings
from bot.store.database import Database
from bot.store.queries import connections, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import SyncRun
from bot.store.secrets import SecretBox
from bot.sync.judging import Judge
from bot.sync.progress import Sleep
from bot.sync.recover import Recovery, RecoverySettings
from bot.sync.run import TASK, Runner
from bot.sync.work import SyncSettings
from tests.bot.sync.fakes import FakeConnector, FakeFactory, MovingClock, Naps, SimpleRules, clients, monthly

__all__ = ["lite", "stage"]


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.001)


BOX = SecretBox([Fernet.generate_key().decode()])


@dataclass
class Stage:
    db: Database
    connection: Connection
    psa: FakeConnector = field(default_factory=FakeConnector)
    rules: SimpleRules = field(default_factory=SimpleRules)
    clock: MovingClock = field(default_factory=MovingClock)
    queues: list[InProcessQueue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.factory = FakeFactory(connector=self.psa)
        self.psa.everyone, self.psa.all_agreements = clients(6), monthly(6)
        self.runner = self.new_runner()
        self.queue = self.new_queue(self.runner)

    def new_runner(
        self,
        process: str = "",
        sleep: Sleep | None = None,
        judge: Judge | None = None,
        settings: SyncSettings | None = None,
    ) -> Runner:
        return Runner(
            db=self.db,
            judge=judge or self.rules,
            connectors=self.factory,
            clock=self.clock,
            sleep=sleep or Naps(),
            settings=settings or SyncSettings(),
            process=process,
        )

    def new_queue(self, runner: Runner) -> InProcessQueue:
        queue = InProcessQueue({TASK: lambda key: runner.run(int(key))})
        self.queues.append(queue)
        return queue

    def resync(self, settings: ResyncSettings | None = None, sleep: Sleep | None = None) -> Resync:
        return Resync(
            db=self.db,
            queue=self.queue,
            clock=self.clock,
            may_resync=self._may_resync,
            settings=settings or ResyncSettings(),
            sleep=sleep or Naps(),
            told=self.runner.ends.told,
        )

    def recovery(self, runner: Runner | None = None, settings: RecoverySettings | None = None) -> Recovery:
        return Recovery(
            db=self.db,
            queue=self.queue,
            runner=runner or self.runner,
            clock=self.clock,
            settings=settings or RecoverySettings(),
        )

    async def _may_resync(self, user: str) -> bool:
        return user != "U0VISITOR"

    async def requested(self, kind: str = "full", account_id: str | None = None) -> SyncRun:
        run, _ = await runs.request(
            self.db,
            connection_id=self.connection.id,
            kind=kind,
            by="U0AGENT",
            now=self.clock.now(),
            account_id=account_id,
        )
        return run

    async def sync(self, kind: str = "full", account_id: str | None = None) -> SyncRun:
        """A whole run, and a little time afterwards."""
        run = await self.requested(kind, account_id)
        ended = await self.runner.run(run.id)
        assert ended is not None
        self.clock.pass_by(300)
        return ended

    async def again(self, run: SyncRun) -> SyncRun:
        found = await runs.get(self.db, run.id)
        assert found is not None
        return found


async def _staged(db: Database) -> AsyncIterator[Stage]:
    clock = MovingClock()
    connection = await connections.add(
        db,
        BOX,
        name="cw-prod",
        psa="connectwise",
        settings={},
        secrets={"private_key": "canary"},
        time_zone="America/New_York",
        now=clock.now(),
    )
    clock.pass_by(60)
    stage = Stage(db=db, connection=connection, clock=clock)
    yield stage
    for queue in stage.queues:
        await queue.close(grace_seconds=5)


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    """On both databases."""
    async for built in _staged(database):
        yield built


@pytest.fixture
async def lite(sqlite_database: Database) -> AsyncIterator[Stage]:
    """On SQLite alone: where the database makes no difference."""
    async for built in _staged(sqlite_database):
        yield built
