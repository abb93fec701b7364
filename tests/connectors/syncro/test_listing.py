"""Every record once, whatever a list says about its own length."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import InvalidData
from connectors.records import AccountFilter
from connectors.syncro import listing
from tests.connectors.answerer import Asked, Say
from tests.connectors.syncro.connecting import CUSTOMERS, SCHEDULES, Wired, customers, invoice, schedules

EVERYBODY = AccountFilter(statuses=None, types=None)


async def ids_of_customers(wire: Wired) -> list[str]:
    return [account.id async for page in wire.syncro.accounts(EVERYBODY) for account in page]


async def ids_of_invoices(wire: Wired) -> list[str]:
    return [agreement.id async for page in wire.syncro.agreements() for agreement in page]


def paged(total: int, size: int, *, says: tuple[str, ...]) -> Callable[[Asked], Say]:
    """``says``: which numbers the list has in its ``meta``."""

    def answer(asked: Asked) -> Say:
        number = int(asked.query["page"])
        numbers = {"total_pages": -(-total // size), "total_entries": total, "per_page": 100, "page": number}
        ids = range((number - 1) * size + 1, min(number * size, total) + 1)
        return customers(*ids, meta={name: numbers[name] for name in says})

    return answer


@pytest.mark.parametrize(
    "says",
    [("total_pages", "total_entries", "per_page", "page"), ("total_pages", "page"), ("page",), ()],
)
@pytest.mark.parametrize("total", [0, 1, 49, 50, 51, 100, 101, 730])
async def test_every_customer_comes_once_whichever_numbers_the_list_tells(
    wire: Wired, total: int, says: tuple[str, ...]
) -> None:
    wire.server.on(CUSTOMERS, paged(total, 50, says=says))
    assert await ids_of_customers(wire) == [str(number) for number in range(1, total + 1)]


async def test_a_counted_list_costs_no_call_more_than_it_has_pages(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, paged(730, 50, says=("total_pages", "total_entries", "per_page", "page")))
    await ids_of_customers(wire)
    assert sorted(int(one.query["page"]) for one in wire.server.asked) == list(range(1, 16))
    assert {one.query["sort"] for one in wire.server.asked} == {"id ASC"}


async def test_a_list_that_only_knows_its_pages_is_not_read_beyond_them(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, paged(730, 50, says=("total_pages", "page")))
    await ids_of_customers(wire)
    assert len(wire.server.asked) == 15


@pytest.mark.parametrize("size", [25, 24, 10])
async def test_without_meta_a_page_that_is_not_full_is_not_the_last_one(wire: Wired, size: int) -> None:
    def answer(asked: Asked) -> Say:
        number = int(asked.query["page"])
        ids = range((number - 1) * size + 1, min(number * size, 70) + 1)
        return schedules(*(invoice(each) for each in ids if each != 2))

    wire.server.on(SCHEDULES, answer)
    found = await ids_of_invoices(wire)
    assert found == [str(number) for number in range(1, 71) if number != 2]


async def test_a_server_that_ignores_the_page_is_not_asked_for_ever(wire: Wired) -> None:
    wire.server.on(SCHEDULES, schedules(invoice(1), invoice(2)))
    assert await ids_of_invoices(wire) == ["1", "2"]
    assert len(wire.server.asked) == 2


async def test_a_server_that_answers_another_page_is_not_believed(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1, 2, meta={"total_pages": 3, "total_entries": 6, "page": 1}))
    with pytest.raises(InvalidData, match="another page"):
        await ids_of_customers(wire)


async def test_a_list_that_does_not_end_is_an_error_and_not_a_short_list(
    wire: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_PAGES", 6)
    wire.server.on(SCHEDULES, lambda asked: schedules(invoice(int(asked.query["page"]))))
    with pytest.raises(InvalidData, match="does not end"):
        await ids_of_invoices(wire)
    assert sorted(int(one.query["page"]) for one in wire.server.asked) == [1, 2, 3, 4, 5, 6]


async def test_customers_that_vanish_while_they_are_read_hide_none_of_the_others(wire: Wired) -> None:
    """One of the first page is deleted after it was read, so that 51 moves to the end of page 1."""
    before, after = [*range(1, 111)], [*range(2, 111)]
    read: list[int] = []

    def answer(asked: Asked) -> Say:
        rows, number = after if read else before, int(asked.query["page"])
        read.append(number)
        meta = {"total_pages": 3, "total_entries": len(rows), "per_page": 50, "page": number}
        return customers(*rows[(number - 1) * 50 : number * 50], meta=meta)

    wire.server.on(CUSTOMERS, answer)
    assert set(await ids_of_customers(wire)) == {str(number) for number in before}


@pytest.mark.parametrize(
    "body", [[], {"customers": None}, {"customers": {}}, {"customers": [1]}, {"meta": {}}, "null", {"error": "x"}]
)
async def test_what_is_no_list_is_not_an_empty_one(wire: Wired, body: Any) -> None:
    wire.server.on(CUSTOMERS, Say(body=body, headers={"Content-Type": "application/json"}))
    with pytest.raises(InvalidData):
        await ids_of_customers(wire)


async def test_lines_that_the_list_left_out_are_read_one_by_one(wire: Wired) -> None:
    line = {"id": 1, "name": "Backup", "quantity": "2.0", "one_time_charge": False}
    wire.server.on(SCHEDULES, schedules(invoice(7, lines=None), invoice(8, lines=[line])), schedules())
    wire.server.on(f"{SCHEDULES}/7", Say(body={"schedule": invoice(7, lines=[line, {**line, "id": 2}])}))
    found = [one async for page in wire.syncro.agreements() for one in page]
    assert [len(one.lines or ()) for one in found] == [2, 1]


async def test_lines_of_an_invoice_that_was_deleted_meanwhile_are_unknown(wire: Wired) -> None:
    wire.server.on(SCHEDULES, schedules(invoice(7, lines=None)), schedules())
    wire.server.on(f"{SCHEDULES}/7", Say(body={"message": "Not found"}, status=404))
    found = [one async for page in wire.syncro.agreements() for one in page]
    assert [one.lines for one in found] == [None]


def in_pages_of_25(*ids: int) -> Callable[[Asked], Say]:
    def answer(asked: Asked) -> Say:
        start = (int(asked.query["page"]) - 1) * 25
        return schedules(*(invoice(each) for each in ids[start : start + 25]))

    return answer


async def test_a_recurring_invoice_that_was_pushed_out_of_sight_is_asked_for_on_its_own(wire: Wired) -> None:
    """26 moves to the end of page 1, which was read before 3 was deleted; 3 is gone."""
    everything = range(1, 61)
    wire.server.on(SCHEDULES, in_pages_of_25(*everything))
    assert len(await ids_of_invoices(wire)) == 60
    wire.server.on(SCHEDULES, in_pages_of_25(*(each for each in everything if each not in {3, 26})))
    wire.server.on(f"{SCHEDULES}/26", Say(body={"schedule": invoice(26)}))
    wire.server.on(f"{SCHEDULES}/3", Say(body={"message": "Not found"}, status=404))
    again = await ids_of_invoices(wire)
    assert sorted(map(int, again)) == [each for each in everything if each != 3]


async def test_where_a_great_many_are_missing_the_list_is_read_once_more(wire: Wired) -> None:
    wire.server.on(SCHEDULES, in_pages_of_25(*range(1, 121)))
    await ids_of_invoices(wire)
    before = len(wire.server.asked)
    wire.server.on(SCHEDULES, in_pages_of_25(*range(1, 51)))
    assert len(await ids_of_invoices(wire)) == 50
    assert {one.path for one in wire.server.asked[before:]} == {SCHEDULES}
    assert len(await ids_of_invoices(wire)) == 50  # and then they are forgotten
