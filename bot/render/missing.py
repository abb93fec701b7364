"""The answer to ``/psa missing``: the verdict first, and under it the buttons that can help."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.answers import Answer, Result
from bot.messages import Button, Choice, Confirm, Message, Picker
from bot.render.findings import RIGHTS
from bot.render.runs import kinds, resume
from bot.render.several import MOST_LINES, STANDS, interest, leading, line, roll, ways_on
from bot.render.view import icon, summary, view
from bot.render.words import Words, plural, short
from bot.store.queries.runs import RunKind
from bot.sync.times import expected
from connectors.errors import ConnectorError
from connectors.records import Because
from rules.model import Verdict

SYNC_HELPS: Final = frozenset(
    {Verdict.NOT_SYNCED_YET, Verdict.STALE_ELIGIBILITY, Verdict.DUPLICATE_OR_RECYCLED, Verdict.GONE_IN_PSA}
)
BEFORE: Final = {**STANDS, Verdict.CANNOT_TELL: "not to be told"}
MOST_CHOICES: Final = 100
MOST_VALUE: Final = 2000  # characters of a button's value


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was asked again. ``found`` None: it could not be, and ``instead`` says why."""

    query: str
    found: Answer | None
    before: str = ""
    instead: Message | None = None


def missing(
    words: Words, answer: Answer, question: str, *, usual: timedelta | None = None, before: str = "", shown: str = ""
) -> Message:
    """``question`` is the value of every button: which question to ask again. ``before`` a sync, it was … .
    ``shown``: the connection that a person wants to see in full; empty: the one that matters most.
    """
    first = leading(answer.results, shown)
    asked = roll(answer, first) if first else None
    others = [result for result in answer.results if result is not first]
    have_it = sum(result.verdict is not Verdict.NOT_FOUND for result in others)
    and_others = f" And {plural(have_it, 'other connection')}." if have_it else ""
    return words.message(
        "missing",
        summary=f"{summary(first, answer.query)}{and_others}" if first else "No PSA is connected yet.",
        view=view(first, answer.query) if first else None,
        before=before,
        roll=asked,
        now=answer.asked_at,
        kinds=kinds(),
        actions=(*_actions(first, question, usual), *ways_on(others, question)) if first else (),
    )


def late(
    words: Words, answer: Answer, question: str, came: Sequence[str], *, usual: timedelta | None = None
) -> Message:
    """What some connections said after the others' card was shown: in full where that matters more than the card."""
    newer = [result for result in answer.results if result.connection in came]
    known = [result for result in answer.results if result.connection not in came]
    first = leading(newer)
    if first is not None and (not known or interest(first) < min(map(interest, known))):
        return missing(words, replace(answer, results=tuple(newer)), question, usual=usual)
    told = [line(result, answer.query) for result in sorted(newer, key=interest)]
    headline = (
        f"{told[0].connection}: {told[0].state}."
        if len(told) == 1
        else f"{len(told)} slower connections have answered."
    )
    return words.message(
        "late",
        summary=f"{headline} {told[0].why}" if len(told) == 1 else headline,
        query=answer.query,
        lines=told[:MOST_LINES],
        more=len(told[MOST_LINES:]),
        actions=ways_on(newer, question),
    )


def before(verdict: object) -> str:
    """What an account was, in words; empty for what is not known."""
    return next((words for known, words in BEFORE.items() if known == verdict), "")


def verified(words: Words, asked: Sequence[Asked], actions: Sequence[Button]) -> Message:
    """Several questions that waited for one sync, a line each."""
    return words.message("verified", lines=[_line(each) for each in asked], actions=actions)


def forgotten(words: Words, command: str) -> Message:
    """A card of a question that is no longer kept: the person starts afresh (R211)."""
    fresh = Button(action="menu.missing", label="Ask again", style="primary")
    return words.message("forgotten", command=command, actions=(fresh,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    icon: str
    summary: str
    before: str


def _line(asked: Asked) -> Line:
    first = leading(asked.found.results) if asked.found else None
    if first is not None:
        return Line(icon=icon(first), summary=summary(first, asked.query), before=asked.before)
    why = asked.instead.summary if asked.instead else "It could not be asked again."
    return Line(icon="❔", summary=f"{short(asked.query)}: {why}", before=asked.before)


def _actions(result: Result, question: str, usual: timedelta | None) -> tuple[Button | Picker, ...]:
    """Where a right that lacks keeps a check from answering, the way to it comes first (R249)."""
    grant = Button(action="permissions.test", label="What to grant", value=result.connection[:MOST_VALUE])
    asking = _ways(result, question, usual)
    return (grant, *asking) if _hangs_on_a_right(result) else asking


def _hangs_on_a_right(result: Result) -> bool:
    diagnosis = result.accounts[0].diagnosis if result.accounts else result.diagnosis
    findings = diagnosis.findings if diagnosis else ()
    return any(each.because is Because.PERMISSION and each.rule != RIGHTS for each in findings)


def _ways(result: Result, question: str, usual: timedelta | None) -> tuple[Button | Picker, ...]:
    """A sync is offered only where it can change something: not for what is absent, or cannot be read now."""
    again = Button(action="missing.check_again", label="Check again", value=question)
    share = Button(action="missing.share", label="Share to channel", value=question)
    if result.verdict is Verdict.AMBIGUOUS:
        return (_picker(result, question), again)
    down = isinstance(result.trouble, ConnectorError) and result.trouble.transient
    if result.verdict is Verdict.VISIBLE or not result.accounts or down:
        return (again, share)
    if result.paused:
        return (again, resume(result.connection, listed=False), share)
    full = Button(action="missing.sync_full", label="Sync now", value=question, confirm=_confirm(result, usual))
    helps = result.verdict in SYNC_HELPS
    one = Button(
        action="missing.sync_one",
        label="Sync only this customer",
        value=question,
        style="primary" if helps else "",
    )
    return (one, full, again, share) if helps else (again, one, full, share)


def _picker(result: Result, question: str) -> Picker:
    return Picker(
        action="missing.pick",
        placeholder=f"Choose a {result.nouns.account}",
        choices=tuple(
            Choice(label=each.name, value=f"{question}:{each.id}", detail=each.detail)
            for each in result.candidates[:MOST_CHOICES]
        ),
    )


def _confirm(result: Result, usual: timedelta | None) -> Confirm:
    band = expected(RunKind.FULL, None)
    first = f"A first one can take {round(band.low / 60)} to {round(band.high / 60)} minutes."
    takes = first if usual is None else f"It usually takes {_duration(usual)}."
    what = f"all {result.nouns.accounts} and {result.nouns.agreements} of {short(result.connection)}"
    return Confirm(
        title="Start a full sync?",
        text=f"It reads {what}. {takes}",
        yes="Start the sync",
    )


def _duration(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    if seconds < 120:
        return plural(max(seconds, 1), "second")
    return plural(round(seconds / 60), "minute")
