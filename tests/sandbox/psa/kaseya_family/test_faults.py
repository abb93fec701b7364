import asyncio

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.kaseya_family.faults import FAULTS
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from tests.sandbox.psa.kaseya_family.calling import ACCOUNTS, CONTRACTS, TYPES, USER, Caller


@pytest.mark.parametrize(
    ("fault", "path", "status"),
    [
        ("down", USER, 503),
        ("forbidden-agreements", CONTRACTS, 403),
        ("forbidden-companies", ACCOUNTS, 403),
        ("forbidden-tables", TYPES, 403),
        ("no-api-access", USER, 403),
        ("html", USER, 200),
        ("truncated", USER, 200),
        ("server-error", USER, 500),
        ("failure", USER, 200),
        ("rate-limited", USER, 429),
        ("busy", USER, 200),
        ("unauthorized", USER, 401),
    ],
)
async def test_every_fault_is_met_until_it_is_lifted(api: Caller, fault: str, path: str, status: int) -> None:
    await api.sign_in()
    api.psa.break_with(fault)
    assert api.psa.fault == fault
    assert (await api.get(path)).status == status
    api.psa.break_with("none")
    assert (await api.get(path)).status == 200


async def test_a_forbidden_table_leaves_the_rest_alone(api: Caller) -> None:
    api.psa.break_with("forbidden-agreements")
    assert (await api.get(ACCOUNTS)).status == 200


async def test_nobody_signs_in_when_the_sign_in_is_broken(api: Caller) -> None:
    api.psa.break_with("unauthorized")
    assert (await api.sign_in()).error == "Invalid user name or password"


async def test_a_fault_may_last_for_some_calls_and_begin_later(api: Caller) -> None:
    await api.sign_in()
    api.psa.break_with("down", times=2, after=1)
    assert [(await api.get(USER)).status for _ in range(4)] == [200, 503, 503, 200]


async def test_slow_answers_end_when_the_fault_is_lifted(api: Caller) -> None:
    await api.sign_in()
    api.psa.slow_seconds = 0.01
    api.psa.break_with("slow", times=1)
    assert (await api.get(USER)).status == 200
    api.psa.break_with("hang")
    waiting = asyncio.create_task(api.get(USER))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    api.psa.break_with("none")
    assert (await waiting).status == 200


def test_there_is_no_other_fault(psa: SimulatedKaseya) -> None:
    assert next(iter(psa.faults)) == "none"
    assert psa.faults == FAULTS
    with pytest.raises(KeyError):
        psa.break_with("earthquake")


async def test_each_endpoint_has_an_hour_of_its_own(api: Caller, clock: SandboxClock) -> None:
    api.psa.budget.per_hour = 2
    assert [(await api.get(TYPES)).status for _ in range(3)] == [200, 200, 429]
    assert (await api.get(USER)).status == 200
    assert "Retry-After" not in (await api.get(TYPES)).headers
    api.psa.budget.retry_after = 9
    assert (await api.get(TYPES)).headers["Retry-After"] == "9"
    clock.advance(3601)
    await api.sign_in()
    assert (await api.get(TYPES)).status == 200
    api.psa.budget.per_hour = None
    assert [(await api.get(TYPES)).status for _ in range(3)] == [200, 200, 200]


async def test_an_answer_may_take_its_time(api: Caller) -> None:
    api.psa.latency_ms = 5.0
    assert (await api.get(USER)).status == 200
