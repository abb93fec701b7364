"""The server's limit of calls per minute (CW §4.1)."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.connectwise.errors import too_many_requests

WINDOW: Final = timedelta(minutes=1)


class CallBudget:
    """``per_minute`` None: no limit."""

    def __init__(self) -> None:
        self.per_minute: int | None = None
        self._taken: deque[datetime] = deque()

    def take(self, now: datetime) -> None:
        """Refused with the number of seconds after which the oldest call no longer counts."""
        if self.per_minute is None:
            return
        while self._taken and not now - WINDOW < self._taken[0] <= now:
            self._taken.popleft()
        if len(self._taken) >= self.per_minute:
            raise too_many_requests(max(1, round((self._taken[0] + WINDOW - now).total_seconds())))
        self._taken.append(now)
