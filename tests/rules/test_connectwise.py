"""Customers as support meets them in ConnectWise: what the first line says, and traps seen in the wild."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.records import EMPTY_REF, AccountFilter, Because, Option, Ref
from rules.engine import Engine
from rules.model import Cached, Diagnosis, Finding, Live, State, Verdict
from tests.rules.cases import (
    ACTIVE,
    CLIENT,
    CREDIT_HOLD,
    DAY,
    FILTER,
    LAST_SYNC,
    LONG_AGO,
    NONE_CYCLE,
    NOT_APPROVED,
    NOW,
    PROSPECT,
    TODAY,
    account,
    agreement,
    case,
    expired,
    not_in_copy,
    not_recurring,
    one_time,
    ref,
    synced,
    unreadable,
    with_rows,
)


def one(diagnosis: Diagnosis, rule: str) -> Finding:
    (finding,) = [each for each in diagnosis.findings if each.rule == rule]
    return finding


def judged(engine: Engine, **changes: Any) -> bool | None:
    return engine.judge(case(**changes)).visible


@pytest.mark.requirement("R3", "R5", "R8", "R9")
def test_a_customer_that_was_added_yesterday(engine: Engine) -> None:
    created = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
    diagnosis = engine.diagnose(
        case(
            account=account(created_at=created, changed_at=created),
            agreements=(agreement(changed_at=created),),
            cached=not_in_copy(),
        )
    )

    assert diagnosis.verdict is Verdict.NOT_SYNCED_YET
    assert diagnosis.summary == (
        "Acme Ltd is in ConnectWise, but not synced yet: created Fri 20 Nov 14:02 UTC, "
        "last full sync Tue 17 Nov 07:00 UTC."
    )
    assert diagnosis.enough_to_fix == ("synced-since-change",)
    assert one(diagnosis, "synced-since-change").fix[0] == "Run a full sync, or sync only this company."


@pytest.mark.requirement("R9", "R13")
def test_an_agreement_that_was_mended_since_the_sync(engine: Engine) -> None:
    mended = (agreement(changed_at=NOW - DAY),)
    diagnosis = engine.diagnose(case(agreements=mended, cached=synced(visible=False)))

    assert diagnosis.verdict is Verdict.NOT_SYNCED_YET
    assert "its agreement Managed changed Fri 20 Nov 10:00 UTC" in diagnosis.summary


@pytest.mark.requirement("R9")
def test_what_changed_while_the_sync_ran_is_not_in_it(engine: Engine) -> None:
    during = LAST_SYNC.replace(minute=5)
    diagnosis = engine.diagnose(case(account=account(created_at=during), cached=not_in_copy()))

    assert one(diagnosis, "synced-since-change").state is State.FAIL


def test_an_unchanged_customer_that_the_copy_lacks_says_so(engine: Engine) -> None:
    diagnosis = engine.diagnose(case(cached=not_in_copy()))

    assert diagnosis.verdict is Verdict.NOT_SYNCED_YET
    assert "does not hold it, although nothing in it changed since" in diagnosis.summary


def test_a_copy_that_holds_it_as_hidden_although_nothing_changed_says_so(engine: Engine) -> None:
    assert "still holds it as hidden" in engine.diagnose(case(cached=synced(visible=False))).summary


def test_the_first_question_on_a_new_connection(engine: Engine) -> None:
    never = Cached(present=False, as_of=None, run=None)
    diagnosis = engine.diagnose(case(cached=never, last_full_sync_started_at=None))

    assert diagnosis.summary == "Acme Ltd is in ConnectWise, but not synced yet: this connection has never been synced."


@pytest.mark.requirement("R34", "R36")
def test_a_customer_whose_only_agreement_has_billing_cycle_none(engine: Engine) -> None:
    diagnosis = engine.diagnose(
        case(account=account(name="Globex Corporation"), agreements=(not_recurring(),), cached=not_in_copy())
    )
    finding = one(diagnosis, "agreement-billing-cycle")

    assert diagnosis.verdict is Verdict.BLOCKED
    assert diagnosis.summary == (
        "Globex Corporation is in ConnectWise but hidden: no agreement bills on a recurring cycle."
    )
    assert finding.evidence == {"billing_cycle": "None", "billing_option": "NotRecurring"}
    assert finding.fix == (
        "Open Finance > Agreements in ConnectWise and the agreement.",
        "Set Billing Cycle to Monthly, Quarterly, Annual or whatever matches your billing cadence.",
        "Run a full sync, then check again.",
    )
    assert diagnosis.enough_to_fix == ("agreement-billing-cycle",)


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    ("cycle", "option", "table", "visible"),
    [
        (EMPTY_REF, None, True, False),
        (ref(NONE_CYCLE), None, True, False),
        (ref(NONE_CYCLE), None, False, False),
        (Ref(id="7", name="One Time"), None, False, False),
        (Ref(id="7", name="One-time"), "Monthly", True, False),
        (Ref(id="7", name="N/A"), None, False, False),
        (Ref(id="7", name="On account"), "NotRecurring", True, False),
        (Ref(id="2", name="Monthly"), "NotRecurring", True, False),
        (Ref(id="7", name="On account"), None, False, None),
        (Ref(id="7", name="On account"), None, True, None),
        (Ref(id="7", name="Annual"), None, False, True),
        (Ref(id="7", name="QUARTERLY"), None, False, True),
        (Ref(id="7", name="Every 30 days"), "Monthly", True, True),
        (None, None, True, None),
    ],
)
def test_how_billing_cycle_none_shows(
    engine: Engine, cycle: Ref | None, option: str | None, table: bool, visible: bool | None
) -> None:
    tables = case().tables if table else with_rows("billing_cycles", None, Because.PERMISSION)
    bills = agreement(billing_cycle=cycle, billing_option=option)

    assert judged(engine, agreements=(bills,), tables=tables) is visible


@pytest.mark.requirement("R44")
def test_billing_cycles_that_may_not_be_read_name_the_right_to_grant(engine: Engine) -> None:
    odd = agreement(billing_cycle=Ref(id="7", name="On account"), billing_option=None)
    tables = with_rows("billing_cycles", None, Because.PERMISSION)
    diagnosis = engine.diagnose(case(agreements=(odd,), tables=tables))
    finding = one(diagnosis, "agreement-billing-cycle")

    assert (diagnosis.verdict, finding.because) == (Verdict.CANNOT_TELL, Because.PERMISSION)
    assert "Invoicing / Billing Cycle" in " ".join(finding.fix)


@pytest.mark.requirement("R89", "R93", "R94", "X4")
def test_x4_a_prospect_is_left_out_on_purpose(engine: Engine) -> None:
    prospect = account(name="Initech", types=(ref(PROSPECT),))
    diagnosis = engine.diagnose(case(account=prospect, cached=not_in_copy()))
    finding = one(diagnosis, "account-is-customer")

    assert diagnosis.verdict is Verdict.EXCLUDED_BY_DESIGN
    assert diagnosis.summary == "Initech is in ConnectWise but left out on purpose: its type is Prospect."
    assert "Left out: Prospect and Vendor." in finding.reason
    assert "Finance screen" in finding.fix[0]


@pytest.mark.requirement("R91")
def test_a_client_that_is_also_a_prospect_is_pulled(engine: Engine) -> None:
    assert judged(engine, account=account(types=(ref(CLIENT), ref(PROSPECT)))) is True


@pytest.mark.requirement("R93")
def test_an_operator_decides_which_types_and_statuses_are_pulled(engine: Engine) -> None:
    wide = AccountFilter(statuses=(ACTIVE, NOT_APPROVED), types=(CLIENT, PROSPECT), custom=True)
    prospect = account(types=(ref(PROSPECT),), status=ref(NOT_APPROVED))

    assert judged(engine, account=prospect, filter=wide) is True
    assert judged(engine, account=prospect) is False


def test_a_type_that_is_newer_than_the_tables_is_not_pulled(engine: Engine) -> None:
    assert judged(engine, account=account(types=(Ref(id="99", name="Client Plus"),))) is False


@pytest.mark.requirement("R96")
@pytest.mark.parametrize("table", ["types", "statuses"])
def test_a_table_that_may_not_be_read_leaves_its_filter_unknown(engine: Engine, table: str) -> None:
    unread: dict[str, Any] = {table: None}
    changed = case(filter=replace(FILTER, **unread), tables=with_rows(table, None, Because.PERMISSION))
    diagnosis = engine.diagnose(changed)
    rule = "account-is-customer" if table == "types" else "account-is-active"

    assert diagnosis.verdict is Verdict.CANNOT_TELL
    assert one(diagnosis, rule).because is Because.PERMISSION
    assert "Table Setup" in " ".join(one(diagnosis, rule).fix)


@pytest.mark.requirement("X30")
def test_x30_one_of_the_statuses_and_one_of_the_types_must_fit(engine: Engine) -> None:
    both = account(status=ref(CREDIT_HOLD), types=(ref(PROSPECT), ref(CLIENT)))

    assert judged(engine, account=both) is True
    assert judged(engine, account=replace(both, types=(ref(PROSPECT),))) is False
    assert judged(engine, account=replace(both, status=ref(NOT_APPROVED))) is False


@pytest.mark.requirement("X5")
def test_x5_a_company_that_is_not_approved_is_not_offered_for_mapping(engine: Engine) -> None:
    diagnosis = engine.diagnose(case(account=account(status=ref(NOT_APPROVED)), cached=not_in_copy()))

    assert diagnosis.verdict is Verdict.EXCLUDED_BY_DESIGN
    assert "not approved are not offered for mapping" in one(diagnosis, "account-is-active").reason


@pytest.mark.requirement("R48", "R49", "R92")
def test_a_custom_status_is_a_risk_and_never_a_failure(engine: Engine) -> None:
    held = account(name="Tyrell Corp", status=ref(CREDIT_HOLD))
    diagnosis = engine.diagnose(case(account=held))
    known = engine.diagnose(case(account=held, filter=replace(FILTER, custom=True)))
    finding = one(diagnosis, "account-status-is-standard")

    assert diagnosis.verdict is Verdict.VISIBLE
    assert (finding.state, finding.blocks, finding.because) == (State.UNKNOWN, False, Because.INPUT_MISSING)
    assert "include_statuses" in finding.fix[0]
    assert one(known, "account-status-is-standard").state is State.PASS


@pytest.mark.requirement("R95")
def test_neither_a_familiar_id_nor_a_stale_name_makes_a_status_standard(engine: Engine) -> None:
    renamed = with_rows("statuses", (Option(id="1", name="Gold"), Option(id="27", name="Active")))
    wide = replace(FILTER, statuses=(Option(id="1", name="Gold"), Option(id="27", name="Active")))

    def state(status: Ref) -> State:
        told = engine.diagnose(case(account=account(status=status), tables=renamed, filter=wide))
        return one(told, "account-status-is-standard").state

    assert state(Ref(id="1", name="Active")) is State.UNKNOWN
    assert state(Ref(id="27", name="Active")) is State.PASS
    assert state(Ref(id="31", name="Active")) is State.FAIL


@pytest.mark.requirement("R37", "R38", "R39")
def test_two_companies_of_one_name_one_of_them_recycled(engine: Engine) -> None:
    active = account(id="5120", name="Umbrella Inc")
    recycled = account(id="2277", name="Umbrella Inc", deleted=True, changed_at=datetime(2023, 3, 3, tzinfo=UTC))
    of_active = engine.diagnose(case(account=active, twins=(recycled,)))
    of_recycled = engine.diagnose(case(account=recycled, twins=(active,), agreements=(), cached=not_in_copy()))
    finding = one(of_active, "account-name-is-unique")

    assert of_active.verdict is of_recycled.verdict is Verdict.DUPLICATE_OR_RECYCLED
    assert of_active.summary == (
        "Umbrella Inc is visible as RecId 5120, and stands in the recycle bin as RecId 2277: map to RecId 5120."
    )
    assert of_recycled.summary == (
        "Umbrella Inc is in ConnectWise but hidden: RecId 2277 is in the recycle bin; the active one is RecId 5120."
    )
    assert [(row["id"], row["state"]) for row in finding.evidence["same_name"]] == [
        ("5120", "active"),
        ("2277", "recycled"),
    ]
    assert finding.fix == (
        "Map to RecId 5120.",
        "Empty the recycle bin in ConnectWise under System > Mass Maintenance > Company Recycle Bin, to clean up.",
    )


def test_a_recycled_company_without_another_of_its_name(engine: Engine) -> None:
    diagnosis = engine.diagnose(case(account=account(deleted=True)))

    assert diagnosis.summary == "Acme Ltd is in ConnectWise but hidden: RecId 4711 is in the recycle bin."


@pytest.mark.requirement("X28")
def test_x28_a_merge_leaves_status_and_date_as_they_were_and_is_seen_all_the_same(engine: Engine) -> None:
    merged = account(deleted=True, status=ref(ACTIVE), changed_at=LONG_AGO)
    diagnosis = engine.diagnose(case(account=merged, cached=synced()))

    assert diagnosis.verdict is Verdict.DUPLICATE_OR_RECYCLED
    assert one(diagnosis, "synced-since-change").evidence["change"] == "deleted"


@pytest.mark.requirement("R35")
def test_a_customer_with_an_expired_and_a_one_time_agreement(engine: Engine) -> None:
    two = (expired(), one_time(id="89", name="Onboarding"))
    diagnosis = engine.diagnose(case(account=account(name="Soylent Corp"), agreements=two))

    assert diagnosis.verdict is Verdict.STALE_ELIGIBILITY
    assert diagnosis.summary == (
        "Soylent Corp is visible now, but will vanish at the next sync: "
        "none of its agreements passes every rule; its agreement Managed ended on 20 Nov 2026."
    )
    assert diagnosis.enough_to_fix == ("agreement-in-date-range",)


def test_a_customer_that_was_deleted_for_good(engine: Engine) -> None:
    gone = case(live=Live(present=False), account=account(name="Wonka Candy"), agreements=(), twins=None)
    diagnosis = engine.diagnose(gone)

    assert diagnosis.verdict is Verdict.GONE_IN_PSA
    assert diagnosis.summary == (
        "Wonka Candy is no longer in ConnectWise: only the copy of Tue 17 Nov 07:12 UTC still has it."
    )
    assert one(diagnosis, "synced-since-change").state is State.FAIL
    assert one(diagnosis, "account-is-customer").state is State.NOT_NEEDED


def test_a_name_that_nobody_bears(engine: Engine) -> None:
    nobody = case(live=Live(present=False), account=None, agreements=None, cached=not_in_copy(), query="Akme")

    assert engine.diagnose(replace(nobody, query="")).summary.startswith("This company is not in ConnectWise")
    assert engine.diagnose(nobody).summary == (
        "“Akme” is not in ConnectWise: the API user may read companies, and there is none."
    )


@pytest.mark.requirement("R8")
def test_while_the_psa_is_down_there_is_no_verdict_but_the_age_of_the_copy(engine: Engine) -> None:
    down = engine.diagnose(case(live=unreadable(), agreements=None, twins=None, probes=None))
    never = Cached(present=False, as_of=None, run=None)
    unseen = engine.diagnose(case(live=unreadable(), account=None, agreements=None, cached=never))

    assert down.verdict is Verdict.CANNOT_TELL
    assert down.summary == (
        "Cannot tell the state of Acme Ltd now: ConnectWise could not be read; "
        "the copy of Tue 17 Nov 07:12 UTC shows it."
    )
    assert unseen.summary.endswith("ConnectWise could not be read; it was never synced.")


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("dates", "visible"),
    [
        ({"open_ended": False, "ends_on": TODAY}, True),
        ({"open_ended": None, "ends_on": TODAY}, True),
        ({"open_ended": None, "ends_on": TODAY - DAY}, False),
        ({"starts_on": TODAY}, True),
        ({"starts_on": TODAY + DAY}, False),
        ({"starts_on": date(2027, 1, 1)}, False),
        ({"starts_on": None}, None),
        ({"open_ended": False}, None),
        ({"open_ended": False, "ends_on": TODAY - DAY, "starts_on": None}, False),
        ({"open_ended": True, "ends_on": TODAY - DAY}, True),
    ],
)
def test_the_first_and_the_last_day_both_count(engine: Engine, dates: dict[str, Any], visible: bool | None) -> None:
    assert judged(engine, agreements=(agreement(**dates),)) is visible


@pytest.mark.requirement("R29")
def test_a_contract_from_next_year_says_in_how_many_days_it_starts(engine: Engine) -> None:
    diagnosis = engine.diagnose(case(agreements=(agreement(starts_on=date(2027, 1, 1)),), cached=not_in_copy()))

    assert one(diagnosis, "agreement-in-date-range").reason == "It starts on 1 Jan 2027, in 41 days."
    assert diagnosis.summary.endswith("its agreement Managed starts only on 1 Jan 2027.")


def test_cancelled_expired_and_inactive_are_told_apart(engine: Engine) -> None:
    def said(**changes: Any) -> tuple[str, str]:
        finding = one(engine.diagnose(case(agreements=(agreement(**changes),))), "agreement-is-active")
        return finding.reason, finding.fix[1].split()[0]

    assert said(status="Cancelled", cancelled=True) == ("It is cancelled.", "Clear")
    assert said(status="Expired") == ("It has expired.", "Extend")
    assert said(status="Inactive") == ("Its status is Inactive, not Active.", "Activate")


def test_agreements_that_fail_in_different_ways_are_not_lumped_together(engine: Engine) -> None:
    two = (agreement(status="Cancelled", cancelled=True), agreement(id="89", name="Old", status="Inactive"))
    diagnosis = engine.diagnose(case(agreements=two, cached=not_in_copy()))

    assert diagnosis.summary == (
        "Acme Ltd is in ConnectWise but hidden: "
        "none of its agreements passes every rule; its agreement Managed is cancelled."
    )


def test_no_agreement_at_all_is_told_from_none_that_may_be_seen(engine: Engine) -> None:
    none = engine.diagnose(case(agreements=(), cached=not_in_copy()))
    had_some = engine.diagnose(case(agreements=(), cached=synced()))

    assert (none.verdict, had_some.verdict) == (Verdict.BLOCKED, Verdict.CANNOT_TELL)
    assert none.summary == "Acme Ltd is in ConnectWise but hidden: it has no agreement at all."
    assert had_some.summary == (
        "Cannot tell whether Acme Ltd should be visible: no agreement was returned, and the last sync had Managed."
    )


def test_several_reasons_are_counted_in_the_first_line(engine: Engine) -> None:
    prospect = account(types=(ref(PROSPECT),), status=ref(NOT_APPROVED))
    diagnosis = engine.diagnose(case(account=prospect, agreements=(not_recurring(),), cached=not_in_copy()))

    assert diagnosis.summary.endswith("left out on purpose: its type is Prospect, and 2 more reasons.")


@pytest.mark.parametrize("name", ["@here", "<!channel>", "{{ 7 * 7 }}", "Bobby\nTables", "  ", "مرحبا", "x" * 500])
def test_any_name_is_only_text(engine: Engine, name: str) -> None:
    twin = account(id="2277", name=name, deleted=True)
    told = case(account=account(name=name), twins=(twin,), agreements=(not_recurring(name=name),))
    diagnosis = engine.diagnose(told)
    reasons = [finding.reason for finding in diagnosis.findings]

    assert "49" not in diagnosis.summary
    assert all("\n" not in text for text in (*reasons, diagnosis.summary))
    assert not any(finding.because is Because.RULE_ERROR for finding in diagnosis.findings)
