"""The Notifier over Slack: posts once per key, edits what stands, and says by name how a delivery ended."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.messages import Message, Place
from bot.slack.calls import Called, Json, Outcome
from bot.slack.delivery import QUIET, deliver
from bot.slack.outbound import Outbound

_log = logging.getLogger(__name__)


class Claim(Protocol):
    """What was recorded for a key. ``new``: this caller may post. Otherwise ``ts`` None means that nobody knows."""

    @property
    def new(self) -> bool: ...

    @property
    def ts(self) -> str | None: ...


class Deliveries(Protocol):
    """The record of posts (the store): before, after, and "surely not posted"."""

    async def claim(self, key: str, now: datetime) -> Claim: ...

    async def delivered(self, key: str, ts: str) -> None: ...

    async def release(self, key: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """``place`` is where it stands; None: it does not, or nobody knows (UNCERTAIN)."""

    outcome: Outcome
    place: Place | None = None


async def _unheard(place: Place, outcome: Outcome) -> None:
    """Nobody wants to hear of failed deliveries."""


@dataclass(slots=True)
class _Keys:
    """Within one process, posts of one key wait for each other."""

    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def holding(self, key: str) -> AsyncIterator[None]:
        lock = self.locks.setdefault(key, asyncio.Lock())
        self.waiting[key] = self.waiting.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self.waiting[key] -= 1
            if not self.waiting[key]:
                del self.waiting[key], self.locks[key]


class SlackNotifier:
    """Never posts twice for a key, not even after a crash between sending and recording.

    Slack offers no idempotency key (slack.md §0.10), and reading the channel back would need a right to read
    everybody's messages. So a key whose post was begun and never confirmed stays UNCERTAIN: it is not posted again,
    which may lose a message when the process dies in that very second, and this is logged. What certainly was not
    posted (refused, unreachable) releases its key, and may be tried again.
    """

    def __init__(
        self,
        outbound: Outbound,
        deliveries: Deliveries,
        now: Callable[[], datetime],
        troubled: Callable[[Place, Outcome], Awaitable[None]] = _unheard,
    ) -> None:
        self._outbound = outbound
        self._deliveries = deliveries
        self._now = now
        self._troubled = troubled
        self._keys = _Keys()

    async def post(self, place: Place, message: Message, *, key: str) -> Place | None:
        return (await self.deliver(place, message, key=key)).place

    async def edit(self, place: Place, message: Message) -> bool:
        return (await self._edit(place, message)).outcome is Outcome.DELIVERED

    async def deliver(self, place: Place, message: Message, *, key: str) -> Delivered:
        """``post``, for those who want to know how it ended."""
        async with self._keys.holding(key):
            claim = await self._deliveries.claim(key, self._now())
            if claim.new:
                delivered = await self._post(place, message, key)
            elif claim.ts is not None:
                delivered = await self._edit(
                    Place(channel=place.channel, ts=claim.ts, thread_ts=place.thread_ts), message
                )
            else:
                _log.warning("A post was begun before and never confirmed: not repeated.", extra={"key": key})
                return Delivered(outcome=Outcome.UNCERTAIN)
        if delivered.outcome is not Outcome.DELIVERED:
            await self._troubled(place, delivered.outcome)
        return delivered

    async def _post(self, place: Place, message: Message, key: str) -> Delivered:
        async def send(content: Json) -> Called:
            thread: Json = {"thread_ts": place.thread_ts} if place.thread_ts else {}
            return await self._outbound.post(place.channel, {"channel": place.channel, **content, **QUIET, **thread})

        called = await deliver(message, send)
        if called.ok:
            ts = str(called.data.get("ts", ""))
            await self._deliveries.delivered(key, ts)
            channel = str(called.data.get("channel", place.channel))
            return Delivered(outcome=Outcome.DELIVERED, place=Place(channel=channel, ts=ts, thread_ts=place.thread_ts))
        if called.outcome is not Outcome.UNCERTAIN:
            await self._deliveries.release(key)
        _log.warning("Not delivered.", extra={"key": key, "outcome": called.outcome.value, "error": called.error})
        return Delivered(outcome=called.outcome)

    async def _edit(self, place: Place, message: Message) -> Delivered:
        if place.ts is None:
            return Delivered(outcome=Outcome.MESSAGE_GONE)
        ts = place.ts

        async def send(content: Json) -> Called:
            # Without "blocks", Slack would keep those of the message that is edited.
            payload = {
                "channel": place.channel,
                "ts": ts,
                "blocks": [],
                **content,
                "link_names": False,
                "parse": "none",
            }
            return await self._outbound.edit(place.channel, ts, payload)

        called = await deliver(message, send)
        return Delivered(outcome=called.outcome, place=place if called.ok else None)
