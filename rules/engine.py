"""Loads the catalogue, judges a case, and explains it: the same predicate for a sync and for a question."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from connectors.records import Because
from rules.cards import Card, load_card
from rules.facts import account_facts, agreements_of, connection_facts
from rules.findings import Scene, Spoken
from rules.model import AgreementChain, Case, Diagnosis, Judged, State, Verdict
from rules.predicate import Chain, Predicate
from rules.reading import RuleError
from rules.repair import enough_to_fix
from rules.shapes import Decides
from rules.summary import Told, not_tested, summary
from rules.verdict import shown, verdict_of
from rules.vocabulary import Asks
from rules.words import Phrasebook

CATALOGUE: Final = Path(__file__).parent / "catalog"
PERMISSIONS: Final = "permissions"  # the rule whose failures can be why another one has no answer
_ABSENT: Final = frozenset({Verdict.GONE_IN_PSA, Verdict.NOT_FOUND})


class Engine:
    """The rules, ready to judge. ``cards`` are in the order in which their findings are shown."""

    def __init__(self, cards: Sequence[Card]) -> None:
        # Sync freshness is always the first check shown (R7).
        self.cards: Final = tuple(sorted(cards, key=lambda card: (not card.is_freshness, card.order, card.id)))
        texts = "".join(card.text for card in sorted(cards, key=lambda card: card.id))
        self.version: Final = hashlib.sha256(texts.encode()).hexdigest()[:12]

    @classmethod
    def load(cls, extra_dir: Path | None = None) -> "Engine":
        """The built-in catalogue and an operator's own rules. Raises RuleError, with file and line."""
        book = Phrasebook()
        cards = [load_card(file, book, built_in=True) for file in sorted(CATALOGUE.glob("*.yaml"))]
        if extra_dir is not None:
            cards += _extra_cards(extra_dir, book, {card.id for card in cards})
        return cls(cards)

    def card(self, rule: str) -> Card | None:
        return next((card for card in self.cards if card.id == rule), None)

    def pack(self, psa: str) -> Sequence[Card]:
        """The rules of one PSA: no other one is asked (R16)."""
        return [card for card in self.cards if psa in card.psas]

    def judge(self, case: Case) -> Judged:
        """The visibility predicate alone: fast, no words."""
        return Predicate.of(self._judging(case)).judge(account_facts(case))

    def diagnose(self, case: Case) -> Diagnosis:
        """Everything that can be said about the case."""
        scene = Scene(case=case, account=account_facts(case), connection=connection_facts(case))
        predicate = Predicate.of(self._judging(case))
        judged = predicate.judge(scene.account)
        said = [spoken for card in self.pack(case.psa) for spoken in scene.spoken(card)]
        said = [_weighed(spoken, case, said) for spoken in said]
        verdict = _verdict(case, judged, said)
        chains = predicate.chains(scene.account) or ()
        enough = _enough(case, predicate, scene, said)
        return Diagnosis(
            verdict=verdict,
            summary=summary(Told(case=case, said=said, chains=chains, enough=enough), verdict),
            findings=tuple(spoken.finding for spoken in said),
            agreements=_told_chains(case, chains),
            enough_to_fix=enough,
            not_tested=not_tested(case),
            visible=False if verdict in _ABSENT else judged.visible,
            catalogue=self.version,
        )

    def _judging(self, case: Case) -> Sequence[Card]:
        """The cards that apply: of this PSA, with nothing needed that the PSA cannot tell."""
        return [card for card in self.pack(case.psa) if card.blocks and card.told_by(case.gives)]


def _extra_cards(folder: Path, book: Phrasebook, taken: set[str]) -> list[Card]:
    if not folder.is_dir():
        raise RuleError(folder, 1, "is not a folder: set PSA_BOT_RULES_DIR to the folder with your rule cards.")
    cards = []
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        card = load_card(file, book, built_in=False)
        if card.id in taken:
            raise RuleError(file, 1, f"There is a rule {card.id!r} already: give yours another id and file name.")
        taken.add(card.id)
        cards.append(card)
    return cards


def _verdict(case: Case, judged: Judged, said: Sequence[Spoken]) -> Verdict:
    failed = [one.card for one in said if one.finding.state is State.FAIL and one.card.blocks]
    own = [card for card in failed if card.asks is Asks.ACCOUNT]
    return verdict_of(
        case,
        visible=judged.visible,
        failed=frozenset(card.id for card in own),
        by_design=frozenset(card.id for card in own if card.by_design),
    )


def _weighed(spoken: Spoken, case: Case, said: Sequence[Spoken]) -> Spoken:
    """Freshness hides nothing that is shown already; a refused right weighs once it keeps a rule from answering."""
    blocks = spoken.finding.blocks
    if spoken.card.is_freshness:
        blocks = not shown(case)
    elif spoken.card.id == PERMISSIONS and spoken.finding.state is State.FAIL:
        blocks = any(one.card.blocks and one.finding.because is Because.PERMISSION for one in said)
    return replace(spoken, finding=replace(spoken.finding, blocks=blocks))


def _told_chains(case: Case, chains: Sequence[Chain]) -> tuple[AgreementChain, ...]:
    return tuple(
        AgreementChain(
            id=agreement.id,
            name=agreement.name,
            qualifies=chain.qualifies,
            failed=chain.failed,
            unknown=chain.unknown,
            url=agreement.url,
        )
        for agreement, chain in zip(agreements_of(case) or (), chains, strict=True)
    )


def _enough(case: Case, predicate: Predicate, scene: Scene, said: Sequence[Spoken]) -> tuple[str, ...]:
    """Ends with the sync where the copy is older than the change: repairing comes first."""
    visible = predicate.judge(scene.account).visible
    if case.live.present is not True or visible is None:
        return ()
    repairs = () if visible else enough_to_fix(predicate, scene.account, case.psa)
    if not visible and not repairs:
        return ()
    late = [
        one.card.id
        for one in said
        if one.card.decides is Decides.FRESHNESS and one.finding.state is State.FAIL and one.finding.blocks
    ]
    return (*repairs, *late)
