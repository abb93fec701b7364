"""One town per PSA: its stories are about different customers, so they can be played in it in any order."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rules.engine import Engine
from tests.journeys.town import Town, a_town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> AsyncIterator[Town]:
    """The module's ``KIND`` lives in it."""
    async with a_town(tmp_path_factory.mktemp("town"), engine, (request.module.KIND,), leaps=True) as built:
        yield built
