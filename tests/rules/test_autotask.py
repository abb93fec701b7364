"""Customers as support meets them in Autotask: the type, the four rows of a contract, the parent, the placeholder."""

from decimal import Decimal
from typing import Any

import pytest

from connectors.records import Access, AccessProbe, Because, Ref
from rules.engine import Engine
from rules.model import Finding, State, Verdict
from tests.rules.cases import DAY, TODAY, not_in_copy, unreadable
from tests.rules.psas import TYPES, account_of, agreement_of, case_of, copy_of, line

CRM = "CRM: All permission to Customer & Cancellation"


def told(engine: Engine, rule: str, **changes: Any) -> Finding:
    (finding,) = [one for one in engine.diagnose(case_of("autotask", **changes)).findings if one.rule == rule]
    return finding


def typed(kind: str, **changes: Any) -> Any:
    return account_of("autotask", types=(Ref(id=TYPES[kind].id, name=kind),), **changes)


def fixed_price(**changes: Any) -> Any:
    fields: dict[str, Any] = {"type": Ref(id="3", name="Fixed Price"), "recurring": False, "lines": ()}
    return agreement_of("autotask", **(fields | changes))


@pytest.mark.requirement("R18", "R19", "R20", "R21", "R23")
@pytest.mark.parametrize("kind", [name for name in TYPES if name != "Customer"])
def test_every_type_but_customer_is_left_out_on_purpose(engine: Engine, kind: str) -> None:
    diagnosis = engine.diagnose(case_of("autotask", account=typed(kind, name="Initech"), cached=not_in_copy()))
    finding = told(engine, "account-is-customer", account=typed(kind))

    assert diagnosis.verdict is Verdict.EXCLUDED_BY_DESIGN
    assert diagnosis.summary == f"Initech is in Autotask but left out on purpose: its type is {kind}."
    assert "Left out: Lead, Prospect, Dead, Cancelation, Vendor and Partner." in finding.reason
    assert finding.evidence["types"] == [kind]
    assert "Account Type" in finding.fix[0]
    assert "Change Account Type to Customer" in finding.fix[1]
    assert "Leave it as it is" in finding.fix[2]
    assert "full sync" in finding.fix[3]


@pytest.mark.requirement("R18")
def test_the_type_is_matched_by_the_picklists_own_value_and_not_by_a_number(engine: Engine) -> None:
    odd = typed("Customer", name="x")
    renumbered = case_of("autotask", account=account_of("autotask", types=(Ref(id="3", name="Prospect"),)))

    assert engine.judge(case_of("autotask", account=odd)).visible is True
    assert engine.judge(renumbered).reasons == ("account-is-customer",)


@pytest.mark.requirement("R24", "R25")
def test_only_one_time_contracts_are_told_from_none_with_counts_by_type(engine: Engine) -> None:
    hours = fixed_price(id="89", name="Hours", type=Ref(id="4", name="Block Hours"))
    some = {"agreements": (fixed_price(), fixed_price(id="90"), hours), "cached": not_in_copy()}

    assert told(engine, "agreement-exists", **some).reason == "It has 3 contracts: 2 Fixed Price and 1 Block Hours."
    assert engine.diagnose(case_of("autotask", **some)).summary.endswith("hidden: no contract is of a recurring kind.")


@pytest.mark.requirement("R26", "R27", "R28", "R29", "X1")
def test_one_and_the_same_contract_must_pass_all_rows(engine: Engine) -> None:
    active_once, over = fixed_price(id="1"), agreement_of("autotask", id="2", ends_on=TODAY - DAY)
    unstaffed = agreement_of("autotask", id="3", lines=())
    diagnosis = engine.diagnose(case_of("autotask", agreements=(active_once, over, unstaffed), cached=not_in_copy()))

    assert diagnosis.verdict is Verdict.BLOCKED
    assert [chain.failed for chain in diagnosis.agreements] == [
        ("agreement-is-recurring",),
        ("agreement-in-date-range",),
        ("agreement-has-lines",),
    ]


@pytest.mark.requirement("R28", "X1", "X20", "X22")
@pytest.mark.parametrize(
    ("lines", "visible", "reason"),
    [
        ((), False, "It has no line at all."),
        ((line(quantity=Decimal(0)),), False, "No active line has a quantity above zero: Managed workstation."),
        ((line(quantity=Decimal("0.25")),), True, "1 of its 1 line bills a quantity above zero."),
        ((line(quantity=Decimal(-2)),), False, "No active line has a quantity above zero: Managed workstation."),
        (
            (line(quantity=Decimal(0)), line(id="2", name="Bundle", quantity=Decimal("1E+2"))),
            True,
            "1 of its 2 lines bills",
        ),
        ((line(quantity=None),), None, "It could not be told whether"),
        ((line(quantity=None), line(id="2", quantity=Decimal(1))), True, "1 of its 2 lines bills"),
        (None, None, "It could not be told whether"),
    ],
)
def test_x1_x22_units_today_are_what_counts_zero_and_fractions_too(
    engine: Engine, lines: Any, visible: bool | None, reason: str
) -> None:
    agreements = (agreement_of("autotask", lines=lines),)

    assert engine.judge(case_of("autotask", agreements=agreements)).visible is visible
    assert told(engine, "agreement-has-lines", agreements=agreements).reason.startswith(reason)


@pytest.mark.requirement("R28")
def test_the_lines_are_evidence_with_zero_shown_as_zero(engine: Engine) -> None:
    finding = told(
        engine, "agreement-has-lines", agreements=(agreement_of("autotask", lines=(line(quantity=Decimal(0)),)),)
    )

    assert finding.evidence["lines"] == [{"id": "501", "name": "Managed workstation", "quantity": "0", "active": None}]
    assert "Recurring Service" in finding.fix[1]


def test_a_contract_that_is_over_is_not_asked_for_units_of_today(engine: Engine) -> None:
    over = (agreement_of("autotask", ends_on=TODAY - DAY, lines=(line(quantity=None),)),)

    assert told(engine, "agreement-has-lines", agreements=over).state is State.NOT_NEEDED
    assert engine.judge(case_of("autotask", agreements=over)).reasons == ("agreement-in-date-range",)


@pytest.mark.requirement("R30")
def test_services_that_may_not_be_read_name_the_right(engine: Engine) -> None:
    refused = AccessProbe(id="contract-services", right="Contracts", call="GET /x", access=Access.REFUSED)
    unread = {"agreements": (agreement_of("autotask", lines=None),), "probes": (refused,)}
    finding = told(engine, "agreement-has-lines", **unread)

    assert (finding.state, finding.because) == (State.UNKNOWN, Because.PERMISSION)
    assert "Full permission" in finding.fix[1]


@pytest.mark.requirement("R30", "R33")
def test_the_right_that_is_missed_most_stands_first(engine: Engine) -> None:
    costs = AccessProbe(id="costs", right="costs", call="", access=Access.UNPROBEABLE, used_by=("billing tool",))
    crm = AccessProbe(id="companies", right=CRM, call="GET /x", access=Access.EMPTY, often_missed=True)
    services = AccessProbe(id="services", right="Products", call="GET /y", access=Access.EMPTY)
    diagnosis = engine.diagnose(case_of("autotask", probes=(costs, services, crm)))
    rights = [one for one in diagnosis.findings if one.rule == "permissions"]

    assert [one.evidence["right"] for one in rights] == [CRM, "costs", "Products"]
    assert "only in part" in rights[0].reason
    assert rights[0].because is Because.PERMISSION


@pytest.mark.requirement("R22")
def test_an_active_contract_of_a_prospect_shows_as_client_name(engine: Engine) -> None:
    prospect = typed("Prospect", name="Initech")
    running = (agreement_of("autotask", name="Initech 2026"),)
    over = (agreement_of("autotask", ends_on=TODAY - DAY),)
    finding = told(engine, "account-name-is-real", account=prospect, agreements=running)

    assert (finding.state, finding.blocks) == (State.FAIL, False)
    assert "Initech 2026 is active. Cards of the billing tool show the literal text clientName" in finding.reason
    assert told(engine, "account-name-is-real", account=prospect, agreements=over).state is State.PASS
    assert told(engine, "account-name-is-real", account=prospect, agreements=None).state is State.UNKNOWN


@pytest.mark.requirement("R22")
@pytest.mark.parametrize(
    "name", ["clientName", "{{clientName}}", "${client_name}", " %companyName% ", "[Account Name]"]
)
def test_a_placeholder_of_the_copy_is_told_from_a_company_that_is_called_so(engine: Engine, name: str) -> None:
    unresolved = copy_of("autotask", account=account_of("autotask", name=name))
    really = account_of("autotask", name=name)

    assert told(engine, "account-name-is-real", cached=unresolved).state is State.FAIL
    assert told(engine, "account-name-is-real", cached=unresolved, account=really).state is State.PASS
    assert told(engine, "account-name-is-real", account=really, cached=not_in_copy()).state is State.PASS
    down = {"live": unreadable(), "account": None, "agreements": None}
    assert told(engine, "account-name-is-real", cached=unresolved, **down).state is State.UNKNOWN


@pytest.mark.parametrize("name", ["Acme Ltd", "Client Name Ltd", "Nameless", "The Company", "clientNames"])
def test_an_ordinary_name_is_never_a_placeholder(engine: Engine, name: str) -> None:
    cached = copy_of("autotask", account=account_of("autotask", name=name))

    assert told(engine, "account-name-is-real", cached=cached).state is State.PASS


@pytest.mark.requirement("R61", "R63", "X27")
def test_x27_a_contract_on_the_parent_is_said_with_where_the_billing_is(engine: Engine) -> None:
    branch = account_of("autotask", parent=Ref(id="610", name="Wayne Enterprises"))
    group = (
        agreement_of("autotask", id="7", name="Group contract"),
        agreement_of("autotask", id="8", status="Inactive"),
    )
    on_parent: dict[str, Any] = {
        "account": branch,
        "agreements": (),
        "cached": not_in_copy(),
        "parent_agreements": group,
    }
    diagnosis = engine.diagnose(case_of("autotask", **on_parent))
    advice, exists = told(engine, "billing-not-on-parent", **on_parent), told(engine, "agreement-exists", **on_parent)

    assert diagnosis.verdict is Verdict.BLOCKED
    assert diagnosis.summary == (
        "Acme Ltd is in Autotask but hidden: it has no contract of its own, "
        "its parent Wayne Enterprises carries the billing."
    )
    assert exists.reason == "It has no contract of its own; its parent Wayne Enterprises has 1 that bills."
    assert (advice.state, advice.blocks) == (State.FAIL, False)
    assert advice.reason.endswith("its parent Wayne Enterprises carries the billing with Group contract.")
    assert advice.fix[0] == "Map the vendor account to Wayne Enterprises, which holds the billing."


@pytest.mark.requirement("X27")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.PASS),
        ({"agreements": (agreement_of("autotask", lines=None, status=None, recurring=None),)}, State.UNKNOWN),
        ({"agreements": None}, State.UNKNOWN),
        ({"agreements": ()}, State.UNKNOWN),
        ({"agreements": (), "parent_agreements": ()}, State.PASS),
        ({"agreements": (fixed_price(),), "parent_agreements": (agreement_of("autotask"),)}, State.FAIL),
        (
            {"agreements": (), "parent_agreements": (agreement_of("autotask", lines=(line(quantity=None),)),)},
            State.UNKNOWN,
        ),
        ({"agreements": (), "parent_agreements": (agreement_of("autotask", cancelled=True),)}, State.PASS),
    ],
)
def test_the_parent_matters_only_where_nothing_of_its_own_bills(
    engine: Engine, changes: dict[str, Any], state: State
) -> None:
    branch = account_of("autotask", parent=Ref(id="610", name="Wayne Enterprises"))

    assert told(engine, "billing-not-on-parent", account=branch, **changes).state is state
    assert told(engine, "billing-not-on-parent", agreements=()).state is State.NOT_NEEDED


@pytest.mark.requirement("X27")
def test_x27_a_contract_that_is_billed_to_another_account_says_which(engine: Engine) -> None:
    elsewhere = agreement_of("autotask", billed_to=Ref(id="610", name="Wayne Enterprises"))
    branch = account_of("autotask", parent=Ref(id="610", name="Wayne Enterprises"))
    over = agreement_of("autotask", ends_on=TODAY - DAY, billed_to=Ref(id="610", name=""))

    for who in (branch, account_of("autotask")):
        finding = told(engine, "billing-not-on-parent", account=who, agreements=(elsewhere,))
        assert finding.reason == "Its contract Managed is billed to another account, Wayne Enterprises."
    assert told(engine, "billing-not-on-parent", agreements=(over,)).state is State.NOT_NEEDED


def test_what_a_line_of_business_hides_is_said_not_to_be_tested(engine: Engine) -> None:
    lines = engine.diagnose(case_of("autotask")).not_tested

    assert "Whether a line of business limits what the API user sees." in lines
    assert not any("hides some types" in one for one in lines)
