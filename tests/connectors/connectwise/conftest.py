from collections.abc import AsyncIterator

import pytest

from tests.connectors.connectwise.connecting import Wired, wired
from tests.connectors.simulators import SIMULATORS, SMALL, Simulated


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired() as one:
        yield one


@pytest.fixture
async def simulated() -> AsyncIterator[Simulated]:
    async with SIMULATORS["connectwise"](SMALL) as one:
        yield one
