"""HaloPSA's rows as our records: what was not said stays unknown, and what is secret stays out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import InvalidData
from connectors.halopsa import normalize
from connectors.records import EMPTY_REF, Account, Agreement, LineItem, Ref

WEB = "https://acme.halopsa.com"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CLIENT = {
    "id": 41,
    "name": "Acme Dental",
    "ref": "ACM001",
    "toplevel_id": 12,
    "toplevel_name": "Customers",
    "inactive": False,
    "stopped": 0,
    "client_to_invoice_recurring": 58,
    "client_to_invoice_recurring_name": "Acme Holding",
    "datecreated": "2021-03-01T00:00:00",
    "alastupdate": "2026-05-04T09:12:33.1",
    "api_access_clientsecret": "canary",
    "teamviewerpassword": "canary",
}
LINE = {
    "id": 2201,
    "ihid": 903,
    "item_shortdescription": "Managed workstation",
    "qty_order": 20.5,
    "isinactive": False,
    "isgroupdesc": False,
    "onetimecharge": False,
    "startdate": "2025-01-01T00:00:00",
    "enddate": None,
}
INVOICE = {
    "id": 903,
    "disabled": False,
    "client_id": 41,
    "client_name": "Acme Dental",
    "contract_ref": "MSA-15",
    "is_recurring_invoice": True,
    "last_modified": "2026-05-04T09:12:33",
    "internal_note": "canary",
    "lines": [LINE],
}


def test_a_customer_becomes_an_account() -> None:
    assert normalize.account(CLIENT, WEB) == Account(
        id="41",
        name="Acme Dental",
        identifier="ACM001",
        status=Ref(id="active", name="Active"),
        types=(Ref(id="12", name="Customers"),),
        active=True,
        parent=Ref(id="58", name="Acme Holding"),
        created_at=datetime(2021, 3, 1, tzinfo=UTC),
        changed_at=datetime(2026, 5, 4, 9, 12, 33, 100_000, tzinfo=UTC),
        url="https://acme.halopsa.com/customers?clientid=41",
    )


def test_an_inactive_customer_says_so_twice_and_an_untold_one_not_at_all() -> None:
    inactive = normalize.account({**CLIENT, "inactive": True}, WEB)
    assert (inactive.active, inactive.status) == (False, Ref(id="inactive", name="Inactive"))
    untold = normalize.account({"id": 41, "name": "Acme"}, WEB)
    assert (untold.active, untold.status, untold.types, untold.parent, untold.changed_at) == (None,) * 5


@pytest.mark.parametrize("payer", [0, -1, None, 41, ""])
def test_a_customer_that_pays_for_itself_has_no_parent(payer: object) -> None:
    assert normalize.account({**CLIENT, "client_to_invoice_recurring": payer}, WEB).parent == EMPTY_REF


def test_a_customer_outside_of_every_group_has_no_type() -> None:
    assert normalize.account({**CLIENT, "toplevel_id": 0}, WEB).types == ()


@pytest.mark.requirement("R248")
def test_secrets_and_notes_of_a_row_are_kept_nowhere() -> None:
    records = (
        normalize.account(CLIENT, WEB, with_raw=True),
        normalize.agreement({**INVOICE, "schedule": {"name": "Monthly", "note": "canary"}}, WEB, with_raw=True),
        normalize.line({**LINE, "comment_1": "canary"}, "903"),
    )
    assert all(record.raw for record in records)
    assert "canary" not in "".join(f"{record!r}{record.raw!r}" for record in records)
    assert normalize.account(CLIENT, WEB).raw == {}


def test_a_recurring_invoice_becomes_an_agreement_with_its_lines() -> None:
    assert normalize.agreement(INVOICE, WEB) == Agreement(
        id="903",
        name="MSA-15",
        account_id="41",
        account_name="Acme Dental",
        status="Active",
        starts_on=date.min,
        open_ended=True,
        recurring=True,
        changed_at=datetime(2026, 5, 4, 9, 12, 33, tzinfo=UTC),
        url="https://acme.halopsa.com/customers?clientid=41",
        lines=(
            LineItem(
                id="2201",
                agreement_id="903",
                name="Managed workstation",
                quantity=Decimal("20.5"),
                starts_on=date(2025, 1, 1),
                recurring=True,
                active=True,
                raw=LINE,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reference": " Managed ", "schedule": {"name": "Monthly"}}, "Managed"),
        ({"reference": " ", "schedule": {"name": "Monthly"}}, "Monthly"),
        ({"contract_ref": None}, "Recurring invoice 903"),
    ],
)
def test_a_recurring_invoice_is_called_what_people_called_it(fields: dict[str, Any], name: str) -> None:
    assert normalize.agreement({**INVOICE, **fields}, WEB).name == name


def test_what_an_invoice_does_not_say_is_unknown() -> None:
    untold = normalize.agreement({"id": -7}, WEB)
    assert untold.id == "-7"
    assert (untold.status, untold.lines, untold.account_id, untold.cancelled, untold.url) == (None,) * 5


def test_an_invoice_can_be_disabled_or_voided() -> None:
    off = normalize.agreement({**INVOICE, "disabled": True, "voided": True, "is_recurring_invoice": False}, WEB)
    assert (off.status, off.cancelled, off.recurring) == ("Inactive", True, False)


@pytest.mark.parametrize(
    ("fields", "starts", "ends"),
    [
        ({"startdate": "2026-01-01T00:00:00", "enddate": "2026-12-31T00:00:00"}, date(2026, 1, 1), date(2026, 12, 31)),
        ({"startdate": "0001-01-01T00:00:00", "enddate": "1900-01-01T00:00:00"}, date.min, None),
        ({"schedule": {"startdate": "2026-01-01", "end_date": "2026-06-30"}}, date(2026, 1, 1), date(2026, 6, 30)),
        ({"startdate": "nonsense", "enddate": 7}, date.min, None),
    ],
)
def test_dates_come_from_the_invoice_or_its_schedule_and_empty_ones_are_none(
    fields: dict[str, Any], starts: date, ends: date | None
) -> None:
    told = normalize.agreement({**INVOICE, **fields}, WEB)
    assert (told.starts_on, told.ends_on, told.open_ended) == (starts, ends, ends is None)


@pytest.mark.requirement("R52")
def test_headings_are_no_lines_and_inactive_or_one_time_lines_say_so() -> None:
    rows = [{**LINE, "isgroupdesc": True}, {**LINE, "isinactive": True, "onetimecharge": True}, "odd"]
    (told,) = normalize.lines({**INVOICE, "lines": rows}) or ()
    assert (told.active, told.recurring) == (False, False)
    bare = normalize.line({"id": 1, "item_code": "SKU"}, "903")
    assert (bare.name, bare.active, bare.recurring, bare.quantity, bare.starts_on) == ("SKU", None, None, None, None)


@pytest.mark.parametrize(
    ("fields", "quantity"),
    [
        ({"qty_order": 0}, Decimal(0)),
        ({"qty_order": 0, "recurring_invoice_quantity_type": 2}, None),
        ({"qty_order": 0.0, "calculate_price_from_assets": True}, None),
        ({"qty_order": 3, "_is_calculated_line": True}, Decimal(3)),
        ({"qty_order": "1.25"}, Decimal("1.25")),
        ({"qty_order": True}, None),
        ({"qty_order": "many"}, None),
        ({"qty_order": "NaN"}, None),
    ],
)
def test_nought_that_is_counted_later_is_not_nought(fields: dict[str, Any], quantity: Decimal | None) -> None:
    assert normalize.line({**LINE, **fields}, "903").quantity == quantity


@pytest.mark.parametrize("identity", [None, True, "", [1]])
def test_a_row_without_an_id_makes_no_sense(identity: object) -> None:
    with pytest.raises(InvalidData, match="without an id"):
        normalize.account({"id": identity, "name": "Acme"}, WEB)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*normalize.ACCOUNT_FIELDS, *normalize.AGREEMENT_FIELDS, "lines"]), JSON))
def test_any_answer_becomes_a_record_or_an_honest_error(row: dict[str, Any]) -> None:
    for read in (normalize.account, normalize.agreement):
        try:
            told = read({"id": 1, **row}, WEB)
        except InvalidData:
            continue
        assert isinstance(told.id, str)
        assert "\x00" not in told.name
        hash(told.changed_at)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=datetime(1901, 1, 1)))  # noqa: DTZ001 - Halo writes no zone
def test_a_moment_without_a_zone_is_utc(moment: datetime) -> None:
    told = normalize.account({**CLIENT, "alastupdate": moment.isoformat()}, WEB)
    assert told.changed_at == moment.replace(tzinfo=UTC)
