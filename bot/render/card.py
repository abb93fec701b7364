"""The facts on the card of one sync: how far it is, what it read, what changed, and what support needs to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.messages import Button, Message
from bot.render import configuration, leftovers
from bot.render.runs import changed, duration, lasted, name_of, nouns_of, who_must_act
from bot.render.words import Words, plural
from bot.store.configuration import SettingsChange
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.times import Timing
from connectors.contract import Nouns
from connectors.registry import specs

LEFT_OUT: Final = {"prospect": "prospects and other types", "inactive": "inactive", "recycled": "recycled"}


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


def columns(told: Told) -> tuple[Fact, ...]:
    run = told.run
    if run.ended_at is None:
        return _progress(told)
    if run.state is RunState.SUCCEEDED and is_settings(run):
        return tuple(Fact(label=label, text=text) for label, text in configuration.facts(run))
    if run.state is RunState.SUCCEEDED:
        return _counts(told)
    if run.state in {RunState.FAILED, RunState.INCOMPLETE}:
        return (Fact(label="Who must act", text=who_must_act(run.error, nouns_of(told.psa).psa)),)
    return ()


def is_settings(run: SyncRun) -> bool:
    return run.kind is RunKind.SETTINGS


def details(told: Told) -> tuple[str, ...]:
    """Of a settings sync: what changed, and what was verified. Of any other: what does not fit, or it cannot tell."""
    run = told.run
    spec = specs().get(told.psa)
    if run.state is not RunState.SUCCEEDED:
        return ()
    nouns = nouns_of(told.psa)
    if run.kind is RunKind.QUICK:
        return (*leftovers.lines(run, nouns), *_what_quick_leaves(run, spec.quick.why if spec else "", nouns))
    if not is_settings(run):
        return leftovers.lines(run, nouns)
    tables = {kind.value: words for kind, words in spec.settings_tables.items()} if spec else {}
    return (*configuration.changes(told.settings, tables), *configuration.verified(run))


def _what_quick_leaves(run: SyncRun, why: str, nouns: Nouns) -> tuple[str, ...]:
    """A quick sync proves no deletion, and must not look as if it did (X28)."""
    said = [why] if why else []
    if run.counts.get("needs_full"):
        said.append(
            f"The filter or a table that it looks into was changed since the last full sync: only a full sync applies "
            f"that to all {nouns.accounts}."
        )
    return tuple(said)


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
    visible = f"{accounts.get('visible', 0):,} of {_read(told.run.kind, accounts, nouns)}{unsure}"
    qualify = f"{agreements.get('qualifying', 0):,} of {agreements.get('fetched', 0):,} qualify"
    columns = [
        Fact(label="Visible", text=visible),
        Fact(label=nouns.agreements.capitalize(), text=qualify),
        Fact(label="Changes", text=changed(told.run.changes) or "none"),
    ]
    if left_out := _left_out(accounts):
        columns.append(Fact(label="Left out on purpose", text=left_out))
    return tuple(columns)


def _read(kind: RunKind, accounts: Mapping[str, Any], nouns: Nouns) -> str:
    """A quick sync also judges the accounts of changed agreements, which it does not read."""
    if kind is not RunKind.QUICK:
        return f"{accounts.get('fetched', 0):,} {nouns.accounts} read"
    return f"{accounts.get('visible', 0) + accounts.get('hidden', 0):,} {nouns.accounts} that something changed for"


def _left_out(accounts: Mapping[str, Any]) -> str:
    classes = accounts.get("left_out") or {}
    return ", ".join(f"{classes[name]:,} {word}" for name, word in LEFT_OUT.items() if classes.get(name))


def get_help(run: SyncRun) -> Button:
    """What support needs to know, ready to copy (R219, R223)."""
    return Button(action="run.help", label="Get help", value=f"r:{run.id}")


def helped(words: Words, told: Told, before: Sequence[SyncRun]) -> Message:
    """``before``: the runs of the same kind before it, newest first. No secret and no customer is in it."""
    run, nouns = told.run, nouns_of(told.psa)
    error = run.error or {}
    facts = (
        ("Connection", f"{told.connection} ({nouns.psa})"),
        ("Sync", f"run {run.id}, {name_of(run.kind)}, {run.state.value}"),
        ("Time", _time(told) if run.ended_at is None else duration(lasted(run) or timedelta())),
        ("Phase", f"{run.phase_number}/{run.phase_count} {run.phase}".strip()),
        ("Read", f"{plural(run.rows, 'row')} in {plural(run.calls, 'call')}"),
        ("Error", f"{error.get('kind', '')} {error.get('call', '')} {error.get('message', '')}".strip() or "none"),
        ("Before", ", ".join(f"run {each.id} {each.state.value}" for each in before) or "none"),
    )
    return words.message("help_with_run", run=run.id, facts=[f"{label}: {text}" for label, text in facts])
