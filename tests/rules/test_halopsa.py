"""Customers as support meets them in HaloPSA: the version, recurring invoices and their lines."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import Ref
from rules.engine import Engine
from rules.model import Finding, State, Verdict
from rules.version import OLDEST, parts_of
from tests.rules.cases import DAY, TODAY, not_in_copy
from tests.rules.psas import FILTER, account_of, agreement_of, case_of, line


def told(engine: Engine, rule: str, **changes: Any) -> Finding:
    (finding,) = [one for one in engine.diagnose(case_of("halopsa", **changes)).findings if one.rule == rule]
    return finding


@pytest.mark.requirement("R51")
@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("2.99", State.FAIL),
        ("2.145.99", State.FAIL),
        ("v2.126.32", State.FAIL),
        ("1.999", State.FAIL),
        ("2.146", State.PASS),
        ("2.146.0", State.PASS),
        ("2.206", State.PASS),
        ("10.0", State.PASS),
        (" V2.176.1 ", State.PASS),
        ("2.174.9 (hosted)", State.PASS),
        ("2", State.UNKNOWN),
        ("", State.UNKNOWN),
        ("cloud", State.UNKNOWN),
        ("2.x", State.UNKNOWN),
        ("2.146beta", State.UNKNOWN),
        (None, State.UNKNOWN),
    ],
)
def test_versions_are_compared_part_by_part(engine: Engine, version: str | None, state: State) -> None:
    finding = told(engine, "psa-version", psa_version=version)

    assert (finding.state, finding.blocks) == (state, False)
    assert finding.error_id is None
    if state is State.FAIL:
        assert finding.fix[0] == "Upgrade HaloPSA to the latest stable version."


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=5), st.sampled_from(["", "v", "V"]))
def test_a_version_that_was_written_is_read_as_its_numbers(parts: list[int], prefix: str) -> None:
    assert parts_of(prefix + ".".join(map(str, parts))) == tuple(parts)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_at_all_is_a_version_or_none(text: str) -> None:
    assert parts_of(text) is None or len(parts_of(text) or ()) >= 2


def test_the_newest_numbers_are_not_the_longest_texts() -> None:
    versions = ["2.206", "2.99", "2.146", "2.9"]

    assert sorted(versions, key=lambda version: parts_of(version) or ()) == ["2.9", "2.99", "2.146", "2.206"]
    assert OLDEST == (2, 146)


@pytest.mark.requirement("R52")
@pytest.mark.parametrize(
    ("lines", "visible"),
    [
        ((line(active=True),), True),
        ((line(active=None),), True),
        ((line(active=False),), False),
        ((line(active=False), line(id="2", active=True, quantity=Decimal("0.5"))), True),
        ((line(active=True, quantity=Decimal(0)),), False),
        ((), False),
        (None, None),
    ],
)
def test_one_active_line_of_an_active_recurring_invoice_is_wanted(
    engine: Engine, lines: Any, visible: bool | None
) -> None:
    assert engine.judge(case_of("halopsa", agreements=(agreement_of("halopsa", lines=lines),))).visible is visible


@pytest.mark.requirement("R52")
def test_switched_off_lines_are_named_with_what_to_do(engine: Engine) -> None:
    off = (agreement_of("halopsa", lines=(line(active=False, name="Backup"), line(active=False, id="2"))),)
    finding = told(engine, "agreement-has-lines", agreements=off)

    assert finding.reason == "None of its 2 lines is active: Backup and Managed workstation."
    assert "activate a line" in finding.fix[1]


@pytest.mark.requirement("R52")
def test_a_disabled_recurring_invoice_says_where_disabled_ones_stand(engine: Engine) -> None:
    disabled = (agreement_of("halopsa", status="Disabled"),)
    diagnosis = engine.diagnose(case_of("halopsa", agreements=disabled, cached=not_in_copy()))
    finding = told(engine, "agreement-is-active", agreements=disabled)

    assert diagnosis.summary.endswith("hidden: its recurring invoice Managed is Disabled, not Active.")
    assert finding.title == "The recurring invoice is active"
    assert "Inactive Recurring Invoices" in finding.fix[0]


@pytest.mark.requirement("R52")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.PASS),
        ({"recurring": True}, State.PASS),
        ({"recurring": False}, State.FAIL),
        ({"ends_on": TODAY - DAY}, State.FAIL),
        ({"ends_on": TODAY}, State.PASS),
        ({"starts_on": TODAY + DAY}, State.FAIL),
        ({"starts_on": date(2020, 1, 1)}, State.PASS),
    ],
)
def test_lines_that_bill_nothing_now_are_advice_and_hide_nobody(
    engine: Engine, changes: dict[str, Any], state: State
) -> None:
    told_case = case_of("halopsa", agreements=(agreement_of("halopsa", lines=(line(**changes),)),))
    finding = told(engine, "agreement-bills-on-schedule", agreements=told_case.agreements)

    assert (finding.state, finding.blocks) == (state, False)
    assert engine.diagnose(told_case).visible is True


def test_lines_that_nobody_read_leave_the_schedule_unknown(engine: Engine) -> None:
    unread = (agreement_of("halopsa", lines=None),)

    assert told(engine, "agreement-bills-on-schedule", agreements=unread).state is State.UNKNOWN


def test_a_group_leaves_nobody_out_until_an_operator_says_so(engine: Engine) -> None:
    partners = account_of("halopsa", types=(Ref(id="9", name="Partners"),))
    chosen = replace(FILTER, custom=True)

    def verdict(**changes: Any) -> Verdict:
        return engine.diagnose(case_of("halopsa", cached=not_in_copy(), **changes)).verdict

    assert verdict(account=partners) is Verdict.NOT_SYNCED_YET
    assert verdict(account=partners, filter=chosen) is Verdict.EXCLUDED_BY_DESIGN
    assert verdict(account=account_of("halopsa", types=()), filter=chosen) is Verdict.NOT_SYNCED_YET
    assert verdict(account=partners, filter=None) is Verdict.CANNOT_TELL


@pytest.mark.requirement("R53")
def test_a_limited_agent_is_one_of_the_steps_and_stands_under_not_tested(engine: Engine) -> None:
    diagnosis = engine.diagnose(case_of("halopsa"))

    assert diagnosis.verdict is Verdict.VISIBLE
    assert "Whether the agent of the API application is limited to some customers." in diagnosis.not_tested
