from datetime import datetime, timedelta, timezone
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.connectwise import conditions, normalize
from connectors.errors import BadRequest
from connectors.records import AccountFilter, Option
from sandbox.psa.connectwise.tokens import Mark, tokens

NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
TRICKY = st.text(alphabet="ab \"'[]\\*%+#&?<>@/,=()_\x00\n", min_size=1, max_size=40)


def asked_for(condition: str, *, backslash_escapes: bool) -> list[str]:
    """The strings that a server reads out of a condition."""
    return [token.value for token in tokens(condition, backslash_escapes=backslash_escapes) if token.mark is Mark.TEXT]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Acme", '"Acme"'),
        ("  Acme  ", '"Acme"'),
        ("Acme [old]", '"Acme [[]old]"'),
        ("O'Brien", '"O\'Brien"'),
        ('6" Pipes', "'6\" Pipes'"),
        ('The "Big" O\'Brien Pipe Company', '"Brien Pipe Company"'),
        ("C:\\Temp files", '"Temp files"'),
        ("Acme\x00Limited", '"Limited"'),
        ("50% *off* #1 A+ & Co?", '"50% *off* #1 A+ & Co?"'),
        ("a[b[c", '"a[[]b[[]c"'),
    ],
)
def test_a_name_is_quoted_so_that_it_can_be_asked_for(name: str, sent: str) -> None:
    assert conditions.named_like(name).conditions == f"name contains {sent} OR identifier contains {sent}"


@pytest.mark.parametrize("name", ["\"'", "\\", "\\'\"\x00", "'\\'"])
def test_a_name_of_only_unspeakable_letters_is_refused(name: str) -> None:
    with pytest.raises(BadRequest, match="RecId"):
        conditions.named_like(name)


@given(NAMES | TRICKY, st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_a_server_reads_is_always_a_part_of_the_name(name: str, backslash_escapes: bool) -> None:
    try:
        condition = conditions.named_like(name).conditions
    except BadRequest:
        assert not name.strip("\"'\\ \x00\n\t\r") or not name.strip() or not name.isprintable()
        return
    sent = asked_for(condition, backslash_escapes=backslash_escapes)
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert sent[0] in name


@given(NAMES | TRICKY)
@settings(max_examples=100, deadline=None)
def test_our_own_comparison_always_finds_the_name_itself(name: str) -> None:
    assert conditions.holds(name, f"The {name.swapcase()} Company") or name.swapcase().casefold() != name.casefold()
    assert conditions.holds(name, None, name)


@pytest.mark.parametrize("name", ["x" * 500, "名" * 500, "🚀" * 500, "[" * 500, "a " * 250, '"' * 500, "%" * 5000])
def test_an_address_stays_short_whatever_the_name(name: str) -> None:
    params = {**conditions.named_like(name).params(), "fields": normalize.ACCOUNT_FIELDS, "orderBy": "id asc"}
    assert len(urlencode(params)) < 1_900


def test_a_name_is_compared_without_case_in_both_columns() -> None:
    assert conditions.holds("STRASSE", "Hauptstraße GmbH")
    assert conditions.holds("acme", None, "ACME01")
    assert not conditions.holds("acme", None, "")
    assert not conditions.holds("Acme [old]", "Acme old")


def row(number: int) -> Option:
    return Option(id=str(number), name=f"Row {number}")


@pytest.mark.requirement("R73", "R91", "X30")
def test_the_filter_is_pushed_to_the_psa_with_types_as_child_conditions() -> None:
    which = AccountFilter(statuses=(row(1), row(4)), types=(row(1), row(9)))
    assert [query.params() for query in conditions.eligible(which)] == [
        {"conditions": "deletedFlag=false AND status/id in (1,4)", "childConditions": "types/id=1 OR types/id=9"}
    ]


def test_a_half_that_is_unknown_filters_nothing_and_an_empty_one_lets_nothing_through() -> None:
    assert [query.params() for query in conditions.eligible(AccountFilter(statuses=None, types=None))] == [
        {"conditions": "deletedFlag=false"}
    ]
    assert list(conditions.eligible(AccountFilter(statuses=(), types=None))) == []
    assert list(conditions.eligible(AccountFilter(statuses=None, types=()))) == []


def test_a_long_filter_becomes_several_queries_that_fit_an_address() -> None:
    many = tuple(row(10_000 + number) for number in range(150))
    queries = list(conditions.eligible(AccountFilter(statuses=many, types=many)))
    assert len(queries) == 2 * 4
    for query in queries:
        text = quote_plus(query.conditions) + quote_plus(query.children) + quote_plus(normalize.ACCOUNT_FIELDS)
        assert len(text) < 2_000
    children = " OR ".join(query.children for query in queries)
    assert all(f"types/id={one.id}" in children for one in many)


@pytest.mark.requirement("X10")
def test_a_change_is_asked_for_in_utc_by_the_name_that_the_filter_knows() -> None:
    moment = datetime(2026, 11, 30, 9, 30, 1, 5, tzinfo=timezone(timedelta(hours=2)))
    assert conditions.changed_since(moment).params() == {"conditions": "lastUpdated > [2026-11-30T07:30:01Z]"}


def test_an_id_that_is_no_number_never_reaches_a_query() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        conditions.of_company("1 OR id>0")
