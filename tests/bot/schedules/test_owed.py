"""Whether a sync is due, missed, or to be tried again, from the timetable and the log of syncs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedules.owed import MADE_UP_WITHIN, Came, Due, Missed, Try, next_due, owed
from bot.schedules.times import last_fire
from bot.schedules.timetable import MANUAL, OnDate, Timetable, Weekday
from tests.bot.schedules.strategies import moments, timetables

MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)
MADE = MONDAY - timedelta(days=3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKLY = Timetable(weekly=Weekday.MONDAY)


def tried(came: Came, asked_at: datetime, took: timedelta = timedelta(minutes=10)) -> Try:
    return Try(asked_at=asked_at, ended_at=None if came is Came.GOING_ON else asked_at + took, came=came)


GOOD, BAD, GOING_ON, CALLED_OFF = Came.GOOD, Came.BAD, Came.GOING_ON, Came.CALLED_OFF
comings = st.builds(
    tried, st.sampled_from([GOOD, BAD, CALLED_OFF]), moments, st.timedeltas(timedelta(seconds=1), timedelta(hours=3))
)


def at(moment: datetime, *tries: Try, timetable: Timetable = WEEKLY, since: datetime = MADE) -> Due | Missed | None:
    return owed(timetable, since, moment, tries)


def test_it_is_due_at_its_time_and_not_before() -> None:
    assert at(MONDAY - timedelta(microseconds=1)) is None
    assert at(MONDAY) == Due(at=MONDAY)


def test_what_is_saved_at_its_very_time_begins_with_the_next() -> None:
    assert at(MONDAY, since=MONDAY) is None
    assert at(MONDAY + 7 * DAY, since=MONDAY) == Due(at=MONDAY + 7 * DAY)


@pytest.mark.parametrize("came", [GOOD, GOING_ON, CALLED_OFF])
def test_what_was_done_goes_on_or_was_called_off_is_not_asked_for_again(came: Came) -> None:
    for later in (HOUR, DAY, 3 * DAY):
        assert at(MONDAY + later, tried(came, MONDAY)) is None


def test_a_sync_that_was_under_way_at_the_time_settles_it() -> None:
    assert at(MONDAY + HOUR, tried(GOOD, MONDAY - timedelta(minutes=5))) is None
    assert at(MONDAY + HOUR, tried(GOOD, MONDAY - HOUR)) == Due(at=MONDAY)


def test_a_sync_that_a_person_ran_while_the_process_was_down_needs_no_making_up() -> None:
    assert at(MONDAY + 5 * HOUR, tried(GOOD, MONDAY + HOUR)) is None


@pytest.mark.requirement("R113")
def test_a_process_that_was_down_makes_it_up_within_a_day_and_later_it_is_missed() -> None:
    assert at(MONDAY + MADE_UP_WITHIN) == Due(at=MONDAY)
    assert at(MONDAY + MADE_UP_WITHIN + timedelta(seconds=1)) == Missed(at=MONDAY)
    assert at(MONDAY + 6 * DAY) == Missed(at=MONDAY)


def test_it_is_not_made_up_where_the_next_one_is_nearer() -> None:
    """Monday the 16th by the week, Tuesday the 17th by the month."""
    both = Timetable(weekly=Weekday.MONDAY, monthly=OnDate(day=17))
    assert at(MONDAY + 12 * HOUR, timetable=both) == Due(at=MONDAY)
    assert at(MONDAY + 13 * HOUR, timetable=both) == Missed(at=MONDAY)
    assert at(MONDAY + DAY, timetable=both) == Due(at=MONDAY + DAY)


def test_one_that_failed_is_tried_again_every_day_at_its_hour_until_one_succeeds() -> None:
    failed = [tried(BAD, MONDAY)]
    assert at(MONDAY + 23 * HOUR, *failed) is None
    assert at(MONDAY + DAY, *failed) == Due(at=MONDAY + DAY, again=True)
    failed.append(tried(BAD, MONDAY + DAY))
    assert at(MONDAY + DAY + HOUR, *failed) is None
    assert at(MONDAY + 2 * DAY, *failed) == Due(at=MONDAY + 2 * DAY, again=True)
    assert at(MONDAY + 3 * DAY, *failed, tried(GOOD, MONDAY + 2 * DAY)) is None


def test_a_retry_that_was_missed_by_half_a_day_waits_for_the_next_day() -> None:
    failed = tried(BAD, MONDAY)
    assert at(MONDAY + DAY + 12 * HOUR, failed) == Due(at=MONDAY + DAY, again=True)
    assert at(MONDAY + DAY + 13 * HOUR, failed) is None
    assert at(MONDAY + 2 * DAY, failed) == Due(at=MONDAY + 2 * DAY, again=True)


def test_one_that_a_person_called_off_is_not_tried_again_before_the_next_fire() -> None:
    assert at(MONDAY + DAY, tried(BAD, MONDAY), tried(CALLED_OFF, MONDAY + HOUR)) is None
    assert at(MONDAY + 7 * DAY, tried(CALLED_OFF, MONDAY + HOUR)) == Due(at=MONDAY + 7 * DAY)


def test_a_failure_of_last_week_does_not_keep_this_weeks_from_its_time() -> None:
    assert at(MONDAY + 7 * DAY, tried(BAD, MONDAY)) == Due(at=MONDAY + 7 * DAY)


@pytest.mark.requirement("R115")
@given(now=moments, tries=st.lists(comings, max_size=5))
def test_where_only_people_start_it_nothing_is_due_and_nothing_missed(now: datetime, tries: list[Try]) -> None:
    assert owed(MANUAL, datetime.min.replace(tzinfo=UTC), now, tries) is None
    assert next_due(MANUAL, datetime.min.replace(tzinfo=UTC), now, tries) is None


def test_the_next_time_is_tomorrow_where_today_failed_and_else_that_of_the_timetable() -> None:
    assert next_due(WEEKLY, MADE, MONDAY + HOUR, [tried(GOOD, MONDAY)]) == MONDAY + 7 * DAY
    assert next_due(WEEKLY, MADE, MONDAY + HOUR, [tried(BAD, MONDAY)]) == MONDAY + DAY
    assert next_due(WEEKLY, MADE, MONDAY + 6 * DAY + HOUR, [tried(BAD, MONDAY)]) == MONDAY + 7 * DAY
    assert next_due(WEEKLY, MADE, MONDAY + 5 * DAY, []) == MONDAY + 7 * DAY
    assert next_due(WEEKLY, MONDAY + HOUR, MONDAY + 2 * HOUR, [tried(BAD, MONDAY)]) == MONDAY + 7 * DAY


@settings(max_examples=200, deadline=None)
@given(
    timetable=timetables,
    start=moments,
    gaps=st.lists(st.integers(1, 50), min_size=10, max_size=40),
    comes=st.lists(st.sampled_from([GOOD, BAD, CALLED_OFF]), min_size=1),
)
def test_however_the_clock_ticks_each_fire_comes_once_and_none_before_its_time(
    timetable: Timetable, start: datetime, gaps: list[int], comes: list[Came]
) -> None:
    now, asked, tries = start, list[Due](), list[Try]()
    for gap in gaps:
        now += timedelta(hours=gap)
        found = owed(timetable, start, now, tries)
        if isinstance(found, Due):
            assert start < found.at <= now
            assert now - found.at <= MADE_UP_WITHIN
            asked.append(found)
            tries.append(tried(comes[len(asked) % len(comes)], now, timedelta(minutes=1)))
        if isinstance(found, Missed):
            assert found.at == last_fire(timetable, now)
            assert not any(one.asked_at >= found.at for one in tries)
    assert len({one.at for one in asked}) == len(asked)
    assert len({one.at.date() for one in asked}) == len(asked)
