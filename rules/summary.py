"""The one sentence that a support agent can act on with a customer on the phone, and what was not looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.facts import hidden_types, subject_of
from rules.findings import Spoken
from rules.model import Case, State, Verdict
from rules.places import ALLOW_LISTS, UNTESTED
from rules.predicate import Chain
from rules.verdict import RECYCLED, shown
from rules.vocabulary import Asks
from rules.words import PLAIN_NOUNS, listed, moment


def not_tested(case: Case) -> tuple[str, ...]:
    """What this answer did not look at, so that nobody takes silence for a pass."""
    told = Told(case=case)
    lines = [f"Whether a vendor account is mapped to this {told.noun('account')}."]
    hidden = hidden_types(case)
    if hidden:
        them = f"{told.noun('agreements')} of a type that the API user's role does not allow"
        lines.append(f"Whether it has {them}: {listed(hidden)}.")
    elif hidden is None and case.live.present and case.psa in ALLOW_LISTS:
        lines.append(f"Whether the API user's role hides some types of {told.noun('agreements')}.")
    if case.live.present and case.psa in UNTESTED:
        lines.append(UNTESTED[case.psa])
    if case.live.present and case.twins is None:
        lines.append("Whether the same name stands under another id.")
    return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything that a summary can draw on."""

    case: Case
    said: Sequence[Spoken] = ()
    chains: Sequence[Chain] = ()
    enough: Sequence[str] = ()

    @property
    def nameless(self) -> bool:
        return subject_of(self.case) is None and self.case.cached.account is None and not self.case.query

    @property
    def name(self) -> str:
        subject = subject_of(self.case) or self.case.cached.account
        if subject is not None:
            return " ".join(subject.name.split()) or f"{self.noun('account')} {subject.id}"
        return f"“{self.case.query}”" if self.case.query else f"this {self.noun('account')}"

    @property
    def psa(self) -> str:
        return self.noun("psa")

    def noun(self, word: str) -> str:
        return self.case.tool_words.get(word, PLAIN_NOUNS[word])

    @property
    def copy(self) -> str:
        return f"the copy of {moment(self.case.cached.as_of)}" if self.case.cached.as_of else "the last copy"

    @property
    def late(self) -> str:
        """Why it is not in the copy yet."""
        late = next((one.in_short for one in self.said if one.card.is_freshness and one.in_short), "")
        if late:
            return late
        if self.case.cached.present:
            return f"{self.copy} still holds it as hidden"
        return f"{self.copy} does not hold it, although nothing in it changed since"

    @property
    def hidden(self) -> str:
        """The first reason on the account itself, else what is wrong with its agreements."""
        failing = [one for one in self.said if one.finding.state is State.FAIL and one.card.blocks]
        reasons = [one.in_short for one in failing if one.card.asks is Asks.ACCOUNT]
        if self.chains and all(chain.qualifies is False for chain in self.chains):
            reasons.append(self._no_agreement(failing))
        if not reasons:
            return f"no {self.noun('agreement')} was returned"
        more = len(reasons) - 1
        return reasons[0] + (f", and {more} more reason{'s' if more > 1 else ''}" if more else "")

    def _no_agreement(self, failing: Sequence[Spoken]) -> str:
        """What all agreements fail is the reason; otherwise no single one passes them all (C17).

        Of several reasons the one comes first whose repair is enough.
        """
        own = [one for one in failing if one.card.asks is Asks.AGREEMENT]
        own.sort(key=lambda one: one.card.id not in self.enough)
        shared = {one.in_short for one in own if all(one.card.id in chain.failed for chain in self.chains)}
        first = next((one.in_short for one in own if one.in_short in shared), "")
        if first and (len(self.chains) == 1 or len(shared) == 1):
            return first
        none = f"none of its {self.noun('agreements')} passes every rule"
        return f"{none}; {own[0].in_short}" if own else none

    @property
    def recycled(self) -> str:
        own = next((one.in_short for one in self.said if one.card.id == RECYCLED and one.in_short), "")
        if own:
            return f"{self.name} is in {self.psa} but hidden: {own}."
        the_id, itself = self.noun("account_id"), self.case.account.id if self.case.account else ""
        bin_ = listed([twin.id for twin in self.case.twins or () if twin.deleted])
        there_twice = f"{self.name} is visible as {the_id} {itself}, and stands in the recycle bin as {the_id} {bin_}"
        return f"{there_twice}: map to {the_id} {itself}."

    @property
    def undecided(self) -> str:
        if self.case.live.present is None:
            held = f"{self.copy} {'shows' if shown(self.case) else 'does not show'} it"
            age = held if self.case.cached.as_of else "it was never synced"
            return f"Cannot tell the state of {self.name} now: {self.psa} could not be read; {age}."
        if self.case.live.present is False:
            right = f"the right to read {self.noun('accounts')} is not proven"
            return f"Cannot tell whether {self.name} is in {self.psa}: {right}."
        unknown = [one for one in self.said if one.finding.state is State.UNKNOWN and one.card.blocks]
        why = next((one.in_short for one in unknown if one.in_short), "a deciding rule could not be told")
        return f"Cannot tell whether {self.name} should be visible: {why}."


_SENTENCES: Final[Mapping[Verdict, Callable[[Told], str]]] = MappingProxyType(
    {
        Verdict.VISIBLE: lambda told: f"{told.name} is visible: it passes every rule in {told.psa} and is synced.",
        Verdict.NOT_SYNCED_YET: lambda told: f"{told.name} is in {told.psa}, but not synced yet: {told.late}.",
        Verdict.BLOCKED: lambda told: f"{told.name} is in {told.psa} but hidden: {told.hidden}.",
        Verdict.EXCLUDED_BY_DESIGN: lambda told: (
            f"{told.name} is in {told.psa} but left out on purpose: {told.hidden}."
        ),
        Verdict.STALE_ELIGIBILITY: lambda told: (
            f"{told.name} is visible now, but will vanish at the next sync: {told.hidden}."
        ),
        Verdict.DUPLICATE_OR_RECYCLED: lambda told: told.recycled,
        Verdict.GONE_IN_PSA: lambda told: f"{told.name} is no longer in {told.psa}: only {told.copy} still has it.",
        Verdict.NOT_FOUND: lambda told: (
            f"{told.name} is not in {told.psa}: the API user may read {told.noun('accounts')}, and there is none."
        ),
        Verdict.CANNOT_TELL: lambda told: told.undecided,
    }
)


def summary(told: Told, verdict: Verdict) -> str:
    """Names the account, the PSA and the first reason."""
    text = _SENTENCES[verdict](told)
    return text[:1].upper() + text[1:] if told.nameless else text
