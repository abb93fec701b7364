"""Typed words become wishes; names survive; nothing makes it fail."""

from html import escape

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.slack import registry
from bot.slack.parse import Unclear, Wish, from_slack, parse

CONNECTIONS = ("cw-prod", "CW Prod", "halo")


@given(st.text(max_size=120), st.lists(st.text(max_size=10), max_size=3))
@settings(max_examples=200, deadline=None)
def test_nothing_that_can_be_typed_makes_it_fail(text: str, connections: list[str]) -> None:
    wish = parse(from_slack(text), connections)
    if isinstance(wish, Unclear):
        assert wish.suggestions


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_quoted_name_survives_letter_by_letter(name: str) -> None:
    assume(name.strip() == name)
    wish = parse(f'missing "{name}"', CONNECTIONS)
    assert isinstance(wish, Wish)
    assert (wish.name, wish.connection) == (name, None) or '"' in name or name[:1] in "“”„‟«»"


@given(st.lists(st.text("abcÄß'-.&#%\\/1:*", min_size=1, max_size=8), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_an_unquoted_name_survives_letter_by_letter(words: list[str]) -> None:
    name = " ".join(words)
    assume(name[0] != "'")
    wish = parse(f"missing {name}", CONNECTIONS)
    assert isinstance(wish, Wish)
    assert wish.name == name


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_slack_escapes_is_unescaped_once(name: str) -> None:
    assume(not {"<", ">"} & set(name))
    assert from_slack(escape(name, quote=False)) == name


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<https://acme.example|acme.example> x", "acme.example x"),
        ("<https://acme.example>", "https://acme.example"),
        ("Acme <@U1|cw-prod>", "Acme @cw-prod"),
        ("<#C1|general>", "#general"),
        ("<!subteam^S1|@billing>", "@billing"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_what_slack_turned_into_links_is_what_was_typed(sent: str, typed: str) -> None:
    assert from_slack(sent) == typed


@pytest.mark.parametrize(
    ("typed", "name", "connection"),
    [
        ("Acme", "Acme", None),
        ("Acme @cw-prod", "Acme", "cw-prod"),
        ("Acme @CW-PROD", "Acme", "cw-prod"),
        ("Acme @CW Prod", "Acme", "CW Prod"),
        ("Acme in halo", "Acme", "halo"),
        ("Acme in @halo", "Acme", "halo"),
        ("Acme @unknown", "Acme", "unknown"),
        ('"Acme @halo"', "Acme @halo", None),
        ('"Acme" @halo', "Acme", "halo"),
        ("“Acme” in halo", "Acme", "halo"),
        ('"Acme" Ltd', '"Acme" Ltd', None),
        ("Made in China", "Made in China", None),
        ("Made in Halo in halo", "Made in Halo", "halo"),
        ("info@acme.example", "info@acme.example", None),
        ("Bed @ Breakfast", "Bed @ Breakfast", None),
        ("'t Hooft", "'t Hooft", None),
        ("'Acme'", "Acme", None),
        ('"Acme', "Acme", None),
        ('24" Monitors', '24" Monitors', None),
        ("--force", "--force", None),
        ("-x Ltd", "-x Ltd", None),
        ("株式会社", "株式会社", None),
    ],
)
def test_names_and_connections(typed: str, name: str, connection: str | None) -> None:
    wish = parse(f"missing {typed}", CONNECTIONS)
    assert isinstance(wish, Wish)
    assert (wish.name, wish.connection) == (name, connection)


@pytest.mark.parametrize("typed", ["missing", "missing @halo", 'missing ""', 'missing "'])
def test_a_question_without_a_name_is_asked_back(typed: str) -> None:
    wish = parse(typed, CONNECTIONS)
    assert isinstance(wish, Wish)
    assert wish.problem == "Which customer?"


@pytest.mark.parametrize(
    ("typed", "connection"),
    [("", None), ("@cw-prod", "cw-prod"), ("halo", "halo"), ("full in halo", "halo"), ('"CW Prod"', "CW Prod")],
)
def test_a_sync_of_one_connection(typed: str, connection: str | None) -> None:
    wish = parse(f"resync {typed}")
    assert isinstance(wish, Wish)
    assert (wish.connection, wish.kind) == (connection, "full")


@pytest.mark.parametrize(
    ("typed", "kind", "connection"),
    [
        ("settings", "settings", None),
        ("Settings @cw-prod", "settings", "cw-prod"),
        ("quick in halo", "quick", "halo"),
        ("settingsville", "full", "settingsville"),
        ("@settings", "full", "settings"),
    ],
)
def test_a_sync_of_one_kind(typed: str, kind: str, connection: str | None) -> None:
    wish = parse(f"resync {typed}")
    assert isinstance(wish, Wish)
    assert (wish.kind, wish.connection) == (kind, connection)


@pytest.mark.parametrize(
    ("typed", "number", "text"),
    [
        ("note 812 new board Projects", "812", "new board Projects"),
        ("note run #812: a *b* @c", "812", "a *b* @c"),
        ("note 812", "", ""),
        ("note", "", ""),
        ("note new board", "", ""),
    ],
)
def test_a_note_has_a_run_and_a_text(typed: str, number: str, text: str) -> None:
    wish = parse(typed)
    assert isinstance(wish, Wish)
    assert (wish.topic, wish.name) == (number, text)
    assert bool(wish.problem) is not bool(text)


@pytest.mark.parametrize(
    ("typed", "name", "connection", "problem"),
    [
        ('option priority "P0"', 'priority "P0"', None, ""),
        ("option status Waiting parts @cw-prod", "status Waiting parts", "cw-prod", ""),
        ("option", "", None, "Which table, and which option of it?"),
    ],
)
def test_an_option_is_asked_for_with_its_table(typed: str, name: str, connection: str | None, problem: str) -> None:
    wish = parse(typed, CONNECTIONS)
    assert isinstance(wish, Wish)
    assert (wish.name, wish.connection, wish.problem) == (name, connection, problem)


@pytest.mark.parametrize(
    ("typed", "kind", "connection"),
    [
        ("failures @cw-prod", "failures", "cw-prod"),
        ("failures in CW-Prod", "failures", "cw-prod"),
        ("FAILURES @nowhere", "failures", "nowhere"),
        ("failures @all", "failures", "all"),
        ("failures please", "failures", None),
        ("digest @ 8", "digest", None),
    ],
)
def test_failures_can_be_of_one_connection_and_a_digest_is_of_all(
    typed: str, kind: str, connection: str | None
) -> None:
    for verb in ("subscribe", "unsubscribe"):
        wish = parse(f"{verb} {typed}", CONNECTIONS)
        assert isinstance(wish, Wish)
        assert (wish.kind, wish.connection, wish.problem) == (kind, connection, "")


@pytest.mark.parametrize(
    ("typed", "kind", "at", "wrong"),
    [
        ("failures", "failures", None, False),
        ("failure", "failures", None, False),
        ("DIGEST at 08:00", "digest", "08:00", False),
        ("digest 8", "digest", "08:00", False),
        ("digest at 6 pm", "digest", "18:00", False),
        ("digest at 12am", "digest", "00:00", False),
        ("digest daily at 7.30", "digest", "07:30", False),
        ("digest at 25:00", "digest", None, True),
        ("digest at 13pm", "digest", None, True),
        ("digest at 7:99", "digest", None, True),
        ("digest at soon", "digest", None, True),
        ("nothing", "", None, True),
        ("", "", None, True),
    ],
)
def test_subscriptions_and_their_times(typed: str, kind: str, at: str | None, wrong: bool) -> None:
    wish = parse(f"subscribe {typed}")
    assert isinstance(wish, Wish)
    assert (wish.kind, wish.at, bool(wish.problem)) == (kind, at, wrong)


def test_a_time_says_nothing_when_unsubscribing() -> None:
    wish = parse("unsubscribe digest at noon")
    assert isinstance(wish, Wish)
    assert (wish.kind, wish.problem) == ("digest", "")


@pytest.mark.parametrize("word", registry.words())
def test_every_name_and_alias_is_understood_in_any_case(word: str) -> None:
    for typed in (word, word.upper(), f"  {word}: "):
        wish = parse(typed)
        assert isinstance(wish, Wish)
        assert wish.verb == registry.find(word)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("mising Acme", "missing Acme"),
        ("resynk", "resync"),
        ("stauts", "status"),
        ("subscribe-failures", "subscribe"),
        ("Acme Ltd", "missing Acme Ltd"),
    ],
)
def test_what_is_typed_almost_right_is_suggested_first(typed: str, first: str) -> None:
    wish = parse(typed)
    assert isinstance(wish, Unclear)
    assert wish.suggestions[0].startswith(first)
    assert wish.suggestions[-1] == f"missing {typed}"
