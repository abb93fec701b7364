from collections.abc import AsyncIterator

import pytest

from connectors.contract import Connector
from tests.connectors.halopsa.connecting import Wired, wired
from tests.connectors.simulators import SMALL, Simulated, simulated_halopsa


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired() as one:
        yield one


@pytest.fixture
async def simulated() -> AsyncIterator[Simulated]:
    async with simulated_halopsa(SMALL) as one:
        yield one


@pytest.fixture
async def connector(simulated: Simulated) -> AsyncIterator[Connector]:
    connector = simulated.connect()
    yield connector
    await connector.aclose()
