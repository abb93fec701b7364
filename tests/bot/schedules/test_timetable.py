"""What people write for a day of the month, a time and the peak hours, and whether a timetable falls into these."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedules.hours import Clash, Hours, clash, read_hours
from bot.schedules.timetable import (
    HOURS,
    MANUAL,
    OFF,
    BadTimetable,
    Nth,
    OnDate,
    OnWeekday,
    Timetable,
    Weekday,
    read_monthly,
    read_quick,
    read_time,
)
from tests.bot.schedules.strategies import clocks, moments, monthlies

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOSTILE = (
    "",
    "0",
    "32",
    "-1",
    "007",
    "1.5",
    "٣",
    "³",
    "sixth fri",
    "last",
    "2nd",
    "fri last",
    "<!channel>",
    "x" * 5000,
)
OFFICE = Hours(begin=time(9), end=time(18))


@given(monthly=monthlies)
def test_a_day_of_the_month_is_read_as_it_is_written(monthly: OnDate | OnWeekday) -> None:
    assert read_monthly(str(monthly)) == monthly


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 7 ", OnDate(day=7)),
        ("31", OnDate(day=31)),
        ("Last Friday", OnWeekday(nth=Nth.LAST, weekday=Weekday.FRIDAY)),
        ("second  tue", OnWeekday(nth=Nth.SECOND, weekday=Weekday.TUESDAY)),
        ("5th mon", OnWeekday(nth=Nth.LAST, weekday=Weekday.MONDAY)),
        ("fifth Sunday", OnWeekday(nth=Nth.LAST, weekday=Weekday.SUNDAY)),
    ],
)
def test_people_may_write_it_in_full(text: str, expected: OnDate | OnWeekday) -> None:
    assert read_monthly(text) == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_day_of_a_month_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(BadTimetable, match="2nd fri"):
        read_monthly(text)


@given(text=st.text(max_size=12))
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (read_monthly, read_time, read_hours):
        try:
            read(text)
        except BadTimetable as bad:
            assert "Write" in str(bad)  # noqa: PT017 - whether it raises depends on the text


@given(at=clocks)
def test_a_time_is_read_as_it_is_written(at: time) -> None:
    assert read_time(f"{at:%H:%M}") == at


@pytest.mark.parametrize("text", ["24:00", "07:60", "7", "07:00:00", "\uff17:00", "noon", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTimetable, match="such as 07:00"):
        read_time(text)


@pytest.mark.parametrize("hours", HOURS)
def test_how_often_a_quick_sync_runs_is_read_as_it_is_written_and_a_day_is_a_whole_number_of_them(hours: int) -> None:
    assert read_quick(str(hours)) == hours
    assert 24 % hours == 0


def test_no_quick_syncs_are_none() -> None:
    assert read_quick(OFF) is None


@pytest.mark.parametrize("text", ["", "0", "5", "24", "-4", "4.0", " 4", "04", "٤", "four", "none", "<!channel>"])
def test_what_is_no_number_of_hours_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(BadTimetable, match="every 1, 2, 3, 4, 6, 8 or 12 hours, or never: off"):
        read_quick(text)


def test_with_quick_syncs_alone_it_has_no_days_and_yet_not_only_people_start_it() -> None:
    assert not Timetable(quick=4).has_days
    assert not Timetable(quick=4).is_manual
    assert MANUAL.is_manual


@given(begin=clocks, end=clocks)
def test_hours_are_read_as_they_are_written(begin: time, end: time) -> None:
    hours = Hours(begin=begin, end=end)
    if begin == end:
        with pytest.raises(BadTimetable, match="09:00-18:00"):
            read_hours(str(hours))
    else:
        assert read_hours(str(hours)) == hours


@pytest.mark.parametrize("text", ["9-18", "09:00 \u2013 18:00", "9.00 to 18.00", " 9:00-18 "])
def test_hours_may_be_written_as_people_do(text: str) -> None:
    assert read_hours(text) == OFFICE


@pytest.mark.parametrize("text", ["", "   "])
def test_no_hours_are_none(text: str) -> None:
    assert read_hours(text) is None


@pytest.mark.parametrize("text", ["9", "9-", "9-9", "25-26", "9-18-20", "9.1.1-18", "<@U1>-18", "x" * 5000])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(BadTimetable, match="09:00-18:00"):
        read_hours(text)


@pytest.mark.requirement("R229")
@given(moment=moments, begin=clocks, end=clocks)
def test_a_moment_is_either_in_the_hours_or_in_the_others(moment: datetime, begin: time, end: time) -> None:
    if begin != end:
        hours, others = Hours(begin=begin, end=end), Hours(begin=end, end=begin)
        assert hours.hold(moment, BERLIN) is not others.hold(moment, BERLIN)


@pytest.mark.requirement("R229")
@pytest.mark.parametrize(("hour", "held"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False)])
def test_hours_may_go_over_midnight(hour: int, held: bool) -> None:
    night = Hours(begin=time(22), end=time(6))
    assert night.hold(datetime(2026, 11, 16, hour, tzinfo=BERLIN), BERLIN) is held


@pytest.mark.requirement("C12")
@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        (time(7), None, Clash.NEVER),
        (time(7), OFFICE, Clash.SOMETIMES),  # 08:00 in winter and 09:00 in summer
        (time(6), OFFICE, Clash.NEVER),
        (time(12), OFFICE, Clash.ALWAYS),
        (time(16), OFFICE, Clash.SOMETIMES),
    ],
)
def test_whether_a_time_of_utc_falls_into_the_peak_hours_is_looked_at_over_a_whole_year(
    at: time, hours: Hours | None, expected: Clash
) -> None:
    for start in (NOW, NOW + timedelta(days=180)):
        assert clash(Timetable(weekly=Weekday.MONDAY, at=at), hours, BERLIN, start) is expected


def test_who_never_fires_clashes_never() -> None:
    assert clash(MANUAL, OFFICE, BERLIN, NOW) is Clash.NEVER
