"""On which days a sync runs, and at what time: two switches, weekly and monthly, both or neither (R114).

Beside them a full sync may have quick ones in between, every so many hours (X10).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Final

SEVEN: Final = time(7)  # R113
HOURS: Final = (1, 2, 3, 4, 6, 8, 12)  # a day is a whole number of each
OFF: Final = "off"
_MONTHLY: Final = re.compile(r"(?P<nth>\w+)\s+(?P<weekday>\w+)", re.ASCII)
_TIME: Final = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.ASCII)


class BadTimetable(Exception):
    """Somebody wrote a day or a time that is none. The message is safe to show, and says how to write it."""


class Weekday(StrEnum):
    """In the order of Python's ``weekday()``, by the names that APScheduler has for them."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class Nth(StrEnum):
    """Which of its weekdays in a month. There is no fifth: where a month has one, it is the last (C10)."""

    FIRST = "1st"
    SECOND = "2nd"
    THIRD = "3rd"
    FOURTH = "4th"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """``day`` is 1 to 31; in a shorter month it is the last day (R112)."""

    day: int

    def __str__(self) -> str:
        return str(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWeekday:
    nth: Nth
    weekday: Weekday

    def __str__(self) -> str:
        return f"{self.nth} {self.weekday}"


Monthly = OnDate | OnWeekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """``weekly`` is the weekday of the connection's creation where that switch is on. ``at`` is in UTC.

    ``quick``: a quick sync in between every so many hours from midnight in UTC, one of HOURS.
    """

    weekly: Weekday | None = None
    monthly: Monthly | None = None
    at: time = SEVEN
    quick: int | None = None

    @property
    def has_days(self) -> bool:
        return self.weekly is not None or self.monthly is not None

    @property
    def is_manual(self) -> bool:
        """Neither switch, and no quick syncs: only people start it (R115)."""
        return not self.has_days and self.quick is None


MANUAL: Final = Timetable()
_NTHS: Final[Mapping[str, Nth]] = {
    **{nth.value: nth for nth in Nth},
    **dict(zip(("first", "second", "third", "fourth"), Nth, strict=False)),
    "5th": Nth.LAST,
    "fifth": Nth.LAST,
}


def anniversary(created_at: datetime) -> Weekday:
    """The weekday on which a connection was made, in UTC (R110, C11)."""
    return list(Weekday)[created_at.astimezone(UTC).weekday()]


def read_monthly(text: str) -> Monthly:
    """``31``, ``2nd fri``, ``last Friday``; a fifth is the last. Raises BadTimetable."""
    said = text.strip().casefold()
    if said.isascii() and said.isdecimal() and len(said) <= 2 and 1 <= int(said) <= 31:
        return OnDate(day=int(said))
    found = _MONTHLY.fullmatch(said)
    nth = _NTHS.get(found["nth"]) if found else None
    weekday = _weekday(found["weekday"]) if found else None
    if nth is None or weekday is None:
        raise BadTimetable("Write the day of the month as 1 to 31, or as a weekday such as 2nd fri or last mon.")
    return OnWeekday(nth=nth, weekday=weekday)


def read_time(text: str) -> time:
    """``07:00``. Raises BadTimetable."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        raise BadTimetable("Write the time as hours and minutes in UTC, such as 07:00.")
    return time(int(found["hour"]), int(found["minute"]))


def read_quick(text: str) -> int | None:
    """``4``: every four hours; ``off``: none. Raises BadTimetable."""
    if text == OFF:
        return None
    hours = next((hours for hours in HOURS if text == str(hours)), None)
    if hours is None:
        choices = ", ".join(str(hours) for hours in HOURS[:-1])
        raise BadTimetable(f"A quick sync runs every {choices} or {HOURS[-1]} hours, or never: {OFF}.")
    return hours


def _weekday(text: str) -> Weekday | None:
    return next((day for day in Weekday if text in {day.value, day.name.casefold()}), None)
