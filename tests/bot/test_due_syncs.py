"""What the clock does about syncs: each fire once, made up, tried again, and let pass where it is paused."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.due_syncs import DueSyncs
from bot.planned import SCHEDULE, Plans
from bot.resync import Outcome, Resync, ResyncSettings, Started
from bot.schedules.hours import Hours
from bot.schedules.timetable import MANUAL, OnDate, Timetable, Weekday
from bot.store.queries import audit, connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from connectors.errors import PermissionDenied, PsaDown
from tests.bot.sync.fakes import Naps
from tests.bot.sync.stage import BOX, Stage

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRE = datetime(2026, 11, 28, 7, tzinfo=UTC)  # the Saturday after the one on which the connection was made
WEEKLY = Timetable(weekly=Weekday.SATURDAY)


@dataclass
class Clockwork:
    """A connection with a schedule, and the part of the clock that starts its syncs."""

    stage: Stage

    def __post_init__(self) -> None:
        self.due = DueSyncs(self.stage.db, self.stage.resync())

    async def set(
        self, timetable: Timetable = WEEKLY, connection: Connection | None = None, peak: Hours | None = None
    ) -> None:
        whose = connection or self.stage.connection
        before = await schedules.in_force(self.stage.db, whose, RunKind.FULL)
        written = await schedules.change(
            self.stage.db,
            whose,
            RunKind.FULL,
            timetable=timetable,
            peak=peak,
            by="U0AGENT",
            now=self.stage.clock.now(),
            after=before.version if before else 0,
        )
        assert written is not None

    async def tick(self, now: datetime) -> list[SyncRun]:
        """The syncs that the schedule asked for, newest first, after this tick and when all have ended."""
        self.stage.clock.moment = now
        await self.due.start(now)
        await self.stage.queue.drain()
        return await self.asked()

    async def asked(self) -> list[SyncRun]:
        newest = await runs.latest(self.stage.db, self.stage.connection.id)
        return [run for run in newest if run.requested_by == SCHEDULE]


@pytest.fixture
async def clockwork(stage: Stage) -> Clockwork:
    """On both databases."""
    built = Clockwork(stage)
    await built.set()
    return built


@pytest.fixture
async def quick(lite: Stage) -> Clockwork:
    built = Clockwork(lite)
    await built.set()
    return built


@pytest.mark.requirement("R113", "R116", "R226")
async def test_a_sync_starts_at_its_time_and_the_log_says_that_the_schedule_asked(clockwork: Clockwork) -> None:
    assert await clockwork.tick(FIRE - timedelta(seconds=1)) == []
    (run,) = await clockwork.tick(FIRE)
    assert (run.state, run.kind, run.requested_by) == (RunState.SUCCEEDED, RunKind.FULL, "schedule")
    assert len(await clockwork.tick(FIRE + timedelta(seconds=15))) == 1
    first, *others = reversed(await audit.recent(clockwork.stage.db))
    assert (first.who, first.action, first.outcome) == ("schedule", "resync", "allowed")
    assert [entry.who for entry in others] == ["setting up"]  # the settings, once the connection is known to work


@pytest.mark.requirement("R157")
async def test_the_settings_are_read_once_without_anybody_asking_and_not_of_a_paused_connection(
    clockwork: Clockwork,
) -> None:
    stage = clockwork.stage
    await connections.set_paused(stage.db, stage.connection.id, True)
    await stage.sync()
    await clockwork.due.start(stage.clock.now())
    assert await runs.latest(stage.db, stage.connection.id, kinds=[RunKind.SETTINGS]) == []
    await connections.set_paused(stage.db, stage.connection.id, False)
    for _ in range(3):
        await clockwork.due.start(stage.clock.now())
        await stage.queue.drain()
    (run,) = await runs.latest(stage.db, stage.connection.id, kinds=[RunKind.SETTINGS])
    assert (run.state, run.requested_by) == (RunState.SUCCEEDED, "setting up")


@pytest.mark.requirement("R157")
async def test_a_new_connection_that_got_the_number_of_a_removed_one_has_its_settings_read_too(
    quick: Clockwork,
) -> None:
    stage = quick.stage
    for _ in range(2):
        await stage.sync()
        for _ in range(2):  # asks for it, and sees that it is there
            await quick.due.start(stage.clock.now())
            await stage.queue.drain()
        assert len(await runs.latest(stage.db, stage.connection.id, kinds=[RunKind.SETTINGS])) == 1
        number = stage.connection.id
        await connections.remove(stage.db, number)
        stage.connection = await connections.add(
            stage.db, BOX, name="cw-new", psa="connectwise", settings={}, secrets={}, now=stage.clock.now()
        )
        assert stage.connection.id == number  # SQLite gives it again


@pytest.mark.requirement("R114")
async def test_many_clocks_start_one_sync(clockwork: Clockwork) -> None:
    others = [DueSyncs(clockwork.stage.db, clockwork.stage.resync()) for _ in range(3)]
    clockwork.stage.clock.moment = FIRE
    await asyncio.gather(*(due.start(FIRE) for due in (clockwork.due, *others)))
    await clockwork.stage.queue.drain()
    assert len(await clockwork.asked()) == 1


@pytest.mark.requirement("R114")
async def test_both_switches_on_one_day_start_one_sync(quick: Clockwork) -> None:
    await quick.set(Timetable(weekly=Weekday.SATURDAY, monthly=OnDate(day=28)))
    assert len(await quick.tick(FIRE)) == 1
    for minutes in range(1, 5):
        assert len(await quick.tick(FIRE + timedelta(minutes=minutes))) == 1


@pytest.mark.requirement("R115")
async def test_where_only_people_start_it_the_clock_never_does(quick: Clockwork) -> None:
    await quick.set(MANUAL)
    for days in range(40):
        assert await quick.tick(FIRE + days * DAY) == []


async def test_a_process_that_was_down_makes_it_up_once(quick: Clockwork) -> None:
    (run,) = await quick.tick(FIRE + 9 * HOUR)
    assert run.requested_at == FIRE + 9 * HOUR
    assert len(await quick.tick(FIRE + 10 * HOUR)) == 1


async def test_what_was_missed_for_more_than_a_day_waits_for_the_next_time(quick: Clockwork) -> None:
    assert await quick.tick(FIRE + 2 * DAY) == []
    assert len(await quick.tick(FIRE + 7 * DAY)) == 1


@pytest.mark.requirement("R233")
async def test_a_sync_that_a_person_started_before_is_joined_and_settles_it(quick: Clockwork) -> None:
    stage = quick.stage
    stage.clock.moment = FIRE - timedelta(minutes=1)
    gate = stage.psa.gates["accounts"] = asyncio.Event()
    mine = await stage.resync().request("cw-prod", "full", by="U0AGENT")
    assert isinstance(mine, Started)
    stage.clock.moment = FIRE
    await quick.due.start(FIRE)
    gate.set()
    await stage.queue.drain()
    assert await quick.tick(FIRE + HOUR) == []
    assert (await stage.again(mine.run)).state is RunState.SUCCEEDED


@pytest.mark.requirement("R233")
async def test_right_after_the_same_sync_it_waits_until_that_is_cool(quick: Clockwork) -> None:
    stage = quick.stage
    stage.clock.moment = FIRE - timedelta(seconds=20)
    assert isinstance(await stage.resync().request("cw-prod", "full", by="U0AGENT"), Started)
    await stage.queue.drain()
    assert await quick.tick(FIRE) == []
    assert len(await quick.tick(FIRE + timedelta(seconds=60))) == 1


async def test_one_that_failed_is_tried_again_daily_at_its_hour_until_it_succeeds(quick: Clockwork) -> None:
    quick.stage.psa.fails["accounts"] = PermissionDenied("refused")
    for days in range(3):
        assert len(await quick.tick(FIRE + days * DAY)) == days + 1
        assert len(await quick.tick(FIRE + days * DAY + 5 * HOUR)) == days + 1
    quick.stage.psa.fails.clear()
    newest = (await quick.tick(FIRE + 3 * DAY))[0]
    assert newest.state is RunState.SUCCEEDED
    assert len(await quick.tick(FIRE + 4 * DAY)) == 4
    assert len(await quick.tick(FIRE + 7 * DAY)) == 5


async def test_a_passing_trouble_is_tried_again_by_the_recovery_long_before_tomorrow(quick: Clockwork) -> None:
    stage = quick.stage
    stage.psa.fails["accounts"] = PsaDown("down")
    (first,) = await quick.tick(FIRE)
    assert first.state is RunState.INCOMPLETE
    stage.psa.fails.clear()
    stage.clock.pass_by(3601)
    await stage.recovery().sweep()
    await stage.queue.drain()
    newest = (await quick.asked())[0]
    assert (newest.state, newest.attempt, newest.requested_by) == (RunState.SUCCEEDED, 2, "schedule")
    assert len(await quick.tick(FIRE + DAY)) == 2


async def test_what_came_due_while_it_was_paused_is_let_pass(quick: Clockwork) -> None:
    stage = quick.stage
    await connections.set_paused(stage.db, stage.connection.id, True)
    assert await quick.tick(FIRE) == []
    await connections.set_paused(stage.db, stage.connection.id, False)
    assert await quick.tick(FIRE + HOUR) == []
    assert len(await quick.tick(FIRE + 7 * DAY)) == 1


async def test_a_schedule_that_was_changed_counts_from_the_change(quick: Clockwork) -> None:
    quick.stage.clock.moment = FIRE + HOUR
    await quick.set(Timetable(weekly=Weekday.SATURDAY, monthly=OnDate(day=30)))
    assert await quick.tick(FIRE + 2 * HOUR) == []
    assert len(await quick.tick(FIRE + 2 * DAY)) == 1


async def test_what_went_well_is_not_looked_at_again_before_the_next_fire(quick: Clockwork) -> None:
    """A thousand connections are asked for every few seconds."""
    plans = Plans(quick.stage.db)
    assert await plans.open(FIRE - HOUR) == []
    assert len(await plans.open(FIRE)) == 1
    await quick.tick(FIRE)
    assert await plans.open(FIRE + HOUR) == []
    await runs.request(
        quick.stage.db, connection_id=quick.stage.connection.id, kind=RunKind.FULL, by="U0AGENT", now=FIRE + 2 * HOUR
    )
    assert await plans.open(FIRE + 3 * HOUR) == []
    assert len(await plans.open(FIRE + 7 * DAY)) == 1
    await quick.set(Timetable(weekly=Weekday.SATURDAY, monthly=OnDate(day=28)))
    assert await plans.open(FIRE + HOUR) == []


class OneBreaks(Resync):
    async def fire(self, connection: Connection, kind: RunKind, fire_at: datetime, schedule: str) -> Outcome | None:
        if connection.name == "aa-first":
            raise RuntimeError("broken")
        return await super().fire(connection, kind, fire_at, schedule)


async def test_one_connection_that_breaks_keeps_no_other_from_its_sync(
    quick: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    stage = quick.stage
    made = stage.connection.created_at
    first = await connections.add(stage.db, BOX, name="aa-first", psa="connectwise", settings={}, secrets={}, now=made)
    await quick.set(connection=first)
    resync = OneBreaks(
        db=stage.db,
        queue=stage.queue,
        clock=stage.clock,
        may_resync=stage._may_resync,
        settings=ResyncSettings(),
        sleep=Naps(),
    )
    quick.due = DueSyncs(stage.db, resync)
    with caplog.at_level(logging.ERROR):
        assert len(await quick.tick(FIRE)) == 1
    assert "A scheduled sync could not be asked for." in caplog.text
    assert await runs.latest(stage.db, first.id) == []
    quick.due = DueSyncs(stage.db, stage.resync())
    await quick.tick(FIRE + timedelta(seconds=15))
    assert len(await runs.latest(stage.db, first.id)) == 1
