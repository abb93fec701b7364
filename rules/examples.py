"""A card's examples are its tests: each is judged as a case would be, and a difference is a problem with its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from connectors.records import Because
from rules.answers import Answer, truth_of
from rules.cards import Card, Example
from rules.literals import Facts
from rules.model import State
from rules.phrasing import phrase
from rules.running import run
from rules.shapes import Expect
from rules.words import PLAIN_NOUNS

# The day on which every example plays, unless it gives another one.
WHEN: Final[Facts] = MappingProxyType(
    {"today": date(2026, 11, 21), "now": datetime(2026, 11, 21, 10, tzinfo=UTC)}  # a Saturday
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An example that does not do what it says."""

    rule: str
    file: str
    line: int
    wanted: str
    got: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: the example expects {self.wanted}, but got {self.got}."


def check_examples(card: Card) -> list[Problem]:
    """Every example that gives another verdict, reason or words than it says. Empty: all is well."""
    return [
        Problem(rule=card.id, file=str(card.file), line=example.line, wanted=wanted, got=got)
        for example in card.examples
        for wanted, got in _differences(card, example)
    ]


def _differences(card: Card, example: Example) -> list[tuple[str, str]]:
    facts = {**WHEN, **example.given}
    answers = run(card, facts)
    expect = _expect_of(answers)
    if expect is not example.expect:
        return [(str(example.expect), _why(str(expect), answers))]
    answer = next(one for one in answers if _TOLD[one.state] is expect)
    because = (answer.because or example.because or Because.INPUT_MISSING) if expect is Expect.CANNOT_TELL else None
    if because is not None and example.because not in {None, because}:
        return [(f"because {example.because}", f"because {because}")]
    return _said(card, example, answer, because, {**facts, **answer.evidence})


def _said(card: Card, example: Example, answer: Answer, because: Because | None, facts: Facts) -> list[tuple[str, str]]:
    wanted = " ".join(example.says.split()) if example.says is not None else None
    differences = []
    for psa in sorted(card.psas):
        try:
            said = phrase(card, answer.state, because, facts, psa=psa, nouns=PLAIN_NOUNS).reason
        except Exception as error:  # noqa: BLE001 - words that break are a problem to list, not a crash
            return [("words", f"{type(error).__name__}: {error}")]
        if wanted is not None and said != wanted:
            differences.append((repr(wanted), repr(said)))
    return differences


_TOLD: Final = MappingProxyType(
    {
        State.PASS: Expect.PASS,
        State.FAIL: Expect.FAIL,
        State.UNKNOWN: Expect.CANNOT_TELL,
        State.NOT_NEEDED: Expect.NOT_NEEDED,
    }
)
_OF_TRUTH: Final = MappingProxyType({True: Expect.PASS, False: Expect.FAIL, None: Expect.CANNOT_TELL})


def _expect_of(answers: Sequence[Answer]) -> Expect:
    if all(answer.state is State.NOT_NEEDED for answer in answers):
        return Expect.NOT_NEEDED
    return _OF_TRUTH[truth_of(answers)]


def _why(got: str, answers: Sequence[Answer]) -> str:
    looks = [f"{leaf.fact} {leaf.wanted}: {leaf.got}" for answer in answers for leaf in answer.trace]
    return f"{got} ({'; '.join(looks)})" if looks else got
