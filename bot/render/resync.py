"""One sync in words: how far it is, how it ended, and why it was not started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.messages import Button, Message
from bot.render import configuration
from bot.render.runs import (
    ENDS,
    changed,
    decide,
    duration,
    kinds,
    lasted,
    name_of,
    nouns_of,
    reason_of,
    retry,
    who_must_act,
)
from bot.render.words import Words, plural, short
from bot.store.configuration import SettingsChange
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.outcome import (
    Accepted,
    Cancelling,
    CoolingDown,
    InTheWay,
    Joined,
    NotAllowed,
    Over,
    Paused,
    Rejected,
    UnknownConnection,
)
from bot.sync.times import Timing
from connectors.registry import specs

ICONS: Final = {
    RunState.SUCCEEDED: "✅",
    RunState.INCOMPLETE: "⚠️",
    RunState.FAILED: "🟥",
    RunState.REFUSED: "⛔",
    RunState.CANCELLED: "➖",
    RunState.UNKNOWN: "❔",
}
LEFT_OUT: Final = {"prospect": "prospects and other types", "inactive": "inactive", "recycled": "recycled"}
WORTH_A_RETRY: Final = frozenset({RunState.INCOMPLETE, RunState.FAILED, RunState.UNKNOWN})
MOST_NAMED: Final = 20  # connections in one list
MOST_BUTTONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A run, and what the message needs besides. ``user`` is the chat user who asked for it, where ``who`` (the name)
    is not known. ``timing`` None: nobody measured it.
    """

    run: SyncRun
    connection: str
    now: datetime
    who: str = ""
    user: str = ""
    psa: str = ""  # the kind of its PSA
    timing: Timing | None = None
    settings: Sequence[SettingsChange] = ()  # what a settings sync changed


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
        columns=_columns(told),
        reason="" if running else reason_of(run),
        details=_details(told),
        never_read=configuration.NEVER_READ if _is_settings(run) else "",
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
    outcome: Joined | CoolingDown | NotAllowed | Paused | UnknownConnection,
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
        case Paused(connection=connection):
            resume = f"Resume it first, in the terminal: psa-bot connections resume {connection.name}"
            return _said(words, "⏸", f"{connection.name} is paused, so nothing was synced.", resume)
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


def which_connection(words: Words, known: Sequence[str], command: str) -> Message:
    if not known:
        add = f"Add one in the terminal: psa-bot connections add NAME --psa KIND. KIND is {kinds()}."
        return _said(words, "🔍", "No PSA is connected yet.", add)
    steps = tuple(f"{command} resync @{name}" for name in known[:MOST_NAMED])
    more = f" ({len(known) - MOST_NAMED} more are not shown)" if len(known) > MOST_NAMED else ""
    return _said(words, "🔍", "Which connection do you want to sync?", f"Type one of these{more}:", steps=steps)


def _columns(told: Told) -> tuple[Fact, ...]:
    run = told.run
    if run.ended_at is None:
        return _progress(told)
    if run.state is RunState.SUCCEEDED and _is_settings(run):
        return tuple(Fact(label=label, text=text) for label, text in configuration.facts(run))
    if run.state is RunState.SUCCEEDED:
        return _counts(told)
    if run.state in {RunState.FAILED, RunState.INCOMPLETE}:
        return (Fact(label="Who must act", text=who_must_act(run.error, nouns_of(told.psa).psa)),)
    return ()


def _is_settings(run: SyncRun) -> bool:
    return run.kind is RunKind.SETTINGS


def _details(told: Told) -> tuple[str, ...]:
    """Of a settings sync: what changed, and what was verified."""
    run = told.run
    if not _is_settings(run) or run.state is not RunState.SUCCEEDED:
        return ()
    spec = specs().get(told.psa)
    tables = {kind.value: words for kind, words in spec.settings_tables.items()} if spec else {}
    return (*configuration.changes(told.settings, tables), *configuration.verified(run))


def _progress(told: Told) -> tuple[Fact, ...]:
    run = told.run
    phase = f"{run.phase_number}/{run.phase_count} {run.phase}" if run.phase else "waiting for its turn"
    return (
        Fact(label="Phase", text=phase),
        Fact(label="Read so far", text=plural(run.rows, "row")),
        Fact(label="Time", text=_time(told)),
    )


def _time(told: Told) -> str:
    """Against what this connection usually needs, or what a first sync may take; past that it is called slow (R11)."""
    elapsed = duration(told.now - (told.run.started_at or told.run.requested_at))
    timing = told.timing
    if timing is None:
        return elapsed
    usual = duration(timedelta(seconds=timing.usual)) if timing.usual is not None else ""
    low, high = (duration(timedelta(seconds=seconds)) for seconds in (timing.band.low, timing.band.high))
    expected = f"usually {usual}" if usual else f"{low} to {high} the first time"
    return f"{elapsed} of {expected}{', slower than expected' if timing.slow else ''}"


def _counts(told: Told) -> tuple[Fact, ...]:
    accounts: Mapping[str, Any] = told.run.counts.get("accounts") or {}
    agreements: Mapping[str, Any] = told.run.counts.get("agreements") or {}
    nouns = nouns_of(told.psa)
    unsure = f", {accounts['cannot_tell']:,} cannot be told" if accounts.get("cannot_tell") else ""
    visible = f"{accounts.get('visible', 0):,} of {accounts.get('fetched', 0):,} {nouns.accounts} read{unsure}"
    qualify = f"{agreements.get('qualifying', 0):,} of {agreements.get('fetched', 0):,} qualify"
    columns = [
        Fact(label="Visible", text=visible),
        Fact(label=nouns.agreements.capitalize(), text=qualify),
        Fact(label="Changes", text=changed(told.run.changes) or "none"),
    ]
    if left_out := _left_out(accounts):
        columns.append(Fact(label="Left out on purpose", text=left_out))
    return tuple(columns)


def _left_out(accounts: Mapping[str, Any]) -> str:
    classes = accounts.get("left_out") or {}
    return ", ".join(f"{classes[name]:,} {word}" for name, word in LEFT_OUT.items() if classes.get(name))


def _actions(told: Told) -> tuple[Button, ...]:
    run = told.run
    if run.ended_at is None:
        return (Button(action="run.cancel", label="Cancel", value=f"r:{run.id}"),)
    if run.state is RunState.REFUSED:
        return decide(run, nouns_of(told.psa).psa)
    return (retry(run),) if run.state in WORTH_A_RETRY else ()


def _said(words: Words, icon: str, headline: str, reason: str, *, steps: tuple[str, ...] = ()) -> Message:
    return words.message("said", summary=headline, icon=icon, headline=headline, reason=reason, steps=steps)
