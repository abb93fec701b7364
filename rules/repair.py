"""The smallest repair: which failing rules are enough to fix, found by judging the repaired case again."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, cast

from rules.cards import Card
from rules.literals import Facts
from rules.predicate import Predicate
from rules.running import holds
from rules.vocabulary import Asks

_MOST: Final = 8  # failing rules on one agreement; beyond that all of them are named


def enough_to_fix(predicate: Predicate, facts: Facts, psa: str = "") -> tuple[str, ...]:
    """Rule ids in the order of the catalogue; empty when no repair of failing rules settles it.

    ``psa``: whose server works some facts out anew once others are fixed; none by default.
    """
    rows = cast("Sequence[Facts]", facts.get("agreements") or ())
    repairs = [repair for row in (rows or (None,)) if (repair := _smallest(predicate, facts, row, psa)) is not None]
    best = min(repairs, key=len, default=())
    return tuple(card.id for card in sorted(best, key=lambda card: (card.order, card.id)))


def _smallest(predicate: Predicate, facts: Facts, row: Facts | None, psa: str) -> Sequence[Card] | None:
    """The smallest set for this agreement (None: there is none to repair), or None when no set is enough."""
    failing = [card for card in predicate.account if holds(card, facts) is False]
    if row is not None:
        failing += [card for card in predicate.agreement if holds(card, row) is False]
    return next((some for some in _subsets(failing) if _works(predicate, facts, row, some, psa)), None)


def _subsets(failing: Sequence[Card]) -> Iterator[Sequence[Card]]:
    sizes = (len(failing),) if len(failing) > _MOST else range(1, len(failing) + 1)
    for size in sizes:
        yield from combinations(failing, size)


def _works(predicate: Predicate, facts: Facts, row: Facts | None, repaired: Sequence[Card], psa: str) -> bool:
    """A card that does not say what its repair changes is taken to pass once it is repaired."""
    account = dict(facts)
    agreement = dict(row or {})
    for card in repaired:
        (account if card.asks is Asks.ACCOUNT else agreement).update(card.repaired(psa))
    if row is not None:
        account["agreements"] = (agreement,)
    assumed = {card.id for card in repaired if not card.repair}
    own = all(card.id in assumed or holds(card, account) is True for card in predicate.account)
    served = any(
        all(card.id in assumed or holds(card, one) is True for card in predicate.agreement)
        for one in cast("Sequence[Facts]", account.get("agreements") or ())
    )
    return own and served
