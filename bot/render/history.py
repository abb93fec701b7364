"""An account's past and the log of syncs, in words: when, in which run, which field, which rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.history import Candidate, Past, Recalled, RunLog
from bot.messages import Choice, Message, Picker
from bot.render.runs import ENDS, changed, duration, lasted, moment_of, name_of, nouns_of, reason_of
from bot.render.words import Words, short
from bot.store.queries.history import Step
from bot.store.queries.runs import RunState, SyncRun
from bot.store.snapshot import What
from rules.engine import Engine

DID: Final = {
    What.ADDED: "appeared",
    What.REMOVED: "was no longer returned by {psa}",
    What.CHANGED: "changed",
    What.BECAME_VISIBLE: "became visible",
    What.BECAME_HIDDEN: "became hidden",
}
VERDICT: Final = frozenset({"visible", "reasons"})
MOST_FIELDS: Final = 4  # of one step; the rest is counted
MARKS: Final = {True: "🟩", False: "🟥", None: "⬜"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of an account's past. ``turned``: rules that object since; ``fine``: rules that no longer do."""

    at: datetime
    run: int
    what: str
    kind: str
    by: str
    fields: tuple[str, ...]
    turned: tuple[str, ...]
    fine: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    icon: str
    headline: str
    connection: str
    account_id: str
    id_noun: str
    first_at: datetime | None
    first_run: int
    lines: tuple[Line, ...]
    more: bool
    reasons: tuple[str, ...]


def recalled(words: Words, engine: Engine, found: Recalled) -> Message:
    pasts = [_past(past, engine) for past in found.pasts]
    choices = tuple(_choice(each) for each in found.candidates)
    return words.message(
        "history",
        summary=pasts[0].headline if pasts else _nobody(found),
        pasts=pasts,
        nobody=_nobody(found),
        synced=found.synced,
        several=len(choices),
        actions=(Picker(action="history.pick", placeholder="Choose one", choices=choices),) if choices else (),
    )


def log(words: Words, found: RunLog) -> Message:
    lines = [
        {
            "icon": "✅" if run.state is RunState.SUCCEEDED else "❌",
            "run": run.id,
            "at": moment_of(run),
            "connection": connection,
            "what": f"{name_of(run.kind)} {ENDS[run.state]}",
            "took": _took(run),
            "by": run.requested_by,
            "notes": [(note.by, short(note.text, 200)) for note in found.notes.get(run.id, ())],
            "more": changed(run.changes) if run.state is RunState.SUCCEEDED else reason_of(run),
        }
        for connection, run in found.entries
    ]
    whose = f" of {found.connection}" if found.connection else ""
    return words.message("run_log", summary=f"The last syncs{whose}", whose=whose, lines=lines)


def noted(words: Words, run_id: int, command: str, *, there: bool) -> Message:
    headline = f"Noted beside run {run_id}." if there else f"There is no run {run_id}."
    reason = f"{command} history shows it." if there else f"{command} history lists the runs with their numbers."
    icon = "📝" if there else "🔍"
    return words.message("said", summary=headline, icon=icon, headline=headline, reason=reason, steps=())


def _past(past: Past, engine: Engine) -> Told:
    psa = nouns_of(past.connection.psa)
    return Told(
        icon="➖" if past.gone_at else MARKS[past.visible],
        headline=_headline(past, psa.psa),
        connection=past.connection.name,
        account_id=past.account_id,
        id_noun=psa.account_id,
        first_at=moment_of(past.first) if past.first else None,
        first_run=past.first.id if past.first else 0,
        lines=tuple(_line(step, engine, psa.psa) for step in past.steps),
        more=past.more,
        reasons=tuple(title(engine, rule) for rule in past.reasons) if past.visible is not True else (),
    )


def _headline(past: Past, psa: str) -> str:
    name, turn = short(past.name), _turn(past.steps)
    if past.gone_at is not None:
        return f"{name} is gone: {psa} no longer returned it{_in_run(turn)}."
    now = {True: "is visible", False: "is hidden", None: "is there, but nobody can tell whether it is visible"}
    return f"{name} {now[past.visible]}{_since(turn, past)}."


def _turn(steps: Sequence[Step]) -> Step | None:
    """The newest step that made it appear or vanish."""
    return next((step for step in steps if step.change.what is not What.CHANGED), None)


def _in_run(turn: Step | None) -> str:
    return f", first in run {turn.run.id}" if turn else ""


def _since(turn: Step | None, past: Past) -> str:
    if turn is not None:
        return f" since run {turn.run.id}"
    return f" since it was first synced, in run {past.first.id}" if past.first else ""


def _line(step: Step, engine: Engine, psa: str) -> Line:
    change = step.change
    before, after = _reasons(change.before), _reasons(change.after)
    fields = [_field(name, change.before, change.after) for name in change.fields if name not in VERDICT]
    more = [f"and {len(fields) - MOST_FIELDS} more fields"] if len(fields) > MOST_FIELDS else []
    return Line(
        at=moment_of(step.run),
        run=step.run.id,
        what=DID[change.what].format(psa=psa),
        kind=name_of(step.run.kind),
        by=step.run.requested_by,
        fields=(*fields[:MOST_FIELDS], *more),
        turned=tuple(title(engine, rule) for rule in after if rule not in before),
        fine=tuple(title(engine, rule) for rule in before if rule not in after),
    )


def title(engine: Engine, rule: str) -> str:
    """A rule that a sync knew may be gone by now: an operator's own."""
    card = engine.card(rule)
    return card.title if card else rule


def _reasons(side: Mapping[str, Any]) -> Sequence[str]:
    return side.get("reasons") or ()


def _field(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    kind, _, rest = name.partition(".")
    if kind != "agreements":
        return f"{name.replace('_', ' ')}: {_value(before.get(name))} → {_value(after.get(name))}"
    agreement, _, its_field = rest.partition(".")
    if not its_field:
        came = after.get(name) is not None
        return f"agreement {_value(after.get(name) if came else before.get(name))} {'came' if came else 'went'}"
    what = f"agreement {agreement}, {its_field.replace('_', ' ')}"
    return f"{what}: {_value(before.get(name))} → {_value(after.get(name))}"


def _value(value: Any) -> str:
    """As people would write it: a row of a table by its name, a list by its parts."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case {"name": str(name)}:
            return short(name, 60) or "empty"
        case list():
            return short(", ".join(_value(each) for each in value), 60) or "empty"
        case _:
            return short(str(value), 60) or "empty"


def _nobody(found: Recalled) -> str:
    name = short(found.query)
    if found.candidates:
        return f"Several customers may be meant by “{name}”. Choose one."
    if not found.synced:
        return "Nothing was synced yet, so there is no history."
    return f"No sync ever brought a customer called “{name}”."


def _choice(candidate: Candidate) -> Choice:
    gone = ", gone" if candidate.gone else ""
    value = f"h:{candidate.connection.id}:{candidate.account_id}"
    return Choice(
        label=candidate.name or candidate.account_id,
        value=value,
        detail=f"{candidate.account_id} on {candidate.connection.name}{gone}",
    )


def _took(run: SyncRun) -> str:
    took = lasted(run)
    return duration(took) if took is not None else ""
