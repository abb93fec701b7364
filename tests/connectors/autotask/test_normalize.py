from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.autotask.normalize import Billing, Links, account, agreement
from connectors.autotask.picklists import Entity
from connectors.errors import InvalidData
from connectors.records import EMPTY_REF, Account, Agreement, LineItem, Option, Ref
from connectors.values import number

LINKS = Links(web="https://ww3.autotask.net/")
COMPANIES = Entity(fields={"companytype": (Option(id="1", name="Customer"), Option(id="3", name="Prospect"))})
CONTRACTS = Entity(
    fields={
        "contracttype": (Option(id="3", name="Fixed Price"), Option(id="7", name="Recurring Service")),
        "status": (Option(id="0", name="Inactive"), Option(id="1", name="Active")),
        "contractperiodtype": (Option(id="2", name="Monthly"),),
    }
)
TODAY = date(2026, 11, 21)
LINE = LineItem(id="ContractServices/501", agreement_id="29684001", name="Workstation", quantity=Decimal(24))
COMPANY = {
    "id": 29683512,
    "companyName": "Acme Dental Group",
    "companyNumber": "AC-1001",
    "companyType": 1,
    "isActive": True,
    "parentCompanyID": None,
    "createDate": "2021-04-06T13:05:11.3",
    "lastTrackedModifiedDateTime": "2026-10-02T14:20:11.44",
}
CONTRACT = {
    "id": 29684001,
    "contractName": "Managed Services 2026",
    "companyID": 29683512,
    "contractType": 7,
    "status": 1,
    "contractPeriodType": 2,
    "startDate": "2026-01-01T00:00:00",
    "endDate": "2026-12-31T00:00:00",
    "billToCompanyID": None,
}


def contract(lines: tuple[LineItem, ...] | None = (LINE,), today: date = TODAY, **changes: Any) -> Agreement:
    return agreement({**CONTRACT, **changes}, LINKS, CONTRACTS, Billing(lines=lines, day=today))


def company(names: dict[str, str] | None = None, **changes: Any) -> Account:
    return account({**COMPANY, **changes}, LINKS, COMPANIES, names or {})


@pytest.mark.requirement("R18", "R20")
def test_a_company_becomes_an_account_with_the_label_of_its_type_and_a_link() -> None:
    assert company() == Account(
        id="29683512",
        name="Acme Dental Group",
        identifier="AC-1001",
        status=Ref(id="true", name="Active"),
        types=(Ref(id="1", name="Customer"),),
        active=True,
        parent=EMPTY_REF,
        created_at=datetime(2021, 4, 6, 13, 5, 11, 300000, tzinfo=UTC),
        changed_at=datetime(2026, 10, 2, 14, 20, 11, 440000, tzinfo=UTC),
        url="https://ww3.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenAccount&AccountID=29683512",
    )


@pytest.mark.requirement("R24", "R28")
def test_a_contract_becomes_an_agreement_with_its_kind_dates_and_lines() -> None:
    assert contract() == Agreement(
        id="29684001",
        name="Managed Services 2026",
        account_id="29683512",
        type=Ref(id="7", name="Recurring Service"),
        status="Active",
        cancelled=False,
        pending=False,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        open_ended=False,
        recurring=True,
        billing_cycle=Ref(id="2", name="Monthly"),
        billed_to=EMPTY_REF,
        url="https://ww3.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenContract&ContractID=29684001",
        lines=(LINE,),
    )


@pytest.mark.requirement("R25")
def test_a_one_time_kind_does_not_recur_and_an_unlisted_one_neither() -> None:
    assert contract(contractType=3).recurring is False
    assert contract(contractType=99).recurring is False
    assert contract(contractType=99).type == Ref(id="99", name="")
    assert contract(contractType=None).recurring is None
    assert contract(contractType=None).type == EMPTY_REF


def test_without_picklists_nothing_is_guessed_from_numbers() -> None:
    blind = Entity(fields=None)
    one = agreement(CONTRACT, LINKS, blind, Billing(lines=None, day=TODAY))
    assert (one.recurring, one.status, one.cancelled, one.pending, one.lines) == (None, None, None, None, None)
    assert one.type == Ref(id="7", name="")
    assert account(COMPANY, LINKS, blind, {}).types == (Ref(id="1", name=""),)


@pytest.mark.requirement("R27")
@pytest.mark.parametrize(
    ("label", "cancelled", "pending"),
    [("Cancelled", True, False), ("Canceled", True, False), ("Pending", False, True), ("Expired", False, False)],
)
def test_a_tenant_with_more_statuses_than_two_is_understood_by_their_labels(
    label: str, cancelled: bool, pending: bool
) -> None:
    more = Entity(fields={"status": (Option(id="141", name=label),)})
    one = agreement({**CONTRACT, "status": 141}, LINKS, more, Billing(lines=(), day=TODAY))
    assert (one.status, one.cancelled, one.pending) == (label, cancelled, pending)


@pytest.mark.requirement("X27")
def test_a_parent_and_a_paying_account_are_pointed_at() -> None:
    assert company({"7": "Acme Holding"}, parentCompanyID=7).parent == Ref(id="7", name="Acme Holding")
    assert company(parentCompanyID=7).parent == Ref(id="7", name="")
    assert company(parentCompanyID=0).parent == Ref(id="0", name="")
    assert contract(billToCompanyID=7).billed_to == Ref(id="7", name="")


def test_what_was_not_sent_is_not_known() -> None:
    bare = account({"id": 7}, LINKS, COMPANIES, {})
    assert bare == Account(id="7", name="", url=LINKS.to("OpenAccount", "AccountID", "7"))
    one = agreement({"id": 7}, LINKS, CONTRACTS, Billing(lines=None, day=TODAY))
    assert one == Agreement(id="7", name="", url=LINKS.to("OpenContract", "ContractID", "7"))


def test_a_contract_without_an_end_is_open_ended() -> None:
    assert contract(endDate=None).open_ended is True
    assert contract(endDate=None).ends_on is None


def test_names_of_fields_are_read_in_any_case() -> None:
    odd = {name.upper(): value for name, value in COMPANY.items()}
    assert account(odd, LINKS, COMPANIES, {}) == company()
    assert agreement({name.upper(): value for name, value in CONTRACT.items()}, LINKS, CONTRACTS, BILLS) == contract()


BILLS = Billing(lines=(LINE,), day=TODAY)


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("today", "units"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), Decimal(24)),
        (date(2026, 12, 31), Decimal(24)),
        (date(2027, 1, 1), None),
    ],
)
def test_units_of_today_are_told_from_the_first_day_to_the_last(today: date, units: Decimal | None) -> None:
    lines = contract(today=today).lines
    assert lines
    assert lines[0].quantity == units


@pytest.mark.parametrize(
    ("value", "active"), [(True, True), (False, False), (1, True), (0, False), (2, None), (None, None), ("yes", None)]
)
def test_an_active_mark_may_be_a_number(value: Any, active: bool | None) -> None:
    assert company(isActive=value).active is active


@pytest.mark.parametrize("identity", [None, "", True, 1.5])
def test_a_record_without_an_id_is_not_believed(identity: Any) -> None:
    with pytest.raises(InvalidData, match="without an id"):
        company(id=identity)


def test_the_msp_itself_has_the_id_nought() -> None:
    assert company(id=0).id == "0"


def test_a_null_byte_does_not_reach_the_store() -> None:
    assert company(companyName="a\x00b").name == "a\ufffdb"


@pytest.mark.parametrize("value", [None, True, "many", "NaN", float("inf"), []])
def test_what_is_no_number_is_not_known(value: Any) -> None:
    assert number(value) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.fixed_dictionaries({}, optional={name: JSON for name in (*COMPANY, *CONTRACT) if name != "id"}))
@settings(max_examples=200, deadline=None)
def test_no_field_of_any_shape_breaks_a_record(fields: dict[str, Any]) -> None:
    assert account({"id": 1, **fields}, LINKS, COMPANIES, {}).id == "1"
    assert agreement({"id": 1, **fields}, LINKS, CONTRACTS, BILLS).id == "1"
