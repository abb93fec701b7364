"""So many calls in any so many seconds, wherever the window is laid."""

import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from connectors.http.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most so many calls in any so many seconds."""

    calls: int
    seconds: float = 60.0


class Full(Exception):
    """The next free moment is ``seconds`` off, which is longer than anybody should wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"full for {seconds:.0f} seconds")
        self.seconds = seconds


class Window(Protocol):
    """Whoever makes a call waits for its turn first."""

    async def turn(self, longest: float = math.inf) -> None:
        """Returns when the call may be made. Raises Full, at once, where that is more than ``longest`` seconds off."""
        ...

    async def pause(self, seconds: float) -> None:
        """Nobody has a turn meanwhile, as Retry-After asks."""
        ...

    def at_most(self, calls: int) -> None:
        """The PSA told its own limit: from now on that one holds."""
        ...

    async def aclose(self) -> None: ...


class Moments:
    """Within one process. Each call reserves its own moment, so no burst passes at an edge and nobody polls."""

    def __init__(self, *, calls: int, seconds: float, timing: Timing) -> None:
        self._moments: deque[float] = deque(maxlen=calls)
        self._seconds = seconds
        self._not_before = -math.inf
        self._timing = timing

    async def turn(self, longest: float = math.inf) -> None:
        now = self._timing.clock()
        moment = max(now, self._not_before)
        if len(self._moments) == self._moments.maxlen:
            moment = max(moment, self._moments[0] + self._seconds)
        if moment - now > longest:
            raise Full(moment - now)
        self._moments.append(moment)
        if moment > now:
            await self._timing.sleep(moment - now)

    async def pause(self, seconds: float) -> None:
        self._not_before = max(self._not_before, self._timing.clock() + seconds)

    def at_most(self, calls: int) -> None:
        self._moments = deque(self._moments, maxlen=calls)

    async def aclose(self) -> None:
        """There is nothing to give back."""
