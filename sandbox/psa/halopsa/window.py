"""The server's limit of calls in a rolling window (HALO §3)."""

from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.halopsa.errors import too_many_requests
from sandbox.psa.window import RollingWindow

MINUTES: Final = 5


class CallWindow:
    """``calls`` None: no limit."""

    def __init__(self) -> None:
        self.calls: int | None = 300
        self._taken = RollingWindow(timedelta(minutes=MINUTES))

    def take(self, now: datetime) -> None:
        used = self._taken.used(now)
        if self.calls is not None and used >= self.calls:
            raise too_many_requests(self.calls, MINUTES)
        self._taken.add(now)
