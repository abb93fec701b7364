"""How often each endpoint may be called: so many calls in any hour (BMS §3)."""

import re
from collections import defaultdict, deque
from typing import Final

from connectors.errors import RateLimited
from connectors.http import Timing

HOUR: Final = 3600.0
LONGEST_WAIT: Final = 60.0  # seconds; where the next free place is farther off, the caller learns it at once


class Hourly:
    """Each call reserves its own moment, so that nobody polls. An endpoint is a path whatever the numbers in it."""

    def __init__(self, *, psa: str, calls_per_hour: int, timing: Timing) -> None:
        self._psa = psa
        self._timing = timing
        self._moments: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=calls_per_hour))

    async def turn(self, call: str) -> None:
        """Raises RateLimited where the wait is too long for anybody."""
        endpoint = re.sub(r"/\d+(?=/|$)", "/{id}", call)
        moments, now = self._moments[endpoint], self._timing.clock()
        full = len(moments) == moments.maxlen
        moment = max(now, moments[0] + HOUR) if full else now
        wait = moment - now
        if wait > LONGEST_WAIT:
            raise RateLimited(
                f"{self._psa} takes {moments.maxlen:,} calls an hour of this kind from us, and they are used up for "
                f"{round(wait / 60)} minutes.",
                call=call,
            )
        moments.append(moment)
        if wait > 0:
            await self._timing.sleep(wait)
