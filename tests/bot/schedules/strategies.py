"""Timetables, hours and moments of every kind, for the tests of schedules."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.schedules.timetable import Nth, OnDate, OnWeekday, Timetable, Weekday

ZONES = ("UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")
monthlies = st.one_of(
    st.builds(OnDate, day=st.integers(1, 31)),
    st.builds(OnWeekday, nth=st.sampled_from(Nth), weekday=st.sampled_from(Weekday)),
)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
timetables = st.builds(Timetable, weekly=st.none() | st.sampled_from(Weekday), monthly=st.none() | monthlies, at=clocks)
moments = st.datetimes(
    datetime(2019, 12, 1),  # noqa: DTZ001 - hypothesis wants them naive
    datetime(2033, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.sampled_from([ZoneInfo(name) for name in ZONES]),
)
