"""How often a PSA may be called: so many calls in any minute or hour, so many at once, and a rest when it asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from connectors.http.timing import Timing
from connectors.http.window import Moments, Pace, Window


class Budget:
    """Keeps to a pace, and to so many calls at once. ``pause`` holds everybody back, as Retry-After asks."""

    def __init__(self, *, window: Window, parallel_calls: int) -> None:
        self._window = window
        self._places = asyncio.Semaphore(parallel_calls)

    @classmethod
    def alone(cls, *, pace: Pace, parallel_calls: int, timing: Timing) -> "Budget":
        """One that nobody else shares."""
        window = Moments(calls=pace.calls, seconds=pace.seconds, timing=timing)
        return cls(window=window, parallel_calls=parallel_calls)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        async with self._places:
            await self._window.turn()
            yield

    def at_most(self, calls: int) -> None:
        """The PSA told its own limit for as many seconds: from now on that one holds."""
        self._window.at_most(calls)

    async def pause(self, seconds: float) -> None:
        await self._window.pause(seconds)


class NewWindow(Protocol):
    """Makes the window of a key: for this process alone, or shared with others."""

    def __call__(self, key: str, *, calls: int, seconds: float, timing: Timing) -> Window: ...


def in_this_process(key: str, *, calls: int, seconds: float, timing: Timing) -> Window:
    return Moments(calls=calls, seconds=seconds, timing=timing)


class Budgets:
    """Budgets by key: what the PSA counts together, such as all calls to one tenant or from one IP address, is one
    budget, for whichever connections and, with a ``new_window`` that is shared, processes.
    """

    def __init__(self, new_window: NewWindow = in_this_process) -> None:
        self._new_window = new_window
        self._windows: dict[str, Window] = {}
        self._shared: dict[str, Budget] = {}

    def shared(self, key: str, *, pace: Pace, parallel_calls: int, timing: Timing) -> Budget:
        """The one of this key; the first to ask makes it."""
        if key not in self._shared:
            window = self.window(key, calls=pace.calls, seconds=pace.seconds, timing=timing)
            self._shared[key] = Budget(window=window, parallel_calls=parallel_calls)
        return self._shared[key]

    def window(self, key: str, *, calls: int, seconds: float, timing: Timing) -> Window:
        """The one of this key, for limits that have their own length, such as an hour."""
        if key not in self._windows:
            self._windows[key] = self._new_window(key, calls=calls, seconds=seconds, timing=timing)
        return self._windows[key]

    async def aclose(self) -> None:
        for window in self._windows.values():
            await window.aclose()


def seconds_to_wait(retry_after: str, now: datetime) -> float | None:
    """Seconds or an HTTP date (RFC 9110 §10.2.3). None: the header is absent or says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = moment(text)
    return None if until is None else max(0.0, (until - now).total_seconds())


def moment(http_date: str) -> datetime | None:
    """None: it is none."""
    try:
        found = parsedate_to_datetime(http_date)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
