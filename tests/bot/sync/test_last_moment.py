"""A cancel in the very last moment: after the sync looked for one, before its transaction begins."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import pytest

from bot.resync import Over
from bot.store.queries import snapshots
from bot.store.queries.runs import RunState
from tests.bot.sync.fakes import MovingClock, account, clients, monthly
from tests.bot.sync.stage import Stage


@dataclass
class CancelsBeforeTheWrite(MovingClock):
    """Every sync asks for the time when it begins to write: that is when somebody presses Cancel."""

    path: str
    moment: datetime

    def now(self) -> datetime:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            about_to_write = "state = 'running' AND phase = 'writing'"
            if connection.execute(f"SELECT 1 FROM sync_run WHERE {about_to_write}").fetchone():  # noqa: S608 - a test's
                connection.execute(f"UPDATE sync_run SET cancel_requested = 1 WHERE {about_to_write}")  # noqa: S608
        return self.moment


def pressing_cancel(stage: Stage) -> None:
    stage.clock = CancelsBeforeTheWrite(path=str(stage.db.engine.url.database), moment=stage.clock.now())
    stage.runner = stage.new_runner()


@pytest.mark.requirement("R234")
@pytest.mark.parametrize(("kind", "account_id"), [("full", None), ("one", "1")])
async def test_the_transaction_itself_looks_again(lite: Stage, kind: str, account_id: str | None) -> None:
    await lite.sync()
    lite.psa.everyone[0] = account(1, name="Never written")
    pressing_cancel(lite)
    run = await lite.sync(kind, account_id)
    assert run.state is RunState.CANCELLED
    names = {row.name for row in await snapshots.names(lite.db, lite.connection.id)}
    assert "Never written" not in names


async def test_accepting_a_refused_snapshot_can_be_cancelled_too(lite: Stage) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    lite.psa.lost = {str(number) for number in range(1, 13)}
    refused = await lite.sync()
    pressing_cancel(lite)
    assert await lite.resync().accept(refused.id, by="U0ADMIN") == Over(run=refused)
    assert (await snapshots.totals(lite.db, lite.connection.id)).accounts == 20
    assert await snapshots.aside(lite.db, refused.id) is not None
