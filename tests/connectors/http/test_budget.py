import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.http import Budget, Pace, Timing
from connectors.http.budget import seconds_to_wait
from tests.connectors.faketime import FakeTime

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def timing_of(time: FakeTime) -> Timing:
    return Timing.of(time.now, time.sleep)


async def moments_of(calls: int, *, per_minute: int, parallel: int, gaps: list[float]) -> list[float]:
    time = FakeTime()
    budget = Budget.alone(pace=Pace(calls=per_minute), parallel_calls=parallel, timing=timing_of(time))
    moments = []
    for number in range(calls):
        async with budget.turn():
            moments.append(time.now().timestamp())
        time.advance(gaps[number % len(gaps)])
    return moments


@given(per_minute=st.integers(1, 9), gaps=st.lists(st.floats(0, 40), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_minute_ever_holds_more_calls_than_allowed(per_minute: int, gaps: list[float]) -> None:
    moments = asyncio.run(moments_of(40, per_minute=per_minute, parallel=2, gaps=gaps))
    for first, later in zip(moments, moments[per_minute:], strict=False):
        assert later - first >= 60 - 1e-3


async def test_calls_inside_the_budget_never_wait() -> None:
    moments = await moments_of(10, per_minute=10, parallel=1, gaps=[0])
    assert len(set(moments)) == 1


async def test_a_pause_holds_back_everybody_who_comes_after() -> None:
    time = FakeTime()
    budget = Budget.alone(pace=Pace(calls=100), parallel_calls=4, timing=timing_of(time))
    await budget.pause(30)
    await budget.pause(5)  # a shorter one does not shorten it
    async with budget.turn():
        assert time.slept == [30]


async def test_a_caller_that_is_cancelled_gives_its_place_back() -> None:
    budget = Budget.alone(pace=Pace(calls=100), parallel_calls=1, timing=Timing())
    entered = asyncio.Event()

    async def hold() -> None:
        async with budget.turn():
            entered.set()
            await asyncio.Event().wait()

    holder = asyncio.create_task(hold())
    await entered.wait()
    holder.cancel()
    await asyncio.gather(holder, return_exceptions=True)
    async with asyncio.timeout(1), budget.turn():
        pass


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 10:00:45 GMT", 45.0),
        ("Sat, 21 Nov 2026 10:00:45 -0000", 45.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header, NOW) == seconds


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_retry_after_is_ever_an_exception(header: str) -> None:
    assert (seconds_to_wait(header, NOW) or 0) >= 0


async def test_the_real_clock_serves_when_none_is_handed_in() -> None:
    timing = Timing.of(lambda: NOW)
    assert timing.now() is NOW
    before = timing.clock()
    await timing.sleep(0)
    assert timing.clock() >= before
    assert Timing.of().now().tzinfo is UTC
    time = FakeTime()
    assert Timing.of(sleep=time.sleep).sleep == time.sleep
