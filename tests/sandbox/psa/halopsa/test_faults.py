"""Each fault that can be set, and the rolling window of calls."""

import asyncio

import pytest

from sandbox.psa.halopsa.server import SimulatedHaloPsa
from tests.sandbox.psa.halopsa.calling import Caller


@pytest.mark.parametrize(
    ("fault", "path", "status", "says"),
    [
        ("down", "/Client", 503, "being upgraded"),
        ("forbidden-agreements", "/RecurringInvoice", 403, "UnauthorizedAccessException"),
        ("denied-agreements", "/RecurringInvoice", 400, "do not have permission"),
        ("forbidden-companies", "/Client", 403, "UnauthorizedAccessException"),
        ("forbidden-tables", "/TopLevel", 403, "UnauthorizedAccessException"),
        ("html", "/Client", 200, "<form"),
        ("truncated", "/Client", 200, '"clients": [{"id": 41'),
        ("server-error", "/Client", 500, "Timeout Expired"),
        ("rate-limited", "/Client", 429, "300 Requests per rolling 5 minute window."),
        ("window-full", "/Client", 429, "450 Requests per rolling 5 minute window."),
        ("unauthorized", "/Client", 401, ""),
    ],
)
async def test_a_fault_is_met_until_it_is_lifted(api: Caller, fault: str, path: str, status: int, says: str) -> None:
    assert (await api.get(path)).status == 200
    api.psa.break_with(fault)
    assert api.psa.fault == fault
    broken = await api.get(path)
    assert (broken.status, says in broken.text) == (status, True)
    assert ("Retry-After" in broken.headers) is (fault in {"down", "rate-limited"})
    api.psa.break_with("none")
    assert (await api.get(path)).status == 200


@pytest.mark.parametrize("fault", ["down", "sign-in-down"])
async def test_the_sign_in_may_be_down_as_well(api: Caller, fault: str) -> None:
    api.psa.break_with(fault)
    assert (await api.sign_in()).status == 503


async def test_a_fault_may_come_late_and_go_soon(api: Caller) -> None:
    await api.token("unlimited")
    api.psa.break_with("down", times=2, after=1)
    assert [(await api.get("/InstanceInfo")).status for _ in range(4)] == [200, 503, 503, 200]


async def test_a_slow_server_answers_in_the_end_and_lifting_ends_the_wait(api: Caller) -> None:
    await api.token("unlimited")
    api.psa.slow_seconds = 0.01
    api.psa.break_with("slow")
    assert (await api.get("/InstanceInfo")).status == 200
    api.psa.break_with("hang")
    waiting = asyncio.create_task(api.get("/InstanceInfo"))
    while not api.psa._faults._lifted:
        await asyncio.sleep(0)
    api.psa.break_with("none")
    assert (await asyncio.wait_for(waiting, 5)).status == 200


async def test_a_call_takes_as_long_as_the_latency_says(api: Caller) -> None:
    await api.token("unlimited")
    api.psa.latency_ms = 20
    begun = asyncio.get_running_loop().time()
    await api.get("/InstanceInfo")
    assert asyncio.get_running_loop().time() - begun >= 0.02


def test_an_unknown_fault_is_refused(psa: SimulatedHaloPsa) -> None:
    with pytest.raises(KeyError):
        psa.break_with("earthquake")
    assert next(iter(psa.faults)) == "none"


async def test_three_hundred_calls_fill_the_window_of_five_minutes(api: Caller) -> None:
    api.psa.window.calls = 3
    assert [(await api.get("/InstanceInfo")).status for _ in range(4)] == [200, 200, 200, 429]
    api.psa.clock.advance(301)
    assert (await api.get("/InstanceInfo")).status == 200
    api.psa.window.calls = None
    assert [(await api.get("/InstanceInfo")).status for _ in range(5)] == [200] * 5
