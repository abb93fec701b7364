import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import EMPTY_REF, Access, Account, Agreement, Because, Capability, Ref
from rules.answers import Answer
from rules.cards import Card
from rules.engine import Engine
from rules.literals import Facts
from rules.model import Cached, Finding, State, Verdict
from rules.running import evidence_of
from rules.words import Phrasebook
from tests.rules.cases import (
    COMPANIES,
    DAY,
    LEGACY,
    MANAGED,
    NOW,
    TODAY,
    account,
    agreement,
    case,
    expired,
    not_in_copy,
    not_recurring,
    one_time,
    ref,
    unreadable,
    with_rows,
)
from tests.rules.psas import agreement_of, case_of, line


def found(engine: Engine, rule: str, **changes: Any) -> list[Finding]:
    return [one for one in engine.diagnose(case(**changes)).findings if one.rule == rule]


@pytest.mark.requirement("R35")
def test_one_and_the_same_agreement_has_to_pass_every_rule(engine: Engine) -> None:
    # Expired but monthly, and active but one-time: together they make nothing.
    halves = (expired(), one_time(id="89", name="Onboarding"))
    judged = engine.judge(case(agreements=halves))
    chains = engine.diagnose(case(agreements=halves)).agreements

    assert judged.visible is False
    assert judged.qualifying == ()
    assert [(chain.id, chain.qualifies, chain.failed) for chain in chains] == [
        ("88", False, ("agreement-is-active", "agreement-in-date-range")),
        ("89", False, ("agreement-is-recurring", "agreement-billing-cycle")),
    ]


@pytest.mark.requirement("R35")
def test_a_customer_with_one_good_agreement_is_visible_and_the_dropped_one_is_told(engine: Engine) -> None:
    mixed = (not_recurring(id="90", name="Ad hoc"), agreement())
    diagnosis = engine.diagnose(case(agreements=mixed))

    assert diagnosis.verdict is Verdict.VISIBLE
    assert diagnosis.enough_to_fix == ()
    assert [chain.qualifies for chain in diagnosis.agreements] == [False, True]
    assert engine.judge(case(agreements=mixed)).qualifying == ("88",)


def test_each_agreement_has_its_own_finding_with_its_own_address(engine: Engine) -> None:
    findings = found(
        engine, "agreement-billing-cycle", agreements=(not_recurring(id="90", url="https://x"), agreement())
    )

    assert [(one.record.id if one.record else "", one.state, one.url) for one in findings] == [
        ("90", State.FAIL, "https://x"),
        ("88", State.PASS, "https://psa.example/agreement/88"),
    ]


@pytest.mark.requirement("R20", "R90")
def test_a_finding_carries_its_evidence_record_address_and_link(engine: Engine) -> None:
    (status,) = found(engine, "account-is-active")
    (kind,) = found(engine, "account-is-customer")

    assert status.evidence["status"] == "Active"
    assert kind.evidence["types"] == ["Client"]
    assert (kind.record and kind.record.id, kind.url) == ("4711", "https://psa.example/company/4711")
    assert kind.link is not None
    assert kind.link.startswith("https://")
    assert [leaf.held for leaf in kind.trace] == [True]


def test_evidence_is_ready_for_json(engine: Engine) -> None:
    (dates,) = found(engine, "agreement-in-date-range", agreements=(expired(),))
    (fresh,) = found(engine, "synced-since-change")

    assert dates.evidence == {"starts_on": "2026-01-01", "ends_on": "2026-11-20", "today": "2026-11-21"}
    assert fresh.evidence["last_full_sync_at"] == "2026-11-17T07:00:00Z"


def test_a_rule_whose_need_the_psa_lacks_is_not_needed(engine: Engine) -> None:
    without = case(gives=case().gives - {Capability.ONE_TIME_FLAG}, agreements=(agreement(one_time=None),))
    (finding,) = [one for one in engine.diagnose(without).findings if one.rule == "agreement-is-recurring"]

    assert finding.state is State.NOT_NEEDED
    assert finding.reason == "This cannot be asked of ConnectWise: it does not tell."
    assert engine.judge(without).visible is True


def test_a_rule_of_another_psa_is_not_run(engine: Engine) -> None:
    run = {one.rule for one in engine.diagnose(case(psa="syncro")).findings}

    assert run == {card.id for card in engine.cards if "syncro" in card.psas}
    assert "agreement-billing-cycle" not in run


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"agreements": None, "agreements_because": Because.PERMISSION}, Because.PERMISSION),
        ({"agreements": None, "agreements_because": Because.PSA_DOWN}, Because.PSA_DOWN),
        ({"agreements": None}, Because.INPUT_MISSING),
    ],
)
def test_agreements_that_could_not_be_read_are_unknown_with_the_cause(
    engine: Engine, changes: dict[str, Any], because: Because
) -> None:
    for rule in ("agreement-exists", "agreement-is-active", "agreement-billing-cycle"):
        (finding,) = found(engine, rule, **changes)
        assert (finding.state, finding.because) == (State.UNKNOWN, because)
    assert engine.judge(case(**changes)).visible is None


@pytest.mark.requirement("R42")
def test_no_agreement_is_unknown_while_a_type_is_not_allowed(engine: Engine) -> None:
    tables = with_rows("agreement_types", (MANAGED, LEGACY))
    diagnosis = engine.diagnose(case(agreements=(), cached=not_in_copy(), tables=tables))
    (finding,) = [one for one in diagnosis.findings if one.rule == "agreement-exists"]

    assert diagnosis.verdict is Verdict.CANNOT_TELL
    assert (finding.because, finding.evidence["hidden_types"]) == (Because.PERMISSION, ["Legacy Hosting"])
    assert "Legacy Hosting" in diagnosis.summary
    assert any("Legacy Hosting" in line for line in diagnosis.not_tested)


def test_what_was_not_tested_is_said(engine: Engine) -> None:
    silent = with_rows("agreement_types", (replace(MANAGED, flags={}),))

    assert engine.diagnose(case()).not_tested == ("Whether a vendor account is mapped to this company.",)
    assert engine.diagnose(case(tables=silent, twins=None)).not_tested == (
        "Whether a vendor account is mapped to this company.",
        "Whether the API user's role hides some types of agreements.",
        "Whether the same name stands under another id.",
    )


@pytest.mark.requirement("R46", "R47")
def test_an_agreement_that_the_psa_no_longer_returns_is_told_with_the_day_it_was_last_seen(engine: Engine) -> None:
    gone = agreement(id="61", name="Old hosting", type=ref(LEGACY))
    cached = replace(case().cached, agreements=(agreement(), gone), last_seen={"61": NOW - 30 * DAY})
    (finding,) = found(
        engine, "agreement-not-stale", cached=cached, tables=with_rows("agreement_types", (MANAGED, LEGACY))
    )

    assert (finding.state, finding.blocks) == (State.FAIL, False)
    assert finding.record is not None
    assert (finding.record.id, finding.evidence["last_seen_at"]) == ("61", "2026-10-22T10:00:00Z")
    assert "does not allow its type Legacy Hosting" in finding.reason
    assert "disappeared" in " ".join(finding.fix)


@pytest.mark.requirement("R42")
def test_each_right_that_is_not_granted_is_a_finding_the_often_missed_ones_first(engine: Engine) -> None:
    def probe(name: str, access: Access, **more: Any) -> Any:
        return replace(COMPANIES, id=name, right=name.title(), access=access, often_missed=False, **more)

    probes = (
        COMPANIES,
        probe("members", Access.UNKNOWN),
        replace(probe("catalog", Access.REFUSED), often_missed=True),
        probe("boards", Access.REFUSED, used_by=("billing tool",)),
        probe("changes", Access.UNPROBEABLE),
        probe("tickets", Access.EMPTY),
    )
    findings = found(engine, "permissions", probes=probes)

    assert [(one.record.id if one.record else "", one.state, one.because) for one in findings] == [
        ("catalog", State.FAIL, None),
        ("boards", State.FAIL, None),
        ("members", State.UNKNOWN, Because.PSA_DOWN),
        ("changes", State.UNKNOWN, Because.NOT_EXPOSED),
        ("tickets", State.UNKNOWN, Because.PERMISSION),
    ]
    assert findings[1].evidence["needed_by"] == "your billing tool, not this bot"
    assert not any(one.blocks for one in findings)


@pytest.mark.requirement("R1")
def test_a_refused_right_weighs_once_it_keeps_a_rule_from_answering(engine: Engine) -> None:
    refused = (COMPANIES, replace(COMPANIES, id="agreements", access=Access.REFUSED))
    (right,) = found(engine, "permissions", probes=refused, agreements=None, agreements_because=Because.PERMISSION)

    assert (right.state, right.blocks) == (State.FAIL, True)


@pytest.mark.requirement("R8")
def test_while_the_psa_is_down_the_copy_is_judged_and_said_to_be_a_copy(engine: Engine) -> None:
    down = case(live=unreadable(), agreements=None, twins=None, probes=None)
    findings = engine.diagnose(down).findings
    told = {one.rule: one for one in findings}

    assert told["account-is-customer"].state is State.PASS
    assert told["agreement-billing-cycle"].state is State.PASS
    assert all(one.from_copy for one in findings if one.rule != "permissions")
    assert told["account-is-readable"].because is Because.PSA_DOWN
    assert told["account-is-readable"].reason == "ConnectWise could not be read, so this cannot be told now."


def test_without_the_right_to_read_companies_that_is_the_finding(engine: Engine) -> None:
    refused = (replace(COMPANIES, access=Access.REFUSED),)
    diagnosis = engine.diagnose(case(live=unreadable(Because.PERMISSION), probes=refused, agreements=None, twins=None))
    told = {one.rule: one for one in diagnosis.findings}

    assert diagnosis.verdict is Verdict.CANNOT_TELL
    assert told["account-is-readable"].state is State.FAIL
    assert "Company Maintenance" in " ".join(told["account-is-readable"].fix)


def _breaking(engine: Engine, rule: str, **changes: Any) -> Engine:
    """The same rules, one of them broken."""
    return Engine([replace(card, **changes) if card.id == rule else card for card in engine.cards])


def _boom(facts: Facts) -> Sequence[Answer]:
    raise ZeroDivisionError


def test_a_rule_that_breaks_is_unknown_and_hides_no_other(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    broken = _breaking(engine, "agreement-exists", check=_boom)
    with caplog.at_level(logging.ERROR, logger="rules"):
        diagnosis = broken.diagnose(case(agreements=(not_recurring(),)))
    told = {one.rule: one for one in diagnosis.findings}
    finding = told["agreement-exists"]

    assert (finding.state, finding.because) == (State.UNKNOWN, Because.RULE_ERROR)
    assert finding.reason == "This rule broke. The other rules are not affected."
    assert finding.error_id in {record.__dict__["error_id"] for record in caplog.records}
    assert "ZeroDivisionError" not in str(diagnosis)
    assert told["agreement-billing-cycle"].state is State.FAIL
    assert set(told) == {one.id for one in engine.cards if "connectwise" in one.psas}
    assert broken.judge(case()).visible is None
    assert broken.judge(case()).reasons == ("agreement-exists",)


def test_words_that_break_make_their_rule_unknown_and_hide_no_other(engine: Engine) -> None:
    template = Phrasebook().template("{{ no_such_fact }}")
    card = engine.card("agreement-billing-cycle")
    assert card is not None
    words = tuple(replace(one, says=template) for one in card.fail)
    diagnosis = _breaking(engine, card.id, fail=words).diagnose(case(agreements=(not_recurring(),)))
    told = {one.rule: one for one in diagnosis.findings}

    assert told[card.id].because is Because.RULE_ERROR
    assert told[card.id].error_id
    assert told["account-is-customer"].state is State.PASS
    assert set(told) == {one.id for one in engine.cards if "connectwise" in one.psas}


def test_a_spared_rule_is_not_needed_and_passes(engine: Engine) -> None:
    card = engine.card("agreement-billing-cycle")
    assert card is not None
    spared = _breaking(engine, card.id, not_needed_if=card.expect, expect=None, check=_boom)

    assert [one.state for one in spared.diagnose(case()).findings if one.rule == card.id] == [State.NOT_NEEDED]
    assert spared.judge(case()).visible is True


def test_judging_a_whole_tenant_takes_well_under_half_a_second(engine: Engine) -> None:
    never = Cached(present=False, as_of=None, run=None)
    cases = [
        case(account=account(id=str(n)), cached=never, agreements=tuple(agreement(id=str(i)) for i in range(3 + n % 2)))
        for n in range(1514)
    ]
    assert sum(len(one.agreements or ()) for one in cases) == 5299
    fastest = min(_seconds(engine, cases) for _ in range(3))

    assert fastest < (5.0 if sys.gettrace() else 0.5)  # measuring coverage makes every line slow


def test_judging_a_whole_tenant_with_its_lines_takes_as_little(engine: Engine) -> None:
    never = Cached(present=False, as_of=None, run=None)
    lines = tuple(line(id=str(number)) for number in range(3))
    cases = [
        case_of(
            "autotask",
            cached=never,
            agreements=tuple(agreement_of("autotask", id=str(i), lines=lines) for i in range(3 + n % 2)),
        )
        for n in range(1514)
    ]
    fastest = min(_seconds(engine, cases) for _ in range(3))

    assert fastest < (5.0 if sys.gettrace() else 0.5)  # measuring coverage makes every line slow


def _seconds(engine: Engine, cases: Sequence[Any]) -> float:
    started = time.process_time()
    for one in cases:
        engine.judge(one)
    return time.process_time() - started


maybe = st.sampled_from
agreements = st.builds(
    agreement,
    id=st.text("0123456789", min_size=1, max_size=3),
    status=maybe(["Active", "Expired", "Cancelled", None]),
    cancelled=maybe([True, False, None]),
    starts_on=maybe([TODAY, TODAY + DAY, None]),
    open_ended=maybe([True, None]),
    one_time=maybe([True, False, None]),
    billing_cycle=maybe([EMPTY_REF, Ref(id="2", name="Monthly"), Ref(id="7", name="Odd"), None]),
    billing_option=maybe(["Monthly", "NotRecurring", None]),
)
accounts = st.builds(
    account,
    status=maybe([EMPTY_REF, Ref(id="1", name="Active"), Ref(id="2", name="Inactive"), None]),
    types=maybe([(), (Ref(id="1", name="Client"),), None]),
    deleted=maybe([True, False, None]),
)


@settings(max_examples=100, deadline=None)
@given(accounts, st.lists(agreements, max_size=4))
def test_adding_a_passing_agreement_never_hides(engine: Engine, who: Account, some: list[Agreement]) -> None:
    before = engine.judge(case(account=who, agreements=tuple(some))).visible
    after = engine.judge(case(account=who, agreements=(*some, agreement(id="new")))).visible

    assert after is before or before is not True
    assert not (before is None and after is False)


@settings(max_examples=100, deadline=None)
@given(accounts, st.lists(agreements, max_size=4))
def test_unknown_never_counts_as_pass(engine: Engine, who: Account, some: list[Agreement]) -> None:
    diagnosis = engine.diagnose(case(account=who, agreements=tuple(some)))
    own = [one for one in diagnosis.findings if one.blocks and one.record and one.record.kind == "account"]

    if diagnosis.visible:
        assert {one.state for one in own} <= {State.PASS, State.NOT_NEEDED}
        assert any(not chain.failed and not chain.unknown for chain in diagnosis.agreements)


@settings(max_examples=100, deadline=None)
@given(accounts, st.lists(agreements, max_size=4))
def test_the_sync_and_the_explanation_cannot_drift_apart(engine: Engine, who: Account, some: list[Agreement]) -> None:
    told = case(account=who, agreements=tuple(some))

    assert engine.diagnose(told).visible is engine.judge(told).visible


def test_evidence_of_any_kind_is_ready_for_json(engine: Engine) -> None:
    card = engine.card("permissions")
    assert card is not None
    answer = Answer(state=State.PASS, evidence={"quantity": Decimal("1.50"), "rows": ({"on": TODAY},)})

    assert evidence_of(card, {}, answer) == {"quantity": "1.50", "rows": [{"on": "2026-11-21"}]}


def test_a_psa_without_any_rule_on_agreements_still_wants_an_agreement(engine: Engine) -> None:
    only = Engine([card for card in engine.cards if card.id == "account-is-customer"])
    nothing = case(agreements=(), cached=not_in_copy())

    assert only.judge(case()).visible is True
    assert only.judge(nothing).visible is False
    assert only.diagnose(nothing).summary.endswith("hidden: no agreement was returned.")


def test_changes_of_agreements_that_were_not_read_stay_unknown(engine: Engine) -> None:
    (fresh,) = found(
        engine, "synced-since-change", cached=not_in_copy(), agreements=None, agreements_because=Because.PERMISSION
    )

    assert (fresh.state, fresh.because) == (State.UNKNOWN, Because.PERMISSION)


def test_the_engine_knows_its_cards_by_id(engine: Engine) -> None:
    card = engine.card("permissions")

    assert isinstance(card, Card)
    assert engine.card("no-such-rule") is None
