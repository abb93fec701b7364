"""What a rule answers on one set of facts, before it is put into words; and what Python checks build answers from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from connectors.records import Because
from rules.kleene import Truth, all_of
from rules.literals import Facts
from rules.model import Leaf, RecordRef, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``evidence`` is shown and can be used in the words. ``absent`` are the facts that were missing for an answer."""

    state: State
    because: Because | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    record: RecordRef | None = None  # None: the record that the facts are about
    trace: tuple[Leaf, ...] = ()
    error_id: str | None = None


Check = Callable[[Facts], Sequence[Answer]]

_STATES = {True: State.PASS, False: State.FAIL, None: State.UNKNOWN}
_TRUTHS: Mapping[State, Truth] = {
    State.PASS: True,
    State.NOT_NEEDED: True,
    State.FAIL: False,
    State.UNKNOWN: None,
}


def state_of(truth: Truth) -> State:
    return _STATES[truth]


def truth_of(answers: Sequence[Answer]) -> Truth:
    """All of them together: one failure is a failure."""
    return all_of(_TRUTHS[answer.state] for answer in answers)


def unknown(*absent: str, because: Because | None = None, **evidence: Any) -> list[Answer]:
    return [Answer(state=State.UNKNOWN, absent=absent, because=because, evidence=evidence)]


def failed(**evidence: Any) -> list[Answer]:
    return [Answer(state=State.FAIL, evidence=evidence)]


def passed(**evidence: Any) -> list[Answer]:
    return [Answer(state=State.PASS, evidence=evidence)]


def not_needed() -> list[Answer]:
    return [Answer(state=State.NOT_NEEDED)]


def rows_of(facts: Facts, name: str) -> tuple[Facts, ...]:
    """The records of a fact; none where it is absent or empty."""
    return cast("tuple[Facts, ...]", facts.get(name) or ())


def moment_of(facts: Facts, name: str) -> datetime | None:
    return cast("datetime | None", facts.get(name))
