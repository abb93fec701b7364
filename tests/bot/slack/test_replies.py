"""The way back to one person: five uses, thirty minutes, then other ways, and never a lost answer."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.messages import Place
from bot.slack.asking import Asking
from bot.slack.calls import Calls, Outcome, web_client
from bot.slack.replies import Replies, Reply
from sandbox.slack.identity import BOT_TOKEN
from sandbox.slack.local import Slack, local_slack
from tests.bot.slack.fakes import ScriptedCaller, failed
from tests.bot.slack.stage import said

ASKED = Asking(
    key="k", team="T0LOCAL", by="U0AGENT", by_team="T0LOCAL", name="agent", place=Place(channel="C0GENERAL"), text="x"
)


@dataclass
class Hands:
    at: datetime = datetime(2026, 11, 21, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Ways:
    """A reply to a command in a local workspace."""

    slack: Slack
    reply: Reply
    hands: Hands

    def texts(self, channel: str = "C0GENERAL") -> list[str]:
        return [message.text for message in self.slack.messages(channel)]


@asynccontextmanager
async def ways(change: Callable[[Asking], Asking] = lambda asking: asking) -> AsyncIterator[Ways]:
    async with local_slack() as slack, aiohttp.ClientSession() as session:
        ticket = slack.workspace.response_urls.make(channel="C0GENERAL", user="U0AGENT", now=slack.workspace.now())
        hands = Hands()
        calls = Calls(web_client(BOT_TOKEN, slack.api_url, session))
        replies = Replies(caller=calls, session=session, api_url=slack.api_url, now=hands.now)
        asking = replace(ASKED, response_url=f"{slack.url}/_response/{ticket.id}")
        yield Ways(slack, replies.to(change(asking)), hands)


async def test_after_five_uses_the_answer_comes_another_way() -> None:
    async with ways() as to:
        for number in range(7):
            assert await to.reply.say(said(f"answer {number}"))
        assert to.texts() == [f"answer {number}" for number in range(7)]
        assert len(to.slack.calls("response_url")) == 5
        assert len(to.slack.calls("chat.postEphemeral")) == 2
        assert to.reply.left == 0


async def test_after_half_an_hour_the_answer_comes_another_way() -> None:
    async with ways() as to:
        to.hands.at += timedelta(minutes=30)
        assert await to.reply.say(said("late"))
        assert to.slack.calls("response_url") == []
        assert to.texts() == ["late"]


async def test_where_the_bot_is_no_member_the_late_answer_is_a_direct_message() -> None:
    async with ways() as to:
        to.hands.at += timedelta(minutes=30)
        to.slack.workspace.remove("C0GENERAL")
        assert await to.reply.say(said("late"))
        assert to.texts("D0AGENT") == ["late"]


async def test_an_answer_that_cannot_be_delivered_at_all_is_told_to_the_caller_and_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with ways() as to:
        to.hands.at += timedelta(minutes=30)
        to.slack.workspace.token_error = "account_inactive"
        assert not await to.reply.say(said("late"))
        assert any(record.message == "An answer was lost." for record in caplog.records)


async def test_a_response_url_that_breaks_is_replaced_by_another_way() -> None:
    async with ways() as to:
        to.slack.fault("response_url", "server_error", times=1)
        assert await to.reply.say(said("answer"))
        assert to.texts()[-1] == "answer"
        assert len(to.slack.calls("chat.postEphemeral")) == 1


async def test_blocks_that_the_response_url_refuses_go_out_as_plain_text() -> None:
    async with ways() as to:
        to.slack.fault("response_url", "invalid_blocks", times=1)
        assert await to.reply.say(said("answer"))
        (message,) = to.slack.messages("C0GENERAL")
        assert (message.text, message.blocks) == ("answer", ())


@pytest.mark.parametrize("url", ["https://evil.example/x", "http://hooks.slack.com/x", "not an address", "https://["])
async def test_an_address_that_is_not_slacks_is_never_called(url: str) -> None:
    async with ways(lambda asking: replace(asking, response_url=url)) as to:
        assert await to.reply.say(said("answer"))
        assert to.texts() == ["answer"]


async def test_an_aside_never_replaces() -> None:
    async with ways() as to:
        await to.reply.say(said("answer"))
        await to.reply.aside(said("note"))
        assert to.texts() == ["answer", "note"]


async def test_in_a_thread_the_reply_stays_in_the_thread() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as session:
        message, _ = await slack.people.say("hello", channel="#general", user="agent")
        calls = Calls(web_client(BOT_TOKEN, slack.api_url, session))
        replies = Replies(caller=calls, session=session, api_url=slack.api_url, now=Hands().now)
        mention = replace(ASKED, place=Place(channel="C0GENERAL", ts=message.ts, thread_ts=message.ts))
        reply = replies.to(mention)
        assert reply.left > 5
        assert await reply.say(said("looking"))
        assert await reply.say(said("found"))
        assert await reply.aside(said("psst"))
        stands = [(each.text, each.thread_ts, each.ephemeral_to) for each in slack.messages("#general")[1:]]
        assert stands == [("found", message.ts, None), ("psst", message.ts, "U0AGENT")]
        assert reply.place.ts == slack.messages("#general")[1].ts
        slack.workspace.archive("C0GENERAL")
        assert not await reply.say(said("gone"))


async def test_a_short_rate_limit_is_waited_out_for_somebody_who_waits() -> None:
    caller = ScriptedCaller({"chat.postEphemeral": [failed(Outcome.RATE_LIMITED, 3)]})
    async with aiohttp.ClientSession() as session:
        replies = Replies(
            caller=caller, session=session, api_url="https://slack.com/api/", now=Hands().now, sleep=caller.time.sleep
        )
        reply = replies.to(replace(ASKED, response_url="https://evil.example/x"))
        assert await reply.say(said("answer"))
    assert caller.time.slept == [3]
    assert [method for method, _ in caller.calls] == ["chat.postEphemeral", "chat.postEphemeral"]


async def test_a_click_in_a_thread_is_answered_in_that_thread() -> None:
    async with local_slack() as slack, aiohttp.ClientSession() as session:
        message, _ = await slack.people.say("hello", channel="#general", user="agent")
        calls = Calls(web_client(BOT_TOKEN, slack.api_url, session))
        replies = Replies(caller=calls, session=session, api_url=slack.api_url, now=Hands().now)
        ticket = slack.workspace.response_urls.make(channel="C0GENERAL", user="U0AGENT", now=slack.workspace.now())
        asking = replace(
            ASKED,
            action="a",
            private=False,
            response_url=f"{slack.url}/_response/{ticket.id}",
            place=Place(channel="C0GENERAL", ts="1.1", thread_ts=message.ts),
        )
        assert await replies.to(asking).say(said("answer"))
        assert slack.messages("#general")[-1].thread_ts == message.ts
