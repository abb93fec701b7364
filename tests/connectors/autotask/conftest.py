from collections.abc import AsyncIterator

import pytest

from connectors.contract import Connector
from tests.connectors.autotask.connecting import Wired, wired
from tests.connectors.simulators import SMALL, Simulated, simulated_autotask


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired() as one:
        yield one


@pytest.fixture
async def simulated() -> AsyncIterator[Simulated]:
    async with simulated_autotask(SMALL) as one:
        yield one


@pytest.fixture
async def connector(simulated: Simulated) -> AsyncIterator[Connector]:
    connector = simulated.connect()
    yield connector
    await connector.aclose()
