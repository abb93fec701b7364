import pytest

from connectors.errors import RateLimited
from connectors.http import Budgets, Timing
from connectors.kaseya_family.hourly import Hourly
from tests.connectors.faketime import FakeTime
from tests.connectors.kaseya_family.connecting import TYPES, Wired, ok


def hourly(time: FakeTime, calls: int) -> Hourly:
    timing = Timing.of(time.now, time.sleep)
    return Hourly(psa="Kaseya BMS", calls_per_hour=calls, timing=timing, budgets=Budgets(), account="bms.test msp")


async def test_an_endpoint_is_counted_whatever_the_numbers_in_its_path() -> None:
    time = FakeTime()
    budget = hourly(time, 2)
    await budget.turn("GET /v2/crm/accounts/summary/1")
    await budget.turn("GET /v2/crm/accounts/summary/2")
    await budget.turn("GET /v2/crm/accounts/summary")
    with pytest.raises(RateLimited, match="used up for 60 minutes") as raised:
        await budget.turn("GET /v2/crm/accounts/summary/3")
    assert raised.value.call == "GET /v2/crm/accounts/summary/3"


async def test_a_short_wait_is_waited_and_the_hour_moves_on() -> None:
    time = FakeTime()
    budget = hourly(time, 2)
    await budget.turn("GET /a")
    time.advance(1800)
    await budget.turn("GET /a")
    time.advance(1770)
    await budget.turn("GET /a")
    assert time.slept == [30.0]
    with pytest.raises(RateLimited):
        await budget.turn("GET /a")


async def test_the_connector_stays_below_the_vendors_limit_of_each_endpoint(wire: Wired) -> None:
    wire.on(TYPES, ok([]))
    for _ in range(1400):
        await wire.psa._api._hourly.turn(f"GET {TYPES}")
    with pytest.raises(RateLimited, match="1,400 calls an hour"):
        await wire.psa.tables()
    assert wire.server.asked == []
