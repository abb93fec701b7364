import asyncio
from contextlib import suppress

import pytest

from sandbox.psa.autotask.faults import FAULTS
from tests.sandbox.psa.autotask.calling import EVERYTHING, Caller


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ("down", 503, "maintenance"),
        ("html", 200, "<!DOCTYPE html>"),
        ("truncated", 200, '"Acme Den'),
        ("server-error", 500, "Timeout"),
        ("rate-limited", 429, "threshold"),
        ("threads", 500, "Itgenatr005"),
        ("unauthorized", 401, "Unauthorized"),
        ("forbidden-companies", 500, "adequate permissions"),
    ],
)
async def test_a_fault_hits_every_query_until_it_is_lifted(api: Caller, fault: str, status: int, said: str) -> None:
    api.psa.break_with(fault)
    reply = await api.query(EVERYTHING)
    assert (reply.status, said in reply.text) == (status, True)
    assert api.psa.fault == fault
    api.psa.break_with("none")
    assert (await api.query(EVERYTHING)).status == 200


async def test_forbidden_contracts_take_their_services_with_them_and_leave_accounts_alone(api: Caller) -> None:
    api.psa.break_with("forbidden-agreements")
    assert (await api.query(EVERYTHING, entity="ContractServices")).status == 500
    assert (await api.query(EVERYTHING)).status == 200
    info = (await api.get("/Contracts/entityInformation")).json["info"]
    assert info["userAccessForQuery"] == "None"


async def test_forbidden_tables_are_the_picklists(api: Caller) -> None:
    api.psa.break_with("forbidden-tables")
    assert (await api.get("/Companies/entityInformation/fields")).status == 500
    assert (await api.query(EVERYTHING)).status == 200


async def test_a_busy_hour_is_told_by_the_threshold(api: Caller) -> None:
    api.psa.break_with("busy-hour")
    assert (await api.get("/ThresholdInformation")).json["currentTimeframeRequestCount"] == 9500


async def test_a_fault_may_begin_later_and_end_by_itself(api: Caller) -> None:
    api.psa.break_with("down", times=2, after=1)
    statuses = [(await api.get("/ThresholdInformation")).status for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


async def test_a_slow_answer_comes_and_a_lifted_one_at_once(api: Caller) -> None:
    api.psa.slow_seconds = 0.01
    api.psa.break_with("slow")
    assert (await api.get("/ThresholdInformation")).status == 200
    api.psa.break_with("hang")
    waiting = asyncio.create_task(api.get("/ThresholdInformation"))
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.05)
    assert not waiting.done()
    api.psa.break_with("none")
    assert (await asyncio.wait_for(waiting, 5)).status == 200


async def test_every_answer_takes_its_latency(api: Caller) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    api.psa.sleep = sleep
    api.psa.latency_ms = 50
    await api.get("/ThresholdInformation")
    assert slept == [0.05]


async def test_unknown_faults_are_refused_and_known_ones_labelled(api: Caller) -> None:
    with pytest.raises(KeyError):
        api.psa.break_with("nothing")
    assert next(iter(api.psa.faults)) == "none"
    assert all(FAULTS.values())


async def test_each_call_is_written_down_with_who_made_it(api: Caller) -> None:
    await api.query(EVERYTHING)
    await api.raw("/nothing")
    first, second = api.psa.calls[-2:]
    assert (first.method, first.path, first.status) == ("POST", "/zone3/ATServicesRest/V1.0/Companies/query", 200)
    assert first.member == api.psa.users["admin"].username
    assert (second.status, second.member) == (404, "")
