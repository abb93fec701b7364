"""Customers as support meets them in Syncro, Kaseya BMS and Pulseway PSA."""

from decimal import Decimal
from typing import Any

import pytest

from connectors.records import Access, AccessProbe, Ref
from rules.engine import Engine
from rules.model import Finding, Live, State, Verdict
from tests.rules.cases import not_in_copy
from tests.rules.psas import MAY_READ, account_of, agreement_of, case_of, line

kaseya = pytest.mark.parametrize("psa", ["kaseya-bms", "pulseway"])


def told(engine: Engine, psa: str, rule: str, **changes: Any) -> Finding:
    (finding,) = [one for one in engine.diagnose(case_of(psa, **changes)).findings if one.rule == rule]
    return finding


def test_a_disabled_customer_is_left_out_on_purpose(engine: Engine) -> None:
    off = account_of("syncro", active=None, disabled=True)
    diagnosis = engine.diagnose(case_of("syncro", account=off, cached=not_in_copy()))

    assert diagnosis.verdict is Verdict.EXCLUDED_BY_DESIGN
    assert diagnosis.summary == "Acme Ltd is in Syncro but left out on purpose: it is disabled."
    assert told(engine, "syncro", "account-is-active", account=off).fix[1].startswith("Enable it again")
    on = account_of("syncro", active=None, disabled=False)
    assert engine.judge(case_of("syncro", account=on)).visible is True


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(
    ("lines", "visible"),
    [((line(quantity=Decimal("0.0")),), False), ((), False), ((line(quantity=Decimal("20.0")),), True), (None, None)],
)
def test_a_recurring_invoice_needs_a_line_with_a_quantity(engine: Engine, lines: Any, visible: bool | None) -> None:
    agreements = (agreement_of("syncro", lines=lines),)

    assert engine.judge(case_of("syncro", agreements=agreements)).visible is visible
    if visible is False:
        fix = told(engine, "syncro", "agreement-has-lines", agreements=agreements).fix
        assert "at least one recurring line" in fix[1]


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"paused": True}, "It is paused, so it bills nothing for now."),
        ({"paused": True, "status": "Paused"}, "It is paused, so it bills nothing for now."),
        ({"lines": (line(recurring=False),)}, "All its active lines are charged once only."),
    ],
)
def test_paused_and_one_time_schedules_are_advice_and_hide_nobody(
    engine: Engine, changes: dict[str, Any], says: str
) -> None:
    odd = case_of("syncro", agreements=(agreement_of("syncro", **changes),))
    finding = told(engine, "syncro", "agreement-bills-on-schedule", agreements=odd.agreements)

    assert (finding.state, finding.blocks) == (State.FAIL, False)
    assert finding.reason.startswith(says)
    assert engine.diagnose(odd).verdict is Verdict.VISIBLE


def test_one_line_of_two_that_is_charged_once_is_no_advice(engine: Engine) -> None:
    mixed = (agreement_of("syncro", lines=(line(recurring=False), line(id="2", recurring=True))),)
    idle = (agreement_of("syncro", lines=(line(quantity=Decimal(0)),)),)

    assert told(engine, "syncro", "agreement-bills-on-schedule", agreements=mixed).state is State.PASS
    assert told(engine, "syncro", "agreement-bills-on-schedule", agreements=idle).state is State.NOT_NEEDED


@pytest.mark.requirement("R55")
def test_a_missing_right_means_a_new_token(engine: Engine) -> None:
    right = "Recurring Invoices - List"
    refused = AccessProbe(id="agreements", right=right, call="GET /schedules", access=Access.REFUSED)
    finding = told(engine, "syncro", "permissions", probes=(refused,))

    assert finding.fix[0] == "Open Admin > API Tokens > New Token > Custom Permissions in Syncro."
    assert right in finding.fix[1]
    assert "connections rotate" in finding.fix[2]
    assert (finding.link or "").endswith("syncromsp-integration")


@kaseya
@pytest.mark.requirement("R56")
def test_a_retainer_may_or_may_not_count(engine: Engine, psa: str) -> None:
    retainer = agreement_of(psa, recurring=None, type=Ref(id="5", name="Retainer by Hours"))
    diagnosis = engine.diagnose(case_of(psa, agreements=(retainer,), cached=not_in_copy()))
    finding = told(engine, psa, "agreement-is-recurring", agreements=(retainer,))

    assert diagnosis.verdict is Verdict.CANNOT_TELL
    assert finding.reason == "It could not be told whether its type Retainer by Hours counts as recurring."
    assert engine.judge(case_of(psa, agreements=(retainer, agreement_of(psa, id="9")))).visible is True


@kaseya
@pytest.mark.requirement("R56")
def test_lines_that_this_psa_does_not_hand_out_are_not_asked_for(engine: Engine, psa: str) -> None:
    assert told(engine, psa, "agreement-has-lines").state is State.NOT_NEEDED
    listed = (agreement_of(psa, lines=(line(quantity=None),)),)
    assert told(engine, psa, "agreement-has-lines", agreements=listed).state is State.PASS


@kaseya
@pytest.mark.requirement("R18", "R56")
def test_a_type_that_is_told_by_its_word_alone_fits_the_table(engine: Engine, psa: str) -> None:
    by_word = account_of(psa, types=(Ref(id="Customer", name="Customer"),))

    assert engine.judge(case_of(psa, account=by_word)).visible is True


@kaseya
@pytest.mark.requirement("R56", "R57")
def test_a_security_scope_is_among_the_steps(engine: Engine, psa: str) -> None:
    scoped = AccessProbe(id="accounts", right="CRM > Accounts: View", call="GET /x", access=Access.EMPTY)
    finding = told(engine, psa, "permissions", probes=(scoped,))
    refused = told(engine, psa, "account-is-customer", account=account_of(psa, types=(Ref(id="3", name="Prospect"),)))

    assert "A right that is limited to some records looks like this." in finding.reason
    nobody: dict[str, Any] = {"live": Live(present=False), "account": None, "agreements": None, "cached": not_in_copy()}
    outside = AccessProbe(id="security-scope", right="scope", call="GET /x", access=Access.EMPTY)
    assert engine.diagnose(case_of(psa, **nobody)).verdict is Verdict.NOT_FOUND
    assert engine.diagnose(case_of(psa, probes=(*MAY_READ, outside), **nobody)).verdict is Verdict.CANNOT_TELL
    assert refused.state is State.FAIL
    assert "marked as client" in refused.fix[1]
