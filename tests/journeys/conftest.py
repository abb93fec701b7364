"""One town per test; the rules are loaded once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rules.engine import Engine
from tests.journeys.town import Town, a_town


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine.load()


@pytest.fixture
async def town(tmp_path: Path, engine: Engine) -> AsyncIterator[Town]:
    async with a_town(tmp_path, engine) as built:
        yield built
