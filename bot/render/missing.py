"""The answer to ``/psa missing``: the verdict first, and under it the buttons that can help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.answers import Answer, Result
from bot.messages import Button, Choice, Confirm, Message, Picker
from bot.render.runs import kinds
from bot.render.view import icon, other, summary, view
from bot.render.words import Words, plural, short
from bot.store.queries.runs import RunKind
from bot.sync.times import expected
from connectors.errors import ConnectorError
from rules.model import Verdict

SYNC_HELPS: Final = frozenset(
    {Verdict.NOT_SYNCED_YET, Verdict.STALE_ELIGIBILITY, Verdict.DUPLICATE_OR_RECYCLED, Verdict.GONE_IN_PSA}
)
# What nobody can act on comes last; "I could not look" comes before "it is not there".
LEAST_INTERESTING: Final = (Verdict.VISIBLE, Verdict.CANNOT_TELL, Verdict.NOT_FOUND)
BEFORE: Final = {
    Verdict.VISIBLE: "visible",
    Verdict.FOUND_BUT_HIDDEN: "hidden",
    Verdict.MAPPING_DECISION: "not mapped",
    Verdict.NOT_SYNCED_YET: "not synced yet",
    Verdict.BLOCKED: "hidden",
    Verdict.EXCLUDED_BY_DESIGN: "left out on purpose",
    Verdict.STALE_ELIGIBILITY: "about to vanish",
    Verdict.DUPLICATE_OR_RECYCLED: "there twice, or recycled",
    Verdict.GONE_IN_PSA: "gone",
    Verdict.NOT_FOUND: "not found",
    Verdict.CANNOT_TELL: "not to be told",
}
MOST_OTHERS: Final = 10  # connections by name; the rest is counted
MOST_CHOICES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was asked again. ``found`` None: it could not be, and ``instead`` says why."""

    query: str
    found: Answer | None
    before: str = ""
    instead: Message | None = None


def missing(
    words: Words, answer: Answer, question: str, *, usual: timedelta | None = None, before: str = ""
) -> Message:
    """``question`` is the value of every button: which question to ask again. ``before`` a sync, it was … ."""
    first = leading(answer.results)
    beside = [result for result in answer.results if result is not first]
    not_on = [short(result.connection) for result in beside if result.verdict is Verdict.NOT_FOUND]
    others = [other(result, answer.query) for result in beside if result.verdict is not Verdict.NOT_FOUND]
    and_others = f" And {plural(len(others), 'other connection')}." if others else ""
    return words.message(
        "missing",
        summary=f"{summary(first, answer.query)}{and_others}" if first else "No PSA is connected yet.",
        view=view(first, answer.query) if first else None,
        before=before,
        others=others[:MOST_OTHERS],
        more_others=len(others[MOST_OTHERS:]),
        not_on=not_on[:MOST_OTHERS],
        more_not_on=len(not_on[MOST_OTHERS:]),
        now=answer.asked_at,
        kinds=kinds(),
        actions=_actions(first, question, usual) if first else (),
    )


def leading(results: Sequence[Result]) -> Result | None:
    """The result that is shown in full: an account that somebody can act on, before one that is merely there."""
    return min(results, key=_interest, default=None)


def _interest(result: Result) -> tuple[int, bool]:
    order = LEAST_INTERESTING.index(result.verdict) + 1 if result.verdict in LEAST_INTERESTING else 0
    return order, not result.accounts


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
    """A sync is offered only where it can change something: not for what is absent, or cannot be read now."""
    again = Button(action="missing.check_again", label="Check again", value=question)
    share = Button(action="missing.share", label="Share to channel", value=question)
    if result.verdict is Verdict.AMBIGUOUS:
        return (_picker(result, question), again)
    down = isinstance(result.trouble, ConnectorError) and result.trouble.transient
    if result.verdict is Verdict.VISIBLE or not result.accounts or down:
        return (again, share)
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
