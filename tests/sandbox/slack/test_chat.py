"""Posting, editing, deleting and scheduling messages (Slack §2.1, §2.4)."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import SandboxClock
from sandbox.slack.identity import BOT_USER_ID, Channel
from sandbox.slack.local import Slack
from sandbox.slack.messages import Draft
from tests.sandbox.slack.refused import refused

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}


async def test_a_message_is_posted_with_the_ids_that_slack_adds(web: AsyncWebClient, slack: Slack) -> None:
    buttons = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]}
    answer = await web.chat_postMessage(channel="#general", text="Hello", blocks=[SECTION, buttons])
    [message] = slack.messages("general")
    assert (answer["ts"], answer["channel"]) == (message.ts, "C0GENERAL")
    assert [block["block_id"] for block in message.blocks] == ["block0", "block1"]
    assert message.blocks[1]["elements"][0]["action_id"] == "action1.0"
    assert answer["message"]["bot_id"] == "B0PSABOT"


@pytest.mark.parametrize("nothing", [{}, {"text": "  "}, {"blocks": []}])
async def test_a_message_needs_text_or_blocks(web: AsyncWebClient, nothing: dict[str, Any]) -> None:
    assert (await refused(web.api_call("chat.postMessage", json={"channel": "C0GENERAL", **nothing})))["error"] == (
        "no_text"
    )


async def test_bad_blocks_are_refused_with_pointers(web: AsyncWebClient, slack: Slack) -> None:
    bad = [SECTION, {"type": "section", "text": {"type": "mrkdwn", "text": ""}}]
    answer = await refused(web.chat_postMessage(channel="C0GENERAL", text="Hello", blocks=bad))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]"
    ]
    assert slack.messages() == []


async def test_blocks_have_a_common_budget(web: AsyncWebClient) -> None:
    long = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}] * 5
    assert (await refused(web.chat_postMessage(channel="C0GENERAL", text="Hello", blocks=long)))["error"] == (
        "msg_blocks_too_long"
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "a", "markdown_text": "b"}, "markdown_text_conflict"),
        ({"markdown_text": "b" * 12_001}, "msg_too_long"),
        ({"text": "a", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "a", "metadata": []}, "invalid_metadata_format"),
        ({"text": "a", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "a", "channel": "C0NOWHERE"}, "channel_not_found"),
    ],
)
async def test_what_slack_does_not_take_is_refused(web: AsyncWebClient, arguments: dict[str, Any], error: str) -> None:
    call = web.api_call("chat.postMessage", json={"channel": "C0GENERAL", **arguments})
    assert (await refused(call))["error"] == error


async def test_markdown_text_is_a_text(web: AsyncWebClient, slack: Slack) -> None:
    await web.chat_postMessage(channel="C0GENERAL", markdown_text="**Hello**")
    assert slack.messages()[0].text == "**Hello**"


async def test_a_text_beyond_forty_thousand_characters_is_cut(web: AsyncWebClient, slack: Slack) -> None:
    await web.chat_postMessage(channel="C0GENERAL", text="x" * 40_001)
    assert len(slack.messages()[0].text) == 40_000


async def test_a_reply_to_a_reply_stands_in_the_first_thread(web: AsyncWebClient, slack: Slack) -> None:
    first = await web.chat_postMessage(channel="C0GENERAL", text="Question")
    reply = await web.chat_postMessage(channel="C0GENERAL", text="Answer", thread_ts=first["ts"])
    await web.chat_postMessage(channel="C0GENERAL", text="Thanks", thread_ts=reply["ts"], reply_broadcast=True)
    assert [message.thread_ts for message in slack.messages()] == [None, first["ts"], first["ts"]]
    assert slack.messages()[2].broadcast


async def test_an_app_that_is_no_member_cannot_post(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.remove("C0BILLING")
    assert (await refused(web.chat_postMessage(channel="C0BILLING", text="Hello")))["error"] == "not_in_channel"
    slack.workspace.scopes |= {"chat:write.public"}
    assert (await web.chat_postMessage(channel="C0BILLING", text="Hello"))["ok"]


async def test_an_archived_channel_takes_no_messages(web: AsyncWebClient, slack: Slack) -> None:
    posted = await web.chat_postMessage(channel="C0BILLING", text="Hello")
    slack.workspace.archive("C0BILLING")
    assert (await refused(web.chat_postMessage(channel="C0BILLING", text="Hello")))["error"] == "is_archived"
    update = web.chat_update(channel="C0BILLING", ts=posted["ts"], text="Changed")
    assert (await refused(update))["error"] == "is_archived"


async def test_a_private_channel_is_unknown_to_strangers(web: AsyncWebClient, slack: Slack) -> None:
    slack.workspace.channels["C0SECRET"] = Channel(id="C0SECRET", name="secret", private=True)
    assert (await refused(web.chat_postMessage(channel="C0SECRET", text="Hello")))["error"] == "channel_not_found"


async def test_a_users_id_stands_for_direct_messages(web: AsyncWebClient, slack: Slack) -> None:
    answer = await web.chat_postMessage(channel="U0AGENT", text="Only for you")
    assert answer["channel"] == "D0AGENT"
    assert [message.text for message in slack.messages("D0AGENT")] == ["Only for you"]


async def test_an_update_replaces_text_and_blocks_and_keeps_the_metadata(web: AsyncWebClient, slack: Slack) -> None:
    metadata = {"event_type": "answer", "event_payload": {"id": "1"}}
    posted = await web.chat_postMessage(channel="C0GENERAL", text="Old", blocks=[SECTION], metadata=metadata)
    await web.chat_update(channel="C0GENERAL", ts=posted["ts"], text="New")
    [message] = slack.messages()
    assert (message.text, message.blocks, message.metadata) == ("New", (), metadata)
    assert message.edited is not None


async def test_an_update_of_attachments_keeps_the_blocks(web: AsyncWebClient, slack: Slack) -> None:
    posted = await web.chat_postMessage(channel="C0GENERAL", text="Old", blocks=[SECTION])
    changed = {"channel": "C0GENERAL", "ts": posted["ts"], "attachments": [{"text": "More"}]}
    await web.api_call("chat.update", json=changed)
    assert slack.messages()[0].blocks[0]["type"] == "section"
    assert slack.messages()[0].as_json()["attachments"] == [{"text": "More"}]


async def test_an_update_takes_no_channel_name_and_no_long_text(web: AsyncWebClient) -> None:
    posted = await web.chat_postMessage(channel="C0GENERAL", text="Old")
    by_name = web.chat_update(channel="#general", ts=posted["ts"], text="New")
    assert (await refused(by_name))["error"] == "channel_not_found"
    long = web.chat_update(channel="C0GENERAL", ts=posted["ts"], text="x" * 4001)
    assert (await refused(long))["error"] == "msg_too_long"


async def test_only_own_messages_can_be_changed(web: AsyncWebClient, slack: Slack) -> None:
    message, _ = await slack.people.say("Mine")
    update = web.chat_update(channel="C0GENERAL", ts=message.ts, text="Yours")
    assert (await refused(update))["error"] == "cant_update_message"
    assert (await refused(web.chat_delete(channel="C0GENERAL", ts=message.ts)))["error"] == "cant_delete_message"


async def test_a_deleted_message_is_gone(web: AsyncWebClient, slack: Slack) -> None:
    posted = await web.chat_postMessage(channel="C0GENERAL", text="Old")
    await web.chat_delete(channel="C0GENERAL", ts=posted["ts"])
    assert slack.messages() == []
    gone = web.chat_update(channel="C0GENERAL", ts=posted["ts"], text="New")
    assert (await refused(gone))["error"] == "message_not_found"


async def test_an_ephemeral_message_is_seen_by_one_person_and_cannot_be_updated(
    web: AsyncWebClient, slack: Slack
) -> None:
    answer = await web.chat_postEphemeral(channel="C0GENERAL", user="U0AGENT", text="Only you")
    assert [message.text for message in slack.messages(user="agent")] == ["Only you"]
    assert slack.messages(user="admin") == []
    update = web.chat_update(channel="C0GENERAL", ts=answer["message_ts"], text="New")
    assert (await refused(update))["error"] == "message_not_found"


@pytest.mark.parametrize(("user", "error"), [("U0NOBODY", "user_not_found"), ("U0FINANCE", "user_not_in_channel")])
async def test_an_ephemeral_message_needs_a_reader_who_is_there(
    web: AsyncWebClient, slack: Slack, user: str, error: str
) -> None:
    slack.workspace.remove("C0ALERTS", "U0FINANCE")
    call = web.chat_postEphemeral(channel="C0ALERTS", user=user, text="Only you")
    assert (await refused(call))["error"] == error


async def test_a_permalink_leads_to_the_message_and_its_thread(web: AsyncWebClient, slack: Slack) -> None:
    first = await web.chat_postMessage(channel="C0GENERAL", text="Question")
    reply = await web.chat_postMessage(channel="C0GENERAL", text="Answer", thread_ts=first["ts"])
    link = (await web.chat_getPermalink(channel="C0GENERAL", message_ts=reply["ts"]))["permalink"]
    assert link.startswith(f"{slack.url}/archives/C0GENERAL/p{reply['ts'].replace('.', '')}")
    assert f"thread_ts={first['ts']}" in link
    missing = web.chat_getPermalink(channel="C0GENERAL", message_ts="1.000001")
    assert (await refused(missing))["error"] == "message_not_found"


async def test_a_scheduled_message_appears_when_its_time_has_come(
    web: AsyncWebClient, slack: Slack, clock: SandboxClock
) -> None:
    at = int(clock.now().timestamp()) + 3600
    await web.chat_scheduleMessage(channel="C0GENERAL", text="Later", post_at=at)
    assert slack.messages() == []
    clock.advance(3601)
    assert [message.text for message in slack.messages()] == ["Later"]


@pytest.mark.parametrize(("ahead", "error"), [(-1, "time_in_past"), (121 * 86_400, "time_too_far")])
async def test_a_message_is_scheduled_for_the_next_months_only(
    web: AsyncWebClient, clock: SandboxClock, ahead: int, error: str
) -> None:
    at = int(clock.now().timestamp()) + ahead
    call = web.chat_scheduleMessage(channel="C0GENERAL", text="Later", post_at=at)
    assert (await refused(call))["error"] == error


async def test_an_argument_that_is_no_number_is_refused(web: AsyncWebClient) -> None:
    call = web.chat_scheduleMessage(channel="C0GENERAL", text="Later", post_at="soon")
    assert (await refused(call))["error"] == "invalid_arguments"


def test_the_ts_grows_also_when_the_clock_is_moved_back(slack: Slack, clock: SandboxClock) -> None:
    draft = Draft(channel="C0GENERAL", user=BOT_USER_ID, text="Hello")
    first = slack.workspace.messages.post(draft, clock.now())
    clock.advance(-86_400)
    second = slack.workspace.messages.post(draft, clock.now())
    assert second.ts > first.ts
    assert slack.messages(after=first.ts) == [second]
