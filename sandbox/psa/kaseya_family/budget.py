"""The server's limit of calls per hour, for each endpoint on its own (BMS §3)."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.kaseya_family.errors import too_many_requests

WINDOW: Final = timedelta(hours=1)
PER_HOUR: Final = 1500


class HourlyBudget:
    """``per_hour`` None: no limit. ``retry_after``: what a 429 says; None: nothing (no source has seen the header)."""

    def __init__(self) -> None:
        self.per_hour: int | None = PER_HOUR
        self.retry_after: int | None = None
        self._taken: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def take(self, endpoint: str, now: datetime) -> None:
        if self.per_hour is None:
            return
        taken = self._taken[endpoint]
        while taken and not now - WINDOW < taken[0] <= now:
            taken.popleft()
        if len(taken) >= self.per_hour:
            raise too_many_requests(self.retry_after)
        taken.append(now)
