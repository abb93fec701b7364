from collections.abc import AsyncIterator

import pytest

from tests.connectors.simulators import SIMULATORS, SMALL, Simulated
from tests.connectors.syncro.connecting import Wired, wired


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired() as one:
        yield one


@pytest.fixture
async def simulated() -> AsyncIterator[Simulated]:
    async with SIMULATORS["syncro"](SMALL) as one:
        yield one
