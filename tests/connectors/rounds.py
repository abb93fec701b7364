"""Calls in rounds: how many wait for one another is counted, not measured."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

QUIET: Final = 200  # turns of the loop without a new call, and everybody has said what they want


class Rounds:
    """Every call is held until nobody makes another one; then all that were held are answered together."""

    def __init__(self) -> None:
        self.held = 0
        self.most_at_once = 0
        self.count = 0
        self._go = asyncio.Event()

    async def hold(self, _: float) -> None:
        self.held += 1
        self.most_at_once = max(self.most_at_once, self.held)
        await self._go.wait()

    async def go_on(self) -> None:
        while True:
            quiet, seen = 0, self.held
            while quiet < QUIET or not self.held:
                await asyncio.sleep(0)
                quiet, seen = (quiet + 1 if self.held == seen else 0), self.held
            self.count, self.held = self.count + 1, 0
            go, self._go = self._go, asyncio.Event()
            go.set()


@asynccontextmanager
async def in_rounds(psa: Any) -> AsyncIterator[Rounds]:
    """``psa``: a simulated one, which waits before each answer."""
    rounds = Rounds()
    before = psa.latency_ms, psa.sleep
    psa.latency_ms, psa.sleep = 1.0, rounds.hold
    going = asyncio.create_task(rounds.go_on())
    try:
        yield rounds
    finally:
        going.cancel()
        psa.latency_ms, psa.sleep = before
