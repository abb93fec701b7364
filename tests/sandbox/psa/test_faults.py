import asyncio

import pytest

from sandbox.psa.connectwise.server import SimulatedConnectWise
from tests.sandbox.psa.calling import AGREEMENTS, COMPANIES, Caller


def test_the_first_fault_is_none_and_each_has_a_label(psa: SimulatedConnectWise) -> None:
    assert next(iter(psa.faults)) == "none"
    assert all(psa.faults.values())
    assert psa.fault == "none"


def test_a_fault_that_does_not_exist_is_refused(psa: SimulatedConnectWise) -> None:
    with pytest.raises(KeyError):
        psa.break_with("fire")


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [
        ("down", 503, "<html>"),
        ("html", 200, "<!DOCTYPE html>"),
        ("truncated", 200, '[{"id": 250'),
        ("server-error", 500, '{"code": "InternalServerError"'),
        ("rate-limited", 429, '{"error": "ConnectWiseAPI"'),
        ("unauthorized", 401, '{"code": "Unauthorized"'),
    ],
)
async def test_a_broken_server_answers_every_call_the_same_way_until_it_is_mended(
    api: Caller, fault: str, status: int, begins: str
) -> None:
    api.psa.break_with(fault)
    assert api.psa.fault == fault
    for path in (COMPANIES, "/system/info"):
        reply = await api.get(path)
        assert reply.status == status
        assert reply.text.startswith(begins)
    api.psa.break_with("none")
    assert (await api.get(COMPANIES)).status == 200


async def test_a_429_says_how_long_to_wait_and_names_its_code_error(api: Caller) -> None:
    api.psa.break_with("rate-limited")
    reply = await api.get(COMPANIES)
    assert reply.headers["Retry-After"] == "30"
    assert reply.json == {"error": "ConnectWiseAPI", "message": "Too many requests. Please try again in 30 seconds."}


async def test_maintenance_also_closes_the_login_and_a_refused_key_does_not(api: Caller) -> None:
    api.psa.break_with("down")
    assert (await api.raw("/login/companyinfo/examplemsp")).status == 503
    api.psa.break_with("unauthorized")
    assert (await api.raw("/login/companyinfo/examplemsp")).status == 200


@pytest.mark.parametrize(
    ("fault", "forbidden", "open_still"),
    [
        ("forbidden-agreements", AGREEMENTS, COMPANIES),
        ("forbidden-companies", COMPANIES, AGREEMENTS),
        ("forbidden-tables", f"{COMPANIES}/statuses", COMPANIES),
    ],
)
async def test_a_right_can_be_taken_away_from_everybody(
    api: Caller, fault: str, forbidden: str, open_still: str
) -> None:
    api.psa.break_with(fault)
    assert (await api.get(forbidden)).json["code"] == "Security"
    assert (await api.get(open_still)).status == 200


async def test_a_fault_can_begin_later_and_pass_by_itself(api: Caller) -> None:
    api.psa.break_with("down", times=2, after=1)
    statuses = [(await api.get("/system/info")).status for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]
    assert api.psa.fault == "none"


async def test_a_slow_server_answers_in_the_end(api: Caller) -> None:
    assert api.psa.slow_seconds == 10
    api.psa.slow_seconds = 0.01
    api.psa.break_with("slow")
    assert (await api.get("/system/info")).status == 200


async def test_a_server_that_hangs_lets_go_when_it_is_mended(api: Caller) -> None:
    api.psa.break_with("hang")
    waiting = [asyncio.create_task(api.get("/system/info")) for _ in range(2)]
    done, _ = await asyncio.wait(waiting, timeout=0.1)
    assert not done
    api.psa.break_with("none")
    assert [reply.status for reply in await asyncio.wait_for(asyncio.gather(*waiting), 5)] == [200, 200]


async def test_latency_comes_on_top_of_every_answer(api: Caller) -> None:
    api.psa.latency_ms = 30
    started = asyncio.get_running_loop().time()
    await api.get("/system/info")
    assert asyncio.get_running_loop().time() - started >= 0.03


async def test_more_calls_than_the_budget_are_refused_until_a_minute_has_passed(api: Caller) -> None:
    api.psa.budget.per_minute = 2
    statuses = [(await api.get("/system/info")).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = await api.get("/system/info")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    api.psa.clock.advance(61)
    assert (await api.get("/system/info")).status == 200
