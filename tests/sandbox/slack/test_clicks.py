"""Buttons, menus and inputs in messages: the payloads, their state, and what a response URL changes (Slack §2.1)."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.local import Slack
from sandbox.slack.refusal import Refused
from tests.sandbox.slack.recording import RecordingBot
from tests.sandbox.slack.test_deliveries import posted

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def option(value: str) -> Json:
    return {"text": text(value.title()), "value": value}


def button(action_id: str, value: str) -> Json:
    return {"type": "button", "action_id": action_id, "value": value, "text": text("Press")}


BLOCKS: list[Json] = [
    {"type": "section", "text": text("Which?"), "accessory": button("one", "a")},
    {
        "type": "actions",
        "block_id": "choices",
        "elements": [
            button("many", "x"),
            {"type": "static_select", "action_id": "kind", "options": [option("full"), option("quick")]},
            {
                "type": "static_select",
                "action_id": "grouped",
                "option_groups": [{"label": text("All"), "options": [option("deep")]}],
                "initial_option": option("deep"),
            },
            {"type": "overflow", "action_id": "more", "options": [option("mute"), option("retry")]},
            {"type": "checkboxes", "action_id": "boxes", "options": [option("a"), option("b")]},
            {"type": "datepicker", "action_id": "day"},
            {"type": "users_select", "action_id": "who"},
            {"type": "multi_users_select", "action_id": "all"},
            {"type": "external_select", "action_id": "find", "min_query_length": 0},
        ],
    },
    {"type": "actions", "block_id": "second", "elements": [button("many", "y")]},
]


@pytest.fixture
async def ts(web: AsyncWebClient) -> str:
    return str((await web.chat_postMessage(channel="C0GENERAL", text="Which?", blocks=BLOCKS))["ts"])


async def test_a_press_says_who_where_and_what(slack: Slack, bot: RecordingBot, ts: str) -> None:
    assert (await slack.click(ts, "one", user="finance")).ok
    payload = bot.last
    assert (payload["type"], payload["user"]["id"], payload["channel"]["id"]) == (
        "block_actions",
        "U0FINANCE",
        "C0GENERAL",
    )
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0GENERAL",
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == ts
    assert payload["trigger_id"]
    [action] = payload["actions"]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == (
        "button",
        "one",
        "block0",
        "a",
    )
    assert action["action_ts"] > ts


async def test_the_value_or_the_block_tells_equal_action_ids_apart(slack: Slack, bot: RecordingBot, ts: str) -> None:
    await slack.click(ts, "many", "y")
    assert bot.last["actions"][0]["block_id"] == "second"
    await slack.click(ts, "many", block_id="choices")
    assert bot.last["actions"][0]["value"] == "x"
    await slack.click(ts, "many", "no such value")
    assert bot.last["actions"][0]["value"] == "x"


@pytest.mark.parametrize(
    ("action_id", "value", "field", "chosen"),
    [
        ("kind", "quick", "selected_option", option("quick")),
        ("grouped", "deep", "selected_option", option("deep")),
        ("more", "retry", "selected_option", option("retry")),
        ("more", None, "selected_option", option("mute")),
        ("boxes", ["a", "b"], "selected_options", [option("a"), option("b")]),
        ("boxes", "b", "selected_options", [option("b")]),
        ("day", "2026-11-21", "selected_date", "2026-11-21"),
        ("who", "U0ADMIN", "selected_user", "U0ADMIN"),
        ("all", ["U0ADMIN"], "selected_users", ["U0ADMIN"]),
        ("all", None, "selected_users", []),
        ("kind", {"selected_option": option("full")}, "selected_option", option("full")),
        ("find", option("4711"), "selected_option", option("4711")),
    ],
)
async def test_a_choice_is_sent_in_the_field_of_its_element(
    slack: Slack, bot: RecordingBot, ts: str, action_id: str, value: Any, field: str, chosen: Any
) -> None:
    await slack.click(ts, action_id, value)
    assert bot.last["actions"][0][field] == chosen


async def test_the_state_holds_every_input_around(slack: Slack, bot: RecordingBot, ts: str) -> None:
    await slack.click(ts, "kind", "quick")
    await slack.click(ts, "one")
    state = bot.last["state"]["values"]["choices"]
    assert state["kind"]["selected_option"]["value"] == "quick"
    assert state["grouped"]["selected_option"]["value"] == "deep"
    assert state["boxes"]["selected_options"] == []
    assert state["day"]["selected_date"] is None
    assert "many" not in state


@pytest.mark.parametrize(
    ("action_id", "value", "error"),
    [("nothing", None, "element_not_found"), ("kind", "sideways", "option_not_found")],
)
async def test_what_is_not_there_cannot_be_used(
    slack: Slack, ts: str, action_id: str, value: str | None, error: str
) -> None:
    with pytest.raises(Refused, match=error):
        await slack.click(ts, action_id, value)


async def test_an_ephemeral_message_is_pressed_by_its_reader_only_and_not_sent_back(
    slack: Slack, bot: RecordingBot, web: AsyncWebClient
) -> None:
    answer = await web.chat_postEphemeral(channel="C0GENERAL", user="U0AGENT", text="You", blocks=BLOCKS)
    ts = answer["message_ts"]
    with pytest.raises(Refused, match="message_not_found"):
        await slack.click(ts, "one", user="admin")
    await slack.click(ts, "one", user="agent")
    assert bot.last["container"]["is_ephemeral"]
    assert "message" not in bot.last


async def test_a_press_in_a_thread_knows_its_thread(slack: Slack, bot: RecordingBot, web: AsyncWebClient) -> None:
    first = await web.chat_postMessage(channel="C0GENERAL", text="Question")
    reply = await web.chat_postMessage(channel="C0GENERAL", text="Which?", blocks=BLOCKS, thread_ts=first["ts"])
    await slack.click(reply["ts"], "one")
    assert bot.last["container"]["thread_ts"] == bot.last["message"]["thread_ts"] == first["ts"]


async def test_a_response_url_of_a_press_replaces_and_deletes_the_message(
    slack: Slack, bot: RecordingBot, web: AsyncWebClient
) -> None:
    answer = await web.chat_postEphemeral(channel="C0GENERAL", user="U0AGENT", text="You", blocks=BLOCKS)
    await slack.click(answer["message_ts"], "one")
    url = bot.last["response_url"]
    await posted(url, {"text": "Replaced", "replace_original": True})
    assert [(one.ts, one.text, one.ephemeral_to) for one in slack.messages()] == [
        (answer["message_ts"], "Replaced", "U0AGENT")
    ]
    await posted(url, {"text": "Beside it"})
    assert [message.text for message in slack.messages()] == ["Replaced", "Beside it"]
    await posted(url, {"delete_original": "true"})
    assert [message.text for message in slack.messages()] == ["Beside it"]


async def test_a_failed_press_is_shown_to_who_pressed(slack: Slack, bot: RecordingBot, ts: str) -> None:
    bot.next(status=500)
    await slack.click(ts, "one", user="admin")
    assert slack.messages(user="admin")[-1].text == 'The button failed with the error "dispatch_failed"'
    assert len(slack.messages(user="agent")) == 1


async def test_suggestions_can_be_chosen(slack: Slack, bot: RecordingBot, ts: str) -> None:
    bot.next(body={"options": [option("4711")]})
    delivery = await slack.suggest(ts, "find", "ac")
    assert delivery.body == {"options": [option("4711")]}
    assert (bot.last["type"], bot.last["value"], bot.last["action_id"]) == ("block_suggestion", "ac", "find")
    assert "trigger_id" not in bot.last
    await slack.click(ts, "find", "4711")
    assert bot.last["actions"][0]["selected_option"] == option("4711")


async def test_suggestions_may_be_grouped(slack: Slack, bot: RecordingBot, ts: str) -> None:
    bot.next(body={"option_groups": [{"label": text("ConnectWise"), "options": [option("4711")]}]})
    await slack.suggest(ts, "find", "ac")
    await slack.click(ts, "find", "4711")
    assert bot.last["actions"][0]["selected_option"]["value"] == "4711"


@pytest.mark.parametrize(
    "body",
    [
        {"options": [option(str(number)) for number in range(101)]},
        {"options": [{"text": text("x" * 76), "value": "v"}]},
        {"option_groups": [{"label": text("Empty"), "options": []}]},
    ],
)
async def test_suggestions_beyond_slacks_limits_are_refused(
    slack: Slack, bot: RecordingBot, ts: str, body: Json
) -> None:
    bot.next(body=body)
    with pytest.raises(Refused, match="invalid_options"):
        await slack.suggest(ts, "find", "ac")
