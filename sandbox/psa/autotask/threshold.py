"""The calls that all integrations of the tenant share, and the threads that each has for itself (AT §4.1)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.autotask.errors import threshold_exceeded, too_many_threads
from sandbox.psa.records import Json
from sandbox.psa.window import RollingWindow

SLOWER: Final = ((0.75, 1.0), (0.50, 0.5))  # from this share on, so many seconds more for each call


class Threshold:
    """``others``: calls of other integrations in the last hour."""

    def __init__(self) -> None:
        self.allowed = 10_000
        self.others = 0
        self._taken = RollingWindow(timedelta(minutes=60))

    def take(self, now: datetime) -> float:
        """Counts one call. → the seconds that it takes longer. At 100 % the API is suspended."""
        used = self.used(now)
        if used >= self.allowed:
            raise threshold_exceeded()
        self._taken.add(now)
        return next((seconds for start, seconds in SLOWER if used / self.allowed >= start), 0.0)

    def used(self, now: datetime) -> int:
        return self._taken.used(now) + self.others

    def as_json(self, now: datetime) -> Json:
        return {
            "externalRequestThreshold": self.allowed,
            "requestThresholdTimeframe": 60,
            "currentTimeframeRequestCount": self.used(now),
        }


class Threads:
    """``status`` of the refusal: the sheet only knows that it may not be a 429."""

    def __init__(self) -> None:
        self.allowed = 3
        self.status = 500
        self._running: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def one(self, code: str, entity: str) -> Iterator[None]:
        key = code, entity
        if self._running[key] >= self.allowed:
            raise too_many_threads(self.status)
        self._running[key] += 1
        try:
            yield
        finally:
            self._running[key] -= 1
