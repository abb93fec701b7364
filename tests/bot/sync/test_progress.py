import asyncio

import pytest
from sqlalchemy import event

from bot.store.queries import runs
from bot.sync.progress import Lease, Phase, Progress, Stopped
from tests.bot.sync.fakes import Naps
from tests.bot.sync.stage import Stage


class Counted:
    """Counts how often the row is written, and lets a limited time go by."""

    def __init__(self, stage: Stage, naps: int) -> None:
        self.naps, self.stage, self.writes = naps, stage, 0
        event.listen(stage.db.engine.sync_engine, "before_cursor_execute", self._count)

    def _count(self, conn: object, cursor: object, statement: str, *rest: object) -> None:
        self.writes += statement.startswith("UPDATE sync_run SET phase")

    async def sleep(self, seconds: float) -> None:
        self.stage.clock.pass_by(seconds)
        self.naps -= 1
        if not self.naps:
            raise asyncio.CancelledError


async def running(stage: Stage) -> Lease:
    run = await stage.requested()
    await runs.start(stage.db, run.id, token="t", now=stage.clock.now())
    return Lease(run_id=run.id, token="t")


def progress_of(stage: Stage, lease: Lease, counted: Counted | None = None) -> Progress:
    sleep = counted.sleep if counted else Naps()
    return Progress(stage.db, lease, stage.clock, sleep, every=1, heartbeat_seconds=5)


@pytest.mark.requirement("R177")
async def test_many_notes_become_one_write_a_second(lite: Stage) -> None:
    counted = Counted(lite, naps=3)
    progress = progress_of(lite, await running(lite), counted)
    for _ in range(1000):
        progress.add(1)
    with pytest.raises(asyncio.CancelledError):
        await progress.keep_telling()
    assert counted.writes == 1


async def test_without_news_only_the_heartbeat_is_written(lite: Stage) -> None:
    counted = Counted(lite, naps=21)
    progress = progress_of(lite, await running(lite), counted)
    with pytest.raises(asyncio.CancelledError):
        await progress.keep_telling()
    assert counted.writes == 5


async def test_nothing_is_told_while_the_snapshot_is_written(lite: Stage) -> None:
    counted = Counted(lite, naps=30)
    progress = progress_of(lite, await running(lite), counted)
    progress.enter(Phase.WRITING)
    with pytest.raises(asyncio.CancelledError):
        await progress.keep_telling()
    assert counted.writes == 0


@pytest.mark.requirement("R234")
async def test_telling_a_cancelled_run_stops_it(lite: Stage) -> None:
    lease = await running(lite)
    await runs.ask_cancel(lite.db, lease.run_id, lite.clock.now())
    with pytest.raises(Stopped):
        await progress_of(lite, lease).tell()


async def test_a_lease_that_another_worker_took_stops_the_first(lite: Stage) -> None:
    lease = await running(lite)
    with pytest.raises(Stopped):
        await progress_of(lite, Lease(run_id=lease.run_id, token="another")).keep_telling()
