"""The server's limit of calls per minute and IP address, whoever signs in (SYN §3)."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.syncro.errors import too_many_requests

WINDOW: Final = timedelta(minutes=1)
PER_MINUTE: Final = 180


class AddressBudget:
    """``per_minute`` None: no limit. ``retry_after``: what a 429 says; None: nothing."""

    def __init__(self) -> None:
        self.per_minute: int | None = PER_MINUTE
        self.retry_after: int | None = None
        self._taken: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def take(self, address: str, now: datetime) -> None:
        if self.per_minute is None:
            return
        taken = self._taken[address]
        while taken and not now - WINDOW < taken[0] <= now:
            taken.popleft()
        if len(taken) >= self.per_minute:
            raise too_many_requests(self.retry_after)
        taken.append(now)
