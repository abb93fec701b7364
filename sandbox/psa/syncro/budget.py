"""The server's limit of calls per minute and IP address, whoever signs in (SYN §3)."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.syncro.errors import too_many_requests
from sandbox.psa.window import RollingWindow

WINDOW: Final = timedelta(minutes=1)
PER_MINUTE: Final = 180


class AddressBudget:
    """``per_minute`` None: no limit. ``retry_after``: what a 429 says; None: nothing."""

    def __init__(self) -> None:
        self.per_minute: int | None = PER_MINUTE
        self.retry_after: int | None = None
        self._taken: defaultdict[str, RollingWindow] = defaultdict(lambda: RollingWindow(WINDOW))

    def take(self, address: str, now: datetime) -> None:
        taken = self._taken[address]
        used = taken.used(now)
        if self.per_minute is not None and used >= self.per_minute:
            raise too_many_requests(self.retry_after)
        taken.add(now)
