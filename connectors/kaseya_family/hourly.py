"""How often each endpoint may be called: so many calls in any hour (BMS §3)."""

import re
from typing import Final

from connectors.errors import RateLimited
from connectors.http import Budgets, Full, Timing

HOUR: Final = 3600.0
LONGEST_WAIT: Final = 60.0  # seconds; where the next free place is farther off, the caller learns it at once


class Hourly:
    """A window per endpoint and ``account``. An endpoint is a path whatever the numbers in it."""

    def __init__(self, *, psa: str, calls_per_hour: int, timing: Timing, budgets: Budgets, account: str) -> None:
        self._psa = psa
        self._calls = calls_per_hour
        self._timing = timing
        self._budgets = budgets
        self._account = account

    async def turn(self, call: str) -> None:
        """Raises RateLimited where the wait is too long for anybody."""
        endpoint = re.sub(r"/\d+(?=/|$)", "/{id}", call)
        key = f"{self._account} {endpoint}"
        window = self._budgets.window(key, calls=self._calls, seconds=HOUR, timing=self._timing)
        try:
            await window.turn(LONGEST_WAIT)
        except Full as full:
            raise RateLimited(
                f"{self._psa} takes {self._calls:,} calls an hour of this kind from us, and they are used up for "
                f"{round(full.seconds / 60)} minutes.",
                call=call,
            ) from None
