"""A small account on loopback: the stories' customers and a hundred others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.syncro.server import SimulatedSyncro
from sandbox.psa.syncro.stories import syncro_world
from sandbox.serve import serving
from tests.sandbox.psa.syncro.calling import Caller

TODAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> SandboxClock:
    clock = SandboxClock()
    clock.move_to(TODAY)
    return clock


@pytest.fixture
def psa(clock: SandboxClock) -> SimulatedSyncro:
    return syncro_world(clock, accounts=100)


@pytest.fixture
async def api(psa: SimulatedSyncro) -> AsyncIterator[Caller]:
    async with serving(psa.app) as url, aiohttp.ClientSession() as session:
        yield Caller(psa, session, url)
