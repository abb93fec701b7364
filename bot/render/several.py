"""What each of several connections said, a line each, and the buttons that lead further."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answers import Answer, Result
from bot.messages import Button, Choice, Picker
from bot.render.view import icon, summary
from bot.render.words import plural, short
from connectors.errors import ConnectorError
from rules.model import Verdict

# What nobody can act on comes last; "I could not look" comes before "it is not there".
LEAST_INTERESTING: Final = (Verdict.VISIBLE, Verdict.CANNOT_TELL, Verdict.NOT_FOUND)
STANDS: Final = {
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
    Verdict.CANNOT_TELL: "cannot tell",
    Verdict.AMBIGUOUS: "several match",
}
MOST_LINES: Final = 12  # connections; the rest is counted
MOST_BUTTONS: Final = 3  # that open another connection's part; the rest is a menu
MOST_RETRIES: Final = 3
MOST_CHOICES: Final = 100
LONG_CONNECTION: Final = 40
LONGEST_VALUE: Final = 150  # of a menu's choice; a connection's name that is longer was not given by the command line


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One connection, or those that said the same. ``why`` is empty where there is nothing to add to the state."""

    icon: str
    connection: str
    state: str
    why: str = ""

    @property
    def text(self) -> str:
        """A reason that begins with the state needs no state before it."""
        repeats = self.why.casefold().startswith(self.state.casefold())
        return self.why if repeats else f"{self.state}. {self.why}" if self.why else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """All connections that were asked. ``heading``: how many, and how long it took; ``more``: those without a line."""

    heading: str
    lines: tuple[Line, ...]
    more: str


def leading(results: Sequence[Result], shown: str = "") -> Result | None:
    """The result that is told in full: the one that a person wants to see, else an account that somebody can act on,
    before one that is merely there.
    """
    wanted = next((result for result in results if result.connection == shown), None)
    return wanted or min(results, key=interest, default=None)


def interest(result: Result) -> tuple[int, bool]:
    """The lower, the sooner somebody has to act on it."""
    order = LEAST_INTERESTING.index(result.verdict) + 1 if result.verdict in LEAST_INTERESTING else 0
    return order, not result.accounts


def roll(answer: Answer, first: Result) -> Roll | None:
    """None where only one connection was asked. The most interesting come first, those that are awaited last."""
    count = len(answer.results) + len(answer.waiting)
    if count < 2:
        return None
    others = sorted((result for result in answer.results if result is not first), key=interest)
    lines = [
        replace(line(first, answer.query), why="", state=f"{_state(first)}, in full below"),
        *(line(result, answer.query) for result in others if result.verdict is not Verdict.NOT_FOUND),
        *_not_found([result for result in others if result.verdict is Verdict.NOT_FOUND]),
        *(Line(icon="⏳", connection=_named(name), state="has not answered yet") for name in answer.waiting),
    ]
    return Roll(heading=_heading(answer, count), lines=tuple(lines[:MOST_LINES]), more=_more(lines[MOST_LINES:]))


def line(result: Result, query: str) -> Line:
    """With its reason: what kept us from asking comes before what follows from it."""
    trouble = result.trouble if could_not_ask(result) else None
    told = trouble.message if isinstance(trouble, ConnectorError) else str(trouble)
    why = summary(result, query) if trouble is None else told
    return Line(icon=icon(result), connection=_named(result.connection), state=_state(result), why=why)


def could_not_ask(result: Result) -> bool:
    """Something stood in the way. Where the PSA answered, and a right is not proven, asking again changes nothing."""
    return result.verdict is Verdict.CANNOT_TELL and result.trouble is not None


def ways_on(results: Sequence[Result], question: str) -> tuple[Button | Picker, ...]:
    """To each of these connections' parts: what could not be asked can only be tried again."""
    reachable = [result for result in results if len(_value(question, result)) <= LONGEST_VALUE]
    told = [result for result in reachable if not could_not_ask(result)]
    untold = [result for result in reachable if could_not_ask(result)]
    return (*_details(told, question), *_retries(untold, question))


def _state(result: Result) -> str:
    return f"{STANDS[result.verdict]}{', paused' if result.paused else ''}"


def _named(connection: str) -> str:
    return short(connection, LONG_CONNECTION)


def _not_found(results: Sequence[Result]) -> tuple[Line, ...]:
    """Those that do not have it share a line."""
    names = ", ".join(_named(result.connection) for result in results[:MOST_LINES])
    more = f" and {plural(len(results) - MOST_LINES, 'more connection')}" if len(results) > MOST_LINES else ""
    return (Line(icon="🔍", connection=f"{names}{more}", state=STANDS[Verdict.NOT_FOUND]),) if results else ()


def _heading(answer: Answer, count: int) -> str:
    if answer.waiting:
        return f"{len(answer.results)} of {count} connections have answered"
    seconds = max((result.elapsed_ms for result in answer.results), default=0) / 1000
    return f"{plural(count, 'connection')} asked, {seconds:.1f} s"


def _more(lines: Sequence[Line]) -> str:
    """What is not shown is counted: "8 more: 6 not found, 2 cannot tell"."""
    if not lines:
        return ""
    states = dict.fromkeys(each.state for each in lines)
    counted = (f"{sum(each.state == state for each in lines)} {state}" for state in states)
    return f"{len(lines)} more: {', '.join(counted)}"


def _details(told: Sequence[Result], question: str) -> tuple[Button | Picker, ...]:
    """A button for each, as long as they are few; those that have it before those that do not."""
    have_it = [each for each in told if each.verdict is not Verdict.NOT_FOUND]
    few = next((each for each in (told, have_it) if len(each) <= MOST_BUTTONS), ())
    buttons = tuple(_button("missing.details", "Details", each, question) for each in few)
    rest = [each for each in told if each not in few]
    return (*buttons, _menu(rest, question)) if rest else buttons


def _menu(rest: Sequence[Result], question: str) -> Picker:
    choices = tuple(
        Choice(label=each.connection, value=_value(question, each), detail=STANDS[each.verdict])
        for each in sorted(rest, key=interest)[:MOST_CHOICES]
    )
    return Picker(action="missing.details", placeholder="Details of another connection", choices=choices)


def _retries(untold: Sequence[Result], question: str) -> tuple[Button, ...]:
    if len(untold) > MOST_RETRIES:
        return (Button(action="missing.retry", label=f"Retry {len(untold)} connections", value=question),)
    return tuple(_button("missing.retry", "Retry", each, question) for each in untold)


def _button(action: str, what: str, result: Result, question: str) -> Button:
    return Button(action=action, label=f"{what} {_named(result.connection)}", value=_value(question, result))


def _value(question: str, result: Result) -> str:
    return f"{question}:{result.connection}"
