"""Answers put into words: what a person reads, with the record, its evidence, the fix and the links."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.records import Agreement
from rules.absence import because_of
from rules.answers import Answer
from rules.cards import Card
from rules.facts import agreements_of, subject_of
from rules.literals import Facts
from rules.model import Case, Finding, RecordRef, State
from rules.phrasing import Phrase, phrase
from rules.running import broken, evidence_of, run
from rules.shapes import Decides
from rules.vocabulary import Asks
from rules.words import PLAIN_NOUNS, rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A finding, its card, and the end of the sentence "Acme Ltd is hidden: …"."""

    card: Card
    finding: Finding
    in_short: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A case as facts, made once for all rules."""

    case: Case
    account: Facts
    connection: Facts

    @property
    def nouns(self) -> Mapping[str, str]:
        return PLAIN_NOUNS | dict(self.case.tool_words)

    def spoken(self, card: Card) -> Iterator[Spoken]:
        """Everything that one card finds."""
        idle = self._idle(card)
        if idle:
            yield _silent(card, self._account_ref(), idle, self.nouns)
        elif card.asks is Asks.CONNECTION:
            yield from self._say(card, self.connection, None, None)
        elif card.asks is Asks.ACCOUNT:
            subject = subject_of(self.case)
            yield from self._say(card, self.account, self._account_ref(), subject.url if subject else None)
        else:
            yield from self._per_agreement(card)

    def _idle(self, card: Card) -> str:
        """Why the card has nothing to judge; empty when it has."""
        case, the = self.case, self.nouns
        if not card.told_by(case.gives):
            return f"This cannot be asked of {the['psa']}: it does not tell."
        if case.live.present is False and card.asks is not Asks.CONNECTION and not card.asks_presence:
            return f"There is no such {the['account']} now, so there is nothing to judge."
        if card.asks is Asks.AGREEMENT and agreements_of(case) == ():
            return f"No {the['agreement']} was returned, so there is nothing to judge."
        return ""

    def _per_agreement(self, card: Card) -> Iterator[Spoken]:
        agreements = agreements_of(self.case)
        if agreements is None:
            because = because_of(("agreements",), self.case)
            answer = Answer(state=State.UNKNOWN, because=because, absent=("agreements",))
            yield self._worded(card, answer, {}, self._account_ref(), None)
            return
        facts: Sequence[Facts] = self.account["agreements"]  # type: ignore[assignment] # of type records, by the vocabulary
        for agreement, row in zip(agreements, facts, strict=True):
            yield from self._say(card, row, _ref(agreement), agreement.url)

    def _say(self, card: Card, facts: Facts, record: RecordRef | None, url: str | None) -> Iterator[Spoken]:
        for answer in run(card, facts):
            yield self._worded(card, answer, facts, answer.record or record, url)

    def _worded(self, card: Card, answer: Answer, facts: Facts, record: RecordRef | None, url: str | None) -> Spoken:
        because = answer.because
        if answer.state is State.UNKNOWN and because is None:
            because = because_of(answer.absent, self.case)
        finding = Finding(
            rule=card.id,
            title=rendered(card.heading, {}, self.nouns),
            state=answer.state,
            record=record,
            evidence=evidence_of(card, facts, answer),
            url=url,
            link=card.link(self.case.psa),
            because=because if answer.state is State.UNKNOWN else None,
            error_id=answer.error_id,
            trace=answer.trace,
            blocks=card.decides is not Decides.WARNS,
            from_copy=self.case.live.present is None and card.asks is not Asks.CONNECTION,
        )
        return self._said(card, finding, {**facts, **answer.evidence})

    def _said(self, card: Card, finding: Finding, facts: Facts) -> Spoken:
        nouns = self.case.tool_words
        try:
            said = phrase(card, finding.state, finding.because, facts, psa=self.case.psa, nouns=nouns)
        except Exception as error:  # noqa: BLE001 - words that break must not hide the other rules
            failed = broken(card, error)
            finding = replace(finding, state=State.UNKNOWN, because=failed.because, error_id=failed.error_id)
        if finding.error_id is not None:
            said = Phrase(reason="This rule broke. The other rules are not affected.")
        return Spoken(card=card, finding=replace(finding, reason=said.reason, fix=said.fix), in_short=said.in_short)

    def _account_ref(self) -> RecordRef | None:
        subject = subject_of(self.case) or self.case.cached.account
        return RecordRef(kind="account", id=subject.id, name=subject.name) if subject else None


def _ref(agreement: Agreement) -> RecordRef:
    return RecordRef(kind="agreement", id=agreement.id, name=agreement.name)


def _silent(card: Card, record: RecordRef | None, reason: str, nouns: Mapping[str, str]) -> Spoken:
    finding = Finding(
        rule=card.id,
        title=rendered(card.heading, {}, nouns),
        state=State.NOT_NEEDED,
        record=None if card.asks is Asks.CONNECTION else record,
        reason=reason,
        blocks=card.decides is not Decides.WARNS,
    )
    return Spoken(card=card, finding=finding, in_short="")
