"""The calls that all integrations of the tenant share, and the threads that each has for itself (AT §4.1)."""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.autotask.errors import threshold_exceeded, too_many_threads
from sandbox.psa.autotask.records import Json

WINDOW: Final = timedelta(minutes=60)
SLOWER: Final = ((0.75, 1.0), (0.50, 0.5))  # from this share on, so many seconds more for each call


class Threshold:
    """``others``: calls of other integrations in the last hour."""

    def __init__(self) -> None:
        self.allowed = 10_000
        self.others = 0
        self._taken: deque[datetime] = deque()

    def take(self, now: datetime) -> float:
        """Counts one call. → the seconds that it takes longer. At 100 % the API is suspended."""
        self._forget(now)
        if self.used >= self.allowed:
            raise threshold_exceeded()
        share = self.used / self.allowed
        self._taken.append(now)
        return next((seconds for start, seconds in SLOWER if share >= start), 0.0)

    @property
    def used(self) -> int:
        return len(self._taken) + self.others

    def as_json(self) -> Json:
        return {
            "externalRequestThreshold": self.allowed,
            "requestThresholdTimeframe": 60,
            "currentTimeframeRequestCount": self.used,
        }

    def _forget(self, now: datetime) -> None:
        while self._taken and not now - WINDOW < self._taken[0] <= now:
            self._taken.popleft()


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
