import asyncio
from typing import Any

import pytest

from connectors.contract import Connector
from connectors.errors import RateLimited
from connectors.records import AccountFilter
from tests.connectors.answerer import Say
from tests.connectors.autotask.connecting import NO_RIGHT, QUIET, THRESHOLD, Wired, page
from tests.connectors.simulators import Simulated

EVERYBODY = AccountFilter(statuses=None, types=None)


def used(calls: Any) -> Say:
    return Say(body={"externalRequestThreshold": 10000, "currentTimeframeRequestCount": calls})


async def pull(wire: Wired) -> None:
    async for _ in wire.at.accounts(EVERYBODY):
        pass


async def test_a_connection_test_tells_how_much_of_the_shared_hour_is_used(wire: Wired) -> None:
    wire.server.on(THRESHOLD, used(7421))
    detail = (await wire.at.check()).detail
    assert detail == "7,421 of the 10,000 calls an hour that all integrations share are used."
    wire.server.on(THRESHOLD, used(9100))
    assert "suspend" in (await wire.at.check()).detail


@pytest.mark.parametrize("body", [{}, {"externalRequestThreshold": None, "currentTimeframeRequestCount": True}])
async def test_a_threshold_that_is_not_told_stops_nothing(wire: Wired, body: Any) -> None:
    wire.knows()
    wire.server.on(THRESHOLD, Say(body=body))
    wire.on("/Companies/query", page())
    assert (await wire.at.check()).detail == ""
    await pull(wire)


async def test_no_sync_begins_when_the_hour_is_nearly_used_up(wire: Wired) -> None:
    wire.server.on(THRESHOLD, used(7000))
    with pytest.raises(RateLimited, match="7,000 of the 10,000") as raised:
        await pull(wire)
    assert raised.value.transient
    with pytest.raises(RateLimited):
        await anext(aiter(wire.at.agreements()))
    assert wire.server.paths() == [THRESHOLD]


async def test_the_threshold_is_asked_for_once_for_reads_that_begin_together_and_again_later(wire: Wired) -> None:
    wire.knows()
    wire.server.on(THRESHOLD, QUIET)
    wire.on("/Companies/query", page())
    await pull(wire)
    await pull(wire)
    wire.time.advance(61)
    await pull(wire)
    assert wire.server.paths().count(THRESHOLD) == 2


async def test_a_threshold_that_may_not_be_read_stops_nothing(wire: Wired) -> None:
    wire.knows()
    wire.server.on(THRESHOLD, NO_RIGHT)
    wire.on("/Companies/query", page())
    await pull(wire)


async def test_a_question_is_answered_even_in_a_busy_hour(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.break_with("busy-hour")
    assert await connector.find_accounts("Wayne")
    with pytest.raises(RateLimited):
        await anext(aiter(connector.agreements()))


async def test_three_threads_are_never_exceeded_however_many_ask(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.latency_ms = 5
    await asyncio.gather(*(connector.find_accounts("Wayne") for _ in range(12)))
    assert {call.status for call in simulated.psa.calls} == {200}


@pytest.mark.parametrize(("others", "seconds"), [(5_200, 0.5), (7_600, 1.0)])
async def test_the_latency_that_autotask_adds_in_a_busy_hour_is_borne(
    simulated: Simulated, connector: Connector, others: int, seconds: float
) -> None:
    """Half a second for each call from the half of the shared hour on, a second from three quarters on (AT §4.1)."""
    simulated.psa.threshold.others = others
    assert await connector.find_accounts("Wayne")
    assert set(simulated.time.slept) == {seconds}
    assert {call.status for call in simulated.psa.calls} == {200}


async def test_an_hour_that_others_used_up_is_said_and_nothing_is_lost_after_it(
    simulated: Simulated, connector: Connector
) -> None:
    assert await connector.find_accounts("Wayne")
    simulated.psa.threshold.others = simulated.psa.threshold.allowed
    with pytest.raises(RateLimited) as raised:
        await connector.find_accounts("Wayne")
    assert raised.value.transient
    simulated.psa.threshold.others = 0
    assert await connector.find_accounts("Wayne")
