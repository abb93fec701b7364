"""The form of /psa schedule: its fields, what they come back as, and what is wrong with what was filled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from bot.forms import Field, Filled, Form, OneOf, TextLine, Ticks, TimeOfDay, only
from bot.messages import Choice
from bot.planned import Plan
from bot.render.runs import name_of
from bot.render.schedules import coming, next_in_between, notes, old_after
from bot.render.timetables import NTHS, WEEKDAYS, described, every, ordinal
from bot.render.words import Words
from bot.schedules.hours import Hours, read_hours
from bot.schedules.timetable import (
    HOURS,
    OFF,
    BadTimetable,
    Monthly,
    Nth,
    OnDate,
    OnWeekday,
    Timetable,
    Weekday,
    anniversary,
    read_monthly,
    read_quick,
    read_time,
)
from bot.store.queries.runs import RunKind
from connectors.registry import specs

S = TypeVar("S")
T = TypeVar("T")
NAME: Final = "schedule"
NOT_MONTHLY, ON_DATE, ON_WEEKDAY = "none", "date", "weekday"
FIRST: Final = OnDate(day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is filled in."""

    timetable: Timetable
    peak: Hours | None


def form(words: Words, plan: Plan, draft: Draft, memory: str, now: datetime, peak: str = "") -> Form:
    """``peak``: the hours as they were typed, where they are no hours (yet)."""
    connection, table = plan.connection, draft.timetable
    full = plan.kind is RunKind.FULL
    preview = words.blocks(
        "schedule_form",
        described=described(table),
        manual=table.is_manual,
        old_after=old_after(plan),
        coming=coming(table, now),
        quick=next_in_between(table, now),
        notes=notes(table, draft.peak, connection.time_zone, now),
    )
    return Form(
        name=NAME,
        title="Sync schedule" if full else "Settings sync schedule",
        memory=memory,
        parts=(
            *words.blocks("schedule_form_head", connection=connection.name, name=name_of(plan.kind)),
            _weekly(plan, table),
            *_monthly(table.monthly),
            TimeOfDay(name="at", label="Time, in UTC", chosen=f"{table.at:%H:%M}", live=True),
            *((_quick(table),) if has_quick(plan) else ()),
            *((_peak(plan, draft, peak),) if full else ()),
            *preview,
        ),
    )


def draft_of(filled: Filled, plan: Plan) -> Draft:
    """What cannot be read is left out: ``wrong`` has said so where it matters."""
    weekly = anniversary(plan.connection.created_at) if filled.get("weekly") else None
    at = _read(read_time, only(filled, "at")) or plan.timetable.at
    quick = _read(read_quick, only(filled, "quick")) if has_quick(plan) else None
    timetable = Timetable(weekly=weekly, monthly=_chosen(filled), at=at, quick=quick)
    return Draft(timetable=timetable, peak=_read(read_hours, only(filled, "peak")))


def wrong(filled: Filled) -> Mapping[str, str]:
    """By the name of the field, of those that are shown."""
    found: dict[str, str] = {}
    for name, read in READ.items():
        try:
            if name in filled:
                read(filled)
        except BadTimetable as bad:
            found[name] = str(bad)
    return found


def _weekly(plan: Plan, table: Timetable) -> Ticks:
    day = WEEKDAYS[anniversary(plan.connection.created_at)]
    option = Choice(label=f"Weekly, on {day}s", value="on", detail=f"{plan.connection.name} was connected on a {day}")
    return Ticks(
        name="weekly", label="Every week", options=(option,), chosen=("on",) if table.weekly else (), live=True
    )


def _monthly(monthly: Monthly | None) -> tuple[Field, ...]:
    """The fields of the form that is chosen, and no others."""
    chosen = NOT_MONTHLY if monthly is None else ON_DATE if isinstance(monthly, OnDate) else ON_WEEKDAY
    options = (
        Choice(label="Not every month", value=NOT_MONTHLY),
        Choice(label="On a date", value=ON_DATE),
        Choice(label="On a weekday", value=ON_WEEKDAY),
    )
    which = OneOf(name="monthly", label="Every month", options=options, chosen=chosen, spread=True, live=True)
    return (which, *_details(monthly))


def _details(monthly: Monthly | None) -> tuple[Field, ...]:
    match monthly:
        case OnDate(day=day):
            dates = tuple(Choice(label=f"the {ordinal(one)}", value=str(one)) for one in range(1, 32))
            return (OneOf(name="date", label="Date", options=dates, chosen=str(day), live=True),)
        case OnWeekday(nth=nth, weekday=weekday):
            nths = tuple(Choice(label=f"the {word}", value=one) for one, word in NTHS.items())
            days = tuple(Choice(label=word, value=one) for one, word in WEEKDAYS.items())
            return (
                OneOf(name="nth", label="Which one", options=nths, chosen=nth, live=True),
                OneOf(name="weekday", label="Weekday", options=days, chosen=weekday, live=True),
            )
        case None:
            return ()


def has_quick(plan: Plan) -> bool:
    """Only where a PSA says what changed, and only the full sync has quick ones in between."""
    return plan.kind is RunKind.FULL and specs()[plan.connection.psa].quick.is_offered


def _quick(table: Timetable) -> OneOf:
    choices = [Choice(label=every(one).capitalize(), value=str(one)) for one in HOURS]
    return OneOf(
        name="quick",
        label="Quick syncs in between",
        options=(Choice(label="None", value=OFF), *choices),
        chosen=str(table.quick or OFF),
        hint="They read what changed since the last sync.",
        live=True,
    )


def _peak(plan: Plan, draft: Draft, typed: str) -> TextLine:
    return TextLine(
        name="peak",
        label=f"Peak hours, in {plan.connection.time_zone}",
        text=typed or str(draft.peak or ""),
        placeholder="09:00-18:00",
        hint="A full sync that somebody starts then has to be confirmed. Empty: none.",
        most=40,
        live=True,
    )


def _chosen(filled: Filled) -> Monthly | None:
    """On a date, before the field for it is there: on the first of the month."""
    match only(filled, "monthly"):
        case "date":
            return _read(read_monthly, only(filled, "date")) or FIRST
        case "weekday":
            return _read(_nth_weekday, filled)
        case _:
            return None


def _read(read: Callable[[S], T], written: S) -> T | None:
    try:
        return read(written)
    except BadTimetable:
        return None


def _nth_weekday(filled: Filled) -> Monthly:
    """Where the fields are not there yet: the last Friday."""
    return read_monthly(f"{only(filled, 'nth') or Nth.LAST} {only(filled, 'weekday') or Weekday.FRIDAY}")


READ: Final[Mapping[str, Callable[[Filled], object]]] = {
    "date": lambda filled: read_monthly(only(filled, "date")),
    "weekday": _nth_weekday,
    "at": lambda filled: read_time(only(filled, "at")),
    "quick": lambda filled: read_quick(only(filled, "quick")),
    "peak": lambda filled: read_hours(only(filled, "peak")),
}
