import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.psa.autotask.query import read_query
from sandbox.psa.autotask.schema import COMPANIES, CONTRACTS
from sandbox.psa.refused import Refused
from tests.sandbox.psa.autotask.calling import EVERYTHING, Caller

ROW = {
    "id": 7,
    "companyName": 'O\'Brien & "Sons"',
    "companyNumber": None,
    "companyType": 1,
    "isActive": True,
    "lastTrackedModifiedDateTime": "2026-11-20T08:00:00.113",
    "userDefinedFields": [{"name": "Tier", "value": "Gold"}],
}


def fits(*conditions: Any) -> bool:
    return read_query(json.dumps({"filter": list(conditions)}), COMPANIES).fits(ROW)


def refused(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(Refused) as raised:
        read_query(text, COMPANIES)
    assert raised.value.status == 500
    assert isinstance(raised.value.body, dict)
    return str(raised.value.body["errors"][0])


@pytest.mark.parametrize(
    ("op", "field", "value", "expected"),
    [
        ("eq", "companyType", 1, True),
        ("noteq", "companyType", 1, False),
        ("gt", "id", 6, True),
        ("gte", "id", 7, True),
        ("lt", "id", 7, False),
        ("lte", "id", 7, True),
        ("eq", "COMPANYNAME", 'o\'brien & "sons"', True),
        ("beginsWith", "companyName", "o'b", True),
        ("endsWith", "companyName", '"SONS"', True),
        ("contains", "companyName", "&", True),
        ("contains", "companyName", "&amp;", False),
        ("contains", "companyName", "%", False),
        ("eq", "isActive", True, True),
        ("eq", "isActive", False, False),
        ("in", "companyType", [3, 1], True),
        ("in", "companyType", [], False),
        ("notIn", "companyType", [3], True),
        ("gte", "lastTrackedModifiedDateTime", "2026-11-20T07:00:00Z", True),
        ("gte", "lastTrackedModifiedDateTime", "2026-11-20T08:00:01", False),
        ("eq", "companyNumber", "x", False),
        ("noteq", "companyNumber", "x", False),
    ],
)
def test_operators(op: str, field: str, value: Any, *, expected: bool) -> None:
    assert fits({"op": op, "field": field, "value": value}) is expected


@pytest.mark.parametrize(
    ("field", "value"), [("id", "7"), ("companyType", "1"), ("companyType", True), ("isActive", 1), ("companyName", 7)]
)
def test_a_value_of_the_wrong_kind_finds_nothing_and_is_no_error(field: str, value: Any) -> None:
    assert not fits({"op": "eq", "field": field, "value": value})
    assert not fits({"op": "in", "field": field, "value": [value]})


def test_a_misspelt_operator_lets_everything_through() -> None:
    assert fits({"op": "noteExist", "field": "id"})
    assert fits({"op": "EQ", "field": "id", "value": 1})


def test_exist_looks_at_null() -> None:
    assert fits({"op": "exist", "field": "companyName"})
    assert fits({"op": "notExist", "field": "companyNumber"})
    assert not fits({"op": "exist", "field": "companyNumber"})


def test_groups_nest_and_a_flat_list_means_and() -> None:
    good, bad = {"op": "eq", "field": "id", "value": 7}, {"op": "eq", "field": "id", "value": 8}
    assert fits({"op": "or", "items": [bad, {"op": "and", "items": [good, good]}]})
    assert not fits(good, bad)
    assert not fits({"op": "and", "items": [good, {"op": "or", "items": [bad, bad]}]})


def test_user_defined_fields_are_asked_for_by_name_and_one_at_a_time() -> None:
    gold = {"op": "eq", "field": "Tier", "udf": True, "value": "Gold"}
    assert fits(gold)
    assert not fits({**gold, "value": "Silver"})
    assert "only one" in refused({"filter": [gold, gold]})
    assert "eq only" in refused({"filter": [{**gold, "op": "contains"}]})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "not valid JSON"),
        ([], "not a JSON object"),
        ({}, "filter is required"),
        ({"filter": []}, "filter is required"),
        ({"filter": {"op": "exist", "field": "id"}}, "filter is required"),
        ({"filter": [7]}, "needs an op"),
        ({"filter": [{"op": "and"}]}, "needs items"),
        ({"filter": [{"op": "or", "items": []}]}, "needs items"),
        ({"filter": [{"op": "or", "items": [EVERYTHING] * 501}]}, "500 OR"),
        ({"filter": [{"op": "eq", "field": "foo", "value": 1}]}, "Unable to find foo in the Company Entity"),
        ({"filter": [{"op": "eq", "value": 1}]}, "Unable to find None"),
        ({"filter": [{"op": "eq", "field": "assetValue", "value": 1}]}, "not queryable"),
        ({"filter": [{"op": "eq", "field": "isActive", "value": None}]}, "must not be null"),
        ({"filter": [{"op": "in", "field": "id", "value": 7}]}, "need a list"),
        ({"filter": [{"op": "contains", "field": "id", "value": "7"}]}, "is for texts"),
        ({"filter": [{"op": "gt", "field": "createDate", "value": "soon"}]}, "not a date"),
        ({"filter": [EVERYTHING], "MaxRecords": 0}, "MaxRecords"),
        ({"filter": [EVERYTHING], "MaxRecords": 501}, "MaxRecords"),
        ({"filter": [EVERYTHING], "MaxRecords": "5"}, "MaxRecords"),
        ({"filter": [EVERYTHING], "IncludeFields": "id"}, "must be a list"),
        ({"filter": [EVERYTHING], "IncludeFields": ["foo"]}, "Unable to find foo"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_500(body: Any, said: str) -> None:
    assert said in refused(body)


def test_rows_that_are_asked_for_by_rising_id_are_not_looked_at_before_it() -> None:
    after = {"op": "gt", "field": "id", "value": 41}
    both = {"op": "and", "items": [after, EVERYTHING]}
    assert read_query(json.dumps({"filter": [after]}), COMPANIES).after == 41
    assert read_query(json.dumps({"filter": [both]}), COMPANIES).after == 41
    assert read_query(json.dumps({"filter": [{"op": "or", "items": [after, EVERYTHING]}]}), COMPANIES).after < 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["eq", "and", "or", "in", "id"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["op", "field", "value", "items", "udf"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_any_filter_is_read_or_refused_and_never_breaks_the_server(conditions: Any) -> None:
    try:
        query = read_query(json.dumps({"filter": conditions}), CONTRACTS)
    except Refused:
        return
    assert query.fits({"id": 7, "contractName": "x"}) in {True, False}


@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=10))
@settings(max_examples=100, deadline=None)
def test_there_is_nothing_to_escape_in_a_name(name: str, before: str, behind: str) -> None:
    body = json.dumps({"filter": [{"op": "contains", "field": "companyName", "value": name}]})
    whole = before + name + behind
    fitting = read_query(body, COMPANIES).fits({"companyName": whole})
    assert fitting is (name.casefold() in whole.casefold())


async def test_a_query_may_be_asked_with_get_while_it_is_short(api: Caller) -> None:
    search = "%7B%22filter%22%3A%5B%7B%22op%22%3A%22eq%22%2C%22field%22%3A%22id%22%2C%22value%22%3A0%7D%5D%7D"
    assert (await api.get(f"/Companies/query?search={search}")).ids == [0]
    assert (await api.get(f"/Companies/query?search={search}{'%20' * 700}")).status == 414


async def test_queries_over_http(api: Caller) -> None:
    assert await api.names({"op": "eq", "field": "companyName", "value": "wayne enterprises"}) == ["Wayne Enterprises"]
    assert "Unable to find foo" in await api.refusal({"op": "exist", "field": "foo"})
