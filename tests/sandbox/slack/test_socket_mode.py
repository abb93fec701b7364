"""Socket Mode with the client that the bot uses (Slack §2.3)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.identity import APP_TOKEN
from sandbox.slack.local import Slack, local_slack
from sandbox.slack.socket import MOST_CONNECTIONS
from tests.sandbox.slack.recording import RecordingBot

Json = dict[str, Any]


class SocketBot:
    """Acknowledges envelopes with ``answer``, or not at all when it is None."""

    def __init__(self) -> None:
        self.requests: list[SocketModeRequest] = []
        self.answer: Json | None = {}

    async def listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if self.answer is not None:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer or None))


async def connected(slack: Slack, bot: SocketBot) -> SocketModeClient:
    web = AsyncWebClient(token=APP_TOKEN, base_url=slack.api_url)
    client = SocketModeClient(app_token=APP_TOKEN, web_client=web, auto_reconnect_enabled=False)
    client.socket_mode_request_listeners.append(bot.listen)
    hello = heard(client, '"type": "hello"')
    await client.connect()  # type: ignore[no-untyped-call] # slack_sdk's
    async with asyncio.timeout(5):
        await hello.wait()
    return client


def heard(client: SocketModeClient, words: str) -> asyncio.Event:
    """Set when a message with these words has come."""
    event = asyncio.Event()

    async def note(message: aiohttp.WSMessage) -> None:
        if words in message.data:
            event.set()

    client.on_message_listeners.append(note)
    return event


@pytest.fixture
def app() -> SocketBot:
    return SocketBot()


@pytest.fixture
async def client(slack: Slack, app: SocketBot) -> AsyncIterator[SocketModeClient]:
    client = await connected(slack, app)
    yield client
    await client.close()  # type: ignore[no-untyped-call] # slack_sdk's


@pytest.mark.usefixtures("client")
async def test_a_connected_socket_gets_what_http_would_get(slack: Slack, app: SocketBot, bot: RecordingBot) -> None:
    app.answer = {"text": "Here"}
    delivery = await slack.slash("agent", "#general", "/psa missing Acme")
    assert delivery.ok
    assert bot.received == []
    [request] = app.requests
    assert (request.type, request.payload["text"], request.accepts_response_payload) == (
        "slash_commands",
        "missing Acme",
        True,
    )
    assert slack.messages()[0].text == "Here"


@pytest.mark.usefixtures("client")
async def test_events_and_presses_have_their_envelopes(slack: Slack, app: SocketBot, web: AsyncWebClient) -> None:
    await slack.mention("agent", "#general", "hello")
    actions = {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
    }
    posted = await web.chat_postMessage(channel="C0GENERAL", text="Go?", blocks=[actions])
    await slack.click(posted["ts"], "go")
    assert [(one.type, one.accepts_response_payload) for one in app.requests] == [
        ("events_api", False),
        ("interactive", True),
    ]


@pytest.mark.usefixtures("client")
async def test_a_redelivered_event_says_so(slack: Slack, app: SocketBot) -> None:
    first = await slack.mention("agent", "#general", "hello")
    await slack.redeliver(first)
    assert [(one.retry_attempt, one.retry_reason) for one in app.requests] == [(None, None), (1, "http_timeout")]


async def test_an_envelope_that_nobody_acknowledges_times_out(app: SocketBot) -> None:
    app.answer = None
    async with local_slack(deadline=0.05) as slack:
        client = await connected(slack, app)
        assert (await slack.slash("agent", "#general", "/psa")).error == "operation_timeout"
        await client.close()  # type: ignore[no-untyped-call] # slack_sdk's


@pytest.mark.parametrize(("reason", "left"), [("warning", True), ("refresh_requested", False)])
async def test_slack_warns_before_it_disconnects(
    slack: Slack, client: SocketModeClient, reason: str, left: bool
) -> None:
    goodbye = heard(client, f'"reason": "{reason}"')
    assert await slack.sockets.disconnect(reason) == 1
    assert slack.sockets.connected is left
    async with asyncio.timeout(5):
        await goodbye.wait()


async def test_a_ticket_opens_one_connection(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session:
        ticket = slack.workspace.socket_ticket()
        url = f"{slack.url}/_socket?ticket={ticket}"
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)


async def test_more_than_ten_connections_are_turned_away(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session:

        async def connect() -> Json:
            socket = await session.ws_connect(f"{slack.url}/_socket?ticket={slack.workspace.socket_ticket()}")
            sockets.append(socket)
            return dict(await socket.receive_json())

        sockets: list[aiohttp.ClientWebSocketResponse] = []
        for _ in range(MOST_CONNECTIONS):
            assert (await connect())["type"] == "hello"
        assert (await connect())["reason"] == "too_many_websockets"
        for socket in sockets:
            await socket.close()


async def test_what_is_no_acknowledgement_is_ignored(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{slack.url}/_socket?ticket={slack.workspace.socket_ticket()}"
        async with session.ws_connect(url) as socket:
            await socket.receive_json()
            command = asyncio.create_task(slack.slash("agent", "#general", "/psa"))
            envelope = await socket.receive_json()
            for noise in ("{", "[]", '{"envelope_id": "other"}'):
                await socket.send_str(noise)
            await socket.send_bytes(b"noise")
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
            assert (await command).ok
