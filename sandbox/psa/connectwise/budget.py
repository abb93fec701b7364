"""The server's limit of calls per minute (CW §4.1)."""

from datetime import datetime, timedelta

from sandbox.psa.connectwise.errors import too_many_requests
from sandbox.psa.window import RollingWindow


class CallBudget:
    """``per_minute`` None: no limit."""

    def __init__(self) -> None:
        self.per_minute: int | None = None
        self._taken = RollingWindow(timedelta(minutes=1))

    def take(self, now: datetime) -> None:
        """Refused with the number of seconds after which the oldest call no longer counts."""
        used = self._taken.used(now)
        if self.per_minute is not None and used >= self.per_minute:
            raise too_many_requests(max(1, round(self._taken.frees_in(now))))
        self._taken.add(now)
