from collections.abc import AsyncIterator

import pytest

from tests.connectors.kaseya_family.connecting import Wired, wired
from tests.connectors.simulators import SIMULATORS, SMALL, Simulated


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired() as one:
        yield one


@pytest.fixture(params=["kaseya-bms", "pulseway"])
async def simulated(request: pytest.FixtureRequest) -> AsyncIterator[Simulated]:
    async with SIMULATORS[request.param](SMALL) as one:
        yield one
