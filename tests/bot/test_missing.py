"""Several connections are asked at once: each answers for itself, and none delays or spoils what the others say."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest

from bot.answers import Broken, UnknownConnection, merged
from bot.missing import Missing
from bot.store.queries import connections
from connectors.errors import PsaDown
from rules.model import Verdict
from tests.bot.chat import Chat
from tests.bot.sync.fakes import FakeConnector, account


def missing(chat: Chat, patience: float = 30) -> Missing:
    return Missing(chat.stage.db, chat.psas, chat.engine, chat.stage.clock, timedelta(seconds=patience))


def slow() -> FakeConnector:
    """Never answers, whatever is asked."""
    return FakeConnector(
        everyone=[account(1)], gates={name: asyncio.Event() for name in ("find_accounts", "tables", "probe", "check")}
    )


@pytest.mark.requirement("R140")
async def test_what_some_say_is_known_while_another_still_thinks(chat: Chat) -> None:
    await chat.another_connection("cw-east", slow())
    enquiry = await missing(chat).enquire("Company 1")
    async with aclosing(enquiry.arriving) as arriving:
        await arriving.another()
        answer = enquiry.answer
        assert [result.connection for result in answer.results] == ["cw-prod"]
        assert answer.waiting == ("cw-east",)


async def test_one_that_never_answers_is_given_up_after_one_patience_for_all_that_it_is_asked(chat: Chat) -> None:
    await chat.another_connection("cw-east", slow())
    async with asyncio.timeout(5):
        east, prod = (await missing(chat, patience=0.2).ask("Company 1")).results
    assert prod.verdict is Verdict.VISIBLE
    assert east.verdict is Verdict.CANNOT_TELL
    assert str(east.trouble) == "ConnectWise did not answer within 0 seconds."


async def test_an_account_that_was_found_before_its_surroundings_hang_is_judged_without_them(chat: Chat) -> None:
    chat.stage.psa.gates = {name: asyncio.Event() for name in ("tables", "probe", "check")}
    [result] = (await missing(chat, patience=0.2).ask("Company 1")).results
    assert [answer.name for answer in result.accounts] == ["Company 1"]
    assert result.accounts[0].case.probes is None


async def test_one_that_is_down_and_one_that_we_fail_at_say_so_in_their_own_places(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    down = FakeConnector(fails=dict.fromkeys(("find_accounts", "tables", "probe"), PsaDown("It is down.")))
    await chat.another_connection("a-down", down)
    await chat.another_connection("b-broken", FakeConnector(fails={"find_accounts": RuntimeError("a s3cret bug")}))
    first, second, third = (await missing(chat).ask("Company 1")).results
    assert (str(first.trouble), first.verdict) == ("It is down.", Verdict.CANNOT_TELL)
    assert isinstance(second.trouble, Broken)
    assert second.trouble.error_id in second.summary
    assert "s3cret" not in second.summary
    assert second.trouble.error_id in [record.__dict__.get("error_id") for record in caplog.records]
    assert third.verdict is Verdict.VISIBLE


async def test_one_that_was_removed_a_moment_ago_says_so(chat: Chat) -> None:
    east = await chat.another_connection("cw-east")
    await connections.remove(chat.stage.db, east.id)
    result = await missing(chat)._of(east, "Company 1", None, fresh=False)
    assert result.summary == "cw-east cannot be asked: It was removed a moment ago."


async def test_a_paused_one_is_asked_and_says_that_it_is_paused(chat: Chat) -> None:
    await connections.set_paused(chat.stage.db, chat.stage.connection.id, True)
    [result] = (await missing(chat).ask("Company 1")).results
    assert (result.paused, result.verdict) == (True, Verdict.VISIBLE)


async def test_only_those_that_were_named_are_asked_in_any_case_of_letters(chat: Chat) -> None:
    await chat.another_connection("cw-east")
    [result] = (await missing(chat).ask("Company 1", connection="CW-East")).results
    assert result.connection == "cw-east"
    with pytest.raises(UnknownConnection) as unknown:
        await missing(chat).enquire("Company 1", only=["cw-east", "nowhere"])
    assert (unknown.value.name, unknown.value.known) == ("nowhere", ("cw-east", "cw-prod"))


async def test_what_one_says_when_it_is_asked_again_takes_the_place_of_what_it_said(chat: Chat) -> None:
    await chat.another_connection("cw-east", FakeConnector(fails={"find_accounts": PsaDown("It is down.")}))
    before = await missing(chat).ask("Company 1")
    chat.others["cw-east"].fails.clear()
    chat.others["cw-east"].everyone = [account(1)]
    again = await missing(chat).ask("Company 1", connection="cw-east", fresh=True)
    both = merged(before, again)
    assert [result.connection for result in both.results] == ["cw-east", "cw-prod"]
    assert both.results[0].accounts
    assert both.results[1] is before.results[1]
