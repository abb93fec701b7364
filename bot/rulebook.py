"""The rules of one PSA, or one rule in full: which checks are made, and why each of them is there (R16, R17)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Database
from bot.store.queries import connections
from connectors import registry
from connectors.contract import Spec
from rules.cards import Card
from rules.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """``untold``: ids of rules that are not needed, because this PSA cannot tell what they ask about."""

    spec: Spec
    cards: tuple[Card, ...]
    untold: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Nothing is called that, or several packs fit. ``kinds``: of PSA, to choose from."""

    word: str
    kinds: tuple[str, ...]


class Rulebook:
    def __init__(self, db: Database, engine: Engine) -> None:
        self._db = db
        self._engine = engine

    async def look_up(self, word: str) -> Pack | Card | Unclear:
        """``word``: a rule's id, a kind of PSA, or a connection's name; empty: the only kind that is connected."""
        wanted = word.removeprefix("@").casefold()
        card = self._engine.card(wanted)
        if card is not None:
            return card
        every = await connections.every(self._db)
        kinds = {each.psa for each in every if not wanted or each.name.casefold() == wanted}
        found = kinds or ({wanted} & registry.specs().keys())
        if len(found) == 1:
            return pack_of(self._engine, found.pop())
        return Unclear(word=word, kinds=tuple(sorted(found or registry.specs())))


def pack_of(engine: Engine, kind: str) -> Pack:
    spec = registry.specs()[kind]
    cards: Sequence[Card] = engine.pack(kind)
    untold = frozenset(card.id for card in cards if not card.told_by(spec.gives))
    return Pack(spec=spec, cards=tuple(cards), untold=untold)
