"""One sync in words: how far it is, how it ended, and why it was not started."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.messages import Button, Choice, Message, Picker
from bot.render import configuration
from bot.render.card import Told, columns, details, get_help, helped, is_settings
from bot.render.runs import (
    ENDS,
    decide,
    duration,
    kinds,
    lasted,
    name_of,
    nouns_of,
    reason_of,
    resume,
    retry,
)
from bot.render.schedules import peak_hours
from bot.render.words import Words, short
from bot.store.queries.runs import RunKind, RunState
from bot.sync.outcome import (
    Accepted,
    Cancelling,
    CoolingDown,
    InTheWay,
    Joined,
    NotAllowed,
    Over,
    Paused,
    PeakHours,
    Rejected,
    UnknownConnection,
)

__all__ = [
    "Told",
    "check_again",
    "decided",
    "helped",
    "no_account",
    "not_offered",
    "not_started",
    "over",
    "removed_connection",
    "sync",
    "to_sync",
    "unanswered",
    "unknown_connection",
    "which_connection",
]

ICONS: Final = {
    RunState.SUCCEEDED: "✅",
    RunState.INCOMPLETE: "⚠️",
    RunState.FAILED: "🟥",
    RunState.REFUSED: "⛔",
    RunState.CANCELLED: "➖",
    RunState.UNKNOWN: "❔",
}
WORTH_A_RETRY: Final = frozenset({RunState.INCOMPLETE, RunState.FAILED, RunState.UNKNOWN})
MOST_NAMED: Final = 20  # connections in one list
MOST_BUTTONS: Final = 5


def sync(words: Words, told: Told) -> Message:
    """The message of a run in whatever state it is."""
    run, running = told.run, told.run.ended_at is None
    took = lasted(run)
    return words.message(
        "resync",
        icon="🔄" if running else ICONS[run.state],
        running=running,
        who=told.who,
        user=told.user,
        name=name_of(run.kind),
        connection=told.connection,
        end="" if running else ENDS[run.state],
        columns=columns(told),
        reason="" if running else reason_of(run),
        details=details(told),
        slow=told.timing.because if told.timing and not running else "",
        never_read=configuration.NEVER_READ if is_settings(run) else "",
        kept=not running and run.state is not RunState.SUCCEEDED,
        run=run.id,
        took=duration(took) if took is not None else "",
        calls=run.calls,
        actions=_actions(told),
    )


def unanswered(words: Words, told: Told, queries: Sequence[tuple[str, str]]) -> Message:
    """To those whose questions waited for a sync that did not succeed. ``queries``: (``q:17``, what was asked)."""
    run = told.run
    again = check_again(queries)
    return words.message(
        "unanswered",
        icon=ICONS[run.state],
        name=name_of(run.kind),
        connection=told.connection,
        end=ENDS[run.state],
        reason=reason_of(run),
        queries=[short(query) for _, query in queries[:MOST_NAMED]],
        count=len(queries),
        actions=(*_actions(told), *again),
    )


def check_again(queries: Sequence[tuple[str, str]]) -> tuple[Button, ...]:
    """One button for each question; with several of them, each says which."""
    several = len(queries) > 1
    return tuple(
        Button(
            action="missing.check_again",
            label=f"Check {short(query, 50)} again" if several else "Check again",
            value=value,
        )
        for value, query in queries[:MOST_BUTTONS]
    )


def over(words: Words) -> Message:
    """Of a run that is no longer there: its connection was removed while it ran."""
    return _said(words, "➖", "The connection was removed, and its syncs with it.", "Nothing was changed.")


def not_started(
    words: Words,
    outcome: Joined | CoolingDown | PeakHours | NotAllowed | Paused | UnknownConnection,
    who: str = "",
    *,
    user: str = "",
    now: datetime | None = None,
) -> Message:
    """Why a press did not start a sync, and what happens instead. ``who`` (or ``user``) started the one that runs."""
    match outcome:
        case Joined(run=run, connection=connection, since=since):
            cancel = Button(action="run.cancel", label="Cancel it", value=f"r:{run.id}")
            return words.message(
                "joined", connection=connection.name, since=since, who=who, user=user, actions=(cancel,)
            )
        case CoolingDown(until=until, last=last, connection=connection):
            wait = duration(until - now) if now is not None and until > now else ""
            good = last.state is RunState.SUCCEEDED
            return words.message(
                "cooling_down",
                connection=connection.name,
                good=good,
                end=ENDS.get(last.state, ""),
                run=last.id,
                ended=last.ended_at,
                until=until,
                wait=wait,
            )
        case PeakHours():
            return peak_hours(words, outcome, now)
        case Paused(connection=connection):
            how = f"Resume it first, here or in the terminal: psa-bot connections resume {connection.name}"
            button = resume(connection.name, listed=False)
            return _said(words, "⏸", f"{connection.name} is paused, so nothing was synced.", how, actions=(button,))
        case UnknownConnection(name=name, known=known):
            return unknown_connection(words, name, known)
        case NotAllowed(why=why):
            return _said(words, "🔒", "You may not start a sync here.", why)


def decided(words: Words, outcome: Cancelling | Accepted | Rejected | Over | InTheWay | NotAllowed) -> Message:
    """What became of a cancel, an accept or a reject."""
    match outcome:
        case Cancelling(run=run):
            return _said(words, "➖", f"Run {run.id} is being cancelled.", "The data from before it is still used.")
        case Accepted(run=run):
            return _said(words, "✅", "Accepted: the data that was set aside is in use now.", f"It is run {run.id}.")
        case Rejected(run=run):
            thrown = f"Rejected: the data of run {run.id} was thrown away."
            return _said(words, "➖", thrown, "The data from before it is still used.")
        case InTheWay(run=run):
            return _said(words, "🔄", f"Run {run.id} is reading newer data right now.", "Wait for its result.")
        case Over(run=run):
            name = f"Run {run.id}" if run else "That run"
            return _said(words, "➖", f"{name} is over, or somebody decided before you.", "Nothing was changed.")
        case NotAllowed(why=why):
            return _said(words, "🔒", "You may not decide about syncs here.", why)


def unknown_connection(words: Words, name: str, known: Sequence[str]) -> Message:
    there = ", ".join(known[:MOST_NAMED]) + (f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else "")
    return _said(words, "🔍", f"There is no connection “{name}”.", f"There are: {there or 'none yet'}.")


def removed_connection(words: Words, known: Sequence[str]) -> Message:
    """The button is older than the removal."""
    there = f"There are: {', '.join(known[:MOST_NAMED])}." if known else "There is none left."
    return _said(words, "🔍", "That connection was removed, so there is nothing to sync.", there)


def not_offered(words: Words, why: str) -> Message:
    """A sync that this connection cannot have; ``why`` says what to do instead."""
    return _said(words, "🔍", "That sync cannot be started.", why)


def no_account(words: Words) -> Message:
    return _said(
        words, "🔍", "I do not know which customer to sync: none was found.", "Ask for it again, then press the button."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """What a connection is asked for. ``pick``: the action of a picker that takes its name; empty: it is typed."""

    verb: str = "resync"
    question: str = "Which connection do you want to sync?"
    pick: str = ""


TO_SYNC: Final = Which()


def to_sync(kind: str) -> Which:
    """What is typed again names the kind, too."""
    return TO_SYNC if kind == RunKind.FULL else replace(TO_SYNC, verb=f"{TO_SYNC.verb} {kind}")


def which_connection(words: Words, known: Sequence[str], command: str, which: Which = TO_SYNC) -> Message:
    if not known:
        add = f"Add one in the terminal: psa-bot connections add NAME --psa KIND. KIND is {kinds()}."
        return _said(words, "🔍", "No PSA is connected yet.", add)
    steps = tuple(f"{command} {which.verb} @{name}" for name in known[:MOST_NAMED])
    more = f" ({len(known) - MOST_NAMED} more are not shown)" if len(known) > MOST_NAMED else ""
    choices = tuple(Choice(label=name, value=name) for name in known)
    picker = Picker(action=which.pick, placeholder="Choose a connection", choices=choices)
    actions = (picker,) if which.pick else ()
    return _said(words, "🔍", which.question, f"Type one of these{more}:", steps=steps, actions=actions)


def _actions(told: Told) -> tuple[Button, ...]:
    run = told.run
    if run.ended_at is None:
        cancel = Button(action="run.cancel", label="Cancel", value=f"r:{run.id}")
        return (cancel, get_help(run)) if told.timing and told.timing.help_offered else (cancel,)
    if run.state is RunState.REFUSED:
        return decide(run, nouns_of(told.psa).psa)
    return (retry(run), get_help(run)) if run.state in WORTH_A_RETRY else ()


def _said(
    words: Words,
    icon: str,
    headline: str,
    reason: str,
    *,
    steps: tuple[str, ...] = (),
    actions: tuple[Button | Picker, ...] = (),
) -> Message:
    return words.message(
        "said", summary=headline, icon=icon, headline=headline, reason=reason, steps=steps, actions=actions
    )
