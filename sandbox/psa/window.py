"""How many calls came in the last minute, five minutes or hour."""

from collections import deque
from datetime import datetime, timedelta


class RollingWindow:
    """A clock that is moved back forgets what has not happened yet."""

    def __init__(self, length: timedelta) -> None:
        self._length = length
        self._taken: deque[datetime] = deque()

    def used(self, now: datetime) -> int:
        while self._taken and not now - self._length < self._taken[0] <= now:
            self._taken.popleft()
        return len(self._taken)

    def add(self, now: datetime) -> None:
        self._taken.append(now)

    def frees_in(self, now: datetime) -> float:
        """Seconds after which the oldest call no longer counts."""
        return (self._taken[0] + self._length - now).total_seconds()
