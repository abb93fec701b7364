"""The way back to one person's command, click or mention: one message that is replaced, and never a lost answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

import aiohttp
from yarl import URL

from bot.messages import Message, Place
from bot.slack.asking import Asking
from bot.slack.calls import Called, Caller, Json, Outcome
from bot.slack.delivery import QUIET, deliver

_log = logging.getLogger(__name__)
_USES: Final = 5  # of one response_url, within thirty minutes (slack.md §2.1)
_LIFE: Final = timedelta(minutes=29)  # a minute early, for clocks that differ
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_SLACK_HOSTS: Final = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_TRIES: Final = 3
_LONGEST_WAIT: Final = 60.0
_QUIET_HERE: Final[Json] = {"unfurl_links": False, "unfurl_media": False}


class Reply(Protocol):
    """``say`` replaces what this reply said before; ``aside`` adds a message. False: it could not be delivered."""

    async def say(self, message: Message) -> bool: ...

    async def aside(self, message: Message) -> bool: ...

    @property
    def replaces(self) -> bool:
        """Does ``say`` surely change the message that stands there? A command's own response_url only adds one."""
        ...

    @property
    def left(self) -> int:
        """How often it can still be replaced in place."""
        ...

    @property
    def place(self) -> Place: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Makes the Reply for what was asked. ``api_url`` other than Slack's own trusts that host as well."""

    caller: Caller
    session: aiohttp.ClientSession
    api_url: str
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def to(self, asking: Asking) -> Reply:
        web = _PatientCaller(self.caller, self.sleep)
        if asking.view is not None:
            return PrivateReply(web, asking, self.session, self.now, uses=0)
        if not asking.response_url:
            return ThreadReply(web, asking)
        usable = self._is_slacks(asking.response_url)
        if not usable:
            _log.error("A response_url that is not Slack's: not used.", extra={"action": asking.action or "command"})
        return PrivateReply(web, asking, self.session, self.now, uses=_USES if usable else 0)

    def to_person(self, by: str, place: Place) -> Reply:
        """For an answer that outlived the process which was asked: only who asked, and where, is known."""
        asking = Asking(key="", team="", by=by, by_team="", name="", place=place)
        return PrivateReply(_PatientCaller(self.caller, self.sleep), asking, self.session, self.now, uses=0)

    def _is_slacks(self, url: str) -> bool:
        """Only defence in depth: the payload was signed."""
        try:
            host, scheme = URL(url).host, URL(url).scheme
        except ValueError:
            return False
        own = URL(self.api_url)
        return (scheme == "https" and host in _SLACK_HOSTS) or (scheme == own.scheme and host == own.host)


class PrivateReply:
    """Through the response_url while it lasts; then as an ephemeral message; then as a direct one."""

    def __init__(
        self,
        web: "_PatientCaller",
        asking: Asking,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        uses: int,
    ) -> None:
        self._web = web
        self._asking = asking
        self._session = session
        self._now = now
        self._uses = uses
        self._until = now() + _LIFE
        # Of a command, nothing stands yet.
        self._replaces = self.replaces

    @property
    def replaces(self) -> bool:
        """A private message that was clicked; what everybody sees is not replaced by what one person asked."""
        return bool(self._asking.action) and self._asking.private

    @property
    def left(self) -> int:
        return self._uses if self._now() < self._until else 0

    @property
    def place(self) -> Place:
        return Place(channel=self._asking.place.channel, thread_ts=self._asking.place.thread_ts)

    async def say(self, message: Message) -> bool:
        said = await self._tell(message, replace=self._replaces)
        if not self._asking.action:
            # Slack does not replace what a command's own response_url posted (bolt-js #2287, bolt-python #1268):
            # it adds a message. Asking for it is harmless, and right wherever it works.
            self._replaces = True
        return said

    async def aside(self, message: Message) -> bool:
        return await self._tell(message, replace=False)

    async def _tell(self, message: Message, *, replace: bool) -> bool:
        called = await deliver(message, partial(self._respond, replace=replace))
        return called.ok or await self._fall_back(message)

    async def _respond(self, content: Json, *, replace: bool) -> Called:
        if not self.left:
            return Called(outcome=Outcome.MESSAGE_GONE, error="response_url is used up")
        self._uses -= 1
        payload = {**content, **_QUIET_HERE, "response_type": "ephemeral", "replace_original": replace}
        if self._asking.place.thread_ts and not replace:
            payload["thread_ts"] = self._asking.place.thread_ts
        try:
            async with self._session.post(self._asking.response_url, json=payload, timeout=_TIMEOUT) as response:
                return _answered(response.status, (await response.content.read(2000)).decode(errors="replace"))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # Its text may hold the address, which is a secret.
            return Called(outcome=Outcome.UNCERTAIN, error=type(error).__name__)

    async def _fall_back(self, message: Message) -> bool:
        asking = self._asking
        thread: Json = {"thread_ts": asking.place.thread_ts} if asking.place.thread_ts else {}
        here: Json = {
            "channel": asking.place.channel,
            "user": asking.by,
            "link_names": False,
            "parse": "none",
            **thread,
        }
        called = await deliver(message, lambda content: self._web.call("chat.postEphemeral", {**here, **content}))
        if called.ok:
            return True
        direct: Json = {"channel": asking.by, **QUIET}
        called = await deliver(message, lambda content: self._web.call("chat.postMessage", {**direct, **content}))
        if not called.ok:
            _log.error("An answer was lost.", extra={"outcome": called.outcome.value, "error": called.error})
        return called.ok


class ThreadReply:
    """To a mention: in its thread, for everybody there, edited in place."""

    def __init__(self, web: "_PatientCaller", asking: Asking) -> None:
        self._web = web
        self._asking = asking
        self._ts: str | None = None

    @property
    def replaces(self) -> bool:
        return True

    @property
    def left(self) -> int:
        return 1_000

    @property
    def place(self) -> Place:
        return Place(channel=self._asking.place.channel, ts=self._ts, thread_ts=self._asking.place.thread_ts)

    async def say(self, message: Message) -> bool:
        called = await deliver(message, self._edit if self._ts else self._post)
        if called.ok:
            self._ts = str(called.data.get("ts", "")) or self._ts
        else:
            _log.error("An answer was lost.", extra={"outcome": called.outcome.value, "error": called.error})
        return called.ok

    async def aside(self, message: Message) -> bool:
        return (await deliver(message, self._whisper)).ok

    async def _post(self, content: Json) -> Called:
        place = self._asking.place
        payload = {"channel": place.channel, "thread_ts": place.thread_ts, **content, **QUIET}
        return await self._web.call("chat.postMessage", payload)

    async def _edit(self, content: Json) -> Called:
        payload = {"channel": self._asking.place.channel, "ts": self._ts, "blocks": [], **content}
        return await self._web.call("chat.update", {**payload, "link_names": False, "parse": "none"})

    async def _whisper(self, content: Json) -> Called:
        place = self._asking.place
        payload = {"channel": place.channel, "user": self._asking.by, "thread_ts": place.thread_ts, **content}
        return await self._web.call("chat.postEphemeral", {**payload, "link_names": False, "parse": "none"})


@dataclass(frozen=True, slots=True)
class _PatientCaller:
    """Waits out a short rate limit: somebody is waiting for this answer."""

    caller: Caller
    sleep: Callable[[float], Awaitable[None]]

    async def call(self, method: str, payload: Json) -> Called:
        called = await self.caller.call(method, payload)
        for _ in range(_TRIES - 1):
            if called.outcome is not Outcome.RATE_LIMITED or called.retry_after > _LONGEST_WAIT:
                break
            await self.sleep(called.retry_after)
            called = await self.caller.call(method, payload)
        return called


def _answered(status: int, body: str) -> Called:
    """A response_url answers in plain text: ok, or Slack's word for what is wrong."""
    if status == 200 and '"ok":false' not in body.replace(" ", ""):
        return Called(outcome=Outcome.DELIVERED)
    refused = "blocks" in body
    return Called(outcome=Outcome.REFUSED_BLOCKS if refused else Outcome.MESSAGE_GONE, error=f"status {status}")
