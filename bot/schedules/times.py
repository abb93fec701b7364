"""When a timetable fires: APScheduler's triggers compute it, in UTC, whose clocks never change (R113)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from bot.schedules.timetable import Monthly, OnDate, OnWeekday, Timetable

WEEK: Final = timedelta(days=7)
LONGEST_MONTH: Final = timedelta(days=31)
FIVE_WEEKS: Final = timedelta(days=35)  # from one second Friday to the next
A_DAY_MORE: Final = timedelta(days=1)
SOON: Final = timedelta(microseconds=1)
REMEMBERED: Final = 4_096  # a thousand connections ask the same of a handful of timetables, every few seconds


def fires(timetable: Timetable, after: datetime) -> Iterator[datetime]:
    """Every fire later than ``after``, in order, without end; none where only people start it.

    Where both switches land on one day there is one fire: they share the time of day (R114).
    """
    trigger = _trigger(timetable)
    while trigger is not None:
        after = trigger.get_next_fire_time(None, after.astimezone(UTC) + SOON)
        yield after


def next_fires(timetable: Timetable, after: datetime, count: int) -> Sequence[datetime]:
    return tuple(islice(fires(timetable, after), count))


def next_fire(timetable: Timetable, after: datetime) -> datetime | None:
    return _after(timetable, _time_of_day(timetable, after))


def last_fire(timetable: Timetable, now: datetime) -> datetime | None:
    """The newest one that is not after ``now``."""
    return _until(timetable, _time_of_day(timetable, now))


def last_quick(hours: int, now: datetime) -> datetime:
    """When a quick sync in between was wanted last: every day at the same hours of UTC."""
    utc = now.astimezone(UTC)
    return utc.replace(hour=utc.hour - utc.hour % hours, minute=0, second=0, microsecond=0)


def next_quick(hours: int, now: datetime) -> datetime:
    return last_quick(hours, now) + timedelta(hours=hours)


def longest_gap(timetable: Timetable) -> timedelta:
    """How long it can be from one fire to the next, where it fires at all."""
    if timetable.weekly is not None:
        return WEEK
    return LONGEST_MONTH if isinstance(timetable.monthly, OnDate) else FIVE_WEEKS


def fresh_for(timetable: Timetable) -> timedelta | None:
    """How old the data may get before it is worth a word: a day more than its days let it. None: it has no days."""
    return longest_gap(timetable) + A_DAY_MORE if timetable.has_days else None


def _time_of_day(timetable: Timetable, moment: datetime) -> datetime:
    """When it last was the timetable's time of day, whatever the day: between two of these nothing can change."""
    utc = moment.astimezone(UTC)
    today = datetime.combine(utc.date(), timetable.at, UTC)
    return today if today <= utc else today - A_DAY_MORE


@lru_cache(maxsize=REMEMBERED)
def _after(timetable: Timetable, moment: datetime) -> datetime | None:
    return next(fires(timetable, moment), None)


@lru_cache(maxsize=REMEMBERED)
def _until(timetable: Timetable, moment: datetime) -> datetime | None:
    newest = None
    for fire in fires(timetable, moment - longest_gap(timetable) - A_DAY_MORE):
        if fire > moment:
            break
        newest = fire
    return newest


def _trigger(timetable: Timetable) -> OrTrigger | None:
    at = {"hour": timetable.at.hour, "minute": timetable.at.minute, "timezone": UTC}
    weekly = [CronTrigger(day_of_week=timetable.weekly.value, **at)] if timetable.weekly else []
    monthly = [CronTrigger(**days, **at) for days in _monthly(timetable.monthly)] if timetable.monthly else []
    return OrTrigger([*weekly, *monthly]) if weekly or monthly else None


def _monthly(monthly: Monthly) -> Sequence[dict[str, str]]:
    """The 29th and 30th also fire on the last day of a February that is too short for them, the 31st always does."""
    match monthly:
        case OnWeekday(nth=nth, weekday=weekday):
            return ({"day": f"{nth} {weekday}"},)
        case OnDate(day=31):
            return ({"day": "last"},)
        case OnDate(day=day) if day > 28:
            return ({"day": str(day)}, {"day": "last", "month": "2"})
        case OnDate(day=day):
            return ({"day": str(day)},)
