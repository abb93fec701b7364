import asyncio

import pytest

from sandbox.psa.syncro.faults import FAULTS
from sandbox.psa.syncro.server import BASE
from tests.sandbox.psa.syncro.calling import Caller


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/v2/me",
        f"{BASE}/nothing",
        f"{BASE}/customers/abc",
        f"{BASE}/customers/{{id}}",
        f"{BASE}/me/1",
        f"{BASE}/customers/",
    ],
)
async def test_a_path_that_leads_nowhere_is_a_page_and_no_json(api: Caller, path: str) -> None:
    reply = await api.raw(path, headers=api.signed())
    assert (reply.status, reply.text[:9]) == (404, "<!DOCTYPE")


@pytest.mark.requirement("R240")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_nothing_but_get_exists_and_every_try_is_on_record(api: Caller, method: str) -> None:
    reply = await api.raw(f"{BASE}/schedules/7795", method=method, headers=api.signed())
    assert reply.status == 405
    assert [(call.method, call.status) for call in api.psa.calls] == [(method, 405)]


async def test_every_call_is_on_record_with_who_asked_what(api: Caller) -> None:
    await api.get("/customers", ids=[1, 2], query="A+ Plumbing")
    await api.raw(f"{BASE}/me")
    first, second = api.psa.calls
    assert (first.path, first.status, first.member) == (f"{BASE}/customers", 200, "psabot")
    assert first.query == {"id[]": "1,2", "query": "A+ Plumbing"}
    assert (second.status, second.member) == (401, "")


async def test_a_deep_link_shows_the_customer_and_escapes_its_name(api: Caller) -> None:
    odd = next(row.data for row in api.psa.customers.rows() if (row.data["business_name"] or "").startswith("<!chan"))
    page = await api.raw(f"/customers/{odd['id']}")
    assert page.status == 200
    assert "&lt;!channel&gt; Catering" in page.text
    assert "Managed workstation x 20.0" in (await api.raw("/customers/30418")).text
    assert "paused" in (await api.raw("/customers/30414")).text
    assert "no line" in (await api.raw("/customers/30412")).text
    assert (await api.raw("/customers/1")).status == 404


async def test_the_limit_counts_by_address_and_not_by_token_and_says_nothing_of_when(api: Caller) -> None:
    members = ("psabot", "admin", "norecurring")
    statuses = [(await api.get("/me", member=members[number % 3])).status for number in range(181)]
    assert statuses == [200] * 180 + [429]
    assert "Retry-After" not in (await api.get("/me")).headers
    api.psa.budget.retry_after = 30
    assert (await api.get("/me")).headers["Retry-After"] == "30"
    api.psa.clock.advance(61)
    assert (await api.get("/me")).status == 200
    api.psa.budget.per_minute = None
    assert {(await api.get("/me")).status for _ in range(185)} == {200}


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [
        ("down", 503, "<html>"),
        ("html", 200, "<!DOCTYPE html>"),
        ("text", 200, "Disabled"),
        ("null", 200, "null"),
        ("truncated", 200, '{"customers":[{'),
        ("server-error", 500, '{"error": "Request timeout"}'),
        ("rate-limited", 429, "{"),
        ("rate-limited-silently", 429, "{"),
        ("unauthorized", 401, '{"error": "Invalid'),
    ],
)
async def test_every_call_meets_the_fault_until_it_is_mended(api: Caller, fault: str, status: int, begins: str) -> None:
    api.psa.break_with(fault)
    assert api.psa.fault == fault
    reply = await api.get("/customers")
    assert reply.status == status
    assert reply.text.startswith(begins)
    assert ("Retry-After" in reply.headers) == (fault in {"down", "rate-limited"})
    api.psa.break_with("none")
    assert (await api.get("/customers")).status == 200


@pytest.mark.parametrize(
    ("fault", "forbidden", "open_still"),
    [
        ("forbidden-agreements", "/schedules", "/customers"),
        ("forbidden-companies", "/customers", "/schedules"),
        ("forbidden-companies", "/customers/30418", "/me"),
        ("forbidden-details", "/customers/30418", "/customers"),
    ],
)
async def test_a_permission_can_be_taken_away_from_everybody(
    api: Caller, fault: str, forbidden: str, open_still: str
) -> None:
    api.psa.break_with(fault)
    assert (await api.get(forbidden)).status == 401
    assert (await api.get(open_still)).status == 200


async def test_a_fault_can_begin_later_and_pass_by_itself(api: Caller) -> None:
    api.psa.break_with("down", times=2, after=1)
    assert [(await api.get("/me")).status for _ in range(5)] == [200, 503, 503, 200, 200]
    assert api.psa.fault == "none"
    with pytest.raises(KeyError):
        api.psa.break_with("earthquake")
    assert next(iter(api.psa.faults)) == "none"
    assert api.psa.faults is FAULTS


async def test_a_slow_server_answers_in_the_end_and_one_that_hangs_lets_go_when_mended(api: Caller) -> None:
    assert api.psa.slow_seconds == 10
    api.psa.slow_seconds = 0.01
    api.psa.break_with("slow")
    assert (await api.get("/me")).status == 200
    api.psa.break_with("hang")
    waiting = [asyncio.create_task(api.get("/me")) for _ in range(2)]
    done, _ = await asyncio.wait(waiting, timeout=0.1)
    assert not done
    api.psa.break_with("none")
    assert [reply.status for reply in await asyncio.wait_for(asyncio.gather(*waiting), 5)] == [200, 200]


async def test_latency_comes_on_top_of_every_answer(api: Caller) -> None:
    api.psa.latency_ms = 30
    started = asyncio.get_running_loop().time()
    await api.get("/me")
    assert asyncio.get_running_loop().time() - started >= 0.03
