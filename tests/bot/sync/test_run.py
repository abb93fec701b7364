import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.store.queries import connections, runs, snapshots
from bot.store.queries.runs import RunState, SyncRun
from bot.sync.recover import is_run_again
from tests.bot.sync.dying import Dying, is_death
from tests.bot.sync.fakes import FakeConnector, Naps, account, clients, monthly
from tests.bot.sync.stage import Stage, until

ENDED: dict[str, Any] = {"state": "succeeded", "calls": 0, "bytes": 0, "counts": {}, "changes": {}, "error": None}


def blocked(psa: FakeConnector, *reads: str) -> asyncio.Event:
    gate = asyncio.Event()
    psa.gates = dict.fromkeys(reads, gate)
    return gate


async def test_a_run_that_is_not_queued_is_not_run(lite: Stage) -> None:
    run = await lite.sync()
    assert await lite.runner.run(run.id) is None
    assert await lite.runner.run(999) is None
    assert lite.psa.opened == 1


@pytest.mark.requirement("R234")
async def test_two_workers_that_get_the_same_run_read_it_once(stage: Stage) -> None:
    run = await stage.requested()
    ended = await asyncio.gather(stage.runner.run(run.id), stage.new_runner().run(run.id))
    assert [one is None for one in ended].count(True) == 1
    assert stage.psa.opened == 1


@pytest.mark.requirement("R177", "R185")
async def test_progress_goes_through_three_parts_with_the_rows_read(lite: Stage) -> None:
    gate = blocked(lite.psa, "agreements")
    run = await lite.requested()
    going = asyncio.create_task(lite.runner.run(run.id))
    seen = await _row_where(lite, run, lambda row: row.rows == 12)
    assert (seen.phase, seen.phase_number, seen.phase_count) == ("reading", 1, 3)
    gate.set()
    await going
    ended = await lite.again(run)
    assert (ended.phase, ended.phase_number, ended.phase_count) == ("writing", 3, 3)
    assert ended.rows == 18  # 6 rows of tables, 6 accounts, 6 agreements


async def _row_where(stage: Stage, run: SyncRun, right: Callable[[SyncRun], bool]) -> SyncRun:
    async with asyncio.timeout(10):
        while not right(row := await stage.again(run)):
            await asyncio.sleep(0.001)
    return row


async def test_a_long_silent_read_still_gives_a_heartbeat(lite: Stage) -> None:
    gate = blocked(lite.psa, "accounts", "agreements", "counts")
    runner = lite.new_runner(sleep=Naps(lite.clock))
    run = await lite.requested()
    going = asyncio.create_task(runner.run(run.id))
    began = lite.clock.now()
    row = await _row_where(
        lite, run, lambda row: row.heartbeat_at is not None and (row.heartbeat_at - began).seconds > 10
    )
    assert row.phase == "reading"
    gate.set()
    await going


@pytest.mark.requirement("R234")
@pytest.mark.parametrize("phase", ["tables", "accounts", "probe"])
async def test_a_cancel_is_noticed_while_a_read_waits_and_leaves_the_old_copy(stage: Stage, phase: str) -> None:
    await stage.sync()
    if phase == "probe":
        stage.psa.lost = {one.id for one in stage.psa.everyone}
    blocked(stage.psa, phase)
    stage.psa.calls.clear()
    run = await stage.requested()
    going = asyncio.create_task(stage.new_runner(sleep=Naps(stage.clock)).run(run.id))
    await until(lambda: phase in stage.psa.calls)
    assert await runs.ask_cancel(stage.db, run.id, stage.clock.now())
    ended = await asyncio.wait_for(going, 10)
    assert ended is not None
    assert ended.state is RunState.CANCELLED
    assert ended.error is None
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 6
    assert stage.psa.closed == 2


async def test_a_run_that_lost_its_lease_writes_nothing(stage: Stage) -> None:
    await stage.sync()
    gate = blocked(stage.psa, "accounts")
    stage.psa.everyone += clients(9)[6:]
    run = await stage.requested()
    slow = stage.new_runner(sleep=_never)
    going = asyncio.create_task(slow.run(run.id))
    await until(lambda: stage.psa.calls.count("accounts") == 4)
    held = await stage.again(run)
    assert await runs.take_over(stage.db, run.id, old_token=held.token, token="another", now=stage.clock.now())
    gate.set()
    ended = await asyncio.wait_for(going, 10)
    assert ended is not None
    assert (ended.state, ended.token) == (RunState.RUNNING, "another")
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 6


async def _never(seconds: float) -> None:
    await asyncio.Event().wait()


@pytest.mark.requirement("R184", "R185")
@pytest.mark.parametrize("phase", ["open", "tables", "accounts", "agreements", "judging", "guarding", "writing"])
async def test_a_process_that_dies_in_any_phase_leaves_the_old_copy_and_a_run_that_is_still_open(
    stage: Stage, phase: str
) -> None:
    await stage.sync()
    stage.psa.everyone[0] = account(1, name="Half written")
    run = await stage.requested()
    with Dying(stage, phase) as runner, pytest.raises(BaseException) as died:
        await runner.run(run.id)
    assert is_death(died.value)
    assert (await stage.again(run)).state is RunState.RUNNING
    cached = await snapshots.account(stage.db, stage.connection.id, "1")
    assert cached is not None
    assert cached.account.name == "Company 1"
    assert (await snapshots.totals(stage.db, stage.connection.id)).visible == 6


async def test_a_bot_that_is_stopped_hands_the_run_back(lite: Stage) -> None:
    await lite.sync()
    blocked(lite.psa, "accounts")
    run = await lite.requested()
    going = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: lite.psa.calls.count("accounts") == 4)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    left = await lite.again(run)
    assert (left.state, left.token, left.started_at, left.attempt) == (RunState.QUEUED, "", None, 1)
    assert (await snapshots.totals(lite.db, lite.connection.id)).accounts == 6
    lite.psa.gates.clear()
    ended = await lite.runner.run(run.id)
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED


async def test_a_bot_that_is_stopped_while_a_run_starts_hands_it_back_as_well(stage: Stage) -> None:
    blocked(stage.psa, "tables")
    run = await stage.requested()
    for turns in range(0, 300, 3):
        going = asyncio.create_task(stage.runner.run(run.id))
        for _ in range(turns):
            await asyncio.sleep(0)
        going.cancel()
        await asyncio.wait({going})
        assert (await stage.again(run)).state is RunState.QUEUED, turns


async def test_a_run_that_was_to_be_cancelled_is_not_handed_back(lite: Stage) -> None:
    blocked(lite.psa, "accounts")
    run = await lite.requested()
    going = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: "accounts" in lite.psa.calls)
    await runs.ask_cancel(lite.db, run.id, lite.clock.now())
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert (await lite.again(run)).state is RunState.CANCELLED


async def test_a_second_run_of_a_connection_waits_until_the_one_in_another_process_has_ended(stage: Stage) -> None:
    elsewhere = await stage.requested()
    await runs.start(stage.db, elsewhere.id, token="command/1", now=stage.clock.now())
    run = await stage.requested("one", "1")
    going = asyncio.create_task(stage.new_runner(sleep=asyncio.sleep).run(run.id))
    await until(lambda: not going.done())
    assert (await stage.again(run)).state is RunState.QUEUED
    await runs.finish(stage.db, elsewhere.id, token="command/1", now=stage.clock.now(), **ENDED)
    ended = await going
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED


async def test_a_waiting_run_that_is_cancelled_meanwhile_never_begins(lite: Stage) -> None:
    elsewhere = await lite.requested()
    await runs.start(lite.db, elsewhere.id, token="command/1", now=lite.clock.now())
    run = await lite.requested("one", "1")
    going = asyncio.create_task(lite.runner.run(run.id))
    await runs.ask_cancel(lite.db, run.id, lite.clock.now())
    assert await going is None
    assert lite.psa.calls == []


@pytest.mark.parametrize(
    "broken", [OSError("refused"), OperationalError("SELECT 1", {}, Exception("closed")), ConnectionResetError()]
)
async def test_a_database_that_goes_away_is_nobodys_fault_and_the_run_is_run_again(
    lite: Stage, broken: Exception
) -> None:
    lite.psa.fails = {"accounts": broken}
    ended = await lite.sync()
    assert ended.state is RunState.UNKNOWN
    assert ended.error is not None
    assert ended.error["who_must_act"] == "nobody"
    assert is_run_again(ended)


@pytest.mark.requirement("R185", "R186", "R242")
async def test_readers_see_the_old_copy_or_the_new_one_and_never_half(stage: Stage) -> None:
    stage.psa.everyone, stage.psa.all_agreements = clients(40), monthly(40)
    await stage.sync()
    stage.psa.everyone = [replace(one, name=f"New {one.id}") for one in clients(40)]
    run = await stage.requested()
    going = asyncio.create_task(stage.runner.run(run.id))
    seen: set[int] = set()
    while not going.done():
        seen.add(sum(row.name.startswith("New") for row in await snapshots.names(stage.db, stage.connection.id)))
        await asyncio.sleep(0)
    assert seen <= {0, 40}
    assert 0 in seen
    names = await snapshots.names(stage.db, stage.connection.id)
    assert all(row.name.startswith("New") for row in names)


@pytest.mark.requirement("R239", "R242")
async def test_others_get_their_turn_while_a_large_sync_judges(lite: Stage) -> None:
    lite.psa.page_size = 1000
    lite.psa.everyone, lite.psa.all_agreements = clients(2000), monthly(2000)
    run = await lite.requested()
    going = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: len(lite.rules.cases) > 0)
    turns = 0
    while len(lite.rules.cases) < 2000:
        turns += 1
        await asyncio.sleep(0)
    assert turns > 20
    assert await connections.by_name(lite.db, "cw-prod") is not None
    await going


async def test_a_busy_database_does_not_end_a_sync_that_only_wanted_to_tell_its_progress(
    lite: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    gate = blocked(lite.psa, "accounts")
    run = await lite.requested()
    failed: list[str] = []

    def busy(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE sync_run SET phase") and not failed:
            failed.append(statement)
            raise OSError("database is locked")

    event.listen(lite.db.engine.sync_engine, "before_cursor_execute", busy)
    going = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: bool(failed))
    gate.set()
    ended = await going
    event.remove(lite.db.engine.sync_engine, "before_cursor_execute", busy)
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED
    assert "could not be written; it goes on" in caplog.text


async def test_the_calls_of_a_shared_connector_before_the_sync_are_not_its_own(lite: Stage) -> None:
    lite.psa.usage.calls, lite.psa.usage.bytes = 1000, 1_000_000
    run = await lite.sync()
    assert run.calls == len(lite.psa.calls)
    assert run.bytes == 100 * len(lite.psa.calls)


async def test_a_connection_that_is_removed_while_it_syncs_ends_quietly(lite: Stage) -> None:
    gate = blocked(lite.psa, "accounts")
    run = await lite.requested()
    going = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: "accounts" in lite.psa.calls)
    await connections.remove(lite.db, lite.connection.id)
    gate.set()
    assert await going is None
    assert lite.psa.closed == 1
