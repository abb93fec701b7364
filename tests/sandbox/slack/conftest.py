"""A local workspace, a bot that records, and a client of the Web API."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import SandboxClock
from sandbox.slack.identity import BOT_TOKEN
from sandbox.slack.local import Slack, local_slack
from tests.sandbox.slack.recording import RecordingBot, recording_bot


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock()


@pytest.fixture
def pauses() -> list[float]:
    """How long the workspace would have slept."""
    return []


@pytest.fixture
async def bot() -> AsyncIterator[RecordingBot]:
    async with recording_bot() as bot:
        yield bot


@pytest.fixture
async def slack(bot: RecordingBot, clock: SandboxClock, pauses: list[float]) -> AsyncIterator[Slack]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    # A busy machine may take longer than Slack would; the deadline has tests of its own.
    async with local_slack(bot_url=bot.url, clock=clock, sleep=pause, deadline=60) as slack:
        yield slack


@pytest.fixture
def web(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
