"""Finding a company by the name that a person typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.legal_forms import LEGAL_FORMS
from bot.store.names import MANY, How, name_key, nearest, rank, search
from bot.store.snapshot import NameRow


def rows(*names: str) -> list[NameRow]:
    return [
        NameRow(id=str(number), name=name, key=name_key(name), visible=True) for number, name in enumerate(names, 4711)
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme Ltd", "acme"),
        ("ACME, LTD.", "acme"),
        ("The Acme Company, Inc.", "acme"),
        ("Acmé & Sons, Ltd.", "acme and sons"),
        ("Acme (UK", "acme uk"),
        ("O\u2019Neill Pty Ltd", "oneill"),
        ("Foo Sp. z o.o.", "foo"),
        ("Bar A/S", "bar"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Smith & Co", "smith"),
        ("Łódź S.A.", "lodz"),
        ("amazon.com", "amazon com"),
        ("Ltd", "ltd"),
        ("The The", "the"),
        ("???", "???"),
        ("  ", ""),
    ],
)
def test_spellings_of_one_company_have_one_key(name: str, key: str) -> None:
    assert name_key(name) == key


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_name_that_is_not_blank_has_a_key_that_is_its_own_key(name: str) -> None:
    key = name_key(name)
    assert bool(key) == bool(name.strip()) or not name.isprintable()
    assert name_key(key) == key


def test_legal_forms_are_written_as_names_are_folded() -> None:
    assert all(form == " ".join(form.split()) and form.isascii() and form == form.casefold() for form in LEGAL_FORMS)


def test_the_stages_come_in_order_exact_prefix_initials_typos() -> None:
    found = rank("ibm", rows("Ibn", "International Business Machines", "IBM Canada", "IBM Ltd"), 10)
    assert [(match.name, match.how) for match in found] == [
        ("IBM Ltd", How.EXACT),
        ("IBM Canada", How.PREFIX),
        ("International Business Machines", How.INITIALS),
    ]


def test_the_very_spelling_comes_before_the_same_key() -> None:
    assert [match.name for match in rank("Acme Ltd", rows("ACME", "Acme Ltd"), 10)] == ["Acme Ltd", "ACME"]


def test_an_id_or_an_identifier_finds_the_account() -> None:
    its = NameRow(id="5120", name="Umbrella Inc", key="umbrella", visible=True, identifier_key="umbinc")
    assert [match.how for match in rank("5120", [its], 10)] == [How.EXACT]
    assert [match.how for match in rank("UmbInc", [its], 10)] == [How.EXACT]
    assert [match.how for match in rank("umbi", [its], 10)] == [How.PREFIX]


def test_the_long_form_finds_the_one_that_is_known_by_its_initials() -> None:
    assert [match.how for match in rank("International Business Machines", rows("IBM"), 10)] == [How.INITIALS]


def test_a_word_inside_the_name_is_found_after_names_that_begin_with_it() -> None:
    assert [match.name for match in rank("acme", rows("Friends of Acme", "Acme Capital"), 10)] == [
        "Acme Capital",
        "Friends of Acme",
    ]


@pytest.mark.parametrize("typed", ["Umbrela", "Umbrella Corporaton", "Corporation Umbrella"])
def test_typos_and_words_in_another_order_are_forgiven(typed: str) -> None:
    assert rank(typed, rows("Globex", "Umbrella Corporation"), 1)[0].name == "Umbrella Corporation"


def test_nothing_like_it_is_found_by_nobody() -> None:
    assert rank("Wayne Enterprises", rows("Globex", "Initech"), 10) == []
    assert rank("   ", rows("Globex"), 10) == []
    assert nearest("  ", rows("Globex")) == []


def test_nearest_offers_what_rank_would_not_take() -> None:
    known = rows("Initrode", "Globex")
    assert rank("Initech", known, 10) == []
    assert [match.name for match in nearest("Initech", known)] == ["Initrode"]


def test_a_match_carries_whether_the_account_is_visible_or_gone() -> None:
    its = NameRow(id="1", name="Wonka Candy", key="wonka candy", visible=None, gone=True)
    (match,) = rank("Wonka Candy", [its], 10)
    assert (match.visible, match.gone) == (None, True)


def test_no_more_than_asked_for_are_returned() -> None:
    assert len(rank("Acme", rows(*(f"Acme {number}" for number in range(30))), 5)) == 5
    assert len(nearest("Acme", rows(*(f"Acne {number}" for number in range(30))))) == 3


async def test_a_search_among_many_gives_the_same_as_among_few() -> None:
    many = rows(*(f"Company {number}" for number in range(MANY)), "Acme Ltd")
    assert await search("acme", many) == rank("acme", many)
    assert await search("acne", many[-2:], 3, nearest) == nearest("acne", many[-2:], 3)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=20))
def test_any_query_against_any_names_gives_each_account_once_at_most(query: str, names: list[str]) -> None:
    for search_by in (rank, nearest):
        found = [match.id for match in search_by(query, rows(*names), 10)]
        assert len(found) == len(set(found)) <= 10
