"""The machine's clock jumps by an hour, forth or back: no sync is lost, run twice or taken for dead."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from bot.due_syncs import DueSyncs
from bot.planned import SCHEDULE
from bot.resync import CoolingDown, Started
from bot.schedules.timetable import Timetable, Weekday
from bot.store.queries import runs, schedules
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.recover import RETRY_AFTER
from bot.sync.times import timing
from connectors.errors import PsaDown
from tests.bot.sync.fakes import Naps
from tests.bot.sync.stage import Stage, until
from tests.faults.watching import changed_in_the_psa, nobody_sees_half

HOUR: Final = 3600.0
FIRE: Final = datetime(2026, 11, 28, 7, tzinfo=UTC)  # the Saturday after the one on which the connection was made
KINDS: Final = {"full": "accounts", "quick": "accounts", "settings": "settings_tables"}
either_way = pytest.mark.parametrize("seconds", [HOUR, -HOUR], ids=["forth", "back"])


@pytest.fixture
async def synced(lite: Stage) -> Stage:
    lite.runner = lite.new_runner("serve@host", sleep=Naps(lite.clock))
    lite.queue = lite.new_queue(lite.runner)
    await lite.sync()
    await lite.sync("settings")
    changed_in_the_psa(lite)
    return lite


async def begun(stage: Stage, kind: str = "full") -> tuple[SyncRun, "asyncio.Task[SyncRun | None]", asyncio.Event]:
    """A sync that waits for the PSA's answer."""
    gate = asyncio.Event()
    stage.psa.calls.clear()
    stage.psa.gates = {KINDS[kind]: gate}
    run = await stage.requested(kind)
    going = asyncio.create_task(stage.runner.run(run.id))
    await until(lambda: KINDS[kind] in stage.psa.calls)
    return run, going, gate


@either_way
@pytest.mark.requirement("R185", "R233", "R234")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_sync_that_goes_on_is_neither_taken_for_dead_nor_run_twice(
    synced: Stage, kind: str, seconds: float
) -> None:
    async with nobody_sees_half(synced):
        run, going, gate = await begun(synced, kind)
        recovery = synced.recovery()
        for jump in (seconds, 30, -seconds, 30):
            synced.clock.pass_by(jump)
            swept = await recovery.sweep()
            assert (swept.ended, swept.again) == ((), ())
        gate.set()
        ended = await going
    assert ended is not None
    assert (ended.id, ended.state, ended.attempt) == (run.id, RunState.SUCCEEDED, 1)


@either_way
@pytest.mark.requirement("R234")
async def test_a_cancel_is_noticed_although_the_clock_jumped(synced: Stage, seconds: float) -> None:
    naps = Naps(synced.clock)  # a second each
    synced.runner = synced.new_runner("serve@host", sleep=naps)
    run, going, _ = await begun(synced)
    slept = len(naps.slept)
    await until(lambda: len(naps.slept) > slept + 50)  # all that is read beside is read, and told
    synced.clock.pass_by(seconds)
    assert await runs.ask_cancel(synced.db, run.id, synced.clock.now())
    slept = len(naps.slept)
    ended = await asyncio.wait_for(going, 30)
    assert ended is not None
    assert ended.state is RunState.CANCELLED
    assert len(naps.slept) - slept < 60


@either_way
async def test_the_sync_of_a_command_beside_the_process_that_serves_is_heard_again_before_it_is_judged(
    synced: Stage, seconds: float
) -> None:
    recovery = synced.recovery()
    await recovery.sweep()
    run = await synced.requested()
    await runs.start(synced.db, run.id, token="/command", now=synced.clock.now())
    synced.clock.pass_by(seconds)
    assert (await recovery.sweep()).ended == ()
    told: Any = {"token": "/command", "phase": "reading", "number": 1, "count": 3, "rows": 9}
    assert await runs.progress(synced.db, run.id, **told, now=synced.clock.now())
    synced.clock.pass_by(15)
    assert (await recovery.sweep()).ended == ()
    for _ in range(5):  # and one that died is found, in its time
        synced.clock.pass_by(15)
        swept = await recovery.sweep()
    assert (await synced.again(run)).state is RunState.UNKNOWN
    await synced.queue.drain()
    assert len(swept.again) <= 1


@either_way
@pytest.mark.requirement("R227")
async def test_a_sync_that_was_asked_for_before_the_jump_runs_once_after_it(synced: Stage, seconds: float) -> None:
    run = await synced.requested()
    synced.clock.pass_by(seconds)
    for _ in range(2):
        await synced.recovery().sweep()
    await synced.queue.drain()
    ended = await synced.again(run)
    assert ended.state is RunState.SUCCEEDED
    assert len(await runs.latest(synced.db, synced.connection.id, kinds=["full"])) == 2


@either_way
@pytest.mark.requirement("R11", "C1")
async def test_no_time_is_negative_and_nothing_is_learned_from_a_sync_that_ended_before_it_began(
    synced: Stage, seconds: float
) -> None:
    usual = await runs.usual_seconds(synced.db, synced.connection.id, "full")
    for _ in range(3):
        run, going, gate = await begun(synced)
        synced.clock.pass_by(seconds)
        found = timing(await synced.again(run), usual, synced.clock.now())
        assert min(found.elapsed, found.band.low, found.band.high, found.band.slow_after) >= 0
        gate.set()
        ended = await going
        assert ended is not None
        assert timing(ended, usual, synced.clock.now()).elapsed >= 0
    learned = await runs.usual_seconds(synced.db, synced.connection.id, "full")
    assert learned is not None
    assert learned >= 0
    assert learned == usual if seconds < 0 else learned >= HOUR


@pytest.mark.requirement("R233")
async def test_set_back_it_keeps_nobody_from_a_sync_for_an_hour(synced: Stage) -> None:
    assert (await synced.sync()).state is RunState.SUCCEEDED
    synced.clock.pass_by(-290)
    assert isinstance(await synced.resync().request("cw-prod", "full", by="U0AGENT"), CoolingDown)
    synced.clock.pass_by(-HOUR)
    assert isinstance(await synced.resync().request("cw-prod", "full", by="U0AGENT"), Started)


@pytest.mark.requirement("R222")
async def test_set_back_it_does_not_put_off_the_next_try(synced: Stage) -> None:
    synced.psa.fails = {"accounts": PsaDown("Down.")}
    await synced.sync()
    synced.clock.pass_by(-HOUR)
    assert RETRY_AFTER["psa_down"] < HOUR
    assert len((await synced.recovery().sweep()).again) == 1


@pytest.mark.requirement("R113", "R114")
@pytest.mark.parametrize(
    "minutes",
    [
        pytest.param((-30, 30, 31, 90), id="forth over it, for good"),
        pytest.param((-30, 30, -29, -1, 0, 1), id="forth over it, and back"),
        pytest.param((-1, 0, 1, -59, -1, 0, 1), id="back over it"),
        pytest.param((-1, -61, -1, 0, 1), id="back before it"),
    ],
)
async def test_a_fire_is_neither_lost_nor_taken_up_twice(synced: Stage, minutes: tuple[int, ...]) -> None:
    weekly = Timetable(weekly=Weekday.SATURDAY)
    await schedules.change(
        synced.db,
        synced.connection,
        RunKind.FULL,
        timetable=weekly,
        peak=None,
        by="U0AGENT",
        now=synced.clock.now(),
        after=0,
    )
    due = DueSyncs(synced.db, synced.resync())
    for minute in minutes:
        synced.clock.moment = FIRE + timedelta(minutes=minute)
        await due.start(synced.clock.moment)
        await synced.queue.drain()
    asked = await runs.latest(synced.db, synced.connection.id, kinds=["full"])
    assert [run.state for run in asked if run.requested_by == SCHEDULE] == [RunState.SUCCEEDED]
