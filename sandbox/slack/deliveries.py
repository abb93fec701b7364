"""Deliveries to the app: signed HTTP or Socket Mode, three seconds to acknowledge, events retried (Slack §2.1-2.3)."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.identity import SIGNING_SECRET

SLASH, INTERACTIVE, EVENTS = "slash_commands", "interactive", "events_api"
RETRY_AFTER_SECONDS = (0, 60, 300)
NO_RETRY = "x-slack-no-retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """The app's answer: an HTTP status, the headers that matter and the parsed body."""

    status: int
    body: Any = None
    no_retry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``error`` is empty, ``operation_timeout`` or ``dispatch_failed``; the status is 0 where nobody answered."""

    kind: str
    payload: dict[str, Any]
    status: int
    ack_ms: int
    body: Any = None
    error: str = ""
    retry_num: int = 0
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return not self.error

    def as_json(self) -> dict[str, Any]:
        """What ``/_control/*`` answers (the stable interface)."""
        answer: dict[str, Any] = {"status": self.status, "ack_ms": self.ack_ms}
        return answer | ({"error": self.error} if self.error else {})


class Socket(Protocol):
    """Socket Mode's side: delivers to any one connection, when there is one."""

    @property
    def connected(self) -> bool: ...

    async def send(self, kind: str, payload: dict[str, Any], retry: Mapping[str, Any]) -> Ack: ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """The three shapes of a delivery: form fields, a form with one JSON field, JSON."""
    if kind == SLASH:
        return urlencode(payload).encode(), "application/x-www-form-urlencoded"
    if kind == INTERACTIVE:
        return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"
    return json.dumps(payload).encode(), "application/json"


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """``wall`` is the real time, never the simulated one: verifiers compare signatures with their own clock.

    ``deadline`` is Slack's three seconds; tests shorten it. ``sleep`` waits between the retries of an event.
    """

    bot_url: str = ""
    signing_secret: str = SIGNING_SECRET
    deadline: float = 3.0
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    socket: Socket | None = None
    log: list[Delivery] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None
    _retries: set[asyncio.Task[None]] = field(default_factory=set)

    async def deliver(
        self, kind: str, payload: dict[str, Any], *, retry_num: int = 0, retry_reason: str = ""
    ) -> Delivery:
        """Once. Never raises because of the app: what went wrong stands in the delivery."""
        began = perf_counter()
        error, ack = "", Ack(status=0)
        try:
            async with asyncio.timeout(self.deadline):
                ack = await self._send(kind, payload, retry_num, retry_reason)
            error = "" if ack.status == 200 else "dispatch_failed"
        except TimeoutError:
            error = "operation_timeout"
        except (aiohttp.ClientError, ConnectionError):
            error = "dispatch_failed"
        delivery = Delivery(
            kind=kind,
            payload=payload,
            status=ack.status,
            ack_ms=round((perf_counter() - began) * 1000),
            body=ack.body,
            error=error,
            retry_num=retry_num,
            no_retry=ack.no_retry,
        )
        self.log.append(delivery)
        return delivery

    async def event(self, payload: dict[str, Any]) -> Delivery:
        """An event that failed is retried three times, in the background (Slack §2.2)."""
        delivery = await self.deliver(EVENTS, payload)
        if not delivery.ok and not delivery.no_retry:
            task = asyncio.create_task(self._retry(delivery))
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)
        return delivery

    async def redeliver(self, delivery: Delivery, *, times: int = 1, at_once: bool = False) -> list[Delivery]:
        """The same payload again, one by one or all at once: what a network that stutters does."""
        again = [
            self.deliver(delivery.kind, delivery.payload, retry_num=number, retry_reason="http_timeout")
            for number in range(1, times + 1)
        ]
        if at_once:
            return list(await asyncio.gather(*again))
        return [await one for one in again]

    async def close(self) -> None:
        for task in list(self._retries):
            task.cancel()
        await asyncio.gather(*self._retries, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def tell(self, path: str, body: Mapping[str, Any]) -> bool:
        """A word to the app that is not Slack's, such as the moved clock. False: it was not understood."""
        if not self.bot_url:
            return False
        try:
            async with asyncio.timeout(self.deadline), self._http().post(self.bot_url + path, json=body) as response:
                return response.status == 200
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            return False

    async def _retry(self, failed: Delivery) -> None:
        last = failed
        for number, pause in enumerate(RETRY_AFTER_SECONDS, 1):
            await self.sleep(pause)
            reason = "http_timeout" if last.error == "operation_timeout" else _reason(last)
            last = await self.deliver(EVENTS, failed.payload, retry_num=number, retry_reason=reason)
            if last.ok or last.no_retry:
                return

    async def _send(self, kind: str, payload: dict[str, Any], retry_num: int, retry_reason: str) -> Ack:
        retry = {"retry_attempt": retry_num, "retry_reason": retry_reason} if retry_num and kind == EVENTS else {}
        if self.socket is not None and self.socket.connected:
            return await self.socket.send(kind, payload, retry)
        if not self.bot_url:
            raise ConnectionError("the app has no address and no socket")
        return await self._post(kind, payload, retry)

    async def _post(self, kind: str, payload: dict[str, Any], retry: Mapping[str, Any]) -> Ack:
        body, content_type = encoded(kind, payload)
        stamp = str(int(self.wall()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self.signing_secret, stamp, body),
            "User-Agent": "Slackbot 1.0 (local workspace)",
        }
        if retry:
            headers["X-Slack-Retry-Num"] = str(retry["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = retry["retry_reason"]
        async with self._http().post(f"{self.bot_url}/slack/events", data=body, headers=headers) as response:
            answer = parsed(await response.text(), response.content_type)
            return Ack(status=response.status, body=answer, no_retry=response.headers.get(NO_RETRY) == "1")

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _reason(delivery: Delivery) -> str:
    return "http_error" if delivery.status else "connection_failed"


def parsed(text: str, content_type: str) -> Any:
    """JSON where the app says so; any other text is the text of a reply."""
    if not text.strip():
        return None
    if content_type != "application/json":
        return {"text": text}
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return {"text": text}
