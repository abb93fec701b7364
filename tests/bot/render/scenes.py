"""Results of ``/psa missing`` built by hand, each with a few words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.answers import AccountAnswer, Answer, Result
from bot.candidates import Near
from bot.messages import Message, plain
from bot.store.queries.runs import SyncRun
from connectors.records import Account, Agreement, Because
from rules.model import AgreementChain, Cached, Case, Diagnosis, Finding, Live, RecordRef, State, Verdict
from tests.bot.sync.fakes import NOON, NOUNS, SPEC, account, agreement
from tests.bot.test_cases import SYNC

STEPS = ("Open Finance > Agreements and the agreement.", "Set Billing Cycle to Monthly.", "Check again.")
FOUR_DAYS_AGO = NOON - timedelta(days=4)


def finding(rule: str = "agreement-billing-cycle", state: State = State.FAIL, **changes: Any) -> Finding:
    title = rule.replace("-", " ").capitalize()
    known = Finding(rule=rule, title=title, state=state, reason="Its billing cycle is None.", fix=STEPS)
    return replace(known, **changes)


def about(agreement_id: str, name: str, rule: str = "agreement-billing-cycle", **changes: Any) -> Finding:
    record = RecordRef(kind="agreement", id=agreement_id, name=name)
    return finding(rule, record=record, url=f"https://na.example/{agreement_id}", **changes)


def passed(*rules: str) -> tuple[Finding, ...]:
    return tuple(finding(rule, State.PASS, reason="", fix=()) for rule in rules)


def unknown(rule: str, because: Because, **changes: Any) -> Finding:
    return finding(rule, State.UNKNOWN, because=because, **changes)


def right(name: str, needed_by: str = "this bot") -> Finding:
    return finding("permissions", evidence={"right": name, "needed_by": needed_by}, blocks=False)


def chain(
    agreement_id: str, name: str, *failed: str, qualifies: bool | None = None, unknown: Sequence[str] = ()
) -> AgreementChain:
    passes = not failed if qualifies is None else qualifies
    return AgreementChain(id=agreement_id, name=name, qualifies=passes, failed=failed, unknown=tuple(unknown))


def diagnosis(
    *findings: Finding,
    verdict: Verdict = Verdict.BLOCKED,
    summary: str = "Acme Ltd is in ConnectWise but hidden: no agreement bills on a recurring cycle.",
    agreements: Sequence[AgreementChain] = (),
    enough: Sequence[str] = (),
) -> Diagnosis:
    return Diagnosis(
        verdict=verdict,
        summary=summary,
        findings=findings,
        agreements=tuple(agreements),
        enough_to_fix=tuple(enough),
        not_tested=("Whether a vendor account is mapped to this company.",),
        visible=verdict is Verdict.VISIBLE,
        catalogue="abc123",
    )


def case(**changes: Any) -> Case:
    found: Account = account(4711, name="Acme Ltd")
    owned: tuple[Agreement, ...] = (agreement(88, 4711, name="Managed"),)
    known = Case(
        psa="connectwise",
        now=NOON,
        today=NOON.date(),
        gives=SPEC.gives,
        live=Live(present=True, as_of=NOON),
        cached=Cached(present=True, as_of=FOUR_DAYS_AGO, run=812, visible=False, account=found, agreements=owned),
        account=found,
        agreements=owned,
    )
    return replace(known, **changes)


def answered(diagnosed: Diagnosis, judged: Case | None = None, **changes: Any) -> AccountAnswer:
    known = AccountAnswer(
        id="4711", name="Acme Ltd", url="https://na.example/4711", case=judged or case(), diagnosis=diagnosed
    )
    return replace(known, **changes)


def result(*accounts: AccountAnswer, **changes: Any) -> Result:
    """Of its first account; without any, not found."""
    first = accounts[0].diagnosis if accounts else diagnosis(verdict=Verdict.NOT_FOUND, summary="“Acme” is not there.")
    known = Result(
        connection="cw-prod",
        psa="connectwise",
        nouns=NOUNS,
        verdict=first.verdict,
        summary=first.summary,
        accounts=accounts,
        not_tested=first.not_tested,
        last_sync=SYNC,
        calls=5,
        elapsed_ms=412,
    )
    return replace(known, **changes)


def several(count: int, name: str = "Acme") -> Result:
    near = tuple(Near(id=str(n), name=f"{name} {n}", detail=f"{n}, Active") for n in range(count))
    summary = f"{count} companies match “Acme” on cw-prod. Choose the one you mean."
    return result(verdict=Verdict.AMBIGUOUS, summary=summary, candidates=near)


def answer(*results: Result, query: str = "Acme") -> Answer:
    return Answer(query=query, asked_at=NOON, results=results)


def running(**changes: Any) -> SyncRun:
    return replace(SYNC, ended_at=None, started_at=NOON, **changes)


def lines(message: Message) -> list[str]:
    """What a person reads, line by line, without what is empty."""
    return [line for line in plain(message.blocks).split("\n") if line.strip()]


def labels(message: Message) -> list[str]:
    return [action.action for action in message.actions]
