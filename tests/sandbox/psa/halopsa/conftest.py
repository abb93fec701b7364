"""A small tenant on loopback: the stories' customers and 240 others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.halopsa.server import SimulatedHaloPsa
from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.serve import serving
from tests.sandbox.psa.halopsa.calling import Caller

TODAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def psa() -> SimulatedHaloPsa:
    clock = SandboxClock()
    clock.move_to(TODAY)
    return halopsa_world(clock, accounts=240)


@pytest.fixture
async def api(psa: SimulatedHaloPsa) -> AsyncIterator[Caller]:
    async with serving(psa.app) as url, aiohttp.ClientSession() as session:
        yield Caller(psa, session, url)
