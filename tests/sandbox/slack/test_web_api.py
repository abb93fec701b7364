"""The Web API's front door: tokens, bodies, scopes, rates and faults (Slack §1.4, §2.2)."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import SandboxClock
from sandbox.slack.faults import Fault
from sandbox.slack.identity import APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, OAUTH_CODE
from sandbox.slack.local import Slack
from tests.sandbox.slack.refused import refused


async def test_auth_test_says_who_the_bot_is(web: AsyncWebClient, slack: Slack) -> None:
    answer = await web.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0LOCAL", "U0PSABOT", "B0PSABOT")
    assert answer["url"] == f"{slack.url}/"


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-stolen", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(slack: Slack, token: str, error: str) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with session.post(f"{slack.api_url}auth.test", headers=headers) as response:
            assert (response.status, (await response.json())["error"]) == (200, error)


async def test_a_bot_token_opens_no_socket(web: AsyncWebClient) -> None:
    assert (await refused(web.apps_connections_open(app_token=BOT_TOKEN)))["error"] == "not_allowed_token_type"


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
async def test_a_token_can_be_switched_off(web: AsyncWebClient, slack: Slack, error: str) -> None:
    slack.workspace.token_error = error
    assert (await refused(web.auth_test()))["error"] == error
    slack.workspace.token_error = ""
    assert (await web.auth_test())["ok"]


async def test_an_unknown_method_is_named_in_the_refusal(web: AsyncWebClient) -> None:
    answer = await refused(web.api_call("chat.postTelegram"))
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.postTelegram")


async def test_json_form_and_query_bodies_mean_the_same(slack: Slack) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    message = {"channel": "C0GENERAL", "text": "Hello"}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{slack.api_url}chat.postMessage"
        await (await session.post(url, json=message)).read()
        await (await session.post(url, data=message)).read()
        await (await session.post(url, data=aiohttp.FormData(message, default_to_multipart=True))).read()
        await (await session.get(url, params={**message, "token": BOT_TOKEN})).read()
    assert [message.text for message in slack.messages()] == ["Hello"] * 4


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[1]", "application/json", "json_not_object"),
        ("hello", "text/csv", "invalid_post_type"),
        ("channel=C0GENERAL&blocks=[", "application/x-www-form-urlencoded", "invalid_blocks_format"),
        ("channel=C0GENERAL&blocks={}", "application/x-www-form-urlencoded", "no_text"),
        ('{"channel": "C0GENERAL", "blocks": {"type": "divider"}}', "application/json", "invalid_blocks_format"),
    ],
)
async def test_a_body_that_slack_cannot_read_is_refused(slack: Slack, body: str, content_type: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": content_type}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}chat.postMessage", data=body) as response,
    ):
        assert (await response.json())["error"] == error


async def test_a_call_without_a_body_has_no_arguments(slack: Slack) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api_url}api.test") as response:
        assert await response.json() == {"ok": True, "args": {}}


async def test_api_test_answers_with_the_error_that_was_asked_for(web: AsyncWebClient) -> None:
    assert (await refused(web.api_test(error="my_error")))["error"] == "my_error"


async def test_a_missing_argument_is_named(web: AsyncWebClient) -> None:
    answer = await refused(web.api_call("chat.postMessage", json={"text": "Hello"}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_a_missing_scope_says_which_one_is_needed(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.scopes = frozenset({"commands"})
    answer = await refused(web.chat_postMessage(channel="C0GENERAL", text="Hello"))
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_more_than_a_message_a_second_in_a_channel_is_refused_after_a_burst(
    web: AsyncWebClient, slack: Slack, clock: SandboxClock
) -> None:
    for number in range(slack.api.rates.burst):
        await web.chat_postMessage(channel="C0GENERAL", text=f"{number}")
    answer = await refused(web.chat_postMessage(channel="#general", text="too many"))
    assert (answer["error"], answer["status"], answer["wait"]) == ("ratelimited", 429, "1")
    await web.chat_postMessage(channel="C0ALERTS", text="another channel")
    clock.advance(1.1)
    await web.chat_postMessage(channel="C0GENERAL", text="a second later")


async def test_a_method_has_its_tier(web: AsyncWebClient, slack: Slack, clock: SandboxClock) -> None:
    for _ in range(20):
        await web.conversations_list()
    answer = await refused(web.conversations_list())
    assert (answer["error"], answer["wait"]) == ("ratelimited", "3")
    await web.users_info(user="U0AGENT")
    clock.advance(-3600)
    assert (await refused(web.conversations_list()))["error"] == "ratelimited"


async def test_rate_limits_can_be_switched_off(web: AsyncWebClient, slack: Slack) -> None:
    slack.api.rates.on = False
    for number in range(10):
        await web.chat_postMessage(channel="C0GENERAL", text=f"{number}")
    assert len(slack.messages()) == 10


async def test_a_fault_is_used_up_and_then_all_is_well(web: AsyncWebClient, slack: Slack) -> None:
    slack.fault("chat.postMessage", "rate_limited", retry_after=30)
    answer = await refused(web.chat_postMessage(channel="C0GENERAL", text="Hello"))
    assert (answer["error"], answer["status"], answer["wait"]) == ("ratelimited", 429, "30")
    await web.auth_test()
    await web.chat_postMessage(channel="C0GENERAL", text="Hello")
    assert [call.status for call in slack.calls("chat.postMessage")] == [429, 200]


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"kind": "invalid_blocks"}, "invalid_blocks"), ({"kind": "error", "error": "fatal_error"}, "fatal_error")],
)
async def test_a_fault_may_be_a_refusal(web: AsyncWebClient, slack: Slack, fault: dict[str, str], error: str) -> None:
    slack.fault("*", **fault)
    assert (await refused(web.chat_postMessage(channel="C0GENERAL", text="Hello")))["error"] == error
    assert slack.messages() == []


async def test_a_server_error_is_an_html_page(slack: Slack) -> None:
    slack.fault("auth.test", "server_error")
    async with aiohttp.ClientSession() as session, session.post(f"{slack.api_url}auth.test") as response:
        assert (response.status, response.content_type) == (500, "text/html")


async def test_a_slow_answer_comes_after_the_pause(web: AsyncWebClient, slack: Slack, pauses: list[float]) -> None:
    slack.fault("auth.test", "slow", seconds=7)
    assert (await web.auth_test())["ok"]
    assert pauses == [7]


async def test_a_dropped_connection_leaves_the_message_posted(web: AsyncWebClient, slack: Slack) -> None:
    slack.fault("chat.postMessage", "drop")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel="C0GENERAL", text="Posted once")
    assert [message.text for message in slack.messages()] == ["Posted once"]
    assert slack.calls("chat.postMessage")[0].error == "dropped"


async def test_a_fault_of_one_method_leaves_the_others_alone(web: AsyncWebClient, slack: Slack) -> None:
    slack.fault("chat.postMessage", "server_error")
    assert (await web.auth_test())["ok"]
    assert len(slack.api.faults.standing) == 1


async def test_a_fault_without_an_end_stands_until_it_is_cleared(web: AsyncWebClient, slack: Slack) -> None:
    slack.api.faults.order(Fault(method="auth.test", kind="error", error="fatal_error", times=None))
    for _ in range(3):
        await refused(web.auth_test())
    slack.api.faults.clear("auth.test")
    assert (await web.auth_test())["ok"]


async def test_a_broken_basic_header_is_no_credential(slack: Slack) -> None:
    headers = {"Authorization": "Basic ***"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.api_url}oauth.v2.access") as response,
    ):
        assert (await response.json())["error"] == "invalid_arguments"


async def test_calls_are_recorded_without_their_secrets(slack: Slack) -> None:
    arguments = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": OAUTH_CODE, "token": BOT_TOKEN}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}oauth.v2.access", data=arguments) as response,
    ):
        assert (await response.json())["access_token"] == BOT_TOKEN
    assert slack.calls()[0].arguments == {"client_id": CLIENT_ID}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({}, "code_already_used"),
        ({"code": "guess"}, "invalid_code"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"client_id": "other"}, "invalid_client_id"),
    ],
)
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk still uses it
async def test_an_oauth_code_works_once_and_only_with_the_right_credentials(
    web: AsyncWebClient, change: dict[str, str], error: str
) -> None:
    right = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": OAUTH_CODE}
    await web.oauth_v2_access(**right)
    assert (await refused(web.oauth_v2_access(**{**right, **change})))["error"] == error


@pytest.mark.parametrize(
    ("given", "error", "pointer"),
    [
        ({"blocks": [{"type": "divider"}]}, "", ""),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks", "/0"),
        ({"message": {"blocks": [{"type": "alert"}]}}, "invalid_message", "/blocks/0/type"),
        ({"view": {"type": "modal", "blocks": [{"type": "divider"}]}}, "invalid_view", ""),
        ({}, "invalid_arguments", None),
    ],
)
async def test_blocks_can_be_validated_without_posting(
    web: AsyncWebClient, given: dict[str, object], error: str, pointer: str | None
) -> None:
    if not error:
        assert (await web.blocks_validate(**given))["ok"]  # type: ignore[arg-type] # parametrized
        return
    answer = await refused(web.blocks_validate(**given))  # type: ignore[arg-type] # parametrized
    assert answer["error"] == error
    if pointer is not None:
        assert answer["errors"][0]["pointer"] == pointer
