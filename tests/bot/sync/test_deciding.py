"""Cancelling a sync, and deciding about one that the guard refused."""

import asyncio

import pytest

from bot.resync import (
    Accepted,
    Cancelling,
    InTheWay,
    NotAllowed,
    Over,
    Rejected,
    Started,
)
from bot.store.queries import audit, snapshots
from bot.store.queries.runs import RunState, SyncRun
from tests.bot.sync.fakes import Naps, clients, monthly
from tests.bot.sync.stage import Stage, until


async def full(stage: Stage) -> object:
    return await stage.resync().request("cw-prod", "full", by="U0AGENT")


async def last_audited(stage: Stage) -> tuple[str, str, str, str, str]:
    last = (await audit.recent(stage.db))[0]
    return (last.who, last.action, last.target, last.outcome, last.detail)


@pytest.mark.requirement("R234")
async def test_a_waiting_sync_can_be_cancelled_and_never_begins(stage: Stage) -> None:
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    await full(stage)
    waiting = await stage.resync().request("cw-prod", "one", by="U0AGENT", account_id="1")
    assert isinstance(waiting, Started)
    outcome = await stage.resync().cancel(waiting.run.id, by="U0ADMIN")
    assert isinstance(outcome, Cancelling)
    assert outcome.run.state is RunState.CANCELLED
    gate.set()
    await stage.queue.drain()
    assert "account" not in stage.psa.calls


@pytest.mark.requirement("R234", "R251")
async def test_a_running_sync_is_asked_to_stop_and_the_old_copy_stays(stage: Stage) -> None:
    await stage.sync()
    stage.queue = stage.new_queue(stage.new_runner(sleep=Naps(stage.clock)))
    stage.psa.gates["accounts"] = asyncio.Event()
    started = await full(stage)
    assert isinstance(started, Started)
    await until(lambda: stage.psa.calls.count("accounts") == 4)
    outcome = await stage.resync().cancel(started.run.id, by="U0ADMIN")
    assert isinstance(outcome, Cancelling)
    await asyncio.wait_for(stage.queue.drain(), 10)
    assert (await stage.again(started.run)).state is RunState.CANCELLED
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 6
    assert await last_audited(stage) == ("U0ADMIN", "cancel", f"run {started.run.id}", "allowed", "Cancelling")


async def test_what_is_over_cannot_be_cancelled(lite: Stage) -> None:
    run = await lite.sync()
    assert await lite.resync().cancel(run.id, by="U0AGENT") == Over(run=run)
    assert await lite.resync().cancel(999, by="U0AGENT") == Over(run=None)
    assert isinstance(await lite.resync().cancel(run.id, by="U0VISITOR"), NotAllowed)


async def refused(stage: Stage) -> SyncRun:
    stage.psa.everyone, stage.psa.all_agreements = clients(20), monthly(20)
    await stage.sync()
    stage.psa.lost = {str(number) for number in range(1, 13)}
    run = await stage.sync()
    assert run.state is RunState.REFUSED
    return run


@pytest.mark.requirement("R251")
async def test_a_refused_snapshot_can_be_accepted_by_a_person_and_is_as_old_as_its_reading(stage: Stage) -> None:
    run = await refused(stage)
    stage.clock.pass_by(7200)
    outcome = await stage.resync().accept(run.id, by="U0ADMIN")
    assert isinstance(outcome, Accepted)
    assert outcome.run.state is RunState.SUCCEEDED
    assert outcome.run.requested_by == "U0ADMIN"
    assert (outcome.run.started_at, outcome.run.ended_at) == (run.started_at, run.ended_at)
    assert outcome.run.changes["removed"] == 12
    assert outcome.run.counts["accepted_run"] == run.id
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 8
    assert await snapshots.aside(stage.db, run.id) is None
    assert await last_audited(stage) == ("U0ADMIN", "accept", f"run {run.id}", "allowed", "Accepted")
    assert await stage.resync().accept(run.id, by="U0ADMIN") == Over(run=run)


async def test_a_refused_snapshot_can_be_rejected(stage: Stage) -> None:
    run = await refused(stage)
    assert isinstance(await stage.resync().reject(run.id, by="U0ADMIN"), Rejected)
    assert await stage.resync().reject(run.id, by="U0ADMIN") == Over(run=run)
    assert await stage.resync().accept(run.id, by="U0ADMIN") == Over(run=run)
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 20


async def test_only_who_may_resync_may_decide_about_a_refused_snapshot(lite: Stage) -> None:
    run = await refused(lite)
    assert isinstance(await lite.resync().accept(run.id, by="U0VISITOR"), NotAllowed)
    assert isinstance(await lite.resync().reject(run.id, by="U0VISITOR"), NotAllowed)
    assert await snapshots.aside(lite.db, run.id) is not None


async def test_while_a_newer_sync_runs_an_old_snapshot_is_not_accepted(lite: Stage) -> None:
    run = await refused(lite)
    gate = lite.psa.gates["accounts"] = asyncio.Event()
    started = await full(lite)
    assert isinstance(started, Started)
    outcome = await lite.resync().accept(run.id, by="U0ADMIN")
    assert isinstance(outcome, InTheWay)
    assert outcome.run.id == started.run.id
    gate.set()
    await lite.queue.drain()
