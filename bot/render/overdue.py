"""A sync that did not happen or did not end, and data that gets old, in words: one message, edited when it is well."""

from datetime import datetime

from bot.messages import Button, Message
from bot.overdue import Overdue, Why
from bot.render.runs import name_of, nouns_of
from bot.render.timetables import in_utc
from bot.render.words import Words, plural
from bot.watchdog import Notice


def overdue(words: Words, notice: Notice, now: datetime) -> Message:
    late = notice.overdue
    said = _what_is_wrong(late, now) if late else _what_became(notice)
    headline = f"{notice.connection}: {said}"
    return words.message(
        "overdue",
        summary=headline,
        icon=_icon(notice),
        headline=headline,
        connection=notice.connection,
        psa=nouns_of(notice.psa).psa,
        why=notice.why.value,
        late=late is not None,
        waits=late is not None and late.run is not None and late.run.started_at is None,
        as_of=notice.data_as_of,
        next_at=late.next_at if late else None,
        now=now,
        run=late.run.id if late and late.run else 0,
        actions=_actions(late) if late else (),
    )


def _icon(notice: Notice) -> str:
    """As in a status: what failed is red, what is old is yellow."""
    if notice.overdue is not None:
        return "🟨" if notice.why is Why.OLD else "🟥"
    return "➖" if notice.paused or notice.removed else "🟩"


def _what_is_wrong(late: Overdue, now: datetime) -> str:
    name = name_of(late.kind)
    match late.why:
        case Why.MISSED:
            return f"the {name} of {in_utc(late.since)} did not run."
        case Why.HUNG:
            return f"the {name} that was due {in_utc(late.since)} has not ended."
        case Why.OLD:
            return f"the data is {plural((now - late.since).days, 'day')} old, and only people start its syncs."


def _what_became(notice: Notice) -> str:
    if notice.removed:
        return "the connection was removed."
    if notice.paused:
        return "the connection is paused, so nothing is synced."
    return {
        Why.MISSED: "it was synced since, or its next sync has come.",
        Why.HUNG: "the sync that had not ended has ended.",
        Why.OLD: "it was synced, or has a schedule now.",
    }[notice.why]


def _actions(late: Overdue) -> tuple[Button, ...]:
    if late.run is not None:
        return (Button(action="run.cancel", label="Cancel it", value=f"r:{late.run.id}", style="primary"),)
    value = f"s:{late.connection.id}"
    sync = Button(action="schedule.sync", label="Sync now", value=value, style="primary")
    return (sync, Button(action="schedule.show", label="Show the schedule", value=value))
