"""What is stored of a record, and what never is."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import record
from connectors.records import EMPTY_REF, Account, Agreement, Because, LineItem, Option, Ref, Table, Tables

from .records import FILTER, TABLES, account, agreement

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
MOMENTS = st.datetimes(timezones=st.just(UTC))
REFS = st.builds(Ref, id=TEXT, name=TEXT)
ACCOUNTS = st.builds(
    Account,
    id=TEXT,
    name=TEXT,
    identifier=st.none() | TEXT,
    status=st.none() | REFS,
    types=st.none() | st.lists(REFS).map(tuple),
    deleted=st.none() | st.booleans(),
    changed_at=st.none() | MOMENTS,
    raw=st.just({"phoneNumber": "canary-phone"}),
)
AGREEMENTS = st.builds(
    Agreement,
    id=TEXT,
    name=TEXT,
    starts_on=st.none() | st.dates(),
    open_ended=st.none() | st.booleans(),
    billing_cycle=st.none() | st.just(EMPTY_REF) | REFS,
)


@settings(max_examples=100, deadline=None)
@given(ACCOUNTS)
def test_an_account_is_read_as_it_was_written_but_for_nul_characters(written: Account) -> None:
    assert repr(record.read_account(record.write_account(written))) == repr(written).replace("\\x00", "").replace(
        " fold=1,", ""
    )


@settings(max_examples=100, deadline=None)
@given(AGREEMENTS)
def test_an_agreement_is_read_as_it_was_written_but_for_nul_characters(written: Agreement) -> None:
    assert repr(record.read_agreement(record.write_agreement(written))) == repr(written).replace("\\x00", "").replace(
        " fold=1,", ""
    )


def test_what_was_not_told_and_what_was_empty_stay_different() -> None:
    for cycle in (None, EMPTY_REF):
        its = Agreement(id="88", name="Managed", billing_cycle=cycle, starts_on=date(2026, 1, 31))
        assert record.read_agreement(record.write_agreement(its)) == its


def test_a_backslash_before_the_letters_of_an_escaped_nul_is_kept() -> None:
    for name in ("\\u0000", "\\\\u0000", "a\\\0b"):
        assert record.read_account(record.write_account(account("1", name))).name == name.replace("\0", "")


@pytest.mark.requirement("R248")
def test_only_fields_on_the_allow_list_are_written() -> None:
    raw = {"phoneNumber": "canary-phone", "defaultContact": {"name": "canary-contact"}}
    texts = [
        record.write_account(account("1", raw=raw)),
        record.write_agreement(agreement("88", raw=raw)),
        record.write_agreement(
            agreement("88", raw=raw, lines=(LineItem(id="1", agreement_id="88", name="Seats", raw=raw),))
        ),
    ]
    assert not [text for text in texts if "canary" in text or "raw" in text]


@pytest.mark.requirement("R248")
def test_every_field_of_a_record_is_either_on_the_allow_list_or_dropped_on_purpose() -> None:
    dropped = {"raw"}
    assert {field.name for field in fields(Account)} == {*record.ACCOUNT_FIELDS} | dropped
    assert {field.name for field in fields(Agreement)} == {*record.AGREEMENT_FIELDS} | dropped
    assert {field.name for field in fields(LineItem)} == {*record.LINE_FIELDS} | dropped


def test_lines_are_read_as_they_were_written_and_unread_ones_stay_unread() -> None:
    line = LineItem(id="9", agreement_id="88", name="Seats", quantity=Decimal("2.50"), active=True)
    for lines in (None, (), (line,)):
        its = agreement("88", lines=lines)
        assert record.read_agreement(record.write_agreement(its)) == its


def test_the_tables_and_the_filter_are_read_as_they_were_written() -> None:
    refused = Table(name="billing cycles", rows=None, because=Because.PERMISSION)
    flagged = Table(name="statuses", rows=(Option(id="1", name="Hold", flags={"inactiveFlag": False, "x": None}),))
    tables = Tables(statuses=flagged, types=TABLES.types, agreement_types=refused, billing_cycles=refused)
    assert record.read_tables(record.write_tables(tables)) == tables
    assert record.read_filter(record.write_filter(FILTER)) == FILTER


def test_the_fingerprint_tells_verdicts_apart() -> None:
    its = record.write_account(account("1", changed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    verdicts = [(True, ()), (False, ()), (None, ()), (False, ("a",)), (False, ("a", "b")), (False, ("ab",))]
    found = {record.account_fingerprint(its, visible, reasons) for visible, reasons in verdicts}
    assert len(found) == len(verdicts)


def test_what_is_written_does_not_depend_on_what_is_dropped() -> None:
    assert record.write_account(account("1", raw={"phoneNumber": "1"})) == record.write_account(account("1"))
