"""/psa schedule in words: what is planned, the next runs, and what a change came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.messages import Button, Choice, Confirm, Message, Picker
from bot.overview import NO_LIMITS_SET
from bot.planned import Plan
from bot.render.runs import duration, name_of, nouns_of
from bot.render.timetables import AT_LEAST_EVERY, OUTSIDE_PEAK, described, in_utc, next_sync
from bot.render.words import Words, plural
from bot.schedules.hours import Clash, Hours, clash
from bot.schedules.times import next_fires, next_quick
from bot.schedules.timetable import OnDate, Timetable
from bot.scheduling import Agenda, Outdated, suggestion
from bot.store.queries.runs import RunKind
from bot.sync.outcome import PeakHours

RUNS_SHOWN: Final = 5
MOST_CONNECTIONS: Final = 20
SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One run that is to come: ``utc`` in words, ``at`` for the reader's own clock."""

    utc: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One kind of sync as the template reads it."""

    name: str
    described: str
    manual: bool
    old_after: str
    coming: tuple[Coming, ...]
    quick: Coming | None
    again_at: datetime | None
    notes: tuple[str, ...]
    by: str
    user: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One connection in a list."""

    connection: str
    described: str
    next: str


def schedule(words: Words, agenda: Agenda, setters: Sequence[tuple[str, str]], did: str = "") -> Message:
    """``setters``: for each plan, who set it, as (name, chat user). ``did``: what was just changed."""
    plans = [_planned(plan, agenda.at, *who) for plan, who in zip(agenda.plans, setters, strict=True)]
    connection = agenda.connection
    peak = agenda.of(RunKind.FULL).peak
    return words.message(
        "schedule",
        summary=did or f"{connection.name} syncs {plans[0].described}",
        did=did,
        connection=connection.name,
        psa=nouns_of(connection.psa).psa,
        paused=connection.paused,
        plans=plans,
        peak=peak_words(peak, connection.time_zone) if peak else "",
        actions=tuple(button for plan in agenda.plans for button in _buttons(plan)),
    )


def several(words: Words, agendas: Sequence[Agenda]) -> Message:
    """All connections in a line each, and a choice."""
    choices = tuple(Choice(label=one.connection.name, value=f"s:{one.connection.id}") for one in agendas)
    return words.message(
        "schedules",
        summary="The schedules of all connections",
        briefs=[_brief(one) for one in agendas[:MOST_CONNECTIONS]],
        more=len(agendas[MOST_CONNECTIONS:]),
        actions=(Picker(action="schedule.show", placeholder="Choose a connection", choices=choices),),
    )


def outdated(words: Words, outcome: Outdated) -> Message:
    said = f"Somebody changed the schedule of {outcome.connection.name} meanwhile, so nothing was changed."
    return words.message(
        "said", summary=said, icon="🔁", headline=said, reason="Look at it first, then change it.", steps=(),
        actions=(Button(action="schedule.show", label="Show it", value=f"s:{outcome.connection.id}"),),
    )  # fmt: skip


def peak_hours(words: Words, outcome: PeakHours, now: datetime | None) -> Message:
    """Somebody wants a full sync while people work in the PSA. ``now`` None: how long they last is not said."""
    connection = outcome.connection
    question = f":{outcome.question}" if outcome.question is not None else ""
    anyway = Button(action="schedule.sync_anyway", label="Sync now anyway", value=f"s:{connection.id}{question}")
    return words.message(
        "peak_hours",
        connection=connection.name,
        psa=nouns_of(connection.psa).psa,
        peak=peak_words(outcome.hours, connection.time_zone),
        left=duration(outcome.hours.left(now, ZoneInfo(connection.time_zone))) if now else "",
        actions=(anyway,),
    )


def peak_words(hours: Hours, zone: str) -> str:
    return f"{hours.begin:%H:%M} to {hours.end:%H:%M} ({zone})"


def coming(timetable: Timetable, now: datetime) -> tuple[Coming, ...]:
    """The next runs on its days."""
    return tuple(Coming(utc=in_utc(fire), at=fire) for fire in next_fires(timetable, now, RUNS_SHOWN))


def next_in_between(timetable: Timetable, now: datetime) -> Coming | None:
    """The next quick sync."""
    if timetable.quick is None:
        return None
    fire = next_quick(timetable.quick, now)
    return Coming(utc=in_utc(fire), at=fire)


def notes(timetable: Timetable, peak: Hours | None, zone: str, now: datetime) -> tuple[str, ...]:
    """What one might not expect of it."""
    found = []
    if isinstance(timetable.monthly, OnDate) and timetable.monthly.day > SHORTEST_MONTH:
        found.append("In a month without that day it runs on the last one.")
    if timetable.weekly is not None and timetable.monthly is not None:
        found.append("Where both fall on one day it runs once.")
    if timetable.quick is not None:
        outside = f" ({OUTSIDE_PEAK} outside the peak hours)" if peak is not None else ""
        found.append(
            f"A full sync runs in place of a quick one when the last is {AT_LEAST_EVERY} days old{outside}: "
            "only a full one finds what was removed."
        )
    how_often = clash(timetable, peak, ZoneInfo(zone), now)
    if peak is not None and how_often is not Clash.NEVER:
        when = "always" if how_often is Clash.ALWAYS else "for a part of the year"
        found.append(f"⚠️ {timetable.at:%H:%M} UTC is {when} within the peak hours, {peak_words(peak, zone)}.")
    return tuple(found)


def old_after(plan: Plan) -> str:
    """The age of the data that is worth a word where only people renew it; empty: this sync does not renew it."""
    return plural(NO_LIMITS_SET.stale_after.days, "day") if plan.kind is RunKind.FULL else ""


def _planned(plan: Plan, now: datetime, name: str, user: str) -> Planned:
    schedule, due_at = plan.schedule, plan.due_at(now)
    fires = coming(plan.timetable, now)
    return Planned(
        name=name_of(plan.kind),
        described=described(plan.timetable),
        manual=plan.timetable.is_manual,
        old_after=old_after(plan),
        coming=fires,
        quick=next_in_between(plan.timetable, now),
        again_at=due_at if due_at and fires and due_at < fires[0].at else None,
        notes=notes(plan.timetable, plan.peak, plan.connection.time_zone, now),
        by=name,
        user=user,
        changed_at=schedule.changed_at if schedule else None,
    )


def _brief(agenda: Agenda) -> Brief:
    plan, connection = agenda.of(RunKind.FULL), agenda.connection
    coming = next_sync(plan.next_at(agenda.at), paused=connection.paused)
    return Brief(
        connection=connection.name,
        described=described(plan.timetable),
        next="" if plan.timetable.is_manual else coming,
    )


def _buttons(plan: Plan) -> tuple[Button, ...]:
    """The first kind has the plain words; others say which sync they are about."""
    of = "" if plan.kind is RunKind.FULL else f"{name_of(plan.kind).capitalize()}: "
    version = plan.schedule.version if plan.schedule else 0
    value = f"s:{plan.connection.id}:{plan.kind}:{version}"
    change = Button(action="schedule.change", label=f"{of}Change…", value=value, style="" if of else "primary")
    undo = Button(action="schedule.undo", label=f"{of}Undo", value=value)
    suggest = Button(action="schedule.suggested", label=f"{of}Suggested…", value=value, confirm=_sure(plan))
    return (change, *((undo,) if version else ()), *((suggest,) if plan.timetable.is_manual else ()))


def _sure(plan: Plan) -> Confirm:
    timetable = suggestion(plan.connection, plan.kind)
    text = f"The {name_of(plan.kind)} of {plan.connection.name} then runs {described(timetable)}."
    return Confirm(title="Use this schedule?", text=text, yes="Use it")
