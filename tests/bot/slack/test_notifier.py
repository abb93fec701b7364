"""Posting once per key, and every way in which it can fail."""

import asyncio
import json
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.messages import Message, Place
from bot.slack.calls import Calls, Outcome, web_client
from bot.slack.notifier import SlackNotifier
from bot.slack.outbound import Outbound
from sandbox.serve import serving
from sandbox.slack.local import Slack
from tests.bot.slack.fakes import ScriptedCaller, failed
from tests.bot.slack.stage import Notebook, said, stage

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
HERE = Place(channel="C0GENERAL")


def notifier(caller: ScriptedCaller, notebook: Notebook) -> SlackNotifier:
    out = Outbound(caller, monotonic=caller.time.monotonic, sleep=caller.time.sleep)
    return SlackNotifier(out, notebook, lambda: NOW, notebook.troubled)


async def test_the_same_key_edits_what_stands_also_after_a_restart() -> None:
    caller, notebook = ScriptedCaller(), Notebook()
    first = await notifier(caller, notebook).post(HERE, said("failing"), key="k")
    again = await notifier(caller, notebook).post(HERE, said("recovered"), key="k")
    assert first is not None
    assert again is not None
    assert first.ts == again.ts
    assert [method for method, _ in caller.calls] == ["chat.postMessage", "chat.update"]


async def test_two_posts_of_one_key_at_the_same_time_are_one_post_and_one_edit() -> None:
    caller, notebook = ScriptedCaller(), Notebook()
    one = notifier(caller, notebook)
    await asyncio.gather(*(one.post(HERE, said("x"), key="k") for _ in range(3)))
    assert [method for method, _ in caller.calls] == ["chat.postMessage", "chat.update", "chat.update"]


async def test_a_connection_that_breaks_while_posting_posts_nothing_twice() -> None:
    async with stage() as bot:
        bot.slack.fault("chat.postMessage", "drop", times=1)
        first = await bot.line.notifier.deliver(HERE, said("digest"), key="digest:1")
        again = await bot.line.notifier.deliver(HERE, said("digest"), key="digest:1")
        assert (first.outcome, again.outcome) == (Outcome.UNCERTAIN, Outcome.UNCERTAIN)
        assert bot.texts() == ["digest"]


async def test_what_surely_was_not_posted_may_be_tried_again() -> None:
    caller, notebook = ScriptedCaller({"chat.postMessage": [failed(Outcome.NOT_IN_CHANNEL)]}), Notebook()
    one = notifier(caller, notebook)
    assert await one.post(HERE, said("x"), key="k") is None
    assert await one.post(HERE, said("x"), key="k") is not None


def leave(slack: Slack) -> None:
    slack.workspace.remove("C0GENERAL")


def archive(slack: Slack) -> None:
    slack.workspace.archive("C0GENERAL")


def vanish(slack: Slack) -> None:
    del slack.workspace.channels["C0GENERAL"]


def deactivate(slack: Slack) -> None:
    slack.workspace.token_error = "account_inactive"


def revoke(slack: Slack) -> None:
    slack.workspace.token_error = "token_revoked"


def unscope(slack: Slack) -> None:
    slack.workspace.scopes = frozenset()


def break_down(slack: Slack) -> None:
    slack.fault("chat.postMessage", "server_error")


@pytest.mark.parametrize(
    ("spoil", "outcome"),
    [
        (leave, Outcome.NOT_IN_CHANNEL),
        (archive, Outcome.IS_ARCHIVED),
        (vanish, Outcome.CHANNEL_NOT_FOUND),
        (deactivate, Outcome.ACCOUNT_INACTIVE),
        (revoke, Outcome.TOKEN_REVOKED),
        (unscope, Outcome.MISSING_SCOPE),
        (break_down, Outcome.UNCERTAIN),
    ],
)
async def test_each_failure_has_a_name_and_is_reported(spoil: object, outcome: Outcome) -> None:
    async with stage() as bot:
        assert callable(spoil)
        spoil(bot.slack)
        delivered = await bot.line.notifier.deliver(HERE, said("x"), key="k")
        assert delivered.outcome is outcome
        assert delivered.place is None
        assert bot.notebook.troubles == [("C0GENERAL", outcome)]


async def test_a_deleted_message_is_told_from_one_that_stands() -> None:
    async with stage() as bot:
        place = await bot.line.notifier.post(HERE, said("x"), key="k")
        assert place is not None
        assert await bot.line.notifier.edit(place, said("y"))
        bot.slack.workspace.messages.delete(bot.slack.messages()[0])
        assert not await bot.line.notifier.edit(place, said("z"))
        assert not await bot.line.notifier.edit(HERE, said("z"))


async def test_blocks_that_slack_refuses_go_out_once_more_as_plain_text() -> None:
    async with stage() as bot:
        bot.slack.fault("chat.postMessage", "invalid_blocks", times=1)
        assert await bot.line.notifier.post(HERE, said("the *answer* <!here>"), key="k") is not None
        (message,) = bot.slack.messages()
        assert message.blocks == ()
        assert message.text == "the \u2217answer\u2217 &lt;!here&gt;"
        assert len(bot.slack.calls("chat.postMessage")) == 2


async def test_what_our_own_check_refuses_is_never_sent_as_blocks() -> None:
    async with stage() as bot:
        broken = Message(
            summary="sum", actions=said("x").actions, blocks=said("words").blocks, mentions=("not a user",)
        )
        assert await bot.line.notifier.post(HERE, broken, key="k") is not None
        assert bot.slack.messages()[0].blocks == ()


async def test_nothing_is_unfurled_and_no_name_is_linked() -> None:
    async with stage() as bot:
        await bot.line.notifier.post(HERE, said("see https://evil.example"), key="k")
        sent = bot.slack.calls("chat.postMessage")[0].arguments
        quiet = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}
        assert {name: sent[name] for name in quiet} == quiet


async def test_an_unreachable_slack_is_known_to_have_posted_nothing() -> None:
    async with aiohttp.ClientSession() as session:
        calls = Calls(web_client("xoxb-x", "http://127.0.0.1:9/api/", session))
        assert (await calls.call("chat.postMessage", {})).outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (503, "<html>maintenance</html>", Outcome.UNREACHABLE),
        (500, "<html>oops</html>", Outcome.UNCERTAIN),
        (200, json.dumps({"ok": False, "error": "internal_error"}), Outcome.UNCERTAIN),
        (200, json.dumps({"ok": False, "error": "something_new"}), Outcome.REFUSED),
        (200, json.dumps({"ok": False, "error": "msg_blocks_too_long"}), Outcome.REFUSED_BLOCKS),
        (200, "no json", Outcome.UNCERTAIN),
        (429, json.dumps({"ok": False, "error": "ratelimited"}), Outcome.RATE_LIMITED),
    ],
)
async def test_every_answer_of_slacks_servers_becomes_an_outcome(status: int, body: str, outcome: Outcome) -> None:
    async def answer(request: aiohttp.web.Request) -> aiohttp.web.Response:
        kind = "text/html" if body.startswith("<") else "application/json"
        return aiohttp.web.Response(status=status, text=body, content_type=kind, headers={"Retry-After": "7"})

    app = aiohttp.web.Application()
    app.router.add_post("/api/chat.postMessage", answer)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        called = await Calls(web_client("xoxb-x", f"{url}/api/", session)).call("chat.postMessage", {})
    assert called.outcome is outcome
    assert called.retry_after in {0.0, 7.0}
