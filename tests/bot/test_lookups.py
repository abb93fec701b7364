"""Questions to several connections: told as they answer, one shown in full, and one asked again alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from bot.journeys import Answer, Lookup
from bot.messages import Message
from connectors.errors import PsaDown
from tests.bot.chat import ADMIN, AGENT, Chat, said, settled
from tests.bot.render.scenes import labels
from tests.bot.sync.fakes import FakeConnector, account

DOWN = ("find_accounts", "tables", "probe", "check")


def east(**changes: object) -> FakeConnector:
    """Company 1 is there, too, and has nothing that bills."""
    return FakeConnector(everyone=[account(1)], **changes)  # type: ignore[arg-type]  # fields by name


def down() -> FakeConnector:
    return east(fails=dict.fromkeys(DOWN, PsaDown("The other PSA is down.")))


async def asked(chat: Chat, query: str = "Company 1") -> Lookup:
    lookup = await chat.conversation.lookups.ask(query, None, AGENT)
    assert not isinstance(lookup, Answer)
    return lookup


@asynccontextmanager
async def told_early(chat: Chat, psa: FakeConnector) -> AsyncIterator[tuple[Lookup, Answer, asyncio.Event]]:
    """cw-prod has answered, and was told; cw-east answers when its gate opens."""
    gate = asyncio.Event()
    psa.gates["find_accounts"] = gate
    await chat.another_connection("cw-east", psa)
    lookup = await asked(chat)
    async with aclosing(lookup):
        await lookup.another()
        yield lookup, await lookup.whole(), gate


async def shown(chat: Chat, question: str, connection: str) -> Answer:
    return await settled(await chat.conversation.lookups.details(question, connection, AGENT))


def leads(answer: Answer) -> str:
    return said(answer).split("\n")[0]


@pytest.mark.requirement("R140", "R98")
async def test_what_is_known_is_told_while_one_still_thinks_and_its_answer_comes_alone_on_a_card_of_its_own(
    chat: Chat,
) -> None:
    async with told_early(chat, east()) as (lookup, first, gate):
        assert (lookup.heard, lookup.complete) == (True, False)
        assert "1 of 2 connections have answered:" in said(first)
        assert "cw-east: has not answered yet" in said(first)
        gate.set()
        assert await lookup.all()
        rest = await lookup.rest()
    assert "cw-prod" not in leads(rest)
    assert rest.question != first.question
    assert (await chat.question(first)).connection == "cw-prod"
    assert (await chat.question(rest)).connection == "cw-east"


async def test_what_came_while_it_was_told_need_not_be_waited_for(chat: Chat) -> None:
    await chat.another_connection("cw-west", east(gates={"find_accounts": asyncio.Event()}))
    async with told_early(chat, east()) as (lookup, _, gate):
        gate.set()
        await lookup.another()
        async with asyncio.timeout(5):
            await lookup.another()
        assert "2 of 3 connections have answered:" in said(await lookup.whole())


async def test_who_looks_further_from_the_first_card_sees_what_came_since_and_sharing_it_shows_what_it_showed(
    chat: Chat,
) -> None:
    async with told_early(chat, east()) as (lookup, first, gate):
        gate.set()
        await lookup.all()
        await lookup.rest()
    details = await shown(chat, first.question or "", "cw-east")
    assert "cw-east: hidden, in full below" in said(details)
    shared = await chat.conversation.share(first.question or "", AGENT)
    assert isinstance(shared, Message)
    assert said(shared).split("\n")[0] == leads(first)


async def test_details_show_another_connection_in_full_ask_nobody_and_leave_the_first_card_as_it_is(chat: Chat) -> None:
    await chat.another_connection("cw-east", east())
    answer = await chat.asks()
    calls = len(chat.stage.psa.calls) + len(chat.others["cw-east"].calls)
    other = "cw-prod" if (await chat.question(answer)).connection == "cw-east" else "cw-east"
    details = await shown(chat, answer.question or "", other)
    assert f"{other}: " in said(details)
    assert (await chat.question(details)).connection == other
    assert (await chat.question(answer)).connection != other
    assert len(chat.stage.psa.calls) + len(chat.others["cw-east"].calls) == calls


async def test_checking_again_keeps_the_connection_that_a_person_wanted_to_see(chat: Chat) -> None:
    await chat.another_connection("cw-east", east())
    answer = await chat.asks()
    details = await shown(chat, answer.question or "", "cw-prod")
    again = await chat.again(details.question or "")
    assert "cw-prod: visible, in full below" in said(again)
    assert "2 connections asked" in said(again)


async def test_after_a_restart_details_are_asked_anew(chat: Chat) -> None:
    await chat.another_connection("cw-east", east())
    answer = await chat.asks()
    chat.restart()
    details = await shown(chat, answer.question or "", "cw-prod")
    assert "cw-prod: visible, in full below" in said(details)


async def test_one_that_was_down_is_asked_again_alone_and_the_others_say_what_they_said(chat: Chat) -> None:
    await chat.another_connection("cw-east", down())
    answer = await chat.asks()
    assert "cw-east: cannot tell. The other PSA is down." in said(answer)
    assert "missing.retry" in labels(answer.message)
    calls = len(chat.stage.psa.calls)
    chat.others["cw-east"].fails.clear()
    retried = await settled(await chat.conversation.lookups.retry(answer.question or "", "cw-east", ADMIN))
    assert len(chat.stage.psa.calls) == calls
    assert "cw-east: cannot tell" not in said(retried)
    assert "cw-prod: visible" in said(retried)
    assert (await chat.question(retried)).asked_by == "U0ADMIN"


async def test_without_a_name_all_that_could_not_tell_are_asked_again(chat: Chat) -> None:
    await chat.another_connection("cw-east", down())
    await chat.another_connection("cw-west", down())
    answer = await chat.asks()
    calls = len(chat.stage.psa.calls)
    chat.others["cw-west"].fails.clear()
    retried = await settled(await chat.conversation.lookups.retry(answer.question or "", "", AGENT))
    assert "cw-east: cannot tell" in said(retried)
    assert "cw-west: cannot tell" not in said(retried)
    assert len(chat.stage.psa.calls) == calls


async def test_after_a_restart_a_retry_asks_all_of_them(chat: Chat) -> None:
    await chat.another_connection("cw-east", down())
    answer = await chat.asks()
    chat.restart()
    retried = await settled(await chat.conversation.lookups.retry(answer.question or "", "cw-east", AGENT))
    assert "2 connections asked" in said(retried)


async def test_while_it_is_asked_again_it_counts_as_not_answered_yet(chat: Chat) -> None:
    await chat.another_connection("cw-east", down())
    answer = await chat.asks()
    chat.others["cw-east"].fails.clear()
    chat.others["cw-east"].gates["find_accounts"] = asyncio.Event()
    lookup = await chat.conversation.lookups.retry(answer.question or "", "cw-east", AGENT)
    assert not isinstance(lookup, Answer)
    async with aclosing(lookup):
        assert not lookup.heard
        assert "cw-east: has not answered yet" in said(await lookup.whole())


async def test_a_choice_is_made_on_the_connection_whose_candidates_were_shown(chat: Chat) -> None:
    """Also where another connection had its account when the card was first shown."""
    zebras = [account(7, name="Company 1 North"), account(8, name="Company 1 South")]
    async with told_early(chat, FakeConnector(everyone=zebras)) as (lookup, _, gate):
        gate.set()
        await lookup.all()
        choice = await lookup.whole()
    assert "missing.pick" in labels(choice.message)
    picked = await chat.conversation.pick(choice.question or "", "8", AGENT)
    assert "Company 1 South" in leads(picked)
    assert (await chat.question(picked)).connection == "cw-east"


@pytest.mark.requirement("R211")
@pytest.mark.parametrize("value", ["q:999", "nonsense"])
async def test_a_button_whose_question_is_gone_offers_a_fresh_start(chat: Chat, value: str) -> None:
    talk = chat.conversation.lookups
    for answer in (
        await talk.again(value, AGENT),
        await talk.retry(value, "cw-prod", AGENT),
        await talk.details(value, "cw-prod", AGENT),
    ):
        assert isinstance(answer, Answer)
        assert "This card is too old" in said(answer)


async def test_a_connection_that_was_removed_meanwhile_is_named(chat: Chat) -> None:
    await chat.another_connection("cw-east", down())
    answer = await chat.asks()
    gone = await settled(await chat.conversation.lookups.retry(answer.question or "", "cw-gone", AGENT))
    assert "There is no connection “cw-gone”" in said(gone)
    only = await chat.asks(connection="cw-east")
    chat.restart()
    await chat.remove("cw-east")
    details = await shown(chat, only.question or "", "cw-east")
    assert "There is no connection “cw-east”" in said(details)
