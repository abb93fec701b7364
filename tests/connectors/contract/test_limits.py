"""How often and how many at once every connector calls."""

import asyncio
from itertools import pairwise

from connectors.contract import Connector
from connectors.registry import specs
from tests.connectors.answerer import answering
from tests.connectors.simulators import SIMULATORS, SMALL, Simulated


async def test_the_call_budget_holds_under_sixteen_callers(simulated: Simulated, connector: Connector) -> None:
    spec, calls = connector.spec, 0
    moments: list[float] = []

    async def caller() -> None:
        nonlocal calls
        while calls < spec.calls_per_minute + 40:
            calls += 1
            await connector.check()
            moments.append(simulated.time.now().timestamp())

    await asyncio.gather(*(caller() for _ in range(16)))
    moments.sort()
    late = [b - a for a, b in pairwise(moments) if b - a > 1]
    assert len(late) == 1
    assert len([moment for moment in moments if moment < moments[0] + 59]) <= spec.calls_per_minute


async def test_no_more_calls_run_at_once_than_the_spec_says(kind: str) -> None:
    async with answering() as answerer:
        answerer.delay = 0.01
        async with SIMULATORS[kind](SMALL) as simulated:
            settings = {**simulated.setup.settings, "base_url": f"{answerer.url}/apis/3.0"}
            connector = simulated.connect(settings=settings)
            await asyncio.gather(*(connector.check() for _ in range(16)), return_exceptions=True)
            await connector.aclose()
        assert len(answerer.asked) == 16
        assert answerer.most_at_once == specs()[kind].parallel_calls
