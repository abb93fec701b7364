"""The control routes, as a script or the page uses them (the stable interface)."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.local import Slack
from tests.sandbox.slack.payload_table import ENTRY, Json, button, modal, option, plain, select
from tests.sandbox.slack.recording import RecordingBot

Ask = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def ask(slack: Slack) -> AsyncIterator[Ask]:
    """GET without a body, POST with one."""
    async with aiohttp.ClientSession(base_url=f"{slack.url}/_control/") as session:

        async def ask(path: str, body: Any = None) -> tuple[int, Any]:
            method = "GET" if body is None else "POST"
            async with session.request(method, path, json=body) as response:
                return response.status, await response.json(content_type=None)

        yield ask


async def test_a_command_is_acknowledged(ask: Ask, bot: RecordingBot) -> None:
    status, answer = await ask("command", {"text": "/psa missing Acme", "channel": "#billing", "user": "finance"})
    assert status == 200
    assert answer["status"] == 200
    assert answer["ack_ms"] >= 0
    assert (bot.last["channel_id"], bot.last["user_id"]) == ("C0BILLING", "U0FINANCE")


async def test_channel_and_user_have_defaults_and_may_be_ids(ask: Ask, bot: RecordingBot) -> None:
    await ask("command", {"text": "/psa"})
    assert (bot.last["channel_id"], bot.last["user_id"]) == ("C0GENERAL", "U0AGENT")
    await ask("command", {"text": "/psa", "channel": "C0ALERTS", "user": "U0ADMIN"})
    assert (bot.last["channel_id"], bot.last["user_id"]) == ("C0ALERTS", "U0ADMIN")


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("command", {"text": "/spa"}, 404, "unknown_command"),
        ("command", {"text": "/psa", "channel": "#nowhere"}, 400, "channel_not_found"),
        ("command", {"text": "/psa", "user": "nobody"}, 400, "user_not_found"),
        ("command", {}, 400, "invalid_arguments"),
        ("command", [], 400, "json_not_object"),
        ("click", {"action_id": "x"}, 400, "invalid_arguments"),
        ("click", {"ts": "1.0", "action_id": "x"}, 404, "message_not_found"),
        ("submit", {"view_id": "V0"}, 400, "not_found"),
        ("redeliver", {}, 409, "nothing_was_delivered"),
        ("fault", {"method": "auth.test", "kind": "fire"}, 400, "unknown_fault"),
        ("token", {"error": "tired"}, 400, "unknown_token_error"),
        ("disconnect", {"reason": "boredom"}, 400, "unknown_reason"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    ask: Ask, path: str, body: Any, status: int, error: str
) -> None:
    got, answer = await ask(path, body)
    assert (got, answer["error"]) == (status, error)


async def test_a_body_that_is_no_json_is_refused(slack: Slack) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.url}/_control/command", data="{") as response,
    ):
        assert (response.status, (await response.json())["error"]) == (400, "invalid_json")


async def test_a_failed_delivery_names_its_error(ask: Ask, bot: RecordingBot) -> None:
    bot.next(status=500)
    status, answer = await ask("command", {"text": "/psa"})
    assert (status, answer["status"], answer["error"]) == (200, 500, "dispatch_failed")


async def test_messages_are_listed_with_ephemeral_ones_and_replies(ask: Ask, web: AsyncWebClient) -> None:
    first = await web.chat_postMessage(channel="C0GENERAL", text="Question")
    await web.chat_postMessage(channel="C0GENERAL", text="Answer", thread_ts=first["ts"])
    await web.chat_postEphemeral(channel="C0GENERAL", user="U0ADMIN", text="Only you")
    await web.chat_postMessage(channel="C0ALERTS", text="Elsewhere")
    _, shown = await ask("messages?channel=%23general")
    assert [message["text"] for message in shown] == ["Question", "Answer", "Only you"]
    assert {"ts", "thread_ts", "channel", "ephemeral_to", "text", "blocks", "edited"} <= set(shown[0])
    assert (shown[1]["thread_ts"], shown[2]["ephemeral_to"]) == (first["ts"], "U0ADMIN")
    _, later = await ask(f"messages?channel=C0GENERAL&after={first['ts']}&user=agent")
    assert [message["text"] for message in later] == ["Answer"]
    _, everything = await ask("messages")
    assert len(everything) == 4
    assert (await ask("messages?channel=%23nowhere"))[0] == 400


async def test_a_press_goes_by_ts_and_action_id(ask: Ask, web: AsyncWebClient, bot: RecordingBot) -> None:
    blocks = [{"type": "actions", "elements": [button(value="v"), select(3)]}]
    posted = await web.chat_postMessage(channel="C0GENERAL", text="Which?", blocks=blocks)
    _, answer = await ask("click", {"ts": posted["ts"], "action_id": "a", "value": "v", "user": "admin"})
    assert answer["status"] == 200
    assert (bot.last["user"]["id"], bot.last["actions"][0]["value"]) == ("U0ADMIN", "v")
    await ask("click", {"ts": posted["ts"], "action_id": "s", "selected_option": option(2)})
    assert bot.last["actions"][0]["selected_option"]["value"] == "2"


async def test_a_modal_is_seen_filled_in_and_closed(ask: Ask, web: AsyncWebClient, bot: RecordingBot) -> None:
    await ask("command", {"text": "/psa"})
    find = {"type": "external_select", "action_id": "find", "min_query_length": 0}
    inputs: list[Json] = [
        {"type": "input", "block_id": "who", "label": plain("Who"), "element": ENTRY},
        {"type": "input", "block_id": "which", "optional": True, "label": plain("Which"), "element": find},
    ]
    await web.views_open(trigger_id=bot.last["trigger_id"], view=modal(*inputs, submit=plain("Go")))
    _, shown = await ask("views?user=agent")
    [view] = shown["modals"]
    assert shown["home"] is None
    bot.next(body={"options": [option()]})
    _, offered = await ask("suggest", {"view_id": view["id"], "action_id": "find", "value": "ac"})
    assert offered["options"] == [option()]
    assert (await ask("submit", {"view_id": view["id"]}))[0] == 422
    bot.next(body={"response_action": "errors", "errors": {"who": "Nobody"}})
    _, answer = await ask("submit", {"view_id": view["id"], "values": {"who": {"t": "Acme"}, "which": {"find": "1"}}})
    assert (answer["response_action"], answer["errors"]) == ("errors", {"who": "Nobody"})
    _, closed = await ask("close", {"view_id": view["id"]})
    assert closed == {"status": 200, "ack_ms": 0, "delivered": False}
    assert (await ask("views"))[1]["modals"] == []
    assert (await ask("views?user=nobody"))[0] == 400


async def test_mentions_messages_and_the_home_tab(ask: Ask, bot: RecordingBot) -> None:
    _, plain_message = await ask("message", {"text": "Hello all"})
    assert not plain_message["delivered"]
    await ask("mention", {"text": "missing Acme", "thread_ts": plain_message["ts"]})
    assert bot.last["event"]["thread_ts"] == plain_message["ts"]
    await ask("message", {"text": "Hello @psa-bot"})
    assert bot.last["event"]["type"] == "app_mention"
    await ask("home", {"user": "admin"})
    assert bot.last["event"]["type"] == "app_home_opened"


async def test_the_last_delivery_can_come_again(ask: Ask, bot: RecordingBot) -> None:
    await ask("mention", {"text": "hello"})
    _, again = await ask("redeliver", {"times": 2, "at_once": True})
    assert len(again) == 2
    assert [one.headers.get("X-Slack-Retry-Num") for one in bot.received[1:]] == ["1", "2"]
    _, shown = await ask("deliveries")
    assert [one["retry_num"] for one in shown] == [0, 1, 2]


async def test_faults_tokens_scopes_rates_and_channels_are_switched(ask: Ask, slack: Slack) -> None:
    _, standing = await ask("fault", {"method": "chat.postMessage", "kind": "slow", "times": 2, "seconds": 1})
    assert standing == [{"method": "chat.postMessage", "kind": "slow", "times": 2}]
    assert (await ask("fault", {"method": "*", "kind": "none"}))[1] == []
    await ask("token", {"error": "token_revoked", "scopes": ["commands"]})
    assert (slack.workspace.token_error, slack.workspace.scopes) == ("token_revoked", frozenset({"commands"}))
    await ask("rates", {"on": False})
    assert not slack.api.rates.on
    _, channel = await ask("channel", {"channel": "#billing", "member": False, "archived": True})
    assert channel["archived"]
    assert "U0PSABOT" not in channel["members"]
    assert (await ask("channel", {"channel": "#billing", "member": True}))[1]["archived"]
    assert (await ask("disconnect", {}))[1] == {"told": 0}


async def test_calls_are_listed_with_their_status(ask: Ask, web: AsyncWebClient) -> None:
    await web.auth_test()
    await web.chat_postMessage(channel="C0GENERAL", text="Hello")
    _, calls = await ask("calls")
    assert [(call["method"], call["status"], call["ok"]) for call in calls] == [
        ("auth.test", 200, True),
        ("chat.postMessage", 200, True),
    ]
    assert len((await ask("calls?method=auth.test"))[1]) == 1


async def test_the_workspace_describes_itself(ask: Ask) -> None:
    _, shown = await ask("workspace")
    assert [channel["name"] for channel in shown["channels"]] == ["general", "psa-alerts", "billing"]
    assert [user["key"] for user in shown["users"]] == ["agent", "admin", "finance"]
    assert shown["commands"][0]["name"] == "/psa"


async def test_the_stream_tells_what_changes(slack: Slack, web: AsyncWebClient) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{slack.url}/_control/stream") as response,
        asyncio.timeout(5),
    ):
        assert response.content_type == "text/event-stream"
        assert await response.content.readuntil(b"\n\n") == b": hello\n\n"
        posted = await web.chat_postMessage(channel="C0GENERAL", text="One")
        await web.chat_update(channel="C0GENERAL", ts=posted["ts"], text="Two")
        await web.chat_delete(channel="C0GENERAL", ts=posted["ts"])
        await web.views_publish(user_id="U0AGENT", view={"type": "home", "blocks": [{"type": "divider"}]})
        events = [await response.content.readuntil(b"\n\n") for _ in range(4)]
    names = [event.decode().splitlines()[0].removeprefix("event: ") for event in events]
    bodies = [json.loads(event.decode().splitlines()[1].removeprefix("data: ")) for event in events]
    assert names == ["message", "edit", "delete", "view"]
    assert (bodies[0]["text"], bodies[1]["text"]) == ("One", "Two")
    assert (bodies[3]["action"], bodies[3]["type"], bodies[3]["user"]) == ("publish", "home", "U0AGENT")


async def test_a_quiet_stream_shows_that_it_lives(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.slack.control.HEARTBEAT_SECONDS", 0.01)
    async with aiohttp.ClientSession() as session, session.get(f"{slack.url}/_control/stream") as response:
        await response.content.readuntil(b"\n\n")
        assert await response.content.readuntil(b"\n\n") == b": still here\n\n"


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:3200"}, {"Origin": "https://evil.example"}, {"Host": "[::"}],
)
async def test_other_hosts_and_pages_are_turned_away(slack: Slack, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{slack.url}/_control/messages", headers=headers) as response,
    ):
        assert response.status in {400, 403}


@pytest.mark.parametrize(
    "headers", [{"Host": "localhost"}, {"Host": "[::1]:3200"}, {"Origin": "http://localhost:3200"}]
)
async def test_loopback_is_welcome_under_each_of_its_names(slack: Slack, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{slack.url}/_control/messages", headers=headers) as response,
    ):
        assert response.status == 200
