"""What tests of the bot wait for."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.local import Slack


async def test_a_test_can_wait_for_a_message(slack: Slack, web: AsyncWebClient) -> None:
    waiting = asyncio.create_task(slack.wait_for(lambda message: "Two" in message.text, channel="#general"))
    posted = await web.chat_postMessage(channel="C0GENERAL", text="One")
    await web.chat_update(channel="C0GENERAL", ts=posted["ts"], text="Two")
    assert (await waiting).ts == posted["ts"]


async def test_waiting_in_vain_says_what_stood_there(slack: Slack, web: AsyncWebClient) -> None:
    await web.chat_postMessage(channel="C0GENERAL", text="Something else")
    with pytest.raises(TimeoutError, match="Something else"):
        await slack.wait_for(lambda message: message.text == "Never", 0.01)


async def test_a_test_can_wait_for_anything_else(slack: Slack, web: AsyncWebClient) -> None:
    waiting = asyncio.create_task(slack.wait_until(lambda: slack.home_view() is not None))
    await web.views_publish(user_id="U0AGENT", view={"type": "home", "blocks": [{"type": "divider"}]})
    await waiting
