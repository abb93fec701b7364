import asyncio
from datetime import timedelta

import pytest

from bot.resync import (
    CoolingDown,
    Joined,
    NotAllowed,
    Paused,
    ResyncSettings,
    Started,
    UnknownConnection,
    UsageError,
)
from bot.store.queries import audit, connections, questions, runs, snapshots
from bot.store.queries.runs import RunState, SyncRun
from connectors.errors import PsaDown
from tests.bot.sync.stage import Stage, until


async def full(stage: Stage, by: str = "U0AGENT", *, force: bool = False) -> object:
    return await stage.resync().request("cw-prod", "full", by=by, force=force)


async def audited(stage: Stage) -> list[tuple[str, str, str, str, str]]:
    return [(one.who, one.action, one.target, one.outcome, one.detail) for one in await audit.recent(stage.db)]


@pytest.mark.requirement("R10", "R173")
async def test_a_request_is_answered_at_once_and_the_sync_runs_in_the_background(stage: Stage) -> None:
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    outcome = await full(stage)
    assert isinstance(outcome, Started)
    assert (outcome.behind, outcome.forced) == (None, False)
    assert (await stage.again(outcome.run)).ended_at is None
    gate.set()
    await stage.queue.drain()
    assert (await stage.again(outcome.run)).state is RunState.SUCCEEDED


@pytest.mark.requirement("R233")
async def test_a_second_press_joins_the_running_sync_and_says_whose_it_is(stage: Stage) -> None:
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    first = await full(stage)
    assert isinstance(first, Started)
    await until(lambda: "accounts" in stage.psa.calls)
    began = stage.clock.now()
    stage.clock.pass_by(120)
    second = await full(stage, "U0ADMIN")
    assert isinstance(second, Joined)
    assert (second.run.id, second.by, second.since) == (first.run.id, "U0AGENT", began)
    gate.set()
    await stage.queue.drain()
    assert stage.psa.opened == 1


@pytest.mark.requirement("R233", "R234")
async def test_two_presses_at_once_start_one_run(stage: Stage) -> None:
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    outcomes = await asyncio.gather(*(full(stage, f"U{number}") for number in range(8)))
    gate.set()
    await stage.queue.drain()
    assert sorted(type(one).__name__ for one in outcomes) == ["Joined"] * 7 + ["Started"]
    assert len(await runs.latest(stage.db, stage.connection.id)) == 1
    assert stage.psa.opened == 1


@pytest.mark.requirement("R233")
async def test_right_after_a_sync_the_next_one_has_to_wait(stage: Stage) -> None:
    run = await stage.sync()
    stage.clock.pass_by(-300 + 59)
    outcome = await full(stage)
    assert isinstance(outcome, CoolingDown)
    assert outcome.until == stage.clock.now() + timedelta(seconds=1)
    assert outcome.last.id == run.id
    assert outcome.may_force
    stage.clock.pass_by(1)
    assert isinstance(await full(stage), Started)
    await stage.queue.drain()


@pytest.mark.requirement("R233", "C3")
async def test_within_the_cool_down_one_sync_can_be_forced_and_not_a_second(stage: Stage) -> None:
    await stage.sync()
    stage.clock.pass_by(-290)
    forced = await full(stage, force=True)
    assert isinstance(forced, Started)
    assert forced.forced
    await stage.queue.drain()
    again = await full(stage, force=True)
    assert isinstance(again, CoolingDown)
    assert not again.may_force
    stage.clock.pass_by(61)
    later = await full(stage, force=True)
    assert isinstance(later, Started)
    assert not later.forced
    await stage.queue.drain()


async def test_the_cool_down_is_a_setting(lite: Stage) -> None:
    await lite.sync()
    lite.clock.pass_by(-300)
    resync = lite.resync(ResyncSettings(cooldown_seconds=0))
    assert isinstance(await resync.request("cw-prod", "full", by="U0AGENT"), Started)
    await lite.queue.drain()


async def test_a_cancelled_sync_is_nothing_to_cool_down_from(lite: Stage) -> None:
    run = await lite.requested()
    await runs.start(lite.db, run.id, token="t", now=lite.clock.now())
    await runs.finish(
        lite.db,
        run.id,
        token="t",
        state="cancelled",
        now=lite.clock.now(),
        calls=0,
        bytes=0,
        counts={},
        changes={},
        error=None,
    )
    assert isinstance(await full(lite), Started)
    await lite.queue.drain()


async def test_each_account_cools_down_on_its_own(lite: Stage) -> None:
    await lite.sync("one", "1")
    lite.clock.pass_by(-300)
    resync = lite.resync()
    same = await resync.request("cw-prod", "one", by="U0AGENT", account_id="1")
    other = await resync.request("cw-prod", "one", by="U0AGENT", account_id="2")
    assert isinstance(same, CoolingDown)
    assert isinstance(other, Started)
    await lite.queue.drain()


@pytest.mark.requirement("R234")
async def test_a_single_account_waits_behind_a_full_sync_and_says_so(lite: Stage) -> None:
    gate = lite.psa.gates["accounts"] = asyncio.Event()
    first = await full(lite)
    assert isinstance(first, Started)
    second = await lite.resync().request("cw-prod", "one", by="U0ADMIN", account_id="1")
    assert isinstance(second, Started)
    assert second.behind is not None
    assert second.behind.id == first.run.id
    gate.set()
    await lite.queue.drain()
    ended = [await lite.again(one.run) for one in (first, second)]
    assert [run.state for run in ended] == [RunState.SUCCEEDED] * 2


@pytest.mark.requirement("R251")
async def test_who_may_not_resync_is_told_so_and_both_are_audited(stage: Stage) -> None:
    assert isinstance(await full(stage, "U0VISITOR"), NotAllowed)
    assert await runs.latest(stage.db, stage.connection.id) == []
    assert isinstance(await full(stage, force=True), Started)
    assert isinstance(await full(stage, "U0VISITOR"), NotAllowed)
    await stage.queue.drain()
    assert await audited(stage) == [
        ("U0VISITOR", "resync", "cw-prod full", "denied", "NotAllowed"),
        ("U0AGENT", "resync", "cw-prod full forced", "allowed", "Started"),
        ("U0VISITOR", "resync", "cw-prod full", "denied", "NotAllowed"),
    ]


@pytest.mark.requirement("R208")
async def test_a_paused_connection_is_not_synced(lite: Stage) -> None:
    await connections.set_paused(lite.db, lite.connection.id, paused=True)
    assert isinstance(await full(lite), Paused)


async def test_an_unknown_connection_is_answered_with_the_known_ones(lite: Stage) -> None:
    outcome = await lite.resync().request("cw-test", "full", by="U0AGENT")
    assert outcome == UnknownConnection(name="cw-test", known=("cw-prod",))


@pytest.mark.parametrize(
    ("kind", "account_id", "words"),
    [
        ("quick", None, "cw-prod was never synced in full"),
        ("half", None, "There is no sync called 'half'"),
        ("one", None, "needs the account's id"),
        ("full", "1", "no other sync takes one"),
    ],
)
async def test_a_request_that_makes_no_sense_says_what_does(
    lite: Stage, kind: str, account_id: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        await lite.resync().request("cw-prod", kind, by="U0AGENT", account_id=account_id)


@pytest.mark.requirement("R12")
async def test_a_question_waits_for_the_run_that_was_started_or_joined(stage: Stage) -> None:
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    asked = [
        await questions.save(stage.db, query="Acme", asked_by="U0AGENT", channel="C0GENERAL", now=stage.clock.now())
        for _ in range(2)
    ]
    outcomes = [
        await stage.resync().request("cw-prod", "full", by="U0AGENT", question_id=question.id) for question in asked
    ]
    assert isinstance(outcomes[0], Started)
    waiting = await questions.waiting_on(stage.db, outcomes[0].run.id)
    assert sorted(one.id for one in waiting) == sorted(one.id for one in asked)
    gate.set()
    await stage.queue.drain()


@pytest.mark.requirement("R239")
async def test_commands_are_answered_while_a_sync_runs(stage: Stage) -> None:
    await stage.sync()
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    await full(stage)
    async with asyncio.timeout(5):
        assert isinstance(await full(stage, "U0ADMIN"), Joined)
        assert await snapshots.account(stage.db, stage.connection.id, "1") is not None
        assert await audit.recent(stage.db)
    gate.set()
    await stage.queue.drain()


async def test_a_request_while_stopping_stays_queued_for_the_next_process(lite: Stage) -> None:
    await lite.queue.close()
    outcome = await full(lite)
    assert isinstance(outcome, Started)
    assert (await lite.again(outcome.run)).state is RunState.QUEUED
    lite.queue = lite.new_queue(lite.runner)
    await lite.recovery().sweep()
    await lite.queue.drain()
    assert (await lite.again(outcome.run)).state is RunState.SUCCEEDED


@pytest.mark.requirement("R11")
async def test_following_a_run_gives_its_row_whenever_it_changed_until_it_ended(stage: Stage) -> None:
    gate = stage.psa.gates["agreements"] = asyncio.Event()
    started = await full(stage)
    assert isinstance(started, Started)
    seen: list[SyncRun] = []
    async for run in stage.resync().follow(started.run.id):
        seen.append(run)
        if run.phase == "reading":
            gate.set()
    assert seen[-1].state is RunState.SUCCEEDED
    assert len(seen) == len({(run.state, run.phase, run.rows, run.heartbeat_at) for run in seen}) > 1
    await stage.queue.drain()


async def test_following_a_run_that_is_removed_ends(lite: Stage) -> None:
    assert [run async for run in lite.resync().follow(999)] == []


@pytest.mark.requirement("R11")
async def test_a_run_is_slow_past_its_band_which_is_learned_from_successes(lite: Stage) -> None:
    run = await lite.requested()
    await runs.start(lite.db, run.id, token="t", now=lite.clock.now())
    lite.clock.pass_by(1801)
    timing = await lite.resync().timing(await lite.again(run))
    assert (timing.elapsed, timing.slow, timing.usual) == (1801, True, None)


@pytest.mark.requirement("R227")
async def test_an_error_reaches_whoever_follows(lite: Stage) -> None:
    lite.psa.fails = {"accounts": PsaDown("ConnectWise is down.")}
    started = await full(lite)
    assert isinstance(started, Started)
    rows = [run async for run in lite.resync().follow(started.run.id)]
    assert rows[-1].state is RunState.INCOMPLETE
    assert rows[-1].error is not None
    assert rows[-1].error["message"] == "ConnectWise is down."


async def test_joining_a_queued_sync_that_nobody_runs_any_more_runs_it(lite: Stage) -> None:
    left_behind = await lite.requested()
    outcome = await full(lite, "U0ADMIN")
    assert isinstance(outcome, Joined)
    assert outcome.run.id == left_behind.id
    await lite.queue.drain()
    assert (await lite.again(left_behind)).state is RunState.SUCCEEDED
