"""The family's JSON to our records (BMS §4, §9)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import InvalidData
from connectors.kaseya_family import normalize
from connectors.kaseya_family.answers import folded
from connectors.kaseya_family.names import comparable, holds, searchable
from connectors.kaseya_family.normalize import Links
from connectors.records import EMPTY_REF, Account, Agreement, Option, Ref

LINKS = Links(web="https://bms.example.com", account_url="https://bms.example.com/a/{id}", contract_url="")
ACCOUNT = {
    "id": 501,
    "accountCode": "ACM",
    "accountName": "Acme Dental",
    "accountTypeId": 3,
    "accountType": "Client",
    "parentId": None,
    "isActive": True,
    "isBilling": True,
    "createdOn": "2023-02-01T00:00:00",
    "modifiedOn": "2026-05-03T12:00:00",
}
CONTRACT = {
    "id": 88,
    "contractName": "Managed services",
    "accountName": "Acme Dental",
    "contractType": "Recurring Services",
    "contractBillingPrice": 700.0,
    "status": "Active",
    "contractNumber": "C-0088",
    "billingCycle": "Monthly",
    "startDate": "2025-01-01T00:00:00",
    "endDate": "2026-12-31T00:00:00",
}


def account(**changes: Any) -> Account:
    return normalize.account(folded({**ACCOUNT, **changes}), LINKS)


def agreement(short: dict[str, Any] | None = None, **changes: Any) -> Agreement:
    return normalize.agreement(folded({**CONTRACT, **changes}), LINKS, "501", short=folded(short))


def without(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def test_an_account_of_the_sheet() -> None:
    assert account() == Account(
        id="501",
        name="Acme Dental",
        identifier="ACM",
        status=Ref(id="active", name="Active"),
        types=(Ref(id="3", name="Client"),),
        active=True,
        parent=EMPTY_REF,
        created_at=datetime(2023, 2, 1, tzinfo=UTC),
        changed_at=datetime(2026, 5, 3, 12, tzinfo=UTC),
        url="https://bms.example.com/a/501",
    )


def test_a_contract_of_the_sheet() -> None:
    assert agreement() == Agreement(
        id="88",
        name="Managed services",
        account_id="501",
        account_name="Acme Dental",
        type=Ref(id="Recurring Services", name="Recurring Services"),
        status="Active",
        starts_on=date(2025, 1, 1),
        ends_on=date(2026, 12, 31),
        open_ended=False,
        recurring=True,
        billing_cycle=Ref(id="Monthly", name="Monthly"),
        url="https://bms.example.com/",
    )


def test_what_was_not_sent_is_not_known() -> None:
    bare = normalize.account({"id": 1}, LINKS)
    assert (bare.status, bare.types, bare.active, bare.parent, bare.changed_at) == (None,) * 5
    contract = normalize.agreement({"id": 1}, LINKS, None)
    assert (contract.type, contract.status, contract.starts_on, contract.ends_on, contract.open_ended) == (None,) * 5
    assert (contract.recurring, contract.billing_cycle, contract.account_name) == (None,) * 3


def test_inactive_and_parent_and_no_type() -> None:
    one = account(isActive=False, parentId=7, accountTypeId=None, accountType=None, modifiedOn=None)
    assert one.status == Ref(id="inactive", name="Inactive")
    assert one.parent == Ref(id="7", name="7")
    assert one.types == ()
    assert one.changed_at == one.created_at
    assert account(accountTypeId=None).types == (Ref(id="Client", name="Client"),)


@pytest.mark.parametrize(
    ("kind", "cycle", "recurring"),
    [
        ("Recurring Services", "Monthly", True),
        ("recurring service", None, True),
        ("Time and Material", None, False),
        ("Fixed Price", "Monthly", False),
        ("Retainer by Hours", "Monthly", None),
        ("Retainer by Amount", None, False),
        ("Retainer by Amount", "none", False),
        ("Block of something", "Monthly", None),
        (None, "Monthly", None),
    ],
)
@pytest.mark.requirement("R56")
def test_the_type_says_whether_it_recurs_and_a_retainer_may(
    kind: str | None, cycle: str | None, recurring: bool | None
) -> None:
    assert agreement(contractType=kind, billingCycle=cycle).recurring is recurring


@pytest.mark.parametrize("nothing", [None, "0001-01-01T00:00:00", "9999-12-31T00:00:00", "1900-01-01T00:00:00"])
def test_dates_that_stand_for_none_are_none_by_the_psas_own_word(nothing: str | None) -> None:
    one = agreement(startDate=nothing, endDate=nothing)
    assert (one.starts_on, one.ends_on, one.open_ended) == (date.min, None, True)


@pytest.mark.parametrize(
    "written", ["2026-12-31", "2026-12-31T23:59:59", "2026-12-31T00:00:00Z", "2026-12-31T22:00:00-05:00"]
)
def test_the_last_day_is_the_day_as_it_is_written(written: str) -> None:
    assert agreement(endDate=written).ends_on == date(2026, 12, 31)


@pytest.mark.parametrize("garbled", ["soon", 17, ["x"], "2026-13-99"])
def test_a_date_that_makes_no_sense_is_not_known(garbled: Any) -> None:
    one = agreement(endDate=garbled, startDate=garbled)
    assert (one.starts_on, one.ends_on, one.open_ended) == (None, None, None)


@pytest.mark.parametrize(
    ("word", "active", "status"),
    [
        ("ACTIVE", None, "Active"),
        ("Active", False, "Inactive"),
        ("In force", True, "Active"),
        ("Expired", True, "Expired"),
        ("Expired", False, "Expired"),
        ("On hold", None, "On hold"),
        ("On hold", False, "On hold"),
        (None, True, "Active"),
        (None, False, "Inactive"),
        (None, None, None),
    ],
)
def test_the_look_ups_mark_decides_where_it_contradicts_the_summarys_word(
    word: str | None, active: bool | None, status: str | None
) -> None:
    assert agreement({"id": 88, "isActive": active}, status=word).status == status


def test_types_carry_the_tenants_marks() -> None:
    rows = [
        folded({"id": 1, "name": "Client", "isActive": True, "isClient": True, "isVendor": False}),
        folded({"id": 2, "name": "Old", "isActive": False, "isClient": False, "isVendor": True}),
        folded({"id": 3, "name": "Bare"}),
    ]
    assert normalize.account_types(rows) == (
        Option(id="1", name="Client", flags={"customerFlag": True, "vendorFlag": False, "inactiveFlag": False}),
        Option(id="2", name="Old", flags={"customerFlag": False, "vendorFlag": True, "inactiveFlag": True}),
        Option(id="3", name="Bare"),
    )


@pytest.mark.parametrize("identity", [None, "", True, 1.5, {}])
def test_a_record_without_an_id_is_not_believed(identity: Any) -> None:
    with pytest.raises(InvalidData):
        account(id=identity)


@pytest.mark.parametrize("price", [None, "x", True, float("nan"), 0, -1])
def test_a_line_is_billable_only_by_its_price(price: Any) -> None:
    assert normalize.line({"id": 1, "unitprice": price}, "88").billable is None
    assert normalize.line({"id": 1, "unitprice": "3.5"}, "88").billable is True


def test_a_null_byte_is_shown_as_what_it_is_not() -> None:
    assert account(accountName="Acme \x00 Ltd").name == "Acme \ufffd Ltd"


VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.lists(st.integers(), max_size=2)
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(map(str.casefold, {**ACCOUNT, **CONTRACT}), VALUES)))
@settings(max_examples=200, deadline=None)
def test_any_values_make_a_record_or_are_refused(row: dict[str, Any]) -> None:
    row = {**row, "id": 1}
    assert normalize.account(row, LINKS).id == "1"
    assert normalize.agreement(row, LINKS, None, short=row).id == "1"
    assert normalize.agreement_of_short(row, LINKS, "1", "x").id == "1"
    assert normalize.line(row, "1").id == "1"
    normalize.account_types([row])


@given(st.text(max_size=700))
@settings(max_examples=200, deadline=None)
def test_the_part_of_a_name_that_is_sent_is_a_part_of_it(name: str) -> None:
    fragment = searchable(name)
    assert fragment in name
    assert len(fragment) <= 600
    assert "\x00" not in fragment
    assert holds(name, name) or not comparable(name)
