"""The server's limit of calls per hour, for each endpoint on its own (BMS §3)."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.kaseya_family.errors import too_many_requests
from sandbox.psa.window import RollingWindow

WINDOW: Final = timedelta(hours=1)
PER_HOUR: Final = 1500


class HourlyBudget:
    """``per_hour`` None: no limit. ``retry_after``: what a 429 says; None: nothing (no source has seen the header)."""

    def __init__(self) -> None:
        self.per_hour: int | None = PER_HOUR
        self.retry_after: int | None = None
        self._taken: defaultdict[str, RollingWindow] = defaultdict(lambda: RollingWindow(WINDOW))

    def take(self, endpoint: str, now: datetime) -> None:
        taken = self._taken[endpoint]
        used = taken.used(now)
        if self.per_hour is not None and used >= self.per_hour:
            raise too_many_requests(self.retry_after)
        taken.add(now)
