"""The ways in which any simulated server can fail, and which of its calls meet the one that is set."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.psa.refused import Refused

NONE: Final = "none"
COMMON: Final[Mapping[str, str]] = {
    NONE: "Works",
    "down": "Down for maintenance (503, HTML)",
    "slow": "Answers after 10 seconds",
    "hang": "Never answers",
    "html": "Shows its login page (200, HTML)",
    "truncated": "Cuts its answers off",
    "server-error": "Breaks inside (500)",
    "unauthorized": "Does not accept the sign-in (401)",
    "rate-limited": "Too many requests (429)",
}
RETRY_AFTER: Final = 30  # seconds, of a 429
FOREVER: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """What one server says when it breaks down: two pages, an answer that ends too early, and its words for a crash."""

    maintenance: str
    login_page: str
    cut_off: str
    crash: Callable[[], Refused]

    def answer(self, fault: str) -> Refused | None:
        """None: another fault, or one that is not told by an answer."""
        if fault == "down":
            return Refused(503, self.maintenance, {"Retry-After": "120"})
        if fault == "html":
            return Refused(200, self.login_page)
        if fault == "truncated":
            return Refused(200, self.cut_off, {"Content-Type": "application/json; charset=utf-8"})
        return self.crash() if fault == "server-error" else None


class Faults:
    """The fault that is set, for how many calls, and the waits that end when it is lifted."""

    def __init__(self, known: Mapping[str, str], answer: Callable[[str], Refused | None]) -> None:
        self.known = known
        self.current = NONE
        self.slow_seconds = 10.0
        self._answer = answer
        self._left: int | None = None
        self._skip = 0
        self._lifted: asyncio.Event | None = None

    def set(self, fault: str, *, times: int | None, after: int) -> None:
        """KeyError: there is no such fault."""
        if fault not in self.known:
            raise KeyError(fault)
        self.lift()
        self.current, self._left, self._skip = fault, times, after

    def lift(self) -> None:
        """Ends all waits, so that a server can stop at once."""
        if self._lifted is not None:
            self._lifted.set()
        self._lifted = None
        self.current = NONE

    def next_call(self) -> str:
        """The fault that this call meets."""
        if self.current == NONE or self._skip > 0:
            self._skip -= self._skip > 0
            return NONE
        if self._left is None:
            return self.current
        self._left -= 1
        met = self.current
        if self._left == 0:
            self.current = NONE
        return met

    async def strike(self, fault: str) -> None:
        """Faults that hit before anyone looks at the call."""
        if fault in {"slow", "hang"}:
            await self._wait(self.slow_seconds if fault == "slow" else FOREVER)
        if (answer := self._answer(fault)) is not None:
            raise answer

    async def _wait(self, seconds: float) -> None:
        if self._lifted is None:
            self._lifted = asyncio.Event()
        try:
            await asyncio.wait_for(self._lifted.wait(), seconds)
        except TimeoutError:
            return
