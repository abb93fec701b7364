"""Small tenants of both products on loopback: the stories' accounts and sixty others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.pulseway.stories import pulseway_world
from sandbox.serve import serving
from tests.sandbox.psa.kaseya_family.calling import Caller

TODAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> SandboxClock:
    clock = SandboxClock()
    clock.move_to(TODAY)
    return clock


@pytest.fixture(params=["kaseya-bms", "pulseway"])
def psa(request: pytest.FixtureRequest, clock: SandboxClock) -> SimulatedKaseya:
    return (kaseya_bms_world if request.param == "kaseya-bms" else pulseway_world)(clock, accounts=60)


@pytest.fixture
async def api(psa: SimulatedKaseya) -> AsyncIterator[Caller]:
    async with serving(psa.app) as url, aiohttp.ClientSession() as session:
        yield Caller(psa, session, url)
