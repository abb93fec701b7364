"""Is a scheduled sync due now, was it missed, or has it to be tried again? Decided from the timetable and the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.schedules.times import last_fire, next_fire
from bot.schedules.timetable import Timetable

DAY: Final = timedelta(days=1)
MADE_UP_WITHIN: Final = DAY  # a fire that was missed for longer is reported instead


class Came(StrEnum):
    """What a sync came to, as far as the schedule cares."""

    GOING_ON = "going on"
    GOOD = "good"
    BAD = "bad"
    CALLED_OFF = "called off"  # a person cancelled it: it is not tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One sync of the kind, whoever asked for it. ``ended_at`` None: it goes on."""

    asked_at: datetime
    ended_at: datetime | None
    came: Came


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Ask for it now. ``at`` names the fire, so that it counts once; ``again``: yesterday's failed (J11)."""

    at: datetime
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Nobody asked for it when it was due, and it is too late to make it up."""

    at: datetime


def owed(timetable: Timetable, since: datetime, now: datetime, tries: Sequence[Try]) -> Due | Missed | None:
    """``since``: from when on the timetable counts. ``tries``: the newest syncs of this kind, in any order.

    A fire is settled by any sync that was under way at it or after it and ended well, also one that a person started.
    One that failed is tried again a day later at the same hour, until one succeeds (J11).
    """
    open_ = _unsettled(timetable, since, now, tries)
    if open_ is None:
        return None
    planned, failed_at = open_
    coming = next_fire(timetable, now)
    if failed_at is None:
        return Due(at=planned) if _in_time(planned, coming, now) else Missed(at=planned)
    again = _latest_retry(planned, now)
    if failed_at >= again or not _in_time(again, again + DAY, now):
        return None
    return Due(at=again, again=True)


def settled(timetable: Timetable, since: datetime, now: datetime, tries: Sequence[Try]) -> bool:
    """Nothing can be owed before the next fire, whatever happens until then: the last one went well, or never was."""
    planned = last_fire(timetable, now)
    if planned is None or planned <= since:
        return True
    return any(one.came is Came.GOOD and one.ended_at is not None and one.ended_at >= planned for one in tries)


def next_due(timetable: Timetable, since: datetime, now: datetime, tries: Sequence[Try]) -> datetime | None:
    """When it is asked for next, retries included; None: only people start it."""
    coming = next_fire(timetable, now)
    open_ = _unsettled(timetable, since, now, tries)
    if coming is None or open_ is None or open_[1] is None:
        return coming
    return min(coming, _latest_retry(open_[0], now) + DAY)


def _unsettled(
    timetable: Timetable, since: datetime, now: datetime, tries: Sequence[Try]
) -> tuple[datetime, datetime | None] | None:
    """The last fire, where no sync settled it yet, and when the newest one failed that tried to."""
    planned = last_fire(timetable, now)
    if planned is None or planned <= since:
        return None
    after = [one for one in tries if one.ended_at is None or one.ended_at >= planned]
    if not after:
        return planned, None
    newest = max(after, key=lambda one: one.asked_at)
    settled = newest.came is not Came.BAD or any(one.came is Came.GOOD for one in after)
    return None if settled else (planned, newest.ended_at)


def _latest_retry(planned: datetime, now: datetime) -> datetime:
    """The same hour, on the last day that has reached it: the fire itself on the first."""
    return planned + DAY * ((now - planned) // DAY)


def _in_time(fire: datetime, following: datetime | None, now: datetime) -> bool:
    """Late by at most a day, and not so late that the next one is nearer."""
    late = now - fire
    return late <= MADE_UP_WITHIN and (following is None or late <= following - now)
