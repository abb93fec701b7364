"""The server's limit of calls in a rolling window (HALO §3)."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.halopsa.errors import too_many_requests

MINUTES: Final = 5


class CallWindow:
    """``calls`` None: no limit."""

    def __init__(self) -> None:
        self.calls: int | None = 300
        self._taken: deque[datetime] = deque()

    def take(self, now: datetime) -> None:
        if self.calls is None:
            return
        begun = now - timedelta(minutes=MINUTES)
        while self._taken and not begun < self._taken[0] <= now:
            self._taken.popleft()
        if len(self._taken) >= self.calls:
            raise too_many_requests(self.calls, MINUTES)
        self._taken.append(now)
