"""Rate limits: one message a second in a channel, and tiers for the other methods (Slack §2.2)."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

MESSAGES_PER_SECOND = 1.0
BURST = 4  # "short bursts" is all that Slack says


@dataclass(slots=True)
class Bucket:
    """Fills at ``rate`` a second up to ``size``. A clock that is moved back refills nothing."""

    rate: float
    size: float
    level: float
    at: datetime

    def take(self, now: datetime) -> float:
        """0 when there was room, else the seconds until there is."""
        passed = max(0.0, (now - self.at).total_seconds())
        self.level = min(self.size, self.level + passed * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate


@dataclass(slots=True)
class Rates:
    """A refusal holds for that method, and for messages for that channel, only. ``on`` switches all of it off."""

    on: bool = True
    burst: int = BURST
    _buckets: dict[Hashable, Bucket] = field(default_factory=dict)

    def message(self, channel: str, now: datetime) -> int:
        """Whole seconds to wait (Retry-After), 0 when the message may go."""
        return self._take(("message", channel), MESSAGES_PER_SECOND, self.burst, now)

    def method(self, name: str, per_minute: int, now: datetime) -> int:
        return self._take(name, per_minute / 60, per_minute, now)

    def _take(self, key: Hashable, rate: float, size: float, now: datetime) -> int:
        if not self.on:
            return 0
        bucket = self._buckets.setdefault(key, Bucket(rate=rate, size=size, level=size, at=now))
        return ceil(bucket.take(now))
