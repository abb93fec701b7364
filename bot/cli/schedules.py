"""``psa-bot schedule``: when the syncs of the connections run; shown, changed, and the last change taken back."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot.app import Bot
from bot.cli.connections import BY, named
from bot.exits import CommandError, Exit, Said
from bot.planned import Plan
from bot.render.documents import utc
from bot.render.runs import name_of
from bot.render.schedule_form import has_quick
from bot.render.schedules import RUNS_SHOWN, next_in_between, notes, peak_words
from bot.render.timetables import described, in_utc
from bot.schedules.hours import Hours, read_hours
from bot.schedules.times import next_fires
from bot.schedules.timetable import OFF, BadTimetable, Timetable, anniversary, read_monthly, read_quick, read_time
from bot.scheduling import Agenda, Outdated
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from connectors.registry import specs

Action = Callable[[Bot, argparse.Namespace], Awaitable[Said]]


async def run(bot: Bot, arguments: argparse.Namespace) -> Said:
    return await _ACTIONS[arguments.action](bot, arguments)


async def _show(bot: Bot, arguments: argparse.Namespace) -> Said:
    if arguments.name is not None:
        return _said([await bot.scheduling.agenda(await named(bot, arguments.name))])
    return _said([*await bot.scheduling.agendas()])


async def _set(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Exit code 2 for a day or a time that is none."""
    connection, kind = await named(bot, arguments.name), RunKind(arguments.kind)
    plan = await bot.scheduling.plan(connection, kind)
    try:
        timetable, peak = _wanted(plan, arguments)
    except BadTimetable as bad:
        raise CommandError(str(bad), Exit.USAGE) from None
    after = plan.schedule.version if plan.schedule else 0
    changed = await bot.scheduling.change(connection, kind, timetable, peak, by=BY, after=after)
    return await _after(bot, connection, overtaken=isinstance(changed, Outdated))


async def _undo(bot: Bot, arguments: argparse.Namespace) -> Said:
    connection, kind = await named(bot, arguments.name), RunKind(arguments.kind)
    plan = await bot.scheduling.plan(connection, kind)
    if plan.schedule is None:
        raise CommandError(f"Nobody ever set a schedule for the {name_of(kind)} of {connection.name}.", Exit.NO)
    undone = await bot.scheduling.undo(connection, kind, plan.schedule.version, by=BY)
    return await _after(bot, connection, overtaken=isinstance(undone, Outdated))


_ACTIONS: Final[Mapping[str, Action]] = {"show": _show, "set": _set, "undo": _undo}


async def _after(bot: Bot, connection: Connection, *, overtaken: bool) -> Said:
    if overtaken:
        raise CommandError("Somebody changed it in this very moment, so nothing was changed. Try again.", Exit.NO)
    return _said([await bot.scheduling.agenda(connection)])


def _wanted(plan: Plan, arguments: argparse.Namespace) -> tuple[Timetable, Hours | None]:
    """What is not named stays as it is. Raises BadTimetable."""
    before, weekly, monthly = plan.timetable, plan.timetable.weekly, plan.timetable.monthly
    if arguments.weekly is not None:
        weekly = anniversary(plan.connection.created_at) if arguments.weekly == "on" else None
    if arguments.monthly is not None:
        monthly = None if arguments.monthly == OFF else read_monthly(arguments.monthly)
    at = before.at if arguments.at is None else read_time(arguments.at)
    peak = plan.peak if arguments.peak is None else read_hours("" if arguments.peak == OFF else arguments.peak)
    quick = before.quick if arguments.quick is None else _quick(plan, arguments.quick)
    return Timetable(weekly=weekly, monthly=monthly, at=at, quick=quick), peak


def _quick(plan: Plan, text: str) -> int | None:
    """Raises BadTimetable, also where there are no quick syncs."""
    hours = read_quick(text)
    if hours is None or has_quick(plan):
        return hours
    if plan.kind is not RunKind.FULL:
        raise BadTimetable("Quick syncs run between the full ones: leave --kind out.")
    spec = specs()[plan.connection.psa]
    raise BadTimetable(f"There is no quick sync for {spec.nouns.psa}. {spec.quick.why}")


def _said(agendas: list[Agenda]) -> Said:
    text = "\n".join(_text(agenda) for agenda in agendas) or "No connection yet: psa-bot connections add"
    return Said(document={"connections": [_document(agenda) for agenda in agendas]}, text=text)


def _document(agenda: Agenda) -> dict[str, Any]:
    connection = agenda.connection
    peak = agenda.of(RunKind.FULL).peak
    return {
        "connection": connection.name,
        "psa": connection.psa,
        "time_zone": connection.time_zone,
        "paused": connection.paused,
        "peak": str(peak) if peak else None,
        "schedules": [_plan(plan, agenda) for plan in agenda.plans],
    }


def _plan(plan: Plan, agenda: Agenda) -> dict[str, Any]:
    table, schedule = plan.timetable, plan.schedule
    quick = next_in_between(table, agenda.at)
    return {
        "kind": str(plan.kind),
        "manual": table.is_manual,
        "weekly": str(table.weekly) if table.weekly else None,
        "monthly": str(table.monthly) if table.monthly else None,
        "at": f"{table.at:%H:%M}",
        "quick": table.quick,
        "next_sync_at": utc(plan.next_at(agenda.at)),
        "next": [utc(fire) for fire in next_fires(table, agenda.at, RUNS_SHOWN)],
        "next_quick_sync_at": utc(quick.at) if quick else None,
        "version": schedule.version if schedule else 0,
        "by": schedule.by if schedule else None,
        "changed_at": utc(schedule.changed_at) if schedule else None,
    }


def _text(agenda: Agenda) -> str:
    zone, peak = agenda.connection.time_zone, agenda.of(RunKind.FULL).peak
    lines = [f"{agenda.connection.name}{' (paused)' if agenda.connection.paused else ''}"]
    for plan in agenda.plans:
        lines.append(f"  {name_of(plan.kind)}: {described(plan.timetable)}")
        lines += [f"    {in_utc(fire)}" for fire in next_fires(plan.timetable, agenda.at, RUNS_SHOWN)]
        quick = next_in_between(plan.timetable, agenda.at)
        lines += [f"    next quick sync: {quick.utc}"] if quick else []
        lines += [f"    {note}" for note in notes(plan.timetable, plan.peak, zone, agenda.at)]
    return "\n".join([*lines, *([f"  peak hours: {peak_words(peak, zone)}"] if peak else [])])
