"""What ``psa-bot doctor`` asks of Slack: are the tokens valid, is the clock right, are the scopes granted?"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.config import Settings
from bot.slack.calls import web_client

MANIFEST: Final = Path(__file__).resolve().parents[2] / "manifest.json"
SKEW_SECONDS: Final = 60.0  # Slack refuses what is five minutes off; a minute is worth a word

Problem = tuple[str, str, str]  # what was checked, what is wrong ("" is nothing), what to do
Headers = Mapping[str, str]


async def slack_problems(settings: Settings, now: Callable[[], datetime] | None = None) -> list[Problem]:
    """``now`` is this machine's own time, whatever the bot takes it to be."""
    async with aiohttp.ClientSession() as session:
        found = [*await _bot_token(settings, session, now or _utc), _secret(settings)]
        return [*found, await _app_token(settings, session)] if settings.slack_app_token else found


async def _bot_token(settings: Settings, session: aiohttp.ClientSession, now: Callable[[], datetime]) -> list[Problem]:
    if not settings.slack_bot_token:
        return [("token", "SLACK_BOT_TOKEN is not set", "Install the app from manifest.json and set it.")]
    client = web_client(settings.slack_bot_token, settings.slack_api_url, session)
    problem, headers = await _asked(client.auth_test, settings, "Install the app again and set SLACK_BOT_TOKEN.")
    if problem is not None:
        return [("token", *problem)]
    return [("token", "", ""), _skew(headers, now()), _scopes(headers)]


async def _app_token(settings: Settings, session: aiohttp.ClientSession) -> Problem:
    """Asking where to connect connects nothing."""
    client = web_client(settings.slack_app_token, settings.slack_api_url, session)

    async def ask() -> Any:
        return await client.apps_connections_open(app_token=settings.slack_app_token)

    step = "Set SLACK_APP_TOKEN to an app-level token with connections:write."
    problem, _ = await _asked(ask, settings, step)
    return ("Socket Mode", *(problem or ("", "")))


async def _asked(
    ask: Callable[[], Awaitable[Any]], settings: Settings, step: str
) -> tuple[tuple[str, str] | None, Headers]:
    """What is wrong and what to do, or None; and the headers of the answer."""
    try:
        answer = await ask()
    except SlackApiError as error:
        word = error.response.get("error", "") if hasattr(error.response, "get") else ""
        if not word:  # a web page, of a proxy perhaps
            return ("Slack's answer makes no sense", f"Check what answers at {settings.slack_api_url}."), {}
        return (f"Slack refused it: {word}", step), {}
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
        return ("Slack cannot be reached", f"Check the way to {settings.slack_api_url}."), {}
    return None, {str(name).casefold(): str(value) for name, value in answer.headers.items()}


def _secret(settings: Settings) -> Problem:
    if settings.slack_signing_secret or settings.slack_app_token:
        return ("signing secret", "", "")
    return ("signing secret", "SLACK_SIGNING_SECRET is not set", "Copy it from the app's settings, Basic Information.")


def _skew(headers: Headers, now: datetime) -> Problem:
    try:
        skew = abs((now - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (ValueError, TypeError):  # a proxy took the date or its zone away
        return ("clock", "", "")
    wrong = f"this machine is {skew:.0f} seconds off" if skew > SKEW_SECONDS else ""
    return ("clock", wrong, "Set the machine's time by NTP." if wrong else "")


def _scopes(headers: Headers) -> Problem:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")} - {""}
    wanted = set(json.loads(MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - granted) if granted else []
    return ("scopes", f"missing: {', '.join(missing)}" if missing else "", "Install the app again." if missing else "")


def _utc() -> datetime:
    return datetime.now(UTC)
