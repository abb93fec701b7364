"""Runs one card on one set of facts. A card that breaks answers unknown, with an error id, and hides no other."""

import logging
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from connectors.records import Because
from rules.answers import Answer, state_of
from rules.cards import Card
from rules.kleene import Truth
from rules.literals import Facts
from rules.model import State

log: Final = logging.getLogger(__name__)


def holds(card: Card, facts: Facts) -> Truth:
    """The answer alone, for bulk."""
    try:
        return card.holds(facts)
    except Exception as error:  # noqa: BLE001 - a broken rule must not hide the others
        broken(card, error)
        return None


def run(card: Card, facts: Facts) -> Sequence[Answer]:
    """The answers with their evidence and trace."""
    try:
        if card.spared(facts):
            return [Answer(state=State.NOT_NEEDED)]
        return [_tree_answer(card, facts)] if card.expect is not None else card.answers(facts)
    except Exception as error:  # noqa: BLE001 - a broken rule must not hide the others
        return [broken(card, error)]


def broken(card: Card, error: Exception) -> Answer:
    """Unknown, with the id under which the log tells what happened."""
    error_id = uuid.uuid4().hex[:8]
    log.error("A rule broke.", exc_info=error, extra={"action": "rule_error", "rule": card.id, "error_id": error_id})
    return Answer(state=State.UNKNOWN, because=Because.RULE_ERROR, error_id=error_id)


def _tree_answer(card: Card, facts: Facts) -> Answer:
    assert card.expect is not None  # noqa: S101 - the caller has looked
    trace = card.expect.trace(facts)
    state = state_of(card.expect.test(facts))
    absent = tuple(dict.fromkeys(leaf.fact for leaf in trace if leaf.held is None))
    return Answer(state=state, absent=absent, trace=trace)


def evidence_of(card: Card, facts: Facts, answer: Answer) -> Mapping[str, Any]:
    """What was looked at, ready for JSON; what could not be read is left out."""
    shown = {name: facts[name] for name in card.evidence if name in facts}
    return {name: _plain(value) for name, value in {**shown, **answer.evidence}.items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case tuple() | list():
            return [_plain(one) for one in value]
        case _:
            return value
