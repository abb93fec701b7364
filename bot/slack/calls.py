"""One Web API call, and what came of it: never an exception, always a named outcome."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How a delivery ended. Each has its own consequence (slack.md §7, statement 12)."""

    DELIVERED = "delivered"
    NOT_IN_CHANNEL = "not_in_channel"  # invite the bot
    CHANNEL_NOT_FOUND = "channel_not_found"  # gone, or private and the bot is not in it
    IS_ARCHIVED = "is_archived"
    ACCOUNT_INACTIVE = "account_inactive"  # the app was removed from the workspace
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - Slack's word for it
    MISSING_SCOPE = "missing_scope"
    MESSAGE_GONE = "message_gone"  # there is nothing left to edit
    REFUSED_BLOCKS = "refused_blocks"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"  # nothing was sent: safe to try again
    UNCERTAIN = "uncertain"  # the connection broke after sending: nobody knows whether it stands
    REFUSED = "refused"  # any other of Slack's errors


_BY_ERROR: Final[Mapping[str, Outcome]] = {
    "not_in_channel": Outcome.NOT_IN_CHANNEL,
    "user_not_in_channel": Outcome.NOT_IN_CHANNEL,
    "channel_not_found": Outcome.CHANNEL_NOT_FOUND,
    "is_archived": Outcome.IS_ARCHIVED,
    "account_inactive": Outcome.ACCOUNT_INACTIVE,
    "token_revoked": Outcome.TOKEN_REVOKED,
    "token_expired": Outcome.TOKEN_REVOKED,
    "invalid_auth": Outcome.TOKEN_REVOKED,
    "not_authed": Outcome.TOKEN_REVOKED,
    "missing_scope": Outcome.MISSING_SCOPE,
    "message_not_found": Outcome.MESSAGE_GONE,
    "cant_update_message": Outcome.MESSAGE_GONE,
    "edit_window_closed": Outcome.MESSAGE_GONE,
    "invalid_blocks": Outcome.REFUSED_BLOCKS,
    "invalid_blocks_format": Outcome.REFUSED_BLOCKS,
    "msg_blocks_too_long": Outcome.REFUSED_BLOCKS,
    "msg_too_long": Outcome.REFUSED_BLOCKS,
    "ratelimited": Outcome.RATE_LIMITED,
    "rate_limited": Outcome.RATE_LIMITED,
    "service_unavailable": Outcome.UNREACHABLE,
    # Slack says of these that some part of the work may have been done.
    "fatal_error": Outcome.UNCERTAIN,
    "internal_error": Outcome.UNCERTAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """``error`` is Slack's own word, for the log. ``retry_after`` in seconds, when rate limited."""

    outcome: Outcome
    data: Json = field(default_factory=dict)
    error: str = ""
    retry_after: float = 0.0

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.DELIVERED


class Caller(Protocol):
    """Calls a method of the Web API."""

    async def call(self, method: str, payload: Json) -> Called: ...

    async def ask(self, method: str, params: Mapping[str, str]) -> Called: ...


class Calls:
    """``client`` must not retry by itself: a message that was sent twice stands twice (slack.md §0.10)."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def call(self, method: str, payload: Json) -> Called:
        """The methods that write take JSON."""
        return await self._outcome(method, json=payload)

    async def ask(self, method: str, params: Mapping[str, str]) -> Called:
        """The methods that read take form fields only."""
        return await self._outcome(method, data=dict(params))

    async def _outcome(self, method: str, **body: Json) -> Called:
        try:
            response = await self._client.api_call(method, **body)  # type: ignore[arg-type]  # json or data, as named
        except SlackApiError as error:
            return _refused(method, error)
        except aiohttp.ClientConnectorError:
            return Called(outcome=Outcome.UNREACHABLE, error="connection refused")
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            _log.warning("Slack broke off the call.", extra={"action": method, "error": type(error).__name__})
            return Called(outcome=Outcome.UNCERTAIN, error=type(error).__name__)
        return Called(outcome=Outcome.DELIVERED, data=dict(response.data) if isinstance(response.data, dict) else {})


def web_client(token: str, base_url: str, session: aiohttp.ClientSession | None) -> AsyncWebClient:
    """Without slack_sdk's retries, and with a log that never prints what is sent."""
    quiet = logging.getLogger("bot.slack.sdk")
    quiet.setLevel(logging.WARNING)
    return AsyncWebClient(token=token, base_url=base_url, session=session, logger=quiet, retry_handlers=[], timeout=20)


def _refused(method: str, error: SlackApiError) -> Called:
    status, body, headers = _parts(error.response)
    if status == 429:
        return Called(outcome=Outcome.RATE_LIMITED, error="ratelimited", retry_after=_seconds(headers))
    word = str(body.get("error", "")) if isinstance(body, Mapping) else ""
    broken = Outcome.UNREACHABLE if status == 503 else Outcome.UNCERTAIN
    outcome = _BY_ERROR.get(word, Outcome.REFUSED) if word else broken
    pointers = body.get("response_metadata", {}).get("messages", []) if isinstance(body, Mapping) else []
    _log.warning("Slack refused.", extra={"action": method, "error": word or status, "details": pointers})
    return Called(outcome=outcome, error=word or f"status {status}", retry_after=_seconds(headers))


def _parts(response: Any) -> tuple[int, Any, Mapping[str, str]]:
    """slack_sdk gives its own response, or aiohttp's where the body was no JSON."""
    if isinstance(response, aiohttp.ClientResponse):
        return response.status, {}, response.headers
    return response.status_code, response.data, response.headers


def _seconds(headers: Mapping[str, str]) -> float:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(value) if value.isdecimal() else 1.0
