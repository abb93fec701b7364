"""Which account a typed name means: a suggestion with reasons, never a guess."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.candidates import Choice, Found, choose
from bot.store.names import How, Match
from connectors.records import Account, Ref


def cached(account_id: str, name: str, how: How = How.PREFIX) -> Match:
    return Match(id=account_id, name=name, how=how, score=90)


def live(*accounts: Account) -> dict[str, Account]:
    return {account.id: account for account in accounts}


def account(account_id: str, name: str, *, deleted: bool = False, identifier: str = "") -> Account:
    return Account(
        id=account_id,
        name=name,
        deleted=deleted,
        identifier=identifier,
        status=Ref(id="1", name="Active"),
        types=(Ref(id="1", name="Client"),),
    )


def test_the_only_account_of_that_name_is_the_answer_and_the_rest_is_near() -> None:
    found = Found(
        matches=[cached("8120", "Acme Capital")],
        live=live(account("4711", "Acme Ltd"), account("8120", "Acme Capital")),
    )
    chosen = choose("acme", found)
    assert chosen.focus == ("4711",)
    assert [near.name for near in chosen.nearest] == ["Acme Capital"]


def test_two_accounts_in_use_under_one_name_are_a_choice() -> None:
    chosen = choose("Acme", Found(matches=[], live=live(account("1", "Acme Ltd"), account("2", "ACME"))))
    assert chosen.focus == ()
    assert [near.id for near in chosen.several] == ["1", "2"]


@pytest.mark.requirement("R37")
def test_a_recycled_twin_is_diagnosed_beside_the_one_in_use_which_comes_first() -> None:
    found = Found(
        matches=[cached("2277", "Umbrella Inc", How.EXACT)],
        live=live(account("2277", "Umbrella Inc", deleted=True), account("5120", "Umbrella Inc")),
    )
    assert choose("Umbrella", found).focus == ("5120", "2277")


def test_one_match_of_part_of_the_name_is_the_answer() -> None:
    assert choose("stark", Found(matches=[], live=live(account("9", "Stark Industries")))).focus == ("9",)


def test_several_matches_of_part_of_the_name_are_a_choice_with_what_tells_them_apart() -> None:
    several = choose(
        "north", Found(matches=[], live=live(account("1", "North A"), account("2", "North B", deleted=True)))
    ).several
    assert [near.detail for near in several] == ["1, Active, Client", "2, Active, Client, in the recycle bin"]


def test_a_name_that_only_resembles_is_offered_and_never_chosen() -> None:
    chosen = choose("Akme", Found(matches=[cached("1", "Acme Ltd", How.FUZZY)]))
    assert chosen == Choice(nearest=chosen.nearest)
    assert chosen.nearest[0].name == "Acme Ltd"


def test_an_id_or_an_identifier_finds_its_account() -> None:
    found = Found(matches=[], live=live(account("4711", "Acme Ltd", identifier="AcmeDental"), account("5", "Acme B")))
    assert choose("4711", found).focus == ("4711",)
    assert choose("acmedental", found).focus == ("4711",)


def test_a_choice_that_was_made_is_final() -> None:
    assert choose("acme", Found(matches=[], live=live(account("1", "Acme"), account("2", "Acme"))), only="2").focus == (
        "2",
    )


@settings(max_examples=100, deadline=None)
@given(query=st.text(max_size=30), names=st.lists(st.text(min_size=1, max_size=20), max_size=6))
def test_every_account_that_was_found_is_in_the_choice_somewhere_unless_only_near_names_were_left_out(
    query: str, names: list[str]
) -> None:
    accounts = live(*(account(str(number), name) for number, name in enumerate(names)))
    chosen = choose(query, Found(matches=[], live=accounts))
    ids = {*chosen.focus, *(near.id for near in (*chosen.several, *chosen.nearest))}
    assert ids == set(accounts)
