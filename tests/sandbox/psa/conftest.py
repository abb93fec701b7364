"""A small tenant on loopback: the stories' companies and sixty others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.serve import serving
from tests.sandbox.psa.calling import Caller

TODAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> SandboxClock:
    clock = SandboxClock()
    clock.move_to(TODAY)
    return clock


@pytest.fixture
def psa(clock: SandboxClock) -> SimulatedConnectWise:
    return connectwise_world(clock, accounts=60)


@pytest.fixture
async def api(psa: SimulatedConnectWise) -> AsyncIterator[Caller]:
    async with serving(psa.app) as url, aiohttp.ClientSession() as session:
        yield Caller(psa, session, url)
