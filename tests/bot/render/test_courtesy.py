"""The small messages: each says what to do next, and none says too much."""

from dataclasses import replace

import pytest

from bot.messages import Button, Message, plain
from bot.render import courtesy
from bot.render import help as help_pages
from bot.render.words import Words
from bot.slack import registry
from bot.slack.calls import Outcome

WORDS = Words()


def text(message: Message) -> str:
    return plain(message.blocks)


def test_help_shows_every_command_with_its_grammar() -> None:
    shown = text(help_pages.overview(WORDS, "/psa", registry.VERBS))
    assert all(f"/psa {verb.usage}" in shown and verb.line in shown for verb in registry.VERBS)


@pytest.mark.parametrize("verb", registry.VERBS, ids=lambda verb: verb.name)
def test_the_help_of_one_command_shows_usage_example_and_aliases(verb: registry.Verb) -> None:
    shown = text(help_pages.one(WORDS, "/psa", verb))
    assert f"/psa {verb.usage}" in shown
    assert not verb.example or f"/psa {verb.name} {verb.example}" in shown
    assert all(alias in shown for alias in verb.aliases)


@pytest.mark.requirement("R140", "C14")
def test_help_says_that_several_connections_of_one_psa_work_and_how_one_is_meant() -> None:
    shown = text(help_pages.overview(WORDS, "/psa", registry.VERBS))
    assert "Several connections, also of the same PSA? Yes: each has its own name, keys, filter and data." in shown
    assert "/psa use NAME lets a channel mean one" in shown
    verbs = {verb.name: text(help_pages.one(WORDS, "/psa", verb)) for verb in registry.VERBS}
    assert "Several connections of the same PSA work side by side" in verbs["connections"]
    assert "/psa use all undoes it." in verbs["use"]
    assert "with @all in a channel that is bound to one" in verbs["missing"]


@pytest.mark.requirement("R235")
def test_the_help_of_a_sync_says_how_old_cards_and_a_browsers_copy_are_made_new() -> None:
    shown = text(help_pages.one(WORDS, "/psa", next(verb for verb in registry.VERBS if verb.name == "resync")))
    assert "on an older card press Check again" in shown
    assert "clear the browser's cache after a large sync" in shown


def test_help_speaks_of_the_command_as_it_is_called_here() -> None:
    assert "/psa" not in text(help_pages.overview(WORDS, "/billing", registry.VERBS)).replace("/billing", "")


def test_a_problem_comes_first() -> None:
    message = help_pages.one(WORDS, "/psa", registry.VERBS[0], "Which customer?")
    assert text(message).startswith("Which customer?")
    assert message.summary == "Which customer?"


def test_the_menu_begins_with_the_symptom() -> None:
    message = help_pages.menu(WORDS, "/psa")
    assert [action.action for action in message.actions] == ["menu.missing", "menu.status", "menu.help"]


def test_did_you_mean_offers_whole_commands() -> None:
    message = help_pages.did_you_mean(WORDS, "/psa", "mising *A*", ["missing *A*"])
    assert message.actions == (Button(action="menu.run", label="missing *A*", value="missing *A*"),)
    assert "mising *A*" in text(message)


def test_looking_up_names_the_connection_when_there_is_one() -> None:
    assert text(courtesy.looking_up(WORDS, "Acme")) == 'Looking up "Acme" …'
    assert text(courtesy.looking_up(WORDS, "Acme", "cw-prod")) == 'Looking up "Acme" on cw-prod …'


def test_an_apology_shows_its_id() -> None:
    assert "E-1234" in text(courtesy.oops(WORDS, "E-1234"))


def test_a_refusal_says_whether_we_could_not_check() -> None:
    assert text(courtesy.not_allowed(WORDS, "start a sync", unsure=False)).startswith("You may not start a sync here.")
    assert text(courtesy.not_allowed(WORDS, "start a sync", unsure=True)).startswith("I could not check")


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.DELIVERED])
def test_each_reason_for_not_posting_is_explained(outcome: Outcome) -> None:
    assert len(text(courtesy.cannot_post(WORDS, outcome.value, "/psa"))) > 40


def test_the_remaining_messages_render() -> None:
    for message in (courtesy.outsider(WORDS), courtesy.other_workspace(WORDS), courtesy.old_button(WORDS, "/psa")):
        assert message.summary


def test_what_is_shared_keeps_its_content_and_loses_the_share_button() -> None:
    keep, share = Button(action="missing.check_again", label="a"), Button(action="missing.share", label="b")
    message = replace(courtesy.outsider(WORDS), actions=(keep, share))
    shared = courtesy.shared(message, "Dana *Agent*")
    assert shared.actions == (keep,)
    assert shared.blocks[:-1] == message.blocks
    assert text(shared).endswith("Shared by Dana *Agent*")
