from collections.abc import AsyncIterator

import pytest

from connectors.contract import Connector
from connectors.registry import specs
from tests.connectors.simulators import SIMULATORS, SMALL, Simulated

KINDS = sorted(specs())


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def simulated(kind: str) -> AsyncIterator[Simulated]:
    async with SIMULATORS[kind](SMALL) as one:
        yield one


@pytest.fixture
async def all_read(simulated: Simulated) -> AsyncIterator[Connector]:
    """A connector whose user may read every table of the configuration."""
    connector = simulated.connect_as_one_who_reads_all()
    yield connector
    await connector.aclose()


@pytest.fixture(autouse=True)
def exemption(request: pytest.FixtureRequest, kind: str) -> None:
    reason = specs()[kind].exempt.get(request.node.originalname) if "kind" in request.fixturenames else None
    if reason:
        pytest.skip(f"{kind} is exempt: {reason}")
