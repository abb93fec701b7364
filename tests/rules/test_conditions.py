from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import compile_condition
from rules.kleene import all_of, any_of, opposite
from rules.literals import Refused
from rules.vocabulary import Fact, FactType, Scope

ROW: Scope = {"type": Fact(type=FactType.TEXT, means="its type"), "on": Fact(type=FactType.FLAG, means="it is on")}
SCOPE: Scope = {
    "status": Fact(type=FactType.TEXT, means="its status"),
    "other": Fact(type=FactType.TEXT, means="another text"),
    "deleted": Fact(type=FactType.FLAG, means="it is deleted"),
    "count": Fact(type=FactType.NUMBER, means="how many"),
    "starts_on": Fact(type=FactType.DAY, means="first day"),
    "today": Fact(type=FactType.DAY, means="today"),
    "changed_at": Fact(type=FactType.MOMENT, means="last change"),
    "synced_at": Fact(type=FactType.MOMENT, means="last sync"),
    "now": Fact(type=FactType.MOMENT, means="now"),
    "types": Fact(type=FactType.TEXTS, means="its types"),
    "rows": Fact(type=FactType.RECORDS, means="its rows", of=ROW),
}
TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

CASES: list[tuple[Any, dict[str, Any], bool | None]] = [
    ({"status": "Active"}, {"status": "Active"}, True),
    ({"status": "Active"}, {"status": "  aCTIVE "}, True),
    ({"status": "Active"}, {"status": "Inactive"}, False),
    ({"status": "Active"}, {"status": None}, False),
    ({"status": "Active"}, {}, None),
    ({"status": None}, {"status": None}, True),
    ({"status": None}, {"status": "Active"}, False),
    ({"status": None}, {}, None),
    ({"status": {"is_not": "Active"}}, {"status": "Gold"}, True),
    ({"status": {"is_not": "Active"}}, {"status": None}, True),
    ({"status": {"is_not": None}}, {"status": None}, False),
    ({"status": {"is_not": None}}, {"status": "Gold"}, True),
    ({"status": {"in": ["Active", "Gold"]}}, {"status": "gold"}, True),
    ({"status": {"in": ["Active", "Gold"]}}, {"status": None}, False),
    ({"status": {"not_in": ["None"]}}, {"status": "none"}, False),
    ({"status": {"not_in": ["None"]}}, {"status": None}, True),
    ({"status": {"contains": "approved"}}, {"status": "Not-Approved"}, True),
    ({"status": {"contains": "approved"}}, {"status": None}, False),
    ({"status": {"matches": "^not.approved$"}}, {"status": "Not-Approved"}, True),
    ({"status": {"matches": "^not"}}, {"status": "Is not"}, False),
    ({"status": {"read": True}}, {"status": None}, True),
    ({"status": {"read": False}}, {}, True),
    ({"status": {"is": {"fact": "other"}}}, {"status": "A", "other": " a"}, True),
    ({"status": {"is_not": {"fact": "other"}}}, {"status": "A", "other": "b"}, True),
    ({"status": {"is": {"fact": "other"}}}, {"status": "A"}, None),
    ({"deleted": False}, {"deleted": False}, True),
    ({"deleted": False}, {"deleted": True}, False),
    ({"count": 3}, {"count": 3}, True),
    ({"count": {"at_least": 1, "at_most": 5}}, {"count": 3}, True),
    ({"count": {"at_least": 1, "at_most": 5}}, {"count": 6}, False),
    ({"count": {"in": [1, 2]}}, {"count": 2}, True),
    ({"starts_on": {"at_most": "today"}}, {"starts_on": TODAY, "today": TODAY}, True),
    ({"starts_on": {"before": "today"}}, {"starts_on": TODAY, "today": TODAY}, False),
    ({"starts_on": {"after": "2026-01-01"}}, {"starts_on": TODAY}, True),
    ({"starts_on": {"at_most": "today"}}, {"starts_on": None, "today": TODAY}, False),
    ({"starts_on": {"at_most": "today"}}, {"starts_on": TODAY}, None),
    ({"changed_at": {"after": {"fact": "synced_at"}}}, {"changed_at": NOON, "synced_at": None}, False),
    ({"changed_at": {"before": "now"}}, {"changed_at": NOON, "now": NOON}, False),
    ({"changed_at": {"at_least": "2026-11-21T12:00:00Z"}}, {"changed_at": NOON}, True),
    ({"types": {"contains": "client"}}, {"types": ("Client", "Prospect")}, True),
    ({"types": {"contains": "clie"}}, {"types": ("Client",)}, False),
    ({"types": {"contains": "client"}}, {"types": None}, False),
    ({"types": None}, {"types": None}, True),
    ({"some": {"rows": {"on": True}}}, {"rows": ({"on": False}, {"on": True})}, True),
    ({"some": {"rows": {"on": True}}}, {"rows": ({"on": False}, {})}, None),
    ({"some": {"rows": {"on": True}}}, {"rows": None}, False),
    ({"some": {"rows": {"on": True}}}, {}, None),
    ({"every": {"rows": {"on": True}}}, {"rows": ({"on": True}, {})}, None),
    ({"every": {"rows": {"on": True}}}, {"rows": ()}, True),
    ({"all": [{"status": "A"}, {"deleted": False}]}, {"deleted": True}, False),
    ({"all": [{"status": "A"}, {"deleted": False}]}, {"deleted": False}, None),
    ({"any": [{"status": "A"}, {"deleted": False}]}, {"deleted": False}, True),
    ({"any": [{"status": "A"}, {"deleted": False}]}, {"deleted": True}, None),
    ({"not": {"status": "A"}}, {}, None),
    ({"not": {"status": "A"}}, {"status": "B"}, True),
    ({"status": "A", "deleted": False}, {"status": "A", "deleted": True}, False),
]


@pytest.mark.parametrize(("tree", "facts", "expected"), CASES, ids=lambda value: str(value)[:60])
def test_a_condition_answers_yes_no_or_unknown(tree: Any, facts: dict[str, Any], expected: bool | None) -> None:
    assert compile_condition(tree, SCOPE).test(facts) is expected


REFUSED: list[tuple[Any, str]] = [
    ({"statsu": "Active"}, "There is no fact 'statsu'. Known here: changed_at, count, deleted"),
    ({"status": {"equals": "x"}}, "There is no operator 'equals'. Known: is, is_not, in"),
    ({"status": {"before": "x"}}, "'before' does not fit 'status', which is of type text. Fitting: is, is_not, in"),
    ({"deleted": {"contains": "x"}}, "'contains' does not fit 'deleted'"),
    ({"deleted": "yes"}, "'yes' is neither true nor false"),
    ({"status": 3}, "3 is not a text"),
    ({"count": "3"}, "'3' is not a number"),
    ({"count": True}, "True is not a number"),
    ({"starts_on": "soon"}, "'soon' is not a day: write it like 2026-11-21"),
    ({"starts_on": 2026}, "2026 is not a day"),
    ({"changed_at": "soon"}, "'soon' is not a time"),
    ({"changed_at": {"after": "today"}}, "'today' is of type day, not moment"),
    ({"starts_on": {"after": {"fact": "count"}}}, "'count' is of type number, not day"),
    ({"starts_on": {"after": {"days": 3}}}, "Write a value, or {fact: name}"),
    ({"status": {"in": {"fact": "other"}}}, "'in' cannot compare with another fact"),
    ({"status": {"in": "Active"}}, "Write a list of values"),
    ({"status": {"in": []}}, "Write a list of values"),
    ({"status": {}}, "Write an operator: is, is_not"),
    ({"status": {"matches": "("}}, "is no regular expression"),
    ({"status": {"matches": "(a+)+$"}}, "repeats a group that repeats inside"),
    ({"status": {"matches": "a" * 201}}, "has 201 characters; 200 is the most"),
    ({"status": {"read": "yes"}}, "read takes true or false"),
    ({"types": ["Client"]}, "can only be compared with null; use contains"),
    ({"rows": [1]}, "can only be compared with null"),
    ({"some": {"types": {"on": True}}}, "'types' is of type texts, not a list of records"),
    ({"some": {"rows": {"off": True}}}, "There is no fact 'off'. Known here: on, type"),
    ({"some": {"rows": {"on": True}, "types": {}}}, "Write one list of records and its condition"),
    ({"all": {"status": "A"}}, "Write a list of conditions"),
    ({"any": []}, "Write a list of conditions"),
    ({}, "Write a condition as fact: value"),
    ("status is Active", "Write a condition as fact: value"),
]


@pytest.mark.parametrize(("tree", "problem"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_condition_that_does_not_fit_is_refused_with_what_to_do(tree: Any, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_condition(tree, SCOPE)

    assert problem in refused.value.problem


def test_a_refusal_knows_the_path_of_the_mistake() -> None:
    with pytest.raises(Refused) as refused:
        compile_condition({"all": [{"status": "A"}, {"not": {"statsu": "B"}}]}, SCOPE, ("expect",))

    assert refused.value.path == ("expect", "all", 1, "not", "statsu")


def test_conditions_cannot_be_nested_without_end() -> None:
    tree: dict[str, Any] = {"status": "A"}
    for _ in range(20):
        tree = {"not": tree}

    with pytest.raises(Refused, match="nested deeper than 12"):
        compile_condition(tree, SCOPE)


def test_a_pattern_looks_at_the_first_characters_only() -> None:
    condition = compile_condition({"status": {"matches": "end$"}}, SCOPE)

    assert condition.test({"status": "x" * 600 + "end"}) is False


def test_every_look_leaves_a_trace() -> None:
    tree = {"any": [{"status": {"is_not": "A"}}, {"some": {"rows": {"on": True}}}, {"starts_on": {"before": "today"}}]}
    facts = {"status": "A", "rows": ({"on": False}, {"type": "x"}), "starts_on": TODAY}
    leaves = compile_condition(tree, SCOPE).trace(facts)

    assert [(leaf.fact, leaf.wanted, leaf.got, leaf.held) for leaf in leaves] == [
        ("status", "is not A", "A", False),
        ("rows.on", "is yes", "no", False),
        ("rows.on", "is yes", "could not be read", None),
        ("starts_on", "before today", "2026-11-21", None),
    ]


def test_a_list_that_could_not_be_read_leaves_a_trace_too() -> None:
    leaves = compile_condition({"every": {"rows": {"on": {"is": True}}}}, SCOPE).trace({})

    assert [(leaf.fact, leaf.got, leaf.held) for leaf in leaves] == [("rows", "could not be read", None)]


def test_a_trace_shows_empty_values_lists_and_other_facts_in_words() -> None:
    tree = {"status": {"is": {"fact": "other"}}, "types": {"contains": "b"}, "rows": {"is_not": None}}
    facts: dict[str, Any] = {
        "status": None,
        "other": "x",
        "types": ("a", "b"),
        "rows": ({"name": "one"}, {"id": "2"}, {}),
    }
    leaves = compile_condition(tree, SCOPE).trace(facts)

    assert [(leaf.wanted, leaf.got) for leaf in leaves] == [
        ("is fact other", "empty"),
        ("contains b", "a, b"),
        ("is not empty", "one, 2, a record"),
    ]


truths = st.sampled_from([True, False, None])


@settings(max_examples=100, deadline=None)
@given(st.lists(truths, max_size=5), st.lists(truths, max_size=5))
def test_kleene_laws_hold(some: list[bool | None], more: list[bool | None]) -> None:
    assert opposite(all_of(some)) is any_of(map(opposite, some))
    assert opposite(any_of(some)) is all_of(map(opposite, some))
    assert all_of([*some, *more]) is all_of([*more, *some])
    assert all_of([all_of(some), all_of(more)]) is all_of([*some, *more])
    assert any_of([any_of(some), any_of(more)]) is any_of([*some, *more])


@settings(max_examples=100, deadline=None)
@given(st.lists(truths, min_size=1, max_size=6), st.data())
def test_learning_more_never_turns_a_definite_answer_around(truths_: list[bool | None], data: st.DataObject) -> None:
    learnt = [data.draw(st.booleans()) if truth is None else truth for truth in truths_]

    for join in (all_of, any_of):
        before = join(truths_)
        assert before is None or before is join(learnt)


KEYS = ["all", "any", "not", "some", "status", "rows", "is", "in", "x"]
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(junk)
def test_any_tree_is_either_refused_or_answers(tree: Any) -> None:
    try:
        condition = compile_condition(tree, SCOPE)
    except Refused:
        return

    assert condition.test({}) in {True, False, None}
    assert condition.test({"status": "A", "rows": ()}) in {True, False, None}
