"""The visibility predicate: every account-level rule passes, and one and the same agreement passes every other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from rules.cards import Card
from rules.kleene import Truth, all_of, any_of
from rules.literals import Facts
from rules.model import Judged
from rules.running import holds
from rules.vocabulary import Asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How one agreement fared."""

    facts: Facts
    failed: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def qualifies(self) -> Truth:
        if self.failed:
            return False
        return None if self.unknown else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """The blocking cards that apply to a case."""

    account: tuple[Card, ...]
    agreement: tuple[Card, ...]

    @classmethod
    def of(cls, cards: Iterable[Card]) -> "Predicate":
        blocking = [card for card in cards if card.blocks]
        return cls(
            account=tuple(card for card in blocking if card.asks is Asks.ACCOUNT),
            agreement=tuple(card for card in blocking if card.asks is Asks.AGREEMENT),
        )

    def judge(self, facts: Facts) -> Judged:
        """The verdict of the rules on the account's facts."""
        own = self.chain(self.account, facts)
        chains = self.chains(facts)
        visible = self.verdict(own, chains)
        qualifying = tuple(str(chain.facts["id"]) for chain in chains or () if chain.qualifies)
        if visible is True:
            return Judged(visible=True, reasons=(), qualifying=qualifying)
        parts = (own,) if qualifying else (own, *(chains or ()))
        reasons = (part.unknown if visible is None else part.failed for part in parts)
        named = tuple(dict.fromkeys(rule for part in reasons for rule in part))
        return Judged(visible=visible, reasons=named, qualifying=qualifying)

    def verdict(self, own: Chain, chains: Sequence[Chain] | None) -> Truth:
        """No agreement at all is for a rule on the account to judge; while one is unknown, so is this."""
        if not chains:
            served: Truth = None if chains is None or own.unknown else False
        else:
            served = any_of(chain.qualifies for chain in chains)
        return all_of((own.qualifies, served))

    def chains(self, facts: Facts) -> list[Chain] | None:
        """One per agreement; None when the agreements could not be read."""
        if "agreements" not in facts:
            return None
        rows = cast("Sequence[Facts]", facts["agreements"] or ())
        return [self.chain(self.agreement, row) for row in rows]

    def chain(self, cards: Sequence[Card], facts: Facts) -> Chain:
        failed, unknown = [], []
        for card in cards:
            truth = holds(card, facts)
            if truth is False:
                failed.append(card.id)
            elif truth is None:
                unknown.append(card.id)
        return Chain(facts=facts, failed=tuple(failed), unknown=tuple(unknown))
