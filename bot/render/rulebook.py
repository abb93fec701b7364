"""The rules of one PSA as a list, and one rule with the reason why it is there."""

from collections.abc import Sequence

from bot.messages import Choice, Message, Picker
from bot.render.words import Words, short
from bot.rulebook import Pack, Unclear
from rules.cards import Card
from rules.pages import ASKS, DECIDES
from rules.places import TITLES
from rules.words import listed


def pack(words: Words, found: Pack) -> Message:
    """In the order in which an answer shows them."""
    return words.message(
        "rules",
        actions=(_picker(found.cards),),
        psa=found.spec.nouns.psa,
        rules=[(card.id, card.title, DECIDES[card.decides], card.id in found.untold) for card in found.cards],
        guide=found.spec.guide_url,
    )


def rule(words: Words, card: Card) -> Message:
    psas = [kind for kind in TITLES if kind in card.psas]
    return words.message(
        "rule",
        id=card.id,
        title=card.title,
        why=card.why,
        asks=ASKS[card.asks],
        decides=DECIDES[card.decides],
        psas=listed(TITLES[kind] for kind in psas),
        source=card.source,
        links=[(link.label, link.url) for link in card.links],
    )


def unclear(words: Words, found: Unclear, command: str) -> Message:
    return words.message("rules_unclear", word=found.word, kinds=found.kinds, command=command)


def _picker(cards: Sequence[Card]) -> Picker:
    choices = tuple(Choice(label=short(card.title, 75), value=card.id) for card in cards)
    return Picker(action="rules.show", placeholder="Why is this rule there?", choices=choices)
