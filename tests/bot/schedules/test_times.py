"""On which days a timetable fires: clamped dates, nth weekdays, both switches, and never two on one day."""

import calendar
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedules.times import fires, fresh_for, last_fire, last_quick, longest_gap, next_fire, next_fires, next_quick
from bot.schedules.timetable import HOURS, MANUAL, Monthly, Nth, OnDate, OnWeekday, Timetable, Weekday, anniversary
from tests.bot.schedules.strategies import ZONES, moments, timetables


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def is_meant(timetable: Timetable, day: date) -> bool:
    """Worked out day by day, without any trigger."""
    weekly = timetable.weekly is not None and list(Weekday)[day.weekday()] is timetable.weekly
    return weekly or (timetable.monthly is not None and is_of_month(timetable.monthly, day))


def is_of_month(monthly: Monthly, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if isinstance(monthly, OnDate):
        return day.day == min(monthly.day, last)
    same = [one for one in range(1, last + 1) if list(Weekday)[day.replace(day=one).weekday()] is monthly.weekday]
    place = -1 if monthly.nth is Nth.LAST else list(Nth).index(monthly.nth)
    return day.day == same[place]


@pytest.mark.requirement("R111", "R112", "R113", "R114", "C10")
@settings(max_examples=150, deadline=None)
@given(timetable=timetables, start=moments)
def test_it_fires_on_exactly_the_days_that_are_meant_at_its_time_in_utc(timetable: Timetable, start: datetime) -> None:
    until = start + timedelta(days=400)
    found = []
    for fire in fires(timetable, start):
        if fire > until:
            break
        found.append(fire)
    first = start.astimezone(UTC).date()
    days = (first + timedelta(days=count) for count in range(402))
    meant = [datetime.combine(day, timetable.at, UTC) for day in days if is_meant(timetable, day)]
    assert found == [moment for moment in meant if start < moment <= until]


@pytest.mark.requirement("R114")
@settings(max_examples=150, deadline=None)
@given(timetable=timetables.filter(lambda one: not one.is_manual), start=moments)
def test_the_next_fires_only_go_forward_and_never_two_fall_on_one_day(timetable: Timetable, start: datetime) -> None:
    found = list(islice(fires(timetable, start), 30))
    assert all(earlier < later for earlier, later in pairwise(found))
    assert len({fire.date() for fire in found}) == len(found)
    assert all(later - earlier <= longest_gap(timetable) for earlier, later in pairwise(found))


@settings(max_examples=150, deadline=None)
@given(timetable=timetables.filter(lambda one: not one.is_manual), now=moments)
def test_the_last_and_the_next_fire_are_neighbours(timetable: Timetable, now: datetime) -> None:
    last, following = last_fire(timetable, now), next_fire(timetable, now)
    assert last is not None
    assert following is not None
    assert last <= now < following
    assert next_fire(timetable, last) == following
    assert last_fire(timetable, following) == following


@pytest.mark.requirement("X10")
@given(hours=st.sampled_from(HOURS), now=moments)
def test_quick_syncs_come_every_day_at_the_same_hours_of_utc(hours: int, now: datetime) -> None:
    last, following = last_quick(hours, now), next_quick(hours, now)
    assert last <= now < following
    assert (following - last, last.hour % hours) == (timedelta(hours=hours), 0)
    assert last == last.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    assert (last_quick(hours, following), next_quick(hours, last)) == (following, following)
    assert last_quick(hours, now.astimezone(UTC) + timedelta(days=1)) == last + timedelta(days=1)


@pytest.mark.requirement("C10")
@settings(max_examples=60, deadline=None)
@given(weekday=st.sampled_from(Weekday), start=moments)
def test_the_last_weekday_is_the_fifth_where_there_is_one_and_else_the_fourth(
    weekday: Weekday, start: datetime
) -> None:
    for fire in next_fires(Timetable(monthly=OnWeekday(nth=Nth.LAST, weekday=weekday)), start, 14):
        days = calendar.monthrange(fire.year, fire.month)[1]
        assert fire.day + 7 > days
        assert (fire.day - 1) // 7 + 1 in {4, 5}


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("day", "after", "expected"),
    [
        (31, "2026-11-01", ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        (30, "2027-01-31", ["2027-02-28", "2027-03-30", "2027-04-30"]),
        (30, "2028-01-31", ["2028-02-29", "2028-03-30"]),
        (29, "2027-02-01", ["2027-02-28", "2027-03-29"]),
        (29, "2028-02-01", ["2028-02-29", "2028-03-29"]),
        (28, "2028-02-01", ["2028-02-28", "2028-03-28"]),
    ],
)
def test_a_day_that_a_month_does_not_have_is_its_last(day: int, after: str, expected: list[str]) -> None:
    found = next_fires(Timetable(monthly=OnDate(day=day)), utc(after), len(expected))
    assert found == tuple(utc(f"{one}T07:00") for one in expected)


@pytest.mark.requirement("R114")
def test_where_both_switches_meet_on_one_day_there_is_one_run() -> None:
    """The last day of November 2026 is a Monday."""
    both = Timetable(weekly=Weekday.MONDAY, monthly=OnDate(day=31))
    found = next_fires(both, utc("2026-11-22T12:00"), 4)
    assert found == tuple(utc(f"2026-{day}T07:00") for day in ("11-23", "11-30", "12-07", "12-14"))


@pytest.mark.requirement("R113")
@pytest.mark.parametrize("zone", ZONES)
def test_it_is_seven_in_utc_whatever_the_clocks_of_the_zone_do(zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    found = next_fires(Timetable(weekly=Weekday.SUNDAY), start, 60)
    assert {(fire.hour, fire.minute, fire.utcoffset()) for fire in found} == {(7, 0, timedelta())}


@pytest.mark.requirement("R110", "C11")
@pytest.mark.parametrize(
    ("created", "weekday"),
    [
        ("2026-11-16T12:00:00+00:00", Weekday.MONDAY),
        ("2026-11-16T22:30:00-05:00", Weekday.TUESDAY),  # Monday evening in New York
        ("2026-11-16T05:00:00+13:00", Weekday.SUNDAY),
    ],
)
def test_the_week_begins_anew_on_the_weekday_of_the_creation_in_utc(created: str, weekday: Weekday) -> None:
    assert anniversary(datetime.fromisoformat(created)) is weekday


@pytest.mark.requirement("R115")
def test_with_both_switches_off_it_never_fires() -> None:
    assert MANUAL.is_manual
    assert next_fires(MANUAL, utc("2026-11-16"), 5) == ()
    assert last_fire(MANUAL, utc("2026-11-16")) is None


@pytest.mark.parametrize(
    ("timetable", "days"),
    [
        (Timetable(weekly=Weekday.MONDAY), 8),
        (Timetable(weekly=Weekday.MONDAY, monthly=OnDate(day=1)), 8),
        (Timetable(monthly=OnDate(day=1)), 32),
        (Timetable(monthly=OnWeekday(nth=Nth.SECOND, weekday=Weekday.FRIDAY)), 36),
    ],
)
def test_data_may_get_a_day_older_than_the_timetable_lets_it(timetable: Timetable, days: int) -> None:
    assert fresh_for(timetable) == timedelta(days=days)


@pytest.mark.parametrize("timetable", [MANUAL, Timetable(quick=4)])
def test_a_timetable_without_days_says_nothing_about_how_old_data_may_get(timetable: Timetable) -> None:
    assert fresh_for(timetable) is None


def test_quick_syncs_in_between_are_no_days_of_their_own() -> None:
    assert next_fire(Timetable(quick=4), utc("2026-11-16 07:00")) is None
    assert last_fire(Timetable(quick=4), utc("2026-11-16 07:00")) is None
