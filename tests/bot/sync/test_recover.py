import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.store.queries import connections, processes, questions, runs, snapshots
from bot.store.queries.runs import RunState, SyncRun
from bot.sync.recover import RecoverySettings
from bot.sync.run import Runner
from connectors.errors import ConnectorError, PermissionDenied, PsaDown, RateLimited, TimedOut, Unreachable
from tests.bot.sync.dying import Dying, is_death
from tests.bot.sync.stage import BOX, Stage, until


async def dead(stage: Stage, process: str = "serve@host", kind: str = "full", account_id: str | None = None) -> SyncRun:
    """A run whose process died while it ran."""
    run = await stage.requested(kind, account_id)
    await runs.start(stage.db, run.id, token=f"{process}/gone", now=stage.clock.now())
    return await stage.again(run)


async def all_runs(stage: Stage) -> list[tuple[str, int]]:
    """Oldest first: how each ended, and which attempt it was."""
    return [(str(run.state), run.attempt) for run in (await runs.latest(stage.db, stage.connection.id))[::-1]]


@pytest.mark.requirement("R227", "R226")
async def test_a_run_whose_process_died_ends_as_unknown_and_is_run_again_once(stage: Stage) -> None:
    orphan = await dead(stage)
    stage.clock.pass_by(61)
    swept = await stage.recovery().sweep()
    assert [run.id for run in swept.ended] == [orphan.id]
    assert [(run.attempt, run.requested_by) for run in swept.again] == [(2, "U0AGENT")]
    await stage.queue.drain()
    assert await all_runs(stage) == [("unknown", 1), ("succeeded", 2)]
    ended = await stage.again(orphan)
    assert ended.error is not None
    assert "nobody can say how far it got" in ended.error["message"]


async def test_a_second_death_is_left_to_people(stage: Stage) -> None:
    await dead(stage)
    stage.clock.pass_by(61)
    await stage.recovery().sweep()
    await stage.queue.drain()
    lost, _ = await runs.request(
        stage.db, connection_id=stage.connection.id, kind="full", by="U0AGENT", now=stage.clock.now(), attempt=2
    )
    await runs.start(stage.db, lost.id, token="gone", now=stage.clock.now())
    stage.clock.pass_by(61)
    swept = await stage.recovery().sweep()
    assert len(swept.ended) == 1
    assert swept.again == ()
    assert (await stage.recovery().sweep()).ended == ()


async def test_a_run_with_a_fresh_heartbeat_is_left_alone(stage: Stage) -> None:
    run = await dead(stage)
    stage.clock.pass_by(59)
    assert (await stage.recovery().sweep()).ended == ()
    assert (await stage.again(run)).state is RunState.RUNNING


async def test_a_run_is_no_orphan_of_this_process_from_the_moment_it_is_written_that_it_runs(lite: Stage) -> None:
    runner = Runner(
        db=lite.db,
        judge=lite.rules,
        connectors=lite.factory,
        clock=lite.clock,
        process="serve@host",
        new_token=lambda: "secret",
    )
    run, held = await lite.requested(), list[bool]()

    def note(_: object) -> None:
        held.append(runner.holds("serve@host/secret"))

    event.listen(lite.db.engine.sync_engine, "commit", note)
    await runner.run(run.id)
    assert held[0]
    assert not runner.holds("serve@host/secret")


async def test_a_restarted_process_knows_the_runs_of_its_last_life_at_once(stage: Stage) -> None:
    ours = await dead(stage, "serve@host")
    elsewhere = await connections.add(
        stage.db, BOX, name="cw-east", psa="connectwise", settings={}, secrets={}, now=stage.clock.now()
    )
    other, _ = await runs.request(
        stage.db, connection_id=elsewhere.id, kind="full", by="U0AGENT", now=stage.clock.now()
    )
    await runs.start(stage.db, other.id, token="cli@host/gone", now=stage.clock.now())
    swept = await stage.recovery(stage.new_runner("serve@host")).sweep()
    assert [run.id for run in swept.ended] == [ours.id]
    assert (await stage.again(other)).state is RunState.RUNNING
    await stage.queue.drain()


async def test_a_run_that_goes_on_in_this_process_is_no_orphan(lite: Stage) -> None:
    runner = lite.new_runner("serve@host")
    gate = lite.psa.gates["accounts"] = asyncio.Event()
    run = await lite.requested()
    going = asyncio.create_task(runner.run(run.id))
    await until(lambda: "accounts" in lite.psa.calls)
    lite.clock.pass_by(3600)
    assert (await lite.recovery(runner).sweep()).ended == ()
    gate.set()
    ended = await going
    assert ended is not None
    assert ended.state is RunState.SUCCEEDED
    assert not runner.holds(ended.token)


async def test_a_dead_run_that_was_to_be_cancelled_is_cancelled(lite: Stage) -> None:
    run = await dead(lite)
    await runs.ask_cancel(lite.db, run.id, lite.clock.now())
    lite.clock.pass_by(61)
    swept = await lite.recovery().sweep()
    assert [one.state for one in swept.ended] == [RunState.CANCELLED]
    assert swept.again == ()


async def test_a_worker_that_comes_back_from_the_dead_can_no_longer_write(stage: Stage) -> None:
    run = await dead(stage)
    stage.clock.pass_by(61)
    await stage.recovery().sweep()
    late = await runs.progress(
        stage.db, run.id, token=run.token, phase="reading", number=1, count=3, rows=9, now=stage.clock.now()
    )
    assert late is False
    await stage.queue.drain()


async def test_who_waited_for_the_dead_run_waits_for_the_new_one(stage: Stage) -> None:
    run = await dead(stage)
    question = await questions.save(
        stage.db, query="Acme", asked_by="U0AGENT", channel="C0GENERAL", now=stage.clock.now()
    )
    await questions.wait_for_run(stage.db, question.id, run.id)
    stage.clock.pass_by(61)
    swept = await stage.recovery().sweep()
    assert [one.id for one in await questions.waiting_on(stage.db, swept.again[0].id)] == [question.id]
    await stage.queue.drain()


async def test_queued_runs_that_a_restart_forgot_are_started(stage: Stage) -> None:
    run = await stage.requested()
    await stage.recovery().sweep()
    await stage.recovery().sweep()
    await stage.queue.drain()
    assert (await stage.again(run)).state is RunState.SUCCEEDED
    assert stage.psa.opened == 1


async def test_an_incomplete_sync_is_tried_again_after_a_while_and_then_left(lite: Stage) -> None:
    lite.psa.fails = {"accounts": PsaDown("Down.")}
    settings = RecoverySettings(retry_after_seconds={"psa_down": 300}, attempts_when_incomplete=3)
    run = await lite.requested()
    await lite.runner.run(run.id)
    recovery = lite.recovery(settings=settings)
    lite.clock.pass_by(299)
    assert (await recovery.sweep()).again == ()
    lite.clock.pass_by(1)
    assert [one.attempt for one in (await recovery.sweep()).again] == [2]
    await lite.queue.drain()
    lite.clock.pass_by(599)
    assert (await recovery.sweep()).again == ()
    lite.clock.pass_by(1)
    assert [one.attempt for one in (await recovery.sweep()).again] == [3]
    await lite.queue.drain()
    lite.clock.pass_by(100_000)
    assert (await recovery.sweep()).again == ()
    assert await all_runs(lite) == [("incomplete", 1), ("incomplete", 2), ("incomplete", 3)]


async def test_a_failure_that_somebody_must_act_on_is_not_tried_again(lite: Stage) -> None:
    lite.psa.fails = {"accounts": PermissionDenied("No.")}
    await lite.sync()
    lite.clock.pass_by(100_000)
    assert (await lite.recovery().sweep()).again == ()


async def test_a_single_account_is_only_asked_for_again_by_a_person(lite: Stage) -> None:
    lite.psa.fails = {"account": PsaDown("Down.")}
    await lite.sync("one", "1")
    lite.clock.pass_by(100_000)
    assert (await lite.recovery().sweep()).again == ()


async def test_a_paused_connection_is_not_tried_again(lite: Stage) -> None:
    await dead(lite)
    await connections.set_paused(lite.db, lite.connection.id, paused=True)
    lite.clock.pass_by(61)
    swept = await lite.recovery().sweep()
    assert len(swept.ended) == 1
    assert swept.again == ()


async def test_only_the_newest_run_of_each_kind_and_account_counts(lite: Stage) -> None:
    for kind, account_id in (("full", None), ("one", "1"), ("one", "2"), ("one", "1"), ("full", None)):
        await lite.sync(kind, account_id)
    newest = await runs.last_ones(lite.db, (RunState.SUCCEEDED,))
    assert [(run.id, str(run.kind), run.account_id) for run in newest] == [
        (5, "full", None),
        (4, "one", "1"),
        (3, "one", "2"),
    ]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(TimedOut("Slow."), 120), (Unreachable("Away."), 300), (PsaDown("Down."), 600), (RateLimited("Busy."), 900)],
)
async def test_how_long_is_waited_before_the_next_try_depends_on_what_went_wrong(
    lite: Stage, error: ConnectorError, seconds: float
) -> None:
    lite.psa.fails = {"accounts": error}
    run = await lite.requested()
    await lite.runner.run(run.id)
    lite.clock.pass_by(seconds - 1)
    assert (await lite.recovery().sweep()).again == ()
    lite.clock.pass_by(1)
    assert len((await lite.recovery().sweep()).again) == 1
    await lite.queue.drain()


async def test_a_silent_run_of_a_process_that_lives_goes_on(stage: Stage) -> None:
    run = await dead(stage, "worker-1")
    stage.clock.pass_by(61)
    await processes.beat(stage.db, "worker-1", stage.clock.now())
    assert (await stage.recovery().sweep()).ended == ()
    stage.clock.pass_by(61)
    assert [one.id for one in (await stage.recovery().sweep()).ended] == [run.id]
    await stage.queue.drain()


async def test_what_a_process_that_lives_could_not_end_is_ended_by_itself_alone(stage: Stage) -> None:
    run = await dead(stage, "worker-1")
    stage.clock.pass_by(61)
    await processes.beat(stage.db, "worker-1", stage.clock.now())
    assert await stage.recovery(stage.new_runner("worker-2")).end_own() == []
    assert [one.id for one in await stage.recovery(stage.new_runner("worker-1")).end_own()] == [run.id]
    assert (await stage.again(run)).state is RunState.UNKNOWN


async def test_a_run_that_ended_by_itself_in_the_meantime_is_not_ended_again(lite: Stage) -> None:
    run = await dead(lite)
    lite.clock.pass_by(61)
    recovery = lite.recovery()
    orphan = (await runs.orphans(lite.db, lite.clock.now() - timedelta(seconds=60)))[0]
    await recovery.sweep()
    assert await recovery._end(orphan) is None
    assert (await lite.again(run)).state is RunState.UNKNOWN
    await lite.queue.drain()


@pytest.mark.requirement("R184", "R227")
@pytest.mark.parametrize("phase", ["accounts", "judging", "writing"])
async def test_a_restart_between_phases_runs_the_sync_again_from_its_beginning(stage: Stage, phase: str) -> None:
    await stage.sync()
    stage.psa.everyone = [replace(one, name=f"New {one.id}") for one in stage.psa.everyone]
    run = await stage.requested()
    rules = stage.rules
    with Dying(stage, phase, process="serve@host") as runner, pytest.raises(BaseException) as died:
        await runner.run(run.id)
    assert is_death(died.value)
    stage.psa.fails, stage.rules = {}, rules
    stage.queue = stage.new_queue(stage.new_runner("serve@host"))
    await stage.recovery(stage.new_runner("serve@host")).sweep()
    await stage.queue.drain()
    assert await all_runs(stage) == [("succeeded", 1), ("unknown", 1), ("succeeded", 2)]
    names = {row.name for row in await snapshots.names(stage.db, stage.connection.id)}
    assert names == {f"New {number}" for number in range(1, 7)}


async def test_a_single_command_can_end_dead_runs_without_running_them_again(lite: Stage) -> None:
    run = await dead(lite)
    lite.clock.pass_by(61)
    assert [one.id for one in await lite.recovery().end_orphans()] == [run.id]
    assert len(await runs.latest(lite.db, lite.connection.id)) == 1
