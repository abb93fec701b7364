import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.autotask import filters
from connectors.autotask.filters import Op
from connectors.records import AccountFilter, Option
from sandbox.psa.autotask.query import read_query
from sandbox.psa.autotask.schema import COMPANIES

ACTIVE = Option(id="true", name="Active")
INACTIVE = Option(id="false", name="Inactive")
CUSTOMER = Option(id="1", name="Customer")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (None, filters.EVERYTHING),
        ((ACTIVE, INACTIVE), filters.EVERYTHING),
        ((ACTIVE,), {"op": "eq", "field": "isActive", "value": True}),
        ((INACTIVE,), {"op": "eq", "field": "isActive", "value": False}),
        ((), None),
    ],
)
def test_the_status_half_is_one_mark(statuses: tuple[Option, ...] | None, expected: object) -> None:
    which = AccountFilter(statuses=statuses, types=None)
    assert filters.kept_statuses(which) == expected
    assert filters.eligible(which) == expected


@pytest.mark.requirement("R18", "X30")
def test_types_are_asked_for_as_the_numbers_of_this_tenant() -> None:
    which = AccountFilter(statuses=(ACTIVE,), types=(CUSTOMER, Option(id="104", name="Dead")))
    assert filters.eligible(which) == {
        "op": "and",
        "items": [
            {"op": "eq", "field": "isActive", "value": True},
            {"op": "in", "field": "companyType", "value": [1, 104]},
        ],
    }


def test_a_choice_that_lets_nothing_through_asks_nothing() -> None:
    assert filters.eligible(AccountFilter(statuses=None, types=())) is None
    assert filters.eligible(AccountFilter(statuses=(), types=(CUSTOMER,))) is None


@given(st.lists(st.integers(min_value=0, max_value=2**31 - 1), max_size=700))
@settings(max_examples=50, deadline=None)
def test_lists_are_cut_into_pieces_that_lose_nothing(values: list[int]) -> None:
    pieces = [list(one["value"]) for one in filters.one_of("id", values)]
    assert [value for piece in pieces for value in piece] == values
    assert all(0 < len(piece) <= filters.VALUES_AT_ONCE for piece in pieces)


@given(st.text(min_size=1, max_size=60).filter(str.strip), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_company_of_any_name_is_found_by_any_part_of_it(name: str, before: str, behind: str) -> None:
    wanted = name.strip()
    query = read_query(json.dumps({"filter": [filters.named_like(wanted)]}), COMPANIES)
    whole = f"{before}{wanted}{behind}"
    row = {"id": 7, "companyName": whole, "companyNumber": None}
    if wanted.casefold() in whole.casefold():  # folding is not always the sum of its parts
        assert query.fits(row)
        assert filters.holds(wanted, whole, None)


def test_a_number_is_matched_whole_and_a_name_in_part() -> None:
    assert filters.holds("ac-1001", "Acme", " AC-1001 ")
    assert not filters.holds("ac-100", "Acme", "AC-1001")
    assert filters.holds("CM", "Acme", None)


def test_a_day_lies_in_a_period_whose_first_or_last_day_it_is() -> None:
    assert filters.on(date(2026, 11, 30)) == {
        "op": "and",
        "items": [
            {"op": "lte", "field": "startDate", "value": "2026-11-30T00:00:00Z"},
            {"op": "gte", "field": "endDate", "value": "2026-11-30T00:00:00Z"},
        ],
    }


@pytest.mark.requirement("X10")
def test_a_change_is_any_of_the_dates_that_this_autotask_keeps_in_utc() -> None:
    moment = datetime(2026, 11, 30, 9, 30, 1, 5, tzinfo=timezone(timedelta(hours=2)))
    asked = filters.changed_since(moment, filters.CHANGE_FIELDS)
    assert asked["op"] == "or"
    assert [(one["field"], one["value"]) for one in asked["items"]] == [
        (field, "2026-11-30T07:30:01Z") for field in filters.CHANGE_FIELDS
    ]
    query = read_query(json.dumps({"filter": [asked]}), COMPANIES)
    assert query.fits({"id": 7, "lastActivityDate": "2026-11-30T07:30:01.2"})
    assert not query.fits({"id": 7, "lastActivityDate": "2026-11-30T07:30:00.9", "createDate": None})


def test_where_no_date_is_kept_everything_may_have_changed() -> None:
    assert filters.changed_since(datetime(2026, 11, 30, tzinfo=UTC), []) == filters.EVERYTHING


def test_the_id_of_the_msp_itself_is_a_number_like_any_other() -> None:
    assert filters.of_company("0") == {"op": "eq", "field": "companyID", "value": 0}
    assert filters.where("isActive", Op.EQ, False)["value"] is False
