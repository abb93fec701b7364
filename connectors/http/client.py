"""The one HTTP client: timeouts, retries, calls and bytes counted, failures told apart. Only here is httpx known."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from random import SystemRandom
from typing import Any, Final

import httpx
import msgspec
from httpx import Auth, Request, Response

from connectors.errors import ConnectorError, InvalidData, PsaDown, RateLimited, TimedOut, Unreachable
from connectors.http.budget import Budget, moment, seconds_to_wait
from connectors.http.reply import Reply
from connectors.http.timing import Timing
from connectors.records import Usage

__all__ = ["Auth", "Http", "Request", "Response", "Signs"]

TRIES: Final = 5
LONGEST_WAIT: Final = 60.0  # seconds for one call; where a PSA asks for more the caller learns it at once
FIRST_WAIT: Final = 0.5
MAX_BODY: Final = 64 * 1024 * 1024  # a page of 1,000 full companies is under 2 MB

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a PSA says with statuses that mean something else everywhere.

    ``lasting``: this 5xx is a refusal, and would come again. ``busy``: this is a 429, whatever its status.
    ``rests``: seconds to wait after a 429 that does not say how long; empty: the same as after any failure.
    """

    lasting: Callable[[Reply], bool] = lambda _: False
    busy: Callable[[Reply], bool] = lambda reply: reply.status == 429
    rests: tuple[float, ...] = ()


class Http:
    """Reads only. Non-retryable statuses come back as a Reply: what they mean is the PSA's own matter.

    ``bulk``: the part of the budget that a sync may use, where the rest is kept for questions that come meanwhile.
    """

    def __init__(  # noqa: PLR0913 - each is something that a test hands in
        self,
        *,
        psa: str,
        budget: Budget,
        bulk: Budget | None = None,
        usage: Usage,
        timing: Timing,
        timeout_seconds: float = 20.0,
        parallel_calls: int = 4,
        through_proxies: bool = True,
        chance: Callable[[], float] | None = None,
        signs: Signs | None = None,
    ) -> None:
        self._psa = psa
        self._budget = budget
        self._bulk = bulk
        self._usage = usage
        self._timing = timing
        self._timeout = timeout_seconds
        self._chance = chance or SystemRandom().random
        self._signs = signs or Signs()
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_seconds, pool=None),  # the budget is the queue
            limits=httpx.Limits(max_connections=parallel_calls, max_keepalive_connections=parallel_calls),
            follow_redirects=False,  # a redirect is a login page, and keys must not travel there
            trust_env=through_proxies,
        )

    async def get(
        self,
        url: str,
        *,
        call: str,
        params: Mapping[str, str] | None = None,
        auth: Auth | None = None,
        is_bulk: bool = False,
    ) -> Reply:
        """Up to five tries for timeouts, lost connections, 429 and 5xx; other 4xx are never tried again.
        ``call`` is how errors and logs name it: METHOD /path, without query and host.
        """
        # httpx drops a query that is already in the URL when params is given (CW §3.2), so None stays None.
        request = self._client.build_request("GET", url, params=params or None)
        async with self._bulk.turn() if is_bulk and self._bulk else nullcontext():
            return await self._tried(request, call, auth)

    async def ask(self, url: str, *, call: str, body: Any, auth: Auth | None = None) -> Reply:
        """POST of a question as JSON, where a PSA reads with POST. It changes nothing, so it may be tried again."""
        content, kind = msgspec.json.encode(body), {"Content-Type": "application/json"}
        return await self._tried(self._client.build_request("POST", url, content=content, headers=kind), call, auth)

    async def _tried(self, request: Request, call: str, auth: Auth | None) -> Reply:
        patience = LONGEST_WAIT
        for attempt in range(1, TRIES + 1):
            try:
                reply = await self._once(request, call, auth)
            except (TimedOut, Unreachable) as error:
                failure: ConnectorError = error
                asked = None
            else:
                busy = self._signs.busy(reply)
                if not busy and (reply.status < 500 or self._signs.lasting(reply)):
                    return reply
                failure, asked = self._busy_or_down(reply, busy=busy), self._asked(reply, attempt, busy=busy)
            patience -= asked or 0
            if attempt == TRIES or patience < 0:
                break
            await self._rest(attempt, asked, failure)
        raise failure

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _once(self, request: Request, call: str, auth: Auth | None) -> Reply:
        async with self._budget.turn():
            self._usage.calls += 1
            begun = self._timing.clock()
            try:
                # httpx's own timeouts start anew with every byte; a server that drips needs this one.
                async with asyncio.timeout(self._timeout):
                    response = await self._client.send(request, auth=auth, stream=True)
                    try:
                        return _reply(call, response, await self._body(response, call))
                    finally:
                        self._usage.bytes += response.num_bytes_downloaded
                        self._usage.seconds.append(self._timing.clock() - begun)
                        await response.aclose()
            except (TimeoutError, httpx.TimeoutException):
                raise TimedOut(
                    f"{self._psa} gave no answer within {self._timeout:g} seconds; its server may be slow.", call=call
                ) from None
            except httpx.DecodingError:
                raise InvalidData(f"{self._psa} sent an answer that cannot be unpacked.", call=call) from None
            except httpx.TransportError as error:
                raise self._unreachable(error, call) from None

    async def _body(self, response: Response, call: str) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_BODY:
                raise InvalidData(f"{self._psa} sent an answer that is too large to be true.", call=call)
        return bytes(body)

    def _unreachable(self, error: httpx.TransportError, call: str) -> Unreachable:
        """DNS, certificate, refused and broken-off connections are told apart (R217)."""
        causes = [type(cause) for cause in _chain(error)]
        if any(issubclass(cause, ssl.SSLCertVerificationError) for cause in causes):
            why = "its TLS certificate cannot be verified; a full-chain certificate is needed"
        elif any(issubclass(cause, ssl.SSLError) for cause in causes):
            why = "no TLS connection could be made"
        elif any(issubclass(cause, socket.gaierror) for cause in causes):
            why = "its host name cannot be resolved"
        elif isinstance(error, httpx.ConnectError):
            why = "it takes no connection"
        else:
            why = "the connection broke off"
        # The exception's own text may quote a header, so only its type is kept.
        return Unreachable(f"{self._psa} cannot be reached: {why}.", call=call, detail=type(error).__name__)

    def _asked(self, reply: Reply, attempt: int, *, busy: bool) -> float | None:
        """How long the PSA wants everybody to wait. None: it does not say."""
        # A moment is one of the PSA's clock, which need not be ours.
        asked = seconds_to_wait(reply.retry_after, moment(reply.date) or self._timing.now())
        if asked is None and busy and attempt <= len(self._signs.rests):
            return self._signs.rests[attempt - 1] * (1 - self._chance() / 4)
        return asked

    def _busy_or_down(self, reply: Reply, *, busy: bool) -> ConnectorError:
        kind: type[ConnectorError]
        if busy:
            kind, message = RateLimited, "takes no more calls for now and asks to wait."
        elif b"timeout" in reply.body[:2000].lower() and not reply.is_web_page:  # CW §4.2
            kind, message = TimedOut, "ran out of time on its own side; its server may be slow."
        else:
            kind, message = PsaDown, f"is down or under maintenance (it answered {reply.status})."
        return kind(
            f"{self._psa} {message}",
            call=reply.call,
            status=reply.status,
            detail=reply.beginning,
            request_id=reply.request_id,
        )

    async def _rest(self, attempt: int, asked: float | None, failure: ConnectorError) -> None:
        """As long as the PSA asks, for every caller; else exponential with full jitter, for this one."""
        own = self._chance() * FIRST_WAIT * 2**attempt
        _log.warning(
            "A call failed and is tried again.",
            extra={"action": "psa.retry", "call": failure.call, "kind": failure.kind, "attempt": attempt},
        )
        if asked is None:
            await self._timing.sleep(own)
        else:
            await self._budget.pause(asked)


def _reply(call: str, response: Response, body: bytes) -> Reply:
    headers = response.headers
    return Reply(
        call=call,
        url=str(response.url),
        status=response.status_code,
        body=body,
        content_type=headers.get("content-type", ""),
        request_id=headers.get("x-cw-request-id") or headers.get("x-request-id", ""),
        retry_after=headers.get("retry-after", ""),
        date=headers.get("date", ""),
        has_links="link" in headers,
        links={rel: link["url"] for rel, link in response.links.items() if rel},
    )


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
