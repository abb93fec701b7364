"""A window that several processes share: each leases a few calls at a time from one ledger, and gives back the rest."""

import asyncio
import logging
import math
from dataclasses import dataclass
from typing import Final, Protocol

from connectors.http.timing import Timing
from connectors.http.window import Full

_log = logging.getLogger(__name__)

SLOTS: Final = 30  # that a window is divided into
SPAN: Final = SLOTS + 2  # slots that any window touches, with one to spare for calls that arrive later than they left
BLOCKS: Final = 20  # a lease is this part of the window's calls: few questions, and enough left for the others
AWAY_SECONDS: Final = 1.0
PATIENCE: Final = 60.0  # with a ledger that is away


class LedgerAway(OSError):
    """The ledger cannot be asked. Without it no call is made: nobody would know whether it is one too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """For ``want`` calls of a window of ``calls`` in ``seconds``. ``told``: the PSA itself named that number."""

    key: str
    want: int
    calls: int
    seconds: float
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """``calls`` may be made within ``seconds`` from the asking, in this ``slot``. 0: ask again after ``seconds``."""

    calls: int
    seconds: float
    slot: int = 0


class Ledger(Protocol):
    """One clock and one book for all. A lease counts as used in its slot until it is given back: a process that dies
    takes its calls with it, and never makes one too many possible.
    """

    async def lease(self, ask: Ask) -> Grant:
        """Raises LedgerAway."""
        ...

    async def give_back(self, key: str, slot: int, calls: int) -> None:
        """Raises LedgerAway."""
        ...

    async def pause(self, key: str, seconds: float) -> None:
        """Raises LedgerAway."""
        ...


class Leased:
    """What is left of a lease when its slot is over is given back."""

    def __init__(self, key: str, *, calls: int, seconds: float, timing: Timing, ledger: Ledger) -> None:
        self._key = key
        self._calls = calls
        self._told = False
        self._seconds = seconds
        self._timing = timing
        self._ledger = ledger
        self._left = 0
        self._slot = 0
        self._until = -math.inf
        self._asking = asyncio.Lock()
        self._returning: asyncio.Task[None] | None = None

    async def turn(self, longest: float = math.inf) -> None:
        while (wait := await self._take()) > 0:
            if wait > longest:
                raise Full(wait)
            await self._timing.sleep(wait)

    async def pause(self, seconds: float) -> None:
        """What is leased already is no longer used either."""
        async with self._asking:
            await self._give_back()
        try:
            await self._ledger.pause(self._key, seconds)
        except LedgerAway:
            _log.warning("A pause could not be told to the others.", extra={"action": "pause", "key": self._key})
            self._until = -math.inf

    def at_most(self, calls: int) -> None:
        self._calls, self._told = min(self._calls, calls), True

    async def aclose(self) -> None:
        if self._returning is not None:
            self._returning.cancel()
            await asyncio.wait({self._returning})
        async with self._asking:
            await self._give_back()

    async def _take(self) -> float:
        """0: the call may be made. Else how long to wait before asking again."""
        async with self._asking:
            if not self._left or self._timing.clock() >= self._until:
                await self._give_back()
                asked = self._timing.clock()
                grant = await self._lease()
                if not grant.calls:
                    return grant.seconds
                self._left, self._slot, self._until = grant.calls, grant.slot, asked + grant.seconds
                self._return_later(grant.seconds)
            self._left -= 1
            return 0.0

    async def _lease(self) -> Grant:
        """A ledger that is away is waited for, because a sync of half an hour should not end by it."""
        ask = Ask(
            key=self._key,
            want=max(1, self._calls // BLOCKS),
            calls=self._calls,
            seconds=self._seconds,
            told=self._told,
        )
        waited = 0.0
        while True:
            try:
                return await self._ledger.lease(ask)
            except LedgerAway:
                if waited >= PATIENCE:
                    raise
                await self._timing.sleep(AWAY_SECONDS)
                waited += AWAY_SECONDS

    async def _give_back(self) -> None:
        left, self._left = self._left, 0
        if left:
            try:
                await self._ledger.give_back(self._key, self._slot, left)
            except LedgerAway:  # they count as used, and that is safe
                _log.info("Calls could not be given back.", extra={"action": "give_back", "key": self._key})

    def _return_later(self, seconds: float) -> None:
        if self._returning is None or self._returning.done():
            self._returning = asyncio.create_task(self._return_at_the_end(seconds))

    async def _return_at_the_end(self, seconds: float) -> None:
        """Of whichever lease is the last one: whoever stops calling holds nothing back."""
        while seconds > 0:
            await self._timing.sleep(seconds)
            seconds = self._until - self._timing.clock()
        async with self._asking:
            if self._timing.clock() >= self._until:
                await self._give_back()
