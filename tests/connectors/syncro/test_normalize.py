"""Syncro's JSON to records: what was said, what was said to be empty, and what was not said."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import InvalidData
from connectors.records import EMPTY_REF, Ref
from connectors.syncro import normalize
from connectors.syncro.normalize import Links
from tests.connectors.syncro.connecting import invoice

LINKS = Links(web="https://examplemsp.syncromsp.com")
CUSTOMER = {
    "id": 30411,
    "firstname": "Dana",
    "lastname": "Reyes",
    "fullname": "Dana Reyes",
    "business_name": "Acme Dental",
    "business_then_name": "Acme Dental",
    "email": "dana@acme.example",
    "phone": "555 0100",
    "address": "1 Main Street",
    "notes": "Rings twice",
    "disabled": False,
    "online_profile_url": "https://x/my_profile?portal_key=CANARY",
    "created_at": "2024-03-01T10:00:00.000Z",
    "updated_at": "2026-05-02T08:11:12.000Z",
    "contacts": [{"name": "Boba"}],
}
LINE = {
    "id": 9001,
    "name": "Managed workstation",
    "quantity": "20.0",
    "retail_cents": 3500,
    "cost_cents": 900,
    "recurring_type_id": 1,
    "one_time_charge": False,
}


def test_a_customer_is_read_with_its_page_and_its_dates() -> None:
    account = normalize.account(CUSTOMER, LINKS)
    assert (account.id, account.name, account.disabled) == ("30411", "Acme Dental", False)
    assert account.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert account.changed_at == datetime(2026, 5, 2, 8, 11, 12, tzinfo=UTC)
    assert account.url == "https://examplemsp.syncromsp.com/customers/30411"
    assert (account.status, account.types, account.deleted, account.parent, account.active) == (None,) * 5
    assert not account.raw


@pytest.mark.requirement("R248")
def test_nothing_personal_and_no_login_link_is_kept() -> None:
    raw = json.dumps(dict(normalize.account(CUSTOMER, LINKS, with_raw=True).raw))
    assert "Acme Dental" in raw
    for text in ("CANARY", "dana@", "555", "Main Street", "twice", "Boba", "Dana Reyes"):
        assert text not in raw
    line = json.dumps(dict(normalize.line(LINE, "1").raw))
    assert "3500" not in line
    assert "900" not in line.replace("9001", "")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"business_name": None, "business_then_name": "Saul Goodman"}, "Saul Goodman"),
        ({"business_name": None, "business_then_name": None, "fullname": "Saul Goodman"}, "Saul Goodman"),
        ({"business_name": "  ", "business_then_name": "", "fullname": None}, "Dana Reyes"),
        ({"business_name": " Acme\x00 "}, "Acme\ufffd"),
    ],
)
def test_a_private_person_has_the_name_that_syncro_shows(fields: dict[str, Any], name: str) -> None:
    assert normalize.account({**CUSTOMER, **fields}, LINKS).name == name


def test_a_customer_that_says_next_to_nothing_is_unknown_and_not_healthy() -> None:
    account = normalize.account({"id": 5}, LINKS)
    assert (account.name, account.disabled, account.created_at, account.changed_at) == ("", None, None, None)


def test_a_recurring_invoice_links_to_the_customers_page_which_is_documented() -> None:
    agreement = normalize.agreement(invoice(7788, 30411, [LINE]), LINKS, with_raw=True)
    assert (agreement.id, agreement.name, agreement.account_id) == ("7788", "Services 7788", "30411")
    assert agreement.url == "https://examplemsp.syncromsp.com/customers/30411"
    assert (agreement.recurring, agreement.paused, agreement.one_time) == (True, False, None)
    assert agreement.billing_cycle == Ref(id="Monthly", name="Monthly")
    assert (agreement.status, agreement.starts_on, agreement.ends_on, agreement.changed_at) == (None,) * 4
    assert dict(agreement.raw)["frequency"] == "Monthly"


@pytest.mark.requirement("R54")
def test_lines_that_are_empty_and_lines_that_were_not_sent_differ() -> None:
    assert normalize.agreement(invoice(1, lines=[]), LINKS).lines == ()
    assert normalize.agreement(invoice(1, lines=None), LINKS).lines is None
    assert normalize.agreement({**invoice(1), "lines": ["odd"]}, LINKS).lines is None


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(
    ("fields", "quantity", "recurring"),
    [
        ({}, Decimal("20.0"), True),
        ({"quantity": "0.0"}, Decimal(0), True),
        ({"quantity": 0.25}, Decimal("0.25"), True),
        ({"one_time_charge": True}, Decimal(20), False),
        ({"one_time_charge": None, "quantity": None}, None, None),
        ({"quantity": "many"}, None, True),
        ({"quantity": "NaN"}, None, True),
        ({"quantity": True}, None, True),
    ],
)
def test_a_line_tells_its_quantity_and_whether_it_is_charged_once(
    fields: dict[str, Any], quantity: Decimal | None, recurring: bool | None
) -> None:
    line = normalize.line({**LINE, **fields}, "7788")
    assert (line.id, line.agreement_id, line.name) == ("9001", "7788", "Managed workstation")
    assert (line.quantity, line.recurring) == (quantity, recurring)


@pytest.mark.parametrize("tie", [{"asset_type_id": 3}, {"device_ids": [1, 2]}])
def test_a_nought_of_a_line_that_is_counted_by_assets_says_nothing(tie: dict[str, Any]) -> None:
    assert normalize.line({**LINE, **tie, "quantity": "0.0"}, "1").quantity is None
    assert normalize.line({**LINE, **tie}, "1").quantity == 20
    assert normalize.line({**LINE, "asset_type_id": None, "device_ids": [], "quantity": "0"}, "1").quantity == 0


def test_a_line_without_a_name_is_called_by_its_description() -> None:
    assert normalize.line({"id": 1, "name": "", "description": "per device"}, "1").name == "per device"


def test_a_recurring_invoice_without_a_frequency_is_told_from_one_that_does_not_say() -> None:
    assert normalize.agreement(invoice(1, frequency=None), LINKS).billing_cycle == EMPTY_REF
    assert normalize.agreement({"id": 1}, LINKS).billing_cycle is None
    assert normalize.agreement({"id": 1}, LINKS).url is None


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": True}, {"id": ""}, {"id": 1.5}])
def test_a_record_without_an_id_is_not_believed(row: dict[str, Any]) -> None:
    with pytest.raises(InvalidData, match="without an id"):
        normalize.account(row, LINKS)
    with pytest.raises(InvalidData, match="without an id"):
        normalize.agreement(row, LINKS)


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (["", "0 Urgent", "1 High"], [("0 Urgent", "0 Urgent"), ("1 High", "1 High")]),
        ([[101, "Sam Hill"], [102, "Ada Poe"]], [("101", "Sam Hill"), ("102", "Ada Poe")]),
        ([{"id": 1, "name": "Service"}, {"name": "No id"}, {}], [("1", "Service"), ("No id", "No id")]),
        ([None, 5, [1]], []),
        ({"not": "a list"}, []),
    ],
)
def test_entries_come_as_texts_as_pairs_and_as_objects(value: Any, rows: list[tuple[str, str]]) -> None:
    assert [(str(row["id"]), row["name"]) for row in normalize.entries(value)] == rows


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T10:00:00.000Z", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T02:00:00.000-08:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (5, None),
    ],
)
def test_a_moment_is_read_in_utc_or_not_at_all(text: Any, moment: datetime | None) -> None:
    assert normalize.account({"id": 1, "updated_at": text}, LINKS).changed_at == moment


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = sorted({*CUSTOMER, *LINE, *invoice(1)} - {"id"})


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6))
def test_no_json_makes_a_record_fail_except_a_missing_id(fields: dict[str, Any]) -> None:
    row = {"id": 1, **fields}
    assert normalize.account(row, LINKS, with_raw=True).id == "1"
    assert normalize.line(row, "1").id == "1"
    try:
        assert normalize.agreement(row, LINKS, with_raw=True).id == "1"
    except InvalidData as error:
        assert "line without an id" in error.message  # noqa: PT017 - only lines may be refused
