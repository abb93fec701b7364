"""What people ask about the connections themselves: the list, a try in its place, pausing and resuming."""

from dataclasses import replace

import pytest

from bot.journeys import Answer
from bot.messages import Button, Row
from bot.permissions import BOT
from bot.store.queries import audit, connections
from connectors.errors import PsaDown, SignInFailed
from connectors.records import Access, AccessProbe
from connectors.registry import specs
from tests.bot.chat import ADMIN, AGENT, Chat, said
from tests.bot.render.scenes import labels
from tests.bot.sync.fakes import FakeConnector


def rows(answer: Answer) -> list[list[str]]:
    """The labels of the buttons in each connection's place."""
    found = [block.actions for block in answer.message.blocks if isinstance(block, Row)]
    return [[button.label for button in row if isinstance(button, Button)] for row in found]


async def many(chat: Chat, count: int) -> None:
    for number in range(count):
        await chat.another_connection(f"cw-{number:02}", FakeConnector())


@pytest.mark.requirement("R98", "R140")
async def test_each_connection_is_listed_with_its_state_age_next_sync_and_filter_and_what_may_be_done(
    chat: Chat,
) -> None:
    await chat.another_connection()
    answer = await chat.conversation.roster.show(1, AGENT)
    text = said(answer)
    assert text.startswith("2 connections · 1 needs somebody")
    assert "⬜ cw-east · ConnectWise · never synced" in text
    assert "Last full sync: never" in text
    assert "Filter: told after the first sync" in text
    assert "🟩 cw-prod · ConnectWise · ok" in text
    assert "1 hour ago" in text
    assert "Next sync: manual only" in text
    assert "Pulled: status Active; type Client. Left out: Inactive, Prospect." in text
    assert "psa-bot connections add NAME --psa KIND" in text
    assert rows(answer) == [["Test cw-east", "Pause"], ["Test cw-prod", "Pause"]]
    assert answer.message.summary == "2 connections: 1 never synced, 1 ok"


async def test_without_any_it_says_how_to_add_one(chat: Chat) -> None:
    await chat.remove("cw-prod")
    answer = await chat.conversation.roster.show(1, AGENT)
    assert said(answer).startswith("No PSA is connected yet.")
    assert "psa-bot connections add NAME --psa KIND" in said(answer)
    assert answer.message.summary == "No PSA is connected yet."


async def test_many_connections_come_in_pages_and_a_page_that_is_not_there_is_the_nearest(chat: Chat) -> None:
    await many(chat, 11)
    first = await chat.conversation.roster.show(1, AGENT)
    assert "12 connections · page 1 of 3" in said(first)
    assert len(rows(first)) == 5
    assert [each.value for each in first.message.actions if isinstance(each, Button)] == ["2"]
    last = await chat.conversation.roster.show(99, AGENT)
    assert "page 3 of 3" in said(last)
    assert len(rows(last)) == 2
    assert labels(last.message) == ["roster.page"]
    second = await chat.conversation.roster.show(2, AGENT)
    assert [each.value for each in second.message.actions if isinstance(each, Button)] == ["1", "3"]
    assert "page 1 of 3" in said(await chat.conversation.roster.show(-5, AGENT))


async def test_a_try_is_told_in_the_connections_own_place_on_its_own_page(chat: Chat) -> None:
    await many(chat, 11)
    answer = await chat.conversation.roster.test("cw-prod", AGENT)
    text = said(answer)
    assert "page 3 of 3" in text
    assert "✅ Tested just now: signed in to psa.test, version 2026.1" in text
    assert text.index("cw-prod") < text.index("Tested just now") < text.index("Secrets never go through Slack")


async def test_a_try_says_which_rights_lack_and_which_nobody_could_prove(chat: Chat) -> None:
    spec = specs()["connectwise"]
    own = [right for right in spec.rights if BOT in right.used_by]
    accesses = [Access.REFUSED, Access.EMPTY, *([Access.GRANTED] * (len(own) - 2))]
    probes = [
        AccessProbe(id=right.id, right=right.right, call="", access=access, used_by=right.used_by)
        for right, access in zip(own, accesses, strict=True)
    ]
    await chat.another_connection("cw-east", FakeConnector(spec=spec, probes=probes))
    text = said(await chat.conversation.roster.test("CW-EAST", AGENT))
    granted = f"Granted: {len(own) - 2} of the {len(own)} rights that I use."
    assert f"⚠️ Tested just now: signed in to psa.test, version 2026.1. {granted}" in text
    assert f"Lacks: {own[0].right}" in text
    assert f"Not proven: {own[1].right}" in text


async def test_of_very_many_rights_that_lack_the_rest_is_counted(chat: Chat) -> None:
    spec = specs()["connectwise"]
    rights = tuple(replace(spec.rights[0], id=f"r{n}", right=f"Right {n}", used_by=(BOT,)) for n in range(9))
    probes = [AccessProbe(id=one.id, right=one.right, call="", access=Access.REFUSED, used_by=(BOT,)) for one in rights]
    await chat.another_connection("cw-east", FakeConnector(spec=replace(spec, rights=rights), probes=probes))
    text = said(await chat.conversation.roster.test("cw-east", AGENT))
    assert "Lacks: Right 0; Right 1; Right 2; Right 3; Right 4; and 4 more" in text


@pytest.mark.parametrize(
    ("error", "who"),
    [
        (SignInFailed("ConnectWise did not accept the keys."), "Whoever manages this connection"),
        (PsaDown("ConnectWise is down."), "The host of ConnectWise"),
    ],
)
async def test_a_try_that_fails_says_why_and_who_must_act(chat: Chat, error: Exception, who: str) -> None:
    chat.stage.psa.fails = dict.fromkeys(("check", "tables", "probe", "surplus"), error)
    text = said(await chat.conversation.roster.test("cw-prod", AGENT))
    assert f"❌ Tested just now: {error} Who must act: {who}" in text


@pytest.mark.requirement("R98", "R251")
async def test_pausing_and_resuming_is_shown_audited_and_keeps_the_connection_from_being_synced(chat: Chat) -> None:
    paused = await chat.conversation.roster.pause("CW-PROD", ADMIN)
    assert "cw-prod is paused: nothing is synced until somebody resumes it." in said(paused)
    assert "⏸ cw-prod · ConnectWise · paused" in said(paused)
    assert rows(paused) == [["Test cw-prod", "Resume"]]
    refused = await chat.conversation.resync("cw-prod", AGENT)
    assert isinstance(refused, Answer)
    assert "cw-prod is paused, so nothing was synced." in said(refused)
    assert labels(refused.message) == ["connection.resume"]
    answer = await chat.asks("Company 5")
    assert "is paused: nothing is synced until somebody resumes it." in said(answer)
    assert labels(answer.message) == ["missing.check_again", "connection.resume", "missing.share"]
    resumed = await chat.conversation.roster.resume("cw-prod", ADMIN)
    assert "cw-prod is resumed. /psa resync @cw-prod reads it now." in said(resumed)
    assert rows(resumed) == [["Test cw-prod", "Pause"]]
    entries = [(e.who, e.action, e.target) for e in await audit.recent(chat.stage.db) if e.action.startswith("conn")]
    assert sorted(entries) == [
        ("U0ADMIN", "connection paused", "cw-prod"),
        ("U0ADMIN", "connection resumed", "cw-prod"),
    ]


async def test_two_people_who_pause_at_once_both_see_it_paused(chat: Chat) -> None:
    first = await chat.conversation.roster.pause("cw-prod", AGENT)
    second = await chat.conversation.roster.pause("cw-prod", ADMIN)
    assert rows(first) == rows(second) == [["Test cw-prod", "Resume"]]


async def test_a_pause_is_asked_about_before_it_is_done(chat: Chat) -> None:
    answer = await chat.conversation.roster.show(1, AGENT)
    [row] = [block for block in answer.message.blocks if isinstance(block, Row)]
    confirms = [button.confirm is not None for button in row.actions if isinstance(button, Button)]
    assert confirms == [False, True]


@pytest.mark.parametrize("deed", ["test", "pause", "resume"])
async def test_a_button_of_a_connection_that_was_removed_names_those_there_are(chat: Chat, deed: str) -> None:
    answer = await getattr(chat.conversation.roster, deed)("gone", AGENT)
    assert "There is no connection “gone”." in said(answer)
    assert "There are: cw-prod." in said(answer)


async def test_the_name_of_a_kind_is_no_connection(chat: Chat) -> None:
    await chat.another_connection()
    answer = await chat.conversation.roster.test("connectwise", AGENT)
    assert "There is no connection “connectwise”." in said(answer)


@pytest.mark.parametrize("name", ["<!channel>", "*A*B* `c`", "x" * 300, "<@U0AGENT>"])
async def test_a_hostile_name_fits_and_stays_text(chat: Chat, name: str) -> None:
    await chat.another_connection(name, FakeConnector())
    said(await chat.conversation.roster.show(1, AGENT))
    said(await chat.conversation.roster.pause(name, AGENT))
    said(await chat.conversation.roster.test(name, AGENT))
    assert (await connections.by_name(chat.stage.db, name)) is not None
