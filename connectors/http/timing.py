"""Time, handed in."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


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
