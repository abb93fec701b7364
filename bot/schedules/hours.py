"""Peak hours: when people work in the PSA, so that a full sync had better not run (R229, R232)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.schedules.times import fires
from bot.schedules.timetable import BadTimetable, Timetable, read_time

_HOURS: Final = re.compile(r"(?P<begin>[\d:.]+)\s*(?:-|\u2013|to)\s*(?P<end>[\d:.]+)", re.ASCII)
A_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Every day, in the connection's time zone; ``end`` is not part of it. They may go over midnight."""

    begin: time
    end: time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def hold(self, moment: datetime, zone: ZoneInfo) -> bool:
        there = moment.astimezone(zone).time()
        if self.begin < self.end:
            return self.begin <= there < self.end
        return there >= self.begin or there < self.end

    def left(self, moment: datetime, zone: ZoneInfo) -> timedelta:
        """From a moment that they hold until they end."""
        there = moment.astimezone(zone)
        end = there.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return (end if end > there else end + timedelta(days=1)).astimezone(UTC) - there.astimezone(UTC)


class Clash(StrEnum):
    """How often a timetable fires in the peak hours: the clocks change there, and UTC does not (C12)."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


def read_hours(text: str) -> Hours | None:
    """``09:00-18:00``; empty: none are set. Raises BadTimetable."""
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    try:
        begin, end = (read_time(_with_minutes(found[name])) for name in ("begin", "end")) if found else (None, None)
    except BadTimetable:
        begin = end = None
    if begin is None or end is None or begin == end:
        raise BadTimetable("Write the hours as from and to, such as 09:00-18:00, or leave it empty.")
    return Hours(begin=begin, end=end)


def clash(timetable: Timetable, hours: Hours | None, zone: ZoneInfo, now: datetime) -> Clash:
    """Over the coming year, so that summer and winter are both looked at."""
    if hours is None:
        return Clash.NEVER
    held: set[bool] = set()
    for fire in fires(timetable, now):
        if fire > now + A_YEAR:
            break
        held.add(hours.hold(fire, zone))
    if True not in held:
        return Clash.NEVER
    return Clash.SOMETIMES if False in held else Clash.ALWAYS


def _with_minutes(text: str) -> str:
    """9 and 9.30 are hours as people write them."""
    return text.replace(".", ":") if ":" in text or "." in text else f"{text}:00"
