"""What people ask about the connection that their channel means, and what is written down of it."""

from dataclasses import replace

import pytest

from bot.journeys import Answer
from bot.messages import Picker
from bot.store.queries import audit
from tests.bot.chat import ADMIN, AGENT, GENERAL, Chat, said


@pytest.mark.requirement("R98", "R251")
async def test_a_channel_is_bound_shown_and_unbound_and_each_change_is_audited(chat: Chat) -> None:
    await chat.another_connection()
    using = chat.conversation.bindings
    assert "This channel is not bound to a connection." in said(await using.show(AGENT))
    assert "questions go to all 2 connections" in said(await using.show(AGENT))
    bound = said(await using.bind("CW-East", AGENT))
    assert bound.startswith("Done. This channel is bound to cw-east (ConnectWise), by @U0AGENT")
    assert "/psa use all undoes it." in bound
    assert await using.of(GENERAL.channel) == "cw-east"
    assert await using.of(ADMIN.place.channel) is None
    assert "This channel is bound to cw-east" in said(await using.show(AGENT))
    assert said(await using.unbind(AGENT)).startswith("Done. This channel is not bound")
    assert said(await using.unbind(AGENT)).startswith("It was not bound.")
    entries = [entry for entry in await audit.recent(chat.stage.db) if entry.action == "use"]
    assert sorted((entry.who, entry.target, entry.outcome, entry.detail) for entry in entries) == [
        ("U0AGENT", "C0GENERAL", "done", "all connections"),
        ("U0AGENT", "C0GENERAL", "done", "cw-east"),
        ("U0AGENT", "C0GENERAL", "nothing to do", "all connections"),
    ]


async def test_a_channel_can_be_bound_from_a_menu_of_all_connections(chat: Chat) -> None:
    await chat.another_connection()
    shown = await chat.conversation.bindings.show(AGENT)
    [menu] = shown.message.actions
    assert isinstance(menu, Picker)
    assert [(choice.label, choice.value) for choice in menu.choices] == [
        ("All connections", "all"),
        ("cw-east", "cw-east"),
        ("cw-prod", "cw-prod"),
    ]


async def test_where_there_is_one_connection_or_none_there_is_nothing_to_choose(chat: Chat) -> None:
    alone = await chat.conversation.bindings.show(AGENT)
    assert "There is only one, so it makes no difference." in said(alone)
    assert alone.message.actions == ()
    await chat.remove("cw-prod")
    assert "No PSA is connected yet." in said(await chat.conversation.bindings.show(AGENT))


async def test_a_connection_that_is_not_there_cannot_be_bound(chat: Chat) -> None:
    assert "There is no connection “nowhere”. There are: cw-prod." in said(
        await chat.conversation.bindings.bind("nowhere", AGENT)
    ).replace("\n", " ")


async def test_an_answer_keeps_saying_why_it_was_limited_when_it_is_asked_again(chat: Chat) -> None:
    await chat.another_connection()
    bound = replace(AGENT, bound=True)
    answer = await chat.asks(asked=bound, connection="cw-prod")
    assert answer.bound == "cw-prod"
    assert (await chat.again(answer.question or "")).bound == "cw-prod"
    named: Answer = await chat.asks(connection="cw-prod")
    assert named.bound == ""
