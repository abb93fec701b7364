import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.psa.autotask.threshold import Threads, Threshold
from sandbox.psa.refused import Refused
from tests.sandbox.psa.autotask.calling import Caller

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("others", "longer"), [(0, 0.0), (4999, 0.0), (5000, 0.5), (7499, 0.5), (7500, 1.0), (9999, 1.0)]
)
def test_the_more_of_the_hour_is_used_the_longer_a_call_takes(others: int, longer: float) -> None:
    threshold = Threshold()
    threshold.others = others
    assert threshold.take(NOW) == longer


def test_at_the_threshold_the_api_is_suspended_until_the_hour_has_gone() -> None:
    threshold = Threshold()
    threshold.allowed = 2
    threshold.take(NOW)
    threshold.take(NOW)
    with pytest.raises(Refused) as raised:
        threshold.take(NOW + timedelta(minutes=59))
    assert raised.value.status == 429
    threshold.take(NOW + timedelta(minutes=60))


def test_each_entity_has_three_threads_of_its_own() -> None:
    threads = Threads()
    with threads.one("code", "companies"), threads.one("code", "companies"), threads.one("code", "companies"):
        with threads.one("code", "contracts"), threads.one("other code", "companies"):
            pass
        with pytest.raises(Refused, match="3 threads"), threads.one("code", "companies"):
            pass
    with threads.one("code", "companies"):
        pass


async def test_the_threshold_is_told_and_counts_itself(api: Caller) -> None:
    await api.get("/ThresholdInformation")
    told = (await api.get("/ThresholdInformation")).json
    assert told == {
        "externalRequestThreshold": 10000,
        "requestThresholdTimeframe": 60,
        "currentTimeframeRequestCount": 2,
    }


async def test_a_fourth_call_at_once_is_refused_with_a_500(api: Caller) -> None:
    gate, waiting = asyncio.Event(), asyncio.Semaphore(0)

    async def sleep(_: float) -> None:
        waiting.release()
        await gate.wait()

    api.psa.sleep = sleep
    api.psa.threshold.others = 6000
    running = [asyncio.create_task(api.get("/Companies/0")) for _ in range(3)]
    for _ in running:
        await asyncio.wait_for(waiting.acquire(), 5)
    fourth = await api.get("/Companies/0")
    gate.set()
    assert (fourth.status, "Itgenatr005" in fourth.error) == (500, True)
    assert [(await one).status for one in running] == [200, 200, 200]
