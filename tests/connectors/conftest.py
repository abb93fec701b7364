from collections.abc import AsyncIterator

import pytest

from connectors.contract import Connector
from tests.connectors.simulators import Simulated


@pytest.fixture
async def connector(simulated: Simulated) -> AsyncIterator[Connector]:
    connector = simulated.connect()
    yield connector
    await connector.aclose()
