"""How often a PSA may be called: so many calls in any minute, so many at once, and a rest when it asks for one."""

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


async def _asleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Time, as the budget, the retries and the memory of addresses see it. ``clock`` counts seconds."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], Awaitable[None]] = _asleep

    @classmethod
    def of(
        cls, now: Callable[[], datetime] | None = None, sleep: Callable[[float], Awaitable[None]] | None = None
    ) -> "Timing":
        """A fake sleep comes with a fake ``now``, and then both tell the same time."""
        if now is None:
            return cls(sleep=sleep or _asleep)
        if sleep is None:
            return cls(now=now)
        return cls(clock=lambda: now().timestamp(), now=now, sleep=sleep)


class Budget:
    """At most so many calls in any minute and so many at once. ``pause`` holds everybody back, as Retry-After asks.

    Each call reserves its own moment, so no burst passes at the edge of a window and nobody polls.
    """

    def __init__(self, *, calls_per_minute: int, parallel_calls: int, timing: Timing) -> None:
        self._places = asyncio.Semaphore(parallel_calls)
        self._moments: deque[float] = deque(maxlen=calls_per_minute)
        self._not_before = -math.inf
        self._timing = timing

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._places:
            now = self._timing.clock()
            moment = max(now, self._not_before)
            if len(self._moments) == self._moments.maxlen:
                moment = max(moment, self._moments[0] + 60.0)
            self._moments.append(moment)
            if moment > now:
                await self._timing.sleep(moment - now)
            yield

    def at_most(self, calls_per_minute: int) -> None:
        """The PSA told its own limit: from now on that one holds."""
        self._moments = deque(self._moments, maxlen=calls_per_minute)

    def pause(self, seconds: float) -> None:
        self._not_before = max(self._not_before, self._timing.clock() + seconds)


class Budgets:
    """Budgets that several connections share, because the PSA counts their calls together, such as by IP address."""

    def __init__(self) -> None:
        self._shared: dict[str, Budget] = {}

    def shared(self, key: str, *, calls_per_minute: int, parallel_calls: int, timing: Timing) -> Budget:
        """The one of this key; the first to ask makes it."""
        if key not in self._shared:
            self._shared[key] = Budget(calls_per_minute=calls_per_minute, parallel_calls=parallel_calls, timing=timing)
        return self._shared[key]


def seconds_to_wait(retry_after: str, now: datetime) -> float | None:
    """Seconds or an HTTP date (RFC 9110 §10.2.3). None: the header is absent or says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - now).total_seconds())
