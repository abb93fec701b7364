"""The filter language itself: what it takes, what it refuses, what it finds."""

import random
from contextlib import suppress

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sandbox.psa.connectwise import schema
from sandbox.psa.connectwise.conditions import Comparison, Either, Every, parse
from sandbox.psa.connectwise.matching import rows_where, rows_with_child, rows_with_custom_field
from sandbox.psa.connectwise.records import Snapshot
from sandbox.psa.connectwise.tokens import ConditionError
from sandbox.psa.names import read_parts, real_names
from sandbox.psa.records import Json, Row

NAMES = ("Acme Ltd", "acme capital", "Globex", "O'Brien & Sons", 'The "Best" Bar', "Beacon [old]", "50% Off *", "")


def record(number: int, name: str | None, **fields: object) -> Json:
    return {"id": number, "name": name, "_info": {"lastUpdated": f"2026-11-{number:02}T08:00:00Z"}, **fields}


@pytest.fixture(scope="module")
def companies() -> Snapshot:
    rows = [record(number, name, deletedFlag=number == 3) for number, name in enumerate(NAMES, start=1)]
    rows[0] |= {
        "status": {"id": 1, "name": "Active"},
        "types": [{"id": 1, "name": "Client"}, {"id": 9, "name": "Managed"}],
        "customFields": [{"id": 31, "caption": "Tier", "value": "Gold"}, {"id": 32, "caption": "Seats", "value": 40}],
    }
    rows[1] |= {"status": {"id": 4, "name": "Credit Hold"}, "types": [{"id": 2, "name": "Prospect"}]}
    rows[2] |= {"annualRevenue": 12.5, "dateAcquired": "2026-01-31T00:00:00Z", "customFields": []}
    rows.append(record(20, None))
    return Snapshot([Row(data=row) for row in rows])


def found(condition: str, companies: Snapshot) -> set[int]:
    return {companies.rows[at].data["id"] for at in rows_where(condition, companies, schema.COMPANY)}


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ('name = "Acme Ltd"', {1}),
        ("name = 'acme LTD'", {1}),
        ('name != "globex"', {1, 2, 4, 5, 6, 7, 8}),
        ('name contains "ACME"', {1, 2}),
        ('name not contains "a"', {3, 4, 7, 8}),
        ('name like "acme*"', {1, 2}),
        ('name like "*e*x"', {3}),
        ('name like "acme"', set()),
        ('name not like "*e*"', {7, 8}),
        ('name in ("globex", "acme ltd", "nobody")', {1, 3}),
        ('name not in ("globex")', {1, 2, 4, 5, 6, 7, 8}),
        ('name > "globew" and name < "globey"', {3}),
        ("name = null", {20}),
        ("name != null", {1, 2, 3, 4, 5, 6, 7, 8}),
        ('name = ""', {8}),
        ("id = 3", {3}),
        ("id >= 3 AND id <= 5", {3, 4, 5}),
        ("id in (1, 2,3)", {1, 2, 3}),
        ("id not in (1,2,3,4,5,6,7,8)", {20}),
        ("annualRevenue > 12.25", {3}),
        ("deletedFlag = True", {3}),
        ("deletedFlag=true", {3}),
        ("deletedFlag != False", {3}),
        ("status/id = 4", {2}),
        ('status/name="active" OR status/name="credit hold"', {1, 2}),
        ("lastUpdated > [2026-11-19T00:00:00Z]", {20}),
        ("lastUpdated >= [2026-11-08T10:00:00+02:00] and lastUpdated < [2026-11-20]", {8}),
        ("dateAcquired = [2026-01-31]", {3}),
        ("dateAcquired != null", {3}),
        ("id = 1 OR id = 2 AND deletedFlag = True", {1}),
        ("(id = 1 OR id = 3) AND deletedFlag = True", {3}),
        ("((id=1))or(id=2)", {1, 2}),
        ('name = "Beacon [[]old]"', {6}),
        ('name contains "\'"', {4}),
        ("name contains '\"'", {5}),
        (r"name contains 'C:\"'", set()),
        (r"name contains 'C:\\x'", set()),
    ],
)
def test_a_condition_finds_what_it_says(condition: str, ids: set[int], companies: Snapshot) -> None:
    assert found(condition, companies) == ids


@pytest.mark.parametrize(
    ("condition", "token"),
    [
        ("", "the end"),
        ("name", "the end"),
        ('name = "open', '"open'),
        ('name == "x"', "="),
        ('name <> "x"', ">"),
        ('name = "x" name = "y"', "name"),
        ('(name = "x"', "the end"),
        ('name = "x")', ")"),
        ("name = x", "x"),
        ("name = 5", "5"),
        ('id = "5"', '"5"'),
        ("id = 5a", "5a"),
        ("id contains 5", "id"),
        ('id like "5*"', "id"),
        ("dateAcquired contains [2026-01-31]", "dateAcquired"),
        ('dateAcquired > "2026-01-31"', '"2026-01-31"'),
        ("dateAcquired > [yesterday]", "[yesterday]"),
        ("dateAcquired > [2026-01-31T00:00:00]", "[2026-01-31T00:00:00]"),
        ('deletedFlag = "False"', '"False"'),
        ("deletedFlag = 0", "0"),
        ("deletedFlag > False", "deletedFlag"),
        ("colour = 1", "colour"),
        ("status = 1", "status"),
        ("status/colour = 1", "status/colour"),
        ("types/id = 4", "types/id"),
        ("_info/lastUpdated > [2026-01-31]", "_info/lastUpdated"),
        ("name > null", ">"),
        ("name in (null)", "null"),
        ("id in ()", ")"),
        ("id in (1,)", ")"),
        ("id in 1", "1"),
        ('name not = "x"', "="),
        ("not id = 1", "not"),
        ("5 = id", "5"),
        ("name = true", "true"),
        ('name = "Beacon [old]"', "["),
        (r'name = "say \"hi\""', r"\""),
        ("id = 1 ; id = 2", "; id = 2"),
        ("(" * 60 + "id=1" + ")" * 60, "("),
    ],
)
def test_a_condition_that_the_server_cannot_take_is_refused_by_its_token(
    condition: str, token: str, companies: Snapshot
) -> None:
    with pytest.raises(ConditionError) as refused:
        found(condition, companies)
    assert f"'{token}' at position" in str(refused.value)


def test_and_binds_tighter_than_or() -> None:
    tree = parse("id=1 or id=2 and id=3")
    assert isinstance(tree, Either)
    assert isinstance(tree.parts[0], Comparison)
    assert isinstance(tree.parts[1], Every)


def test_backslash_escapes_work_only_where_they_are_switched_on(companies: Snapshot) -> None:
    condition = r'name = "The \"Best\" Bar"'
    at = rows_where(condition, companies, schema.COMPANY, backslash_escapes=True)
    assert [companies.rows[one].data["id"] for one in at] == [5]
    with pytest.raises(ConditionError, match="not an escape"):
        rows_where(condition, companies, schema.COMPANY)


def child(condition: str, companies: Snapshot) -> set[int]:
    return {companies.rows[at].data["id"] for at in rows_with_child(condition, companies, schema.COMPANY)}


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("types/id=9", {1}),
        ('types/name="client" OR types/name="prospect"', {1, 2}),
        ("types/id=1 AND types/id=9", set()),
        ('types/name like "man*"', {1}),
        ('customFields/caption="tier" AND customFields/value="gold"', {1}),
    ],
)
def test_child_conditions_hold_for_one_entry_of_the_array(condition: str, ids: set[int], companies: Snapshot) -> None:
    assert child(condition, companies) == ids


@pytest.mark.parametrize(
    "condition",
    ["types/id in (1,9)", "types/id=1 OR (types/id=2 AND types/id in (9))", "id=1", "status/id=1", "types=1"],
)
def test_child_conditions_refuse_lists_and_what_is_no_array(condition: str, companies: Snapshot) -> None:
    with pytest.raises(ConditionError):
        child(condition, companies)


def test_child_conditions_speak_of_one_array_at_a_time(companies: Snapshot) -> None:
    with pytest.raises(ConditionError, match="customFields/value"):
        child('types/id=1 AND customFields/value="Gold"', companies)


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ('caption="Tier" AND value="Gold"', {1}),
        ('caption="Tier" AND value="40"', set()),
        ('value = "40"', {1}),
        ('caption="Tier" AND value != null', {1}),
    ],
)
def test_custom_fields_are_asked_for_by_caption_and_value(condition: str, ids: set[int], companies: Snapshot) -> None:
    at = rows_with_custom_field(condition, companies, schema.COMPANY)
    assert {companies.rows[one].data["id"] for one in at} == ids


@pytest.mark.parametrize("condition", ['value in ("Gold")', 'colour = "Gold"'])
def test_custom_field_conditions_refuse_lists_and_unknown_words(condition: str, companies: Snapshot) -> None:
    with pytest.raises(ConditionError):
        rows_with_custom_field(condition, companies, schema.COMPANY)


def test_a_record_without_custom_fields_cannot_be_asked_for_them(companies: Snapshot) -> None:
    with pytest.raises(ConditionError, match="no custom fields"):
        rows_with_custom_field('caption="Tier"', companies, schema.COMPANY_STATUS)


def literal(value: str) -> str | None:
    """A string as CW §3.2 says to write it; None where no quote is left to wrap it in."""
    inside = value.replace("[", "[[]")
    quote = next((quote for quote in "\"'" if quote not in value), None)
    return None if quote is None or value.endswith("\\") else f"{quote}{inside}{quote}"


@settings(max_examples=200, deadline=None)
@given(st.text(), st.lists(st.text(alphabet="aA[]\"'*%\\ é", max_size=4), max_size=6))
@example("Beacon [old]", [])
@example("[2026-01-31]", [])
@example("[[]", ["["])
@example("a) OR (id > 0", [])
def test_any_text_that_is_written_by_the_rules_finds_exactly_its_company(name: str, others: list[str]) -> None:
    written = literal(name)
    assume(written is not None)
    snapshot = Snapshot([Row(data=record(number, one)) for number, one in enumerate([name, *others])])
    positions = rows_where(f"name = {written}", snapshot, schema.COMPANY)
    assert positions == {at for at, one in enumerate([name, *others]) if one.casefold() == name.casefold()}
    assert 0 in rows_where(f"name contains {written}", snapshot, schema.COMPANY)
    assert 0 in rows_where(f"id > 5 or (name in ({written}, 'x'))", snapshot, schema.COMPANY)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="nameid ()=!<>,'\"[]\\0123ANDORinlikecontains_/*\u202e", max_size=60))
def test_no_text_whatever_breaks_the_parser(source: str) -> None:
    snapshot = Snapshot([Row(data=record(1, "x"))])
    with suppress(ConditionError):
        assert rows_where(source, snapshot, schema.COMPANY) <= {0}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_odd_name_of_the_tenant_can_be_asked_for(seed: int) -> None:
    names = real_names(random.Random(seed), 80)  # noqa: S311 - a repeatable draw
    snapshot = Snapshot([Row(data=record(number, name)) for number, name in enumerate(names)])
    assert set(read_parts()["odd"]) <= set(names)
    askable = [(at, written) for at, name in enumerate(names) if (written := literal(name))]
    assert len(askable) >= 79
    assert all(rows_where(f"name = {written}", snapshot, schema.COMPANY) == {at} for at, written in askable)
