import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.connectwise import normalize
from connectors.connectwise.normalize import Links
from connectors.errors import InvalidData
from connectors.records import EMPTY_REF, NO_RAW, Account, Agreement, LineItem, Option, Ref

LINKS = Links(web="https://na.myconnectwise.net", company="examplemsp")
ROUTER = "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails?locale=en_US"
MONTHLY = {"2": "Monthly", "6": "NotRecurring"}
COMPANY: dict[str, Any] = json.loads(
    """{"id": 250, "identifier": "AcmeDental", "name": "Acme Dental Group",
    "status": {"id": 1, "name": "Active", "_info": {"status_href": "https://api/x"}},
    "types": [{"id": 1, "name": "Client", "_info": {}}, {"id": 9, "name": "Managed", "_info": {}}],
    "deletedFlag": false, "parentCompany": null, "dateAcquired": "2021-04-06T00:00:00Z",
    "_info": {"lastUpdated": "2026-10-02T14:20:11Z"}}"""
)
RECYCLED: dict[str, Any] = json.loads(
    """{"id": 187, "identifier": "AcmeDental_old", "name": "Acme Dental Group",
    "status": {"id": 1, "name": "Active"}, "types": [{"id": 1, "name": "Client"}],
    "deletedFlag": true, "dateDeleted": "2026-09-30T09:00:00Z",
    "parentCompany": {"id": 250, "identifier": "AcmeDental", "name": "Acme Dental Group"},
    "_info": {"lastUpdated": "2025-01-12T08:00:00Z"}}"""
)
RECURRING: dict[str, Any] = json.loads(
    """{"id": 71, "name": "Managed Services", "type": {"id": 5, "name": "MSP"},
    "company": {"id": 250, "identifier": "AcmeDental", "name": "Acme Dental Group"},
    "billingCycle": {"id": 2, "name": "Monthly", "_info": {}}, "billOneTimeFlag": false, "agreementStatus": "Active",
    "startDate": "2024-01-01T00:00:00Z", "noEndingDateFlag": true, "cancelledFlag": false,
    "_info": {"lastUpdated": "2026-08-01T10:00:00Z"}}"""
)
ONE_TIME: dict[str, Any] = json.loads(
    """{"id": 88, "name": "Onboarding", "type": {"id": 7, "name": "Project"}, "company": {"id": 250, "name": "Acme"},
    "billingCycle": null, "billOneTimeFlag": true, "agreementStatus": "Expired", "startDate": "2024-01-01T00:00:00Z",
    "endDate": "2024-03-31T00:00:00Z", "noEndingDateFlag": false, "cancelledFlag": false}"""
)


@pytest.mark.requirement("R75", "R90", "R91")
def test_a_company_has_one_status_and_many_types() -> None:
    assert normalize.account(COMPANY, LINKS) == Account(
        id="250",
        name="Acme Dental Group",
        identifier="AcmeDental",
        status=Ref(id="1", name="Active"),
        types=(Ref(id="1", name="Client"), Ref(id="9", name="Managed")),
        deleted=False,
        deleted_at=None,
        parent=EMPTY_REF,
        created_at=datetime(2021, 4, 6, tzinfo=UTC),
        changed_at=datetime(2026, 10, 2, 14, 20, 11, tzinfo=UTC),
        url=f"{ROUTER}&recordType=CompanyFV&recid=250&companyName=examplemsp",
    )


@pytest.mark.requirement("R37", "X28")
def test_x28_a_merged_company_is_deleted_though_its_status_says_active_and_its_date_is_old() -> None:
    account = normalize.account(RECYCLED, LINKS)
    assert account.deleted is True
    assert account.deleted_at == datetime(2026, 9, 30, 9, tzinfo=UTC)
    assert account.status == Ref(id="1", name="Active")
    assert account.changed_at == datetime(2025, 1, 12, 8, tzinfo=UTC)
    assert account.parent == Ref(id="250", name="Acme Dental Group")


@pytest.mark.requirement("R34")
def test_a_recurring_agreement_carries_the_option_of_its_billing_cycle() -> None:
    assert normalize.agreement(RECURRING, LINKS, MONTHLY) == Agreement(
        id="71",
        name="Managed Services",
        account_id="250",
        account_name="Acme Dental Group",
        type=Ref(id="5", name="MSP"),
        status="Active",
        cancelled=False,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        open_ended=True,
        one_time=False,
        billing_cycle=Ref(id="2", name="Monthly"),
        billing_option="Monthly",
        changed_at=datetime(2026, 8, 1, 10, tzinfo=UTC),
        parent=EMPTY_REF,
        url=f"{ROUTER}&recordType=AgreementFV&recid=71&companyName=examplemsp",
    )


@pytest.mark.requirement("R34")
def test_an_agreement_without_a_billing_cycle_is_read_and_empty() -> None:
    agreement = normalize.agreement(ONE_TIME, LINKS, MONTHLY)
    assert agreement.billing_cycle == EMPTY_REF
    assert agreement.billing_option is None
    assert agreement.one_time is True
    assert (agreement.starts_on, agreement.ends_on, agreement.open_ended) == (
        date(2024, 1, 1),
        date(2024, 3, 31),
        False,
    )


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    ("cycle", "expected", "option"),
    [
        ({"billingCycle": {"id": 6, "name": "None"}}, Ref(id="6", name="None"), "NotRecurring"),
        ({"billingCycle": {"id": 99, "name": "Every 28 days"}}, Ref(id="99", name="Every 28 days"), None),
        ({"billingCycle": {"name": "Monthly"}}, EMPTY_REF, None),
        ({"billingCycle": {"id": None, "name": "Monthly"}}, EMPTY_REF, None),
        ({"billingCycle": {}}, EMPTY_REF, None),
        ({}, EMPTY_REF, None),
        ({"billingCycle": "Monthly"}, None, None),
    ],
)
def test_every_way_in_which_a_billing_cycle_can_be_none(
    cycle: dict[str, Any], expected: Ref | None, option: str | None
) -> None:
    agreement = normalize.agreement({"id": 1, "name": "x", **cycle}, LINKS, MONTHLY)
    assert (agreement.billing_cycle, agreement.billing_option) == (expected, option)


def test_an_unreadable_table_of_billing_cycles_is_unknown_not_none() -> None:
    assert normalize.agreement(RECURRING, LINKS, {}).billing_option is None


def test_what_was_not_said_is_none_and_never_no() -> None:
    account = normalize.account({"id": 1}, LINKS)
    assert (account.name, account.status, account.types, account.deleted) == ("", None, None, None)
    assert (account.created_at, account.changed_at, account.identifier) == (None, None, None)
    agreement = normalize.agreement({"id": 1}, LINKS, MONTHLY)
    assert (agreement.account_id, agreement.account_name, agreement.type, agreement.status) == (None,) * 4
    assert (agreement.cancelled, agreement.one_time, agreement.open_ended, agreement.starts_on) == (None,) * 4


@pytest.mark.requirement("R77")
def test_an_agreement_whose_company_is_empty_belongs_to_nobody_we_know() -> None:
    agreement = normalize.agreement({"id": 1, "company": None, "type": None}, LINKS, {})
    assert (agreement.account_id, agreement.account_name, agreement.type) == (None, None, EMPTY_REF)


def test_a_label_that_nobody_has_seen_before_is_kept_as_it_is() -> None:
    row = {**RECURRING, "agreementStatus": "Sleeping", "type": {"id": 77, "name": "Brand new"}}
    agreement = normalize.agreement(row, LINKS, {})
    assert (agreement.status, agreement.type) == ("Sleeping", Ref(id="77", name="Brand new"))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-31T00:00:00Z", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T01:00:00+02:00", datetime(2026, 1, 30, 23, tzinfo=UTC)),
        ("2026-01-31T00:00:00", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-02-30T00:00:00Z", None),
        ("", None),
        (20260131, None),
    ],
)
def test_a_date_is_aware_and_utc_or_unknown(value: Any, moment: datetime | None) -> None:
    assert normalize.account({"id": 1, "dateDeleted": value}, LINKS).deleted_at == moment


@pytest.mark.parametrize("flag", ["true", 1, 0, "", None, [], {}])
def test_a_flag_that_is_no_boolean_is_unknown(flag: Any) -> None:
    assert normalize.account({"id": 1, "deletedFlag": flag}, LINKS).deleted is None


@pytest.mark.parametrize("identity", [None, True, 1.5, "", [], {}])
def test_a_record_without_an_id_is_invalid(identity: Any) -> None:
    with pytest.raises(InvalidData, match="without an id"):
        normalize.account({"id": identity, "name": "x"}, LINKS)
    with pytest.raises(InvalidData, match="without an id"):
        normalize.agreement({"id": identity}, LINKS, {})
    with pytest.raises(InvalidData, match="without an id"):
        normalize.line({"id": identity}, "71")


@pytest.mark.parametrize("name", ["x" * 500, "<@U1> & <!channel>", "\"'[]*%+#\\", "Zażółć 🚀", "' OR 1=1 --"])
def test_a_hostile_name_survives_unchanged(name: str) -> None:
    assert normalize.account({"id": 1, "name": name, "identifier": name}, LINKS).name == name


def test_a_null_byte_becomes_visible_because_no_database_takes_it() -> None:
    account = normalize.account({"id": 1, "name": "Acme\x00Ltd", "status": {"id": 1, "name": "A\x00"}}, LINKS)
    assert account.name == "Acme\ufffdLtd"
    assert account.status == Ref(id="1", name="A\ufffd")


@pytest.mark.requirement("R248")
def test_the_whole_row_is_kept_as_evidence_only_where_it_is_asked_for() -> None:
    assert normalize.account(COMPANY, LINKS).raw is NO_RAW
    assert normalize.account(COMPANY, LINKS, with_raw=True).raw == COMPANY
    assert normalize.agreement(ONE_TIME, LINKS, {}, with_raw=True).raw == ONE_TIME
    assert "_info" not in repr(normalize.account(COMPANY, LINKS, with_raw=True))


def test_a_line_ends_on_the_day_before_it_is_cancelled() -> None:
    row = {
        "id": 9,
        "product": {"id": 3, "identifier": "MS-USER"},
        "description": "Managed user",
        "quantity": 62.5,
        "effectiveDate": "2024-01-01T00:00:00Z",
        "cancelledDate": "2026-10-01T00:00:00Z",
        "billCustomer": "Billable",
    }
    line = normalize.line(row, "71")
    assert line == LineItem(
        id="9",
        agreement_id="71",
        name="Managed user",
        quantity=Decimal("62.5"),
        starts_on=date(2024, 1, 1),
        ends_on=date(2026, 9, 30),
        billable=True,
    )


@pytest.mark.parametrize(
    ("word", "billable"),
    [("Billable", True), ("DoNotBill", False), ("NoCharge", False), ("Perhaps", None), (None, None)],
)
def test_whether_a_line_is_billed(word: str | None, billable: bool | None) -> None:
    assert normalize.line({"id": 1, "billCustomer": word}, "71").billable is billable


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        (0, Decimal(0)),
        (-1, Decimal(-1)),
        ("3.5", Decimal("3.5")),
        (None, None),
        (True, None),
        ("many", None),
        ("NaN", None),
    ],
)
def test_a_quantity_is_exact_or_unknown(quantity: Any, number: Decimal | None) -> None:
    assert normalize.line({"id": 1, "quantity": quantity}, "71").quantity == number


def test_a_line_is_named_after_its_product_where_it_has_no_words_of_its_own() -> None:
    assert normalize.line({"id": 1, "product": {"identifier": "EDR"}}, "71").name == "EDR"
    assert normalize.line({"id": 1}, "71").name == ""


@pytest.mark.requirement("R48", "R92", "R95")
def test_a_row_of_a_table_keeps_the_tenants_own_name_and_flags() -> None:
    rows = [
        {"id": 4, "name": "Credit Hold", "inactiveFlag": False, "notifyFlag": True, "_info": {}, "sortOrder": 3},
        {"id": 2, "name": "Monthly", "billingOptions": "Monthly", "defaultFlag": None},
        {"id": 3, "name": "Vendor", "isVendor": True},
    ]
    assert normalize.options(rows) == (
        Option(id="4", name="Credit Hold", flags={"inactiveFlag": False, "notifyFlag": True}),
        Option(id="2", name="Monthly", flags={"billingOptions": "Monthly", "defaultFlag": None}),
        Option(id="3", name="Vendor", flags={"vendorFlag": True}),
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    sorted({*COMPANY, *RECYCLED, *RECURRING, *ONE_TIME, "product", "quantity", "cancelledDate", "billCustomer"})
)


@given(st.dictionaries(FIELDS, JSON, max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_answer_whatever_is_another_exception_than_invalid_data(row: dict[str, Any]) -> None:
    for read in (
        lambda: normalize.account(row, LINKS),
        lambda: normalize.agreement(row, LINKS, MONTHLY),
        lambda: normalize.line(row, "71"),
        lambda: normalize.options([row]),
    ):
        try:
            read()
        except InvalidData:
            assert isinstance(row.get("id"), bool) or not isinstance(row.get("id"), int | str) or row["id"] == ""


@pytest.mark.parametrize(
    ("base", "web"),
    [
        ("https://api-na.myconnectwise.net/v2025_1/apis/3.0", "https://na.myconnectwise.net"),
        ("https://api-staging.connectwisedev.com/v/apis/3.0", "https://staging.connectwisedev.com"),
        ("https://cw.example.com:8443/v4_6_release/apis/3.0", "https://cw.example.com:8443"),
    ],
)
def test_a_deep_link_goes_to_the_web_host_with_the_login_company(base: str, web: str) -> None:
    link = Links.of(base, "Example & MSP").to("CompanyFV", "250")
    assert link.startswith(f"{web}/v4_6_release/services/system_io/router/openrecord.rails?locale=en_US&")
    assert link.endswith("recordType=CompanyFV&recid=250&companyName=Example%20%26%20MSP")
