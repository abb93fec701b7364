"""What Syncro's refusals mean: above all, which of the two kinds of 401 it was."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import (
    BadRequest,
    ConnectorError,
    InvalidData,
    NotFound,
    PermissionDenied,
    RateLimited,
    SignInFailed,
    WebPage,
)
from connectors.http import Budgets, Reply
from connectors.syncro.answers import told
from connectors.syncro.connector import build
from connectors.syncro.rights import RIGHTS, right_for
from tests.connectors.answerer import HTML, Asked, Say, answering
from tests.connectors.faketime import FakeTime
from tests.connectors.syncro.connecting import (
    CUSTOMERS,
    IT_IS_ME,
    LACKS,
    ME,
    SCHEDULES,
    TOKEN,
    Wired,
    customers,
    invoice,
    schedules,
    setup,
)

WRONG = Say(body={"error": "Unauthorized"}, status=401)


async def refused(wire: Wired, *answers: Any) -> ConnectorError:
    wire.server.on(SCHEDULES, *answers)
    with pytest.raises(ConnectorError) as raised:
        await wire.syncro.agreements_of("5")
    return raised.value


@pytest.mark.requirement("R55", "R221")
@pytest.mark.parametrize("answer", [LACKS, WRONG, Say(status=401), Say(body={}, status=403)])
async def test_a_401_of_a_token_that_works_is_a_missing_permission_whatever_it_says(wire: Wired, answer: Say) -> None:
    error = await refused(wire, answer)
    assert isinstance(error, PermissionDenied)
    assert error.right == "Recurring Invoices - List"
    assert error.call == "GET /schedules"
    assert "Re-create the token and tick Customers - List/Search, Recurring Invoices - List" in error.message
    assert "the group of the user who made it" in error.message


@pytest.mark.requirement("R55", "R220")
@pytest.mark.parametrize("answer", [LACKS, WRONG])
async def test_a_401_of_a_token_that_does_not_work_is_a_wrong_token_whatever_it_says(wire: Wired, answer: Say) -> None:
    wire.server.on(ME, answer)
    error = await refused(wire, answer)
    assert isinstance(error, SignInFailed)
    assert "expired" in error.message
    assert "expiration left blank" in error.message
    assert error.call == "GET /me"


async def test_where_me_does_not_answer_neither_is_claimed(wire: Wired) -> None:
    wire.server.on(ME, HTML)
    assert isinstance(await refused(wire, LACKS), WebPage)


async def test_several_refusals_at_a_time_share_one_proof(wire: Wired) -> None:
    wire.server.on(SCHEDULES, LACKS)
    wire.server.on(CUSTOMERS, LACKS)
    wire.server.delay = 0.02
    reads = [wire.syncro.agreements_of("5"), wire.syncro.find_accounts("a"), wire.syncro.agreements_of("6")]
    errors = await asyncio.gather(*reads, return_exceptions=True)
    assert {type(error) for error in errors} == {PermissionDenied}
    assert wire.server.paths().count(ME) == 1


async def test_an_old_proof_says_nothing_about_a_later_refusal(wire: Wired) -> None:
    assert isinstance(await refused(wire, LACKS), PermissionDenied)
    wire.server.on(ME, WRONG)
    assert isinstance(await refused(wire, LACKS), SignInFailed)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (HTML, WebPage, "check the subdomain"),
        (Say(body="Disabled"), InvalidData, "cut short or damaged"),
        (Say(body=None), InvalidData, "not the record"),
        (Say(body={"error": ["Frequency can't be blank"]}, status=422), BadRequest, "did not accept GET /schedules"),
        (Say(body={"message": ["x"]}, status=400), BadRequest, "400"),
        (Say(body="<h1>Not Found</h1>", status=404), NotFound, "check the subdomain"),
        (Say(status=302, headers={"Location": "https://x/users/sign_in"}), NotFound, "check the subdomain"),
        (Say(body={"message": "Not found"}, status=404), NotFound, "no such record"),
    ],
)
async def test_every_other_refusal_says_what_to_do(
    wire: Wired, answer: Say, kind: type[ConnectorError], says: str
) -> None:
    error = await refused(wire, answer)
    assert isinstance(error, kind)
    assert says in error.message


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"error":"text"}', "text"),
        ('{"error":["a","b"]}', "a b"),
        ('{"errors":"text"}', "text"),
        ('{"errors":["a"]}', "a"),
        ('{"errors":{"appointments":{"summary":["can\'t be blank"]}}}', "summary can't be blank"),
        ('{"success":false,"message":["no"],"params":{}}', "no"),
        ('{"success":false,"error":"first","message":"second"}', "first"),
        ('{"record":{"id":5},"errors":"text"}', "text"),
        ('{"date":["can\'t be blank"]}', "date can't be blank"),
        ('["plain"]', "plain"),
        ("Disabled", "Disabled"),
        ("null", ""),
        ("<html>", ""),
    ],
)
def test_the_text_of_an_error_is_found_in_each_of_its_shapes(body: str, text: str) -> None:
    assert told(Reply(call="GET /x", url="https://x/", status=422, body=body.encode())) == text


@pytest.mark.requirement("R222")
async def test_a_429_that_does_not_say_how_long_is_waited_out_for_most_of_a_minute(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, Say(body={"error": "slow down"}, status=429), customers(1))
    assert await wire.syncro.find_accounts("acme")
    assert len(wire.time.slept) == 1
    assert 45 <= wire.time.slept[0] <= 60


async def test_a_second_429_in_a_row_is_told_and_not_waited_for(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, Say(body={"error": "slow down"}, status=429))
    with pytest.raises(RateLimited):
        await wire.syncro.find_accounts("acme")
    assert len(wire.server.asked) == 2


@pytest.mark.requirement("X35")
async def test_all_syncro_accounts_of_a_process_share_one_budget_because_they_share_an_address() -> None:
    time, budgets = FakeTime(), Budgets()
    async with answering() as server:
        server.on(ME, IT_IS_ME)
        shared = replace(setup(time, base_url=server.url), budgets=budgets)
        first, second = build(shared), build(shared)
        for _ in range(75):
            await first.check()
            await second.check()
        assert time.slept == []
        await second.check()
        assert sum(time.slept) == 60
        assert (first.usage.calls, second.usage.calls) == (75, 76)
        alone = build(setup(time, base_url=server.url))
        await alone.check()
        assert sum(time.slept) == 60
        for each in (first, second, alone):
            await each.aclose()


@pytest.mark.requirement("R239")
async def test_a_full_sync_that_has_used_up_its_calls_leaves_some_for_questions() -> None:
    waiting, time = asyncio.Event(), FakeTime()

    async def sleep(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with answering() as server:
        server.on(ME, IT_IS_ME)
        server.on(SCHEDULES, lambda asked: schedules(invoice(int(asked.query["page"]))))
        syncro = build(replace(setup(time, base_url=server.url), sleep=sleep))

        async def sync() -> list[int]:
            return [len(page) async for page in syncro.agreements()]

        syncing = asyncio.create_task(sync())
        await asyncio.wait_for(waiting.wait(), 10)
        assert len(server.asked) <= 120
        assert await asyncio.wait_for(syncro.check(), 5)
        syncing.cancel()
        await asyncio.gather(syncing, return_exceptions=True)
        await syncro.aclose()


async def test_neither_key_gets_into_an_error_or_the_log(wire: Wired, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(asked: Asked) -> Say:
        return Say(body=f'{{"user_token": "THEIRcanary", "you": "{asked.headers["Authorization"]}', status=200)

    wire.server.on(ME, echo)
    with pytest.raises(InvalidData) as raised:
        await wire.syncro.check()
    assert "user_token" in raised.value.detail
    told_all = [repr(raised.value), raised.value.detail, *(repr(record.__dict__) for record in caplog.records)]
    assert not [text for text in told_all if TOKEN in text or "THEIRcanary" in text]


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/customers", "Customers - List/Search"),
        ("/customers/5", "Customers - View Detail"),
        ("/schedules", "Recurring Invoices - List"),
        ("/schedules/5", "Recurring Invoices - List"),
        ("/invoices/5", "Invoices - View Details"),
        ("/products/categories", "Products - List/Search"),
        ("/settings", ""),
        ("/tickets/settings", ""),
    ],
)
def test_the_permission_behind_a_path_is_named_in_syncros_words(path: str, right: str) -> None:
    assert right_for(path) == right


@pytest.mark.requirement("R55")
def test_the_matrix_holds_every_permission_of_the_guide_and_leaves_the_expiry_blank() -> None:
    named = " ".join(row.right for row in RIGHTS)
    for words in (
        "Customers - List/Search",
        "Customers - View Detail",
        "Products - List/Search",
        "Invoices - List/Search",
        "Invoices - View Details",
        "Invoices - Create, Edit",
        "Recurring Invoices - List",
        "Recurring Invoices - New, Edit",
        "Expiration left blank",
    ):
        assert words in named
    missed = [row.often_missed for row in RIGHTS if row.path]
    assert missed == sorted(missed, reverse=True)
