"""Messages to a channel leave in order, one per second; a method that Slack limits waits, the others go on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from bot.slack.calls import Called, Caller, Json, Outcome

_SPACING: Final = 1.0  # Slack: about one message per second and channel (slack.md §2.2)
_PATIENCE: Final = 3600.0
_UNREACHABLE_TRIES: Final = 3


@dataclass(slots=True)
class _Edit:
    """An edit that still waits: a newer one of the same message takes its place."""

    payload: Json
    done: "asyncio.Future[Called]"


@dataclass(slots=True)
class _Lane:
    """One method in one channel. The lock is fair: who came first goes first."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    edits: dict[str, _Edit] = field(default_factory=dict)


class Outbound:
    """``monotonic`` and ``sleep`` are handed in, so that tests need not wait."""

    def __init__(
        self,
        caller: Caller,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        spacing: float = _SPACING,
        patience: float = _PATIENCE,
    ) -> None:
        self._caller = caller
        self._monotonic = monotonic
        self._sleep = sleep
        self._spacing = spacing
        self._patience = patience
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._paused: dict[str, float] = {}  # method -> until

    async def post(self, channel: str, payload: Json) -> Called:
        lane = self._lane("chat.postMessage", channel)
        async with lane.lock:
            return await self._send(lane, "chat.postMessage", payload)

    async def edit(self, channel: str, ts: str, payload: Json) -> Called:
        """Edits of one message that wait for their turn are one edit: the newest."""
        lane = self._lane("chat.update", channel)
        if (waiting := lane.edits.get(ts)) is not None:
            waiting.payload = payload
            return await asyncio.shield(waiting.done)
        edit = lane.edits[ts] = _Edit(payload, asyncio.get_running_loop().create_future())
        called = Called(outcome=Outcome.REFUSED, error="cancelled")
        try:
            async with lane.lock:
                await self._turn(lane, "chat.update")
                del lane.edits[ts]
                called = await self._send(lane, "chat.update", edit.payload)
        finally:
            if lane.edits.get(ts) is edit:
                del lane.edits[ts]
            edit.done.set_result(called)
        return called

    def waiting(self) -> int:
        """How many lanes have something to say right now."""
        return sum(lane.lock.locked() for lane in self._lanes.values())

    def _lane(self, method: str, channel: str) -> _Lane:
        return self._lanes.setdefault((method, channel), _Lane())

    async def _send(self, lane: _Lane, method: str, payload: Json) -> Called:
        """Until Slack took it, or said no: a rate limit is waited out, an unreachable Slack tried three times."""
        gives_up_at = self._monotonic() + self._patience
        tries = 0
        while True:
            await self._turn(lane, method)
            called = await self._caller.call(method, payload)
            lane.free_at = self._monotonic() + self._spacing
            if called.outcome is Outcome.RATE_LIMITED and self._monotonic() + called.retry_after <= gives_up_at:
                self._paused[method] = self._monotonic() + called.retry_after
                continue
            tries += 1
            if called.outcome is not Outcome.UNREACHABLE or tries >= _UNREACHABLE_TRIES:
                return called
            await self._sleep(float(2**tries))

    async def _turn(self, lane: _Lane, method: str) -> None:
        while (wait := max(lane.free_at, self._paused.get(method, 0.0)) - self._monotonic()) > 0:
            await self._sleep(wait)
