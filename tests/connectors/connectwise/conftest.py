from collections.abc import AsyncIterator

import pytest

from tests.connectors.connectwise.connecting import Wired, wired


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired() as one:
        yield one
