"""What reaches the bot, how it must answer, and what Slack shows when it does not (Slack §2.1-2.3)."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import SandboxClock
from sandbox.slack.identity import SLACKBOT_ID, Command
from sandbox.slack.local import Slack, local_slack
from sandbox.slack.refusal import Refused
from tests.sandbox.slack.recording import RecordingBot

Json = dict[str, Any]


async def posted(url: str, body: Json) -> tuple[int, Json]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.json()


async def test_a_command_reaches_the_bot_signed_and_complete(slack: Slack, bot: RecordingBot) -> None:
    delivery = await slack.slash("agent", "#general", "/psa  missing Acme Ltd ")
    assert delivery.ok
    assert delivery.status == 200
    assert bot.received[0].signed
    payload = bot.last
    assert (payload["command"], payload["text"]) == ("/psa", "missing Acme Ltd")
    assert (payload["user_id"], payload["channel_id"], payload["team_id"]) == ("U0AGENT", "C0GENERAL", "T0LOCAL")
    assert payload["response_url"].startswith(slack.url)
    assert payload["channel_name"] == "general"


async def test_fifty_commands_at_once_all_arrive(slack: Slack, bot: RecordingBot) -> None:
    deliveries = await asyncio.gather(*(slack.slash("agent", "#general", f"/psa {number}") for number in range(50)))
    assert all(delivery.ok for delivery in deliveries)
    assert len({one.payload["trigger_id"] for one in bot.received}) == 50


async def test_a_command_in_direct_messages_names_no_channel(slack: Slack, bot: RecordingBot) -> None:
    await slack.slash("agent", "D0AGENT", "/psa")
    assert bot.last["channel_name"] == "directmessage"


async def test_a_command_is_sent_as_it_was_typed(slack: Slack, bot: RecordingBot) -> None:
    await slack.slash("agent", "general", "/psa missing A & B <x> @admin")
    assert bot.last["text"] == "missing A & B <x> @admin"


async def test_names_in_a_command_become_ids_where_the_app_wants_that(slack: Slack, bot: RecordingBot) -> None:
    slack.workspace.commands = (Command(name="/psa", description="", should_escape=True),)
    await slack.slash("agent", "general", "/psa a & <b> #psa-alerts @admin @billing-team @nobody me@admin")
    assert bot.last["text"] == (
        "a &amp; &lt;b&gt; <#C0ALERTS|psa-alerts> <@U0ADMIN|admin> <!subteam^S0BILLING|@billing-team> @nobody me@admin"
    )


async def test_an_unknown_command_is_answered_by_slack(slack: Slack, bot: RecordingBot) -> None:
    with pytest.raises(Refused, match="unknown_command"):
        await slack.slash("agent", "#general", "/spa missing Acme")
    assert bot.received == []
    [said] = slack.messages()
    assert (said.user, said.ephemeral_to) == (SLACKBOT_ID, "U0AGENT")
    assert said.text.startswith("/spa is not a valid command")


@pytest.mark.parametrize("name", ["nobody", "@nobody"])
async def test_an_unknown_person_cannot_act(slack: Slack, name: str) -> None:
    with pytest.raises(Refused, match="user_not_found"):
        await slack.slash(name, "#general", "/psa")


async def test_a_bot_that_thinks_longer_than_the_deadline_times_out(bot: RecordingBot) -> None:
    bot.hold = asyncio.Event()
    async with local_slack(bot_url=bot.url, deadline=0.05) as slack:
        delivery = await slack.slash("agent", "#general", "/psa")
        assert (delivery.status, delivery.error) == (0, "operation_timeout")
        assert slack.messages()[0].text == '/psa failed with the error "operation_timeout"'


async def test_a_bot_that_fails_shows_as_dispatch_failed(slack: Slack, bot: RecordingBot) -> None:
    bot.next(status=404)
    delivery = await slack.slash("agent", "#general", "/psa")
    assert (delivery.status, delivery.error) == (404, "dispatch_failed")
    assert "dispatch_failed" in slack.messages()[0].text


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9"])
async def test_a_bot_that_is_not_there_shows_as_dispatch_failed(slack: Slack, url: str) -> None:
    slack.bot_url = url
    assert slack.bot_url == url
    assert (await slack.slash("agent", "#general", "/psa")).error == "dispatch_failed"


async def test_the_acknowledgement_may_be_the_answer(slack: Slack, bot: RecordingBot) -> None:
    bot.next(body="Working on it")
    await slack.slash("agent", "#general", "/psa")
    bot.next(body={"text": "Here", "response_type": "in_channel"})
    await slack.slash("agent", "#general", "/psa help")
    bot.next(body={"response_type": "in_channel"})
    await slack.slash("agent", "#general", "/psa status")
    shown = [(message.user, message.text, message.ephemeral_to) for message in slack.messages()]
    assert shown == [
        ("U0PSABOT", "Working on it", "U0AGENT"),
        ("U0AGENT", "/psa help", None),
        ("U0PSABOT", "Here", None),
        ("U0AGENT", "/psa status", None),
    ]


async def test_json_that_is_none_is_read_as_text(slack: Slack, bot: RecordingBot) -> None:
    bot.next(body="{oops", Content_Type="application/json")
    await slack.slash("agent", "#general", "/psa")
    assert slack.messages()[0].text == "{oops"


async def test_a_response_url_works_five_times(slack: Slack, bot: RecordingBot) -> None:
    await slack.slash("agent", "#general", "/psa")
    url = bot.last["response_url"]
    for number in range(5):
        assert await posted(url, {"text": f"{number}"}) == (200, {"ok": True})
    assert await posted(url, {"text": "6"}) == (404, {"ok": False, "error": "used_url"})
    assert len(slack.messages()) == 5
    assert all(message.ephemeral_to == "U0AGENT" for message in slack.messages())


async def test_a_response_url_works_for_thirty_minutes(slack: Slack, bot: RecordingBot, clock: SandboxClock) -> None:
    await slack.slash("agent", "#general", "/psa")
    clock.advance(31 * 60)
    assert await posted(bot.last["response_url"], {"text": "late"}) == (404, {"ok": False, "error": "expired_url"})
    assert (await posted(f"{slack.url}/_response/guess", {"text": "?"}))[0] == 404


async def test_a_response_url_works_where_the_app_is_no_member(slack: Slack, bot: RecordingBot) -> None:
    slack.workspace.remove("C0BILLING")
    await slack.slash("agent", "#billing", "/psa")
    await posted(bot.last["response_url"], {"text": "Shared", "response_type": "in_channel"})
    assert [message.ephemeral_to for message in slack.messages("#billing")] == [None]


async def test_a_command_has_no_original_to_replace(slack: Slack, bot: RecordingBot) -> None:
    """As in Slack: the second post is a second message (bolt-python #1268, bolt-js #2287)."""
    await slack.slash("agent", "#general", "/psa")
    for text in ("Looking", "Found"):
        await posted(bot.last["response_url"], {"text": text, "replace_original": True})
    assert [message.text for message in slack.messages()] == ["Looking", "Found"]
    assert (await posted(bot.last["response_url"], {"delete_original": True}))[0] == 200
    assert len(slack.messages()) == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [({}, "no_text"), ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"), ({"text": "x", "thread_ts": "1"}, None)],
)
async def test_a_response_that_slack_does_not_take_is_a_bad_request(
    slack: Slack, bot: RecordingBot, body: Json, error: str | None
) -> None:
    await slack.slash("agent", "#general", "/psa")
    status, answer = await posted(bot.last["response_url"], body)
    assert (status, answer["error"]) == (400, error or "thread_not_found")


@pytest.mark.parametrize(
    ("fault", "status"),
    [("rate_limited", 429), ("server_error", 500), ("invalid_blocks", 400), ("slow", 200)],
)
async def test_response_urls_can_be_made_to_fail(slack: Slack, bot: RecordingBot, fault: str, status: int) -> None:
    await slack.slash("agent", "#general", "/psa")
    slack.fault("response_url", fault)
    assert (await posted(bot.last["response_url"], {"text": "Hello"}))[0] == status
    assert slack.calls("response_url")[0].status == status


async def test_a_dropped_response_is_still_posted(slack: Slack, bot: RecordingBot) -> None:
    await slack.slash("agent", "#general", "/psa")
    slack.fault("response_url", "drop")
    with pytest.raises(aiohttp.ClientError):
        await posted(bot.last["response_url"], {"text": "Hello"})
    assert [message.text for message in slack.messages()] == ["Hello"]


async def test_a_mention_reaches_the_bot_as_an_event(slack: Slack, bot: RecordingBot) -> None:
    first, delivery = await slack.people.say("Anybody?")
    assert delivery is None
    await slack.mention("agent", "#general", "missing Acme", thread_ts=first.ts)
    event = bot.last["event"]
    assert (event["type"], event["text"], event["thread_ts"]) == ("app_mention", "<@U0PSABOT> missing Acme", first.ts)
    assert bot.last["event_id"].startswith("Ev")
    assert "X-Slack-Retry-Num" not in bot.received[-1].headers


async def test_a_typed_name_is_a_mention_too(slack: Slack, bot: RecordingBot) -> None:
    _, delivery = await slack.people.say("Hello @psa-bot, and mail@psa-bot.example")
    assert delivery is not None
    assert bot.last["event"]["text"] == "Hello <@U0PSABOT>, and mail@psa-bot.example"


async def test_an_app_hears_nothing_where_it_is_no_member(slack: Slack, bot: RecordingBot) -> None:
    slack.workspace.remove("C0BILLING")
    with pytest.raises(Refused, match="app_does_not_listen_here"):
        await slack.mention("agent", "#billing", "hello")
    assert bot.received == []


async def test_direct_messages_are_events_where_the_app_subscribes_to_them(slack: Slack, bot: RecordingBot) -> None:
    with pytest.raises(Refused, match="app_does_not_listen_here"):
        await slack.mention("agent", "D0AGENT", "hello")
    slack.workspace.events |= {"message.im"}
    await slack.mention("agent", "D0AGENT", "hello")
    assert (bot.last["event"]["type"], bot.last["event"]["channel_type"]) == ("message", "im")


async def test_a_failed_event_is_retried_three_times_with_the_reason(
    slack: Slack, bot: RecordingBot, pauses: list[float]
) -> None:
    for _ in range(3):
        bot.next(status=500)
    await slack.mention("agent", "#general", "hello")
    await asyncio.gather(*slack.deliveries._retries)
    headers = [(one.headers.get("X-Slack-Retry-Num"), one.headers.get("X-Slack-Retry-Reason")) for one in bot.received]
    assert headers == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({one.payload["event_id"] for one in bot.received}) == 1
    assert pauses == [0, 60, 300]


async def test_retries_end_after_the_third(slack: Slack, bot: RecordingBot) -> None:
    for _ in range(5):
        bot.next(status=500)
    await slack.mention("agent", "#general", "hello")
    await asyncio.gather(*slack.deliveries._retries)
    assert len(bot.received) == 4


async def test_a_bot_can_ask_for_no_retries(slack: Slack, bot: RecordingBot) -> None:
    bot.next(status=500, X_Slack_No_Retry="1")
    await slack.mention("agent", "#general", "hello")
    assert not slack.deliveries._retries


async def test_a_timeout_is_retried_as_a_timeout(bot: RecordingBot) -> None:
    bot.hold = asyncio.Event()

    async def pause(seconds: float) -> None:
        if bot.hold is not None:
            bot.hold.set()

    async with local_slack(bot_url=bot.url, deadline=0.05, sleep=pause) as slack:
        await slack.mention("agent", "#general", "hello")
        await asyncio.gather(*slack.deliveries._retries)
    assert bot.received[-1].headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_retries_end_with_the_workspace(bot: RecordingBot) -> None:
    bot.next(status=500)
    forever = asyncio.Event()

    async def pause(seconds: float) -> None:
        await forever.wait()

    async with local_slack(bot_url=bot.url, sleep=pause) as slack:
        await slack.mention("agent", "#general", "hello")
        assert slack.deliveries._retries
    assert not slack.deliveries._retries


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_same_payload_can_be_delivered_again(slack: Slack, bot: RecordingBot, at_once: bool) -> None:
    first = await slack.slash("agent", "#general", "/psa")
    await slack.redeliver(first, times=2, at_once=at_once)
    assert len(bot.received) == 3
    assert len({one.payload["trigger_id"] for one in bot.received}) == 1


async def test_the_app_answers_the_question_about_its_address(slack: Slack, bot: RecordingBot) -> None:
    with pytest.raises(Refused, match="challenge_failed"):
        await slack.people.verify_url()
    slack.bot_url = ""
    assert (await slack.people.verify_url()).error == "dispatch_failed"


async def test_a_message_with_buttons_from_a_command_can_be_pressed(
    slack: Slack, bot: RecordingBot, web: AsyncWebClient
) -> None:
    await slack.slash("agent", "#general", "/psa")
    button = {"type": "button", "action_id": "go", "value": "q:17", "text": {"type": "plain_text", "text": "Go"}}
    await posted(bot.last["response_url"], {"text": "Go?", "blocks": [{"type": "actions", "elements": [button]}]})
    await slack.click(slack.messages()[0].ts, "go")
    assert bot.last["actions"][0]["value"] == "q:17"
