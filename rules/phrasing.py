"""What a card says about one answer: the reason, the end of the summary sentence, and the steps that fix it."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Template

from connectors.records import Because
from rules.cards import Card
from rules.literals import Facts
from rules.model import State
from rules.words import chosen, rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    reason: str = ""
    in_short: str = ""  # the end of "Acme Ltd is hidden: …"
    fix: tuple[str, ...] = ()


def phrase(
    card: Card, state: State, because: Because | None, facts: Facts, *, psa: str, nouns: Mapping[str, str]
) -> Phrase:
    """Raises TemplateError where the card's words ask for a fact that is absent."""

    def text(template: Template | None) -> str:
        return "" if template is None else rendered(template, facts, nouns, psa)

    if state is State.NOT_NEEDED:
        return Phrase()
    if state is State.PASS:
        return Phrase(reason=_sentence(text(card.passes)))
    words = chosen(card.fail if state is State.FAIL else card.cannot_tell, facts, because)
    steps = (text(step) for step in words.steps(psa))
    return Phrase(
        reason=_sentence(text(words.says)),
        in_short=text(words.in_short),
        fix=tuple(step for step in steps if step),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
