"""A timetable in words: the days, the time, and what the weekday or the 31st means in a shorter month."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.render.words import at
from bot.schedules.timetable import Monthly, Nth, OnDate, Timetable, Weekday
from bot.sync.due import FULL_AT_LEAST_EVERY, OUTSIDE_PEAK_HOURS

MANUAL: Final = "manual only"
PAUSED: Final = "paused"
AT_LEAST_EVERY: Final = FULL_AT_LEAST_EVERY.days
OUTSIDE_PEAK: Final = OUTSIDE_PEAK_HOURS.days
WEEKDAYS: Final[Mapping[Weekday, str]] = {day: day.name.capitalize() for day in Weekday}
NTHS: Final[Mapping[Nth, str]] = {nth: nth.name.lower() for nth in Nth}
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def described(timetable: Timetable) -> str:
    """``weekly on Mondays and monthly on the 31st, at 07:00 UTC``; and how often a quick sync runs in between."""
    if timetable.is_manual:
        return MANUAL
    days = _days(timetable) if timetable.has_days else f"every {AT_LEAST_EVERY} days"
    return days if timetable.quick is None else f"{days}, with a quick sync {every(timetable.quick)}"


def every(hours: int) -> str:
    """``every hour``, ``every 4 hours``."""
    return "every hour" if hours == 1 else f"every {hours} hours"


def _days(timetable: Timetable) -> str:
    days = [f"weekly on {WEEKDAYS[timetable.weekly]}s"] if timetable.weekly else []
    days += [f"monthly on {of_month(timetable.monthly)}"] if timetable.monthly else []
    return f"{' and '.join(days)}, at {timetable.at:%H:%M} UTC"


def of_month(monthly: Monthly) -> str:
    """``the 31st``, ``the last Friday``."""
    if isinstance(monthly, OnDate):
        return f"the {ordinal(monthly.day)}"
    return f"the {NTHS[monthly.nth]} {WEEKDAYS[monthly.weekday]}"


def ordinal(day: int) -> str:
    return f"{day}{_ENDINGS.get(day, 'th')}"


def in_utc(moment: datetime) -> str:
    """``Mon 23 Nov 07:00 UTC``."""
    return f"{moment:%a} {moment.day} {moment:%b %H:%M} UTC"


def next_sync(moment: datetime | None, *, paused: bool) -> str:
    """In the reader's own time zone; or why there is none."""
    if paused:
        return PAUSED
    return at(moment) if moment is not None else MANUAL
