"""When digests are due, on every day of the year, and what a tick does when a part of it breaks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest import Digest
from bot.overview import Overviews
from bot.postings import Postings
from bot.render.words import Words
from bot.schedule import MADE_UP_FOR, Duties, Schedule, fire_on, last_fire
from bot.store.database import Database
from tests.bot.daily import (
    ALERTS,
    BILLING,
    DAY,
    DENIED,
    HOUR,
    MONDAY,
    RecordingNotifier,
    connected,
    listens,
    sources,
    synced,
)
from tests.bot.sync.fakes import MovingClock
from tests.bot.sync.stage import until

ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
LONDON = ZoneInfo("Europe/London")
hours = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
moments = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them naive


class TickingSchedule:
    """A schedule whose parts are recorded."""

    def __init__(self, db: Database, now: datetime, zone: ZoneInfo = LONDON) -> None:
        self.clock = MovingClock(now)
        self.notifier = RecordingNotifier()
        self.swept = 0
        self.sweep_breaks = False
        self.started_due: list[datetime] = []
        digest = Digest(db, Overviews(db, self.clock))
        postings = Postings(db, sources(db, digest), Words(), self.notifier, "/psa")
        duties = Duties(sweep=self.sweep, start_due=self.start_due, postings=postings)
        self.schedule = Schedule(db, self.clock, zone, duties, every_seconds=0.02)

    async def sweep(self) -> None:
        self.swept += 1
        if self.sweep_breaks:
            raise RuntimeError("the sweep broke")

    async def start_due(self, now: datetime) -> None:
        self.started_due.append(now)

    async def tick(self, now: datetime) -> list[str]:
        """The keys of what was posted."""
        before = len(self.notifier.said)
        self.clock.moment = now
        await self.schedule.tick(now)
        return [key for _, key, _ in self.notifier.said[before:]]


@pytest.fixture
async def ticking(database: Database) -> AsyncIterator[TickingSchedule]:
    """#psa-alerts wants a digest at 08:00 in London, since Monday 07:00."""
    connection = await connected(database)
    await synced(database, connection)
    await listens(database, kind="digest", at="08:00")
    built = TickingSchedule(database, MONDAY)
    yield built
    await built.schedule.finish()


@settings(max_examples=100, deadline=None)
@given(hour=hours, zone=st.sampled_from(ZONES), start=moments, gaps=st.lists(st.integers(1, 40), min_size=20))
def test_a_digest_fires_once_per_calendar_day_however_the_clock_ticks(
    hour: str, zone: str, start: datetime, gaps: list[int]
) -> None:
    there = ZoneInfo(zone)
    now, fires = start, set()
    for gap in gaps:
        fire = last_fire(hour, there, now)
        if fire is not None:
            assert now - MADE_UP_FOR <= fire <= now
            fires.add(fire)
        now += timedelta(minutes=gap * 15)
    days = [fire.astimezone(there).date() for fire in sorted(fires)]
    assert len(set(days)) == len(days)


@settings(max_examples=100, deadline=None)
@given(hour=hours, zone=st.sampled_from(ZONES), start=moments)
def test_whoever_ticks_often_enough_misses_no_day(hour: str, zone: str, start: datetime) -> None:
    there = ZoneInfo(zone)
    day = start.astimezone(there).date()
    expected = {fire_on(day + timedelta(days=n), hour, there) for n in range(1, 4)}
    seen = {last_fire(hour, there, start + timedelta(hours=n)) for n in range(24 * 5)}
    assert expected <= seen


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2026, 3, 28), "01:30", "2026-03-28T01:30"),  # the day before the clocks go forward
        (date(2026, 3, 29), "01:30", "2026-03-29T01:30"),  # 01:30 does not exist: 02:30 of the new time
        (date(2026, 3, 29), "08:00", "2026-03-29T07:00"),
        (date(2026, 10, 25), "01:30", "2026-10-25T00:30"),  # 01:30 comes twice: the first
        (date(2026, 10, 25), "08:00", "2026-10-25T08:00"),
    ],
)
def test_on_days_on_which_the_clocks_change_it_fires_once(day: date, hour: str, utc: str) -> None:
    assert fire_on(day, hour, LONDON) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_digest_that_is_twelve_hours_late_is_old_news() -> None:
    assert last_fire("08:00", LONDON, MONDAY + HOUR + MADE_UP_FOR) == MONDAY + HOUR
    assert last_fire("08:00", LONDON, MONDAY + HOUR + MADE_UP_FOR + HOUR) is None


async def test_the_digest_is_posted_at_its_hour_and_only_once(ticking: TickingSchedule) -> None:
    assert await ticking.tick(MONDAY + HOUR - timedelta(seconds=1)) == []
    assert await ticking.tick(MONDAY + HOUR) == [f"digest:{ALERTS}:2026-11-16T08:00"]
    assert await ticking.tick(MONDAY + HOUR + timedelta(seconds=15)) == []
    assert await ticking.tick(MONDAY + DAY + HOUR) == [f"digest:{ALERTS}:2026-11-17T08:00"]


async def test_a_digest_that_was_missed_is_made_up_once(ticking: TickingSchedule) -> None:
    late = MONDAY + 3 * DAY + 6 * HOUR
    assert await ticking.tick(late) == [f"digest:{ALERTS}:2026-11-19T08:00"]
    assert await ticking.tick(late + HOUR) == []


async def test_nothing_is_posted_twice_after_a_restart(ticking: TickingSchedule, database: Database) -> None:
    await ticking.tick(MONDAY + HOUR)
    restarted = TickingSchedule(database, MONDAY + 2 * HOUR)
    assert await restarted.tick(MONDAY + 2 * HOUR) == []


async def test_a_channel_that_subscribes_in_the_afternoon_gets_its_first_digest_tomorrow(
    ticking: TickingSchedule, database: Database
) -> None:
    await listens(database, BILLING, kind="digest", at="08:00", now=MONDAY + 6 * HOUR)
    posted = await ticking.tick(MONDAY + 6 * HOUR)
    assert posted == [f"digest:{ALERTS}:2026-11-16T08:00"]
    assert f"digest:{BILLING}:2026-11-17T08:00" in await ticking.tick(MONDAY + DAY + HOUR)


async def test_a_digest_that_could_not_be_delivered_is_tried_again_but_not_at_every_tick(
    ticking: TickingSchedule,
) -> None:
    ticking.notifier.deaf.add(ALERTS)
    assert await ticking.tick(MONDAY + HOUR) == []
    ticking.notifier.deaf.clear()
    assert await ticking.tick(MONDAY + HOUR + timedelta(seconds=59)) == []
    assert await ticking.tick(MONDAY + HOUR + timedelta(seconds=60)) == [f"digest:{ALERTS}:2026-11-16T08:00"]


async def test_one_channel_that_breaks_keeps_nobody_else_from_the_digest(
    ticking: TickingSchedule, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await listens(database, BILLING, kind="digest", at="08:00")
    ticking.notifier.breaks[ALERTS] = RuntimeError("broken")
    with caplog.at_level(logging.ERROR):
        assert await ticking.tick(MONDAY + HOUR) == [f"digest:{BILLING}:2026-11-16T08:00"]
    assert "A part of the schedule failed." in caplog.text


async def test_a_sweep_that_breaks_stops_neither_the_digest_nor_the_heartbeat(
    ticking: TickingSchedule, caplog: pytest.LogCaptureFixture
) -> None:
    ticking.sweep_breaks = True
    assert await ticking.tick(MONDAY + HOUR) != []
    assert (ticking.swept, ticking.schedule.last_tick) == (1, MONDAY + HOUR)
    assert ticking.started_due == [MONDAY + HOUR]
    assert "schedule" in caplog.text


async def test_a_part_that_hangs_keeps_no_dead_sync_from_being_found(database: Database) -> None:
    hanging, swept = asyncio.Event(), 0

    async def sweep() -> None:
        nonlocal swept
        swept += 1

    duties = Duties(sweep=sweep, catch_up=hanging.wait)
    schedule = Schedule(database, MovingClock(MONDAY), LONDON, duties, every_seconds=0.02)
    schedule.start()
    await until(lambda: swept > 3)
    hanging.set()
    await schedule.finish()


async def test_what_is_about_a_process_alone_waits_for_nobodys_turn(database: Database) -> None:
    done = list[str]()

    @asynccontextmanager
    async def never(what: str, now: datetime) -> AsyncIterator[bool]:
        yield False

    async def sweep() -> None:
        done.append("sweep")

    async def end_own() -> None:
        done.append("own")

    duties = Duties(sweep=sweep, end_own=end_own)
    await Schedule(database, MovingClock(MONDAY), LONDON, duties, in_turn=never, every_seconds=60).tick(MONDAY)
    assert done == ["own"]


async def test_a_tick_alerts_before_it_digests(ticking: TickingSchedule, database: Database) -> None:
    await listens(database)
    connection = await connected(database, "cw-east")
    await synced(database, connection, "failed", at=MONDAY + HOUR, error=DENIED)
    first, second = await ticking.tick(MONDAY + HOUR)
    assert first.startswith("incident:")
    assert second.startswith("digest:")


async def test_two_ticks_at_once_post_once(ticking: TickingSchedule) -> None:
    now = MONDAY + HOUR
    ticking.clock.moment = now
    await asyncio.gather(ticking.schedule.tick(now), ticking.schedule.tick(now))
    assert len(ticking.notifier.said) == 1


async def test_two_processes_post_one_digest(ticking: TickingSchedule, database: Database) -> None:
    other = TickingSchedule(database, MONDAY + HOUR)
    other.notifier = ticking.notifier
    ticking.clock.moment = MONDAY + HOUR
    await asyncio.gather(ticking.schedule.tick(MONDAY + HOUR), other.schedule.tick(MONDAY + HOUR))
    assert len(ticking.notifier.stands) == 1


async def test_it_ticks_by_itself_until_it_is_stopped(ticking: TickingSchedule) -> None:
    ticking.clock.moment = MONDAY + HOUR
    ticking.schedule.start()
    await until(lambda: ticking.schedule.last_tick is not None)
    await ticking.schedule.finish()
    await ticking.schedule.finish()
    assert ticking.schedule.last_tick == MONDAY + HOUR
