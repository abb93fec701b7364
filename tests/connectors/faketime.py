"""A clock that only sleeping moves, for a connector and for its simulated PSA."""

import asyncio
from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock


class FakeTime:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class PinnedClock(SandboxClock):
    """The simulated PSA's clock: it goes with the connector's, ``ahead`` of it by as much as its server's is off."""

    def __init__(self, time: FakeTime) -> None:
        super().__init__()
        self.ahead = timedelta()
        self._time = time

    def now(self) -> datetime:
        return self._time.now() + self.ahead

    def move_to(self, moment: datetime) -> None:
        self.ahead = moment - self._time.now()

    def advance(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)
