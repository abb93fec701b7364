"""Quick syncs in between: one for each of their hours, and a full one in place of them where that is due."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.due_syncs import DueSyncs
from bot.resync import Started
from bot.schedules.hours import Hours
from bot.schedules.timetable import Timetable, Weekday
from bot.store.queries import connections, runs, schedules
from bot.store.queries.runs import RunKind, RunState, SyncRun
from connectors.errors import PermissionDenied
from tests.bot.sync.stage import BOX, Stage
from tests.bot.test_due_syncs import DAY, HOUR, Clockwork

FOUR_HOURS = timedelta(hours=4)
AT_FOUR = datetime(2026, 11, 21, 16, tzinfo=UTC)  # four hours after the connection was made and synced in full
BETWEEN = Timetable(quick=4)
OFFICE = Hours(begin=time(9), end=time(18))  # 14:00 to 23:00 in UTC: the connection is in New York


def kinds(newest_first: list[SyncRun]) -> list[RunKind]:
    return [run.kind for run in newest_first]


async def synced(stage: Stage) -> Clockwork:
    """In full a moment ago, and a schedule set since."""
    await stage.sync()
    built = Clockwork(stage)
    await built.set(BETWEEN)
    return built


@pytest.fixture
async def clockwork(stage: Stage) -> Clockwork:
    """On both databases."""
    return await synced(stage)


@pytest.fixture
async def quick(lite: Stage) -> Clockwork:
    return await synced(lite)


@pytest.mark.requirement("X10", "R226")
async def test_a_quick_sync_starts_once_at_each_of_its_hours(clockwork: Clockwork) -> None:
    assert await clockwork.tick(AT_FOUR - timedelta(seconds=1)) == []
    (run,) = await clockwork.tick(AT_FOUR)
    assert (run.state, run.kind, run.requested_by) == (RunState.SUCCEEDED, RunKind.QUICK, "schedule")
    for later in (timedelta(seconds=15), HOUR, FOUR_HOURS - timedelta(seconds=1)):
        assert len(await clockwork.tick(AT_FOUR + later)) == 1
    assert kinds(await clockwork.tick(AT_FOUR + FOUR_HOURS)) == [RunKind.QUICK] * 2


@pytest.mark.requirement("X10")
async def test_many_clocks_start_one_quick_sync(clockwork: Clockwork) -> None:
    stage = clockwork.stage
    every = [clockwork.due, *(DueSyncs(stage.db, stage.resync()) for _ in range(3))]
    stage.clock.moment = AT_FOUR
    await asyncio.gather(*(due.start(AT_FOUR) for due in every))
    await stage.queue.drain()
    for due in every:
        await due.start(AT_FOUR + timedelta(minutes=2))
    await stage.queue.drain()
    assert kinds(await clockwork.asked()) == [RunKind.QUICK]


@pytest.mark.requirement("R115")
async def test_without_quick_syncs_in_between_none_starts(quick: Clockwork) -> None:
    await quick.set(Timetable(weekly=Weekday.SATURDAY))
    for hours in range(24):
        assert await quick.tick(AT_FOUR + hours * HOUR) == []


async def test_what_came_due_while_it_was_paused_is_let_pass_by_every_clock(quick: Clockwork) -> None:
    stage = quick.stage
    await connections.set_paused(stage.db, stage.connection.id, True)
    assert await quick.tick(AT_FOUR) == []
    await connections.set_paused(stage.db, stage.connection.id, False)
    assert await quick.tick(AT_FOUR + HOUR) == []
    quick.due = DueSyncs(stage.db, stage.resync())
    assert await quick.tick(AT_FOUR + 2 * HOUR) == []
    assert kinds(await quick.tick(AT_FOUR + FOUR_HOURS)) == [RunKind.QUICK]


async def test_one_that_failed_is_not_tried_again_before_the_next_hour(quick: Clockwork) -> None:
    quick.stage.psa.fails["accounts"] = PermissionDenied("refused")
    (failed,) = await quick.tick(AT_FOUR)
    assert failed.state is RunState.FAILED
    for minutes in (1, 30, 120):
        quick.due = DueSyncs(quick.stage.db, quick.stage.resync())  # nor by a process that is new
        assert len(await quick.tick(AT_FOUR + timedelta(minutes=minutes))) == 1
    quick.stage.psa.fails.clear()
    newest, _ = await quick.tick(AT_FOUR + FOUR_HOURS)
    assert (newest.kind, newest.state) == (RunKind.QUICK, RunState.SUCCEEDED)


@pytest.mark.requirement("X10", "X28")
async def test_a_full_sync_takes_its_place_when_the_last_one_is_three_days_old(quick: Clockwork) -> None:
    assert kinds(await quick.tick(AT_FOUR + 2 * DAY)) == [RunKind.QUICK]
    assert kinds(await quick.tick(AT_FOUR + 3 * DAY)) == [RunKind.FULL, RunKind.QUICK]
    assert len(await quick.tick(AT_FOUR + 3 * DAY + HOUR)) == 2
    assert kinds(await quick.tick(AT_FOUR + 3 * DAY + FOUR_HOURS)) == [RunKind.QUICK, RunKind.FULL, RunKind.QUICK]


@pytest.mark.requirement("X28")
async def test_what_was_never_synced_is_synced_in_full_first(lite: Stage) -> None:
    new = Clockwork(lite)
    await new.set(BETWEEN)
    assert kinds(await new.tick(AT_FOUR)) == [RunKind.FULL]
    assert kinds(await new.tick(AT_FOUR + FOUR_HOURS)) == [RunKind.QUICK, RunKind.FULL]


@pytest.mark.requirement("X28", "R227")
async def test_a_full_sync_that_failed_is_tried_again_a_day_later_and_quick_ones_go_on(quick: Clockwork) -> None:
    quick.stage.psa.fails["accounts"] = PermissionDenied("refused")
    (failed,) = await quick.tick(AT_FOUR + 3 * DAY)
    assert (failed.kind, failed.state) == (RunKind.FULL, RunState.FAILED)
    quick.stage.psa.fails.clear()
    assert kinds(await quick.tick(AT_FOUR + 3 * DAY + FOUR_HOURS)) == [RunKind.QUICK, RunKind.FULL]
    newest, *_ = await quick.tick(AT_FOUR + 4 * DAY)
    assert (newest.kind, newest.state) == (RunKind.FULL, RunState.SUCCEEDED)


async def test_where_the_very_first_full_sync_failed_nothing_is_read_for_a_day(lite: Stage) -> None:
    new = Clockwork(lite)
    await new.set(BETWEEN)
    lite.psa.fails["accounts"] = PermissionDenied("refused")
    for hours in range(0, 24, 4):
        assert kinds(await new.tick(AT_FOUR + hours * HOUR)) == [RunKind.FULL]
    assert kinds(await new.tick(AT_FOUR + DAY)) == [RunKind.FULL] * 2


@pytest.mark.requirement("R232")
async def test_outside_the_peak_hours_the_full_sync_comes_a_day_sooner(quick: Clockwork) -> None:
    await quick.set(BETWEEN, peak=OFFICE)
    assert kinds(await quick.tick(AT_FOUR + 2 * DAY)) == [RunKind.QUICK]
    in_the_evening = AT_FOUR + 2 * DAY + 2 * FOUR_HOURS
    assert kinds(await quick.tick(in_the_evening)) == [RunKind.FULL, RunKind.QUICK]


@pytest.mark.requirement("R232", "X28")
async def test_where_the_bot_was_down_then_it_comes_in_the_peak_hours_rather_than_not_at_all(quick: Clockwork) -> None:
    await quick.set(BETWEEN, peak=OFFICE)
    assert kinds(await quick.tick(AT_FOUR + 3 * DAY)) == [RunKind.FULL]


@pytest.mark.requirement("R114")
async def test_a_full_sync_that_is_set_for_the_same_hour_is_as_good(quick: Clockwork) -> None:
    await quick.set(Timetable(weekly=Weekday.SATURDAY, at=time(16), quick=4))
    assert kinds(await quick.tick(AT_FOUR)) == [RunKind.FULL]
    assert len(await quick.tick(AT_FOUR + timedelta(minutes=2))) == 1
    assert kinds(await quick.tick(AT_FOUR + FOUR_HOURS)) == [RunKind.QUICK, RunKind.FULL]


@pytest.mark.requirement("R233")
async def test_it_waits_for_a_sync_that_goes_on_which_is_as_good_once_it_has_ended(quick: Clockwork) -> None:
    stage = quick.stage
    stage.clock.moment = AT_FOUR - timedelta(minutes=1)
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    assert isinstance(await stage.resync().request("cw-prod", "full", by="U0AGENT"), Started)
    stage.clock.moment = AT_FOUR
    await quick.due.start(AT_FOUR)
    assert await quick.asked() == []
    gate.set()
    await stage.queue.drain()
    assert await quick.tick(AT_FOUR + HOUR) == []


@pytest.mark.requirement("R233")
async def test_right_after_the_same_sync_it_waits_until_that_is_cool(quick: Clockwork) -> None:
    stage = quick.stage
    stage.clock.moment = AT_FOUR - timedelta(seconds=20)
    assert isinstance(await stage.resync().request("cw-prod", "quick", by="U0AGENT"), Started)
    await stage.queue.drain()
    assert await quick.tick(AT_FOUR) == []
    assert len(await quick.tick(AT_FOUR + timedelta(seconds=60))) == 1


async def test_a_process_that_was_down_makes_up_only_the_last_one(quick: Clockwork) -> None:
    assert len(await quick.tick(AT_FOUR + DAY + HOUR)) == 1
    assert len(await quick.tick(AT_FOUR + DAY + 2 * HOUR)) == 1


async def test_a_change_counts_from_the_moment_it_is_made(quick: Clockwork) -> None:
    quick.stage.clock.moment = AT_FOUR + HOUR
    await quick.set(Timetable(quick=2))
    assert await quick.tick(AT_FOUR + HOUR) == []
    assert len(await quick.tick(AT_FOUR + 2 * HOUR)) == 1


async def test_a_psa_that_cannot_tell_what_changed_is_not_read_in_full_every_few_hours(quick: Clockwork) -> None:
    stage = quick.stage
    halo = await connections.add(
        stage.db, BOX, name="halo", psa="halopsa", settings={}, secrets={}, now=stage.clock.now()
    )
    await quick.set(BETWEEN, halo)
    assert await schedules.in_force(stage.db, halo, RunKind.FULL) is not None
    await quick.tick(AT_FOUR)
    assert await runs.latest(stage.db, halo.id) == []
