"""How often and how many at once every connector calls, proven on the clock that is handed in."""

import asyncio

import pytest

from connectors.contract import Connector
from connectors.errors import RateLimited
from connectors.registry import specs
from tests.connectors.contract.reading import bulk, every_read_of_records
from tests.connectors.simulators import Simulated

CALLERS = 16
PATIENCE = 20.0  # seconds, before a test that waits in vain fails
TURNS = 100  # of the event loop, in which a call that nobody holds back surely comes to a server of this process


async def moments_of(simulated: Simulated, connector: Connector, calls: int) -> tuple[list[float], list[BaseException]]:
    """When each of so many calls came to the server, made by sixteen callers, and what went wrong for these."""
    moments, left = list[float](), calls
    simulated.psa.after_call = lambda _: moments.append(simulated.time.now().timestamp())

    async def caller() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await connector.check()

    done = await asyncio.gather(*(caller() for _ in range(CALLERS)), return_exceptions=True)
    return moments, [failure for failure in done if failure is not None]


async def test_the_call_budget_holds_under_sixteen_callers(simulated: Simulated, connector: Connector) -> None:
    pace = connector.spec.pace
    moments, failures = await moments_of(simulated, connector, pace.calls + 40)
    assert not failures
    assert moments[-1] - moments[0] >= pace.seconds - 1  # the last ones had to wait
    for first, later in zip(moments, moments[pace.calls + CALLERS :], strict=False):
        assert later - first >= pace.seconds - 1


def test_what_we_call_in_a_whole_window_of_the_vendors_is_what_we_promised(kind: str) -> None:
    spec = specs()[kind]
    for limit in spec.limits:
        if limit.of != "each endpoint":  # those are counted one by one
            most = spec.pace.calls * max(1.0, 60 * limit.minutes / spec.pace.seconds)
            assert most <= limit.ours
    if spec.bulk_pace is not None:
        assert spec.bulk_pace.seconds == spec.pace.seconds
        assert spec.bulk_pace.calls < spec.pace.calls


async def test_the_vendors_own_limit_is_never_met(simulated: Simulated, connector: Connector) -> None:
    """The simulated server counts on the same clock, and would refuse. Who has to wait too long is told by us."""
    limit = connector.spec.limits[0]
    simulated.psa.limit_calls(limit.calls)
    calls = min(limit.calls + 60, 1_600)
    _, failures = await moments_of(simulated, connector, calls)
    assert {call.status for call in simulated.psa.calls} == {200}
    assert len(simulated.psa.calls) >= (limit.ours - CALLERS if failures else calls)
    assert all(isinstance(one, RateLimited) and "used up" in one.message for one in failures)


async def test_sixteen_questions_beside_a_sync_are_answered_without_a_refusal(
    simulated: Simulated, connector: Connector
) -> None:
    await connector.check()
    async with asyncio.TaskGroup() as group:
        group.create_task(bulk(connector, None))
        for _ in range(CALLERS):
            group.create_task(every_read_of_records(connector))
    assert {call.status for call in simulated.psa.calls} == {200}
    assert simulated.psa.most_at_once <= connector.spec.parallel_calls


async def test_as_many_calls_run_at_once_as_the_spec_says_and_no_more(
    simulated: Simulated, connector: Connector
) -> None:
    await connector.check()
    allowed, are_inside = connector.spec.parallel_calls, asyncio.Event()

    async def until_all_are_inside(_: float) -> None:
        if simulated.psa.most_at_once >= allowed:
            are_inside.set()
        await are_inside.wait()
        for _turn in range(TURNS):
            await asyncio.sleep(0)

    simulated.psa.latency_ms, simulated.psa.sleep = 1.0, until_all_are_inside
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(connector.check() for _ in range(CALLERS)))
    assert simulated.psa.most_at_once == allowed


async def test_a_limit_that_is_met_all_the_same_is_waited_for_or_told(
    simulated: Simulated, connector: Connector
) -> None:
    """Others use up the vendor's limit."""
    simulated.psa.limit_calls(3)
    _, failures = await moments_of(simulated, connector, 5)
    assert 429 in {call.status for call in simulated.psa.calls}
    assert all(isinstance(one, RateLimited) and one.transient for one in failures)
    assert len(simulated.psa.calls) <= 5 * 5
    assert min(simulated.time.slept) > 0


@pytest.mark.requirement("R222")
@pytest.mark.parametrize("minutes", [-30, -3, 0, 3, 30])
async def test_a_clock_that_is_off_never_makes_a_wait_negative_nor_longer(
    simulated: Simulated, connector: Connector, minutes: int
) -> None:
    """``minutes``: how far ahead the PSA's clock is. A Retry-After may say a time in place of seconds."""
    simulated.clock.advance(60 * minutes)
    simulated.psa.dates_retry_after = True
    await connector.check()
    simulated.psa.break_with("rate-limited", times=1)
    before = simulated.time.now()
    await connector.check()
    assert (simulated.time.now() - before).total_seconds() == 30
    assert all(seconds >= 0 for seconds in simulated.time.slept)
