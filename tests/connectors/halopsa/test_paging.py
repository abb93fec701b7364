"""Every record once, whatever kind of list Halo sends and whatever happens meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import InvalidData
from connectors.records import AccountFilter
from tests.connectors.answerer import Asked, Say
from tests.connectors.halopsa.connecting import CLIENTS, Wired, client, listed

EVERYBODY = AccountFilter(statuses=None, types=None)
ROWS = [client(number) for number in range(1, 318)]


def paged(rows: list[dict[str, Any]], cap: int = 100) -> Callable[[Asked], Say]:
    def answer(asked: Asked) -> Say:
        start = (int(asked.query["page_no"]) - 1) * cap
        return listed(*rows[start : start + cap], total=len(rows))

    return answer


async def read(wire: Wired) -> list[int]:
    return [int(one.id) async for page in wire.halo.accounts(EVERYBODY) for one in page]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 317])
@pytest.mark.requirement("R74", "R78")
async def test_no_call_is_made_that_the_size_of_the_pages_does_not_need(wire: Wired, count: int) -> None:
    wire.server.on(CLIENTS, paged(ROWS[:count]))
    assert await read(wire) == list(range(1, count + 1))
    assert wire.count(CLIENTS) == max(1, -(-count // 100))


async def test_a_server_that_returns_fewer_than_asked_for_is_read_to_the_end(wire: Wired) -> None:
    wire.server.on(CLIENTS, paged(ROWS, cap=50))
    assert await read(wire) == list(range(1, 318))
    assert wire.count(CLIENTS) == 7


@pytest.mark.parametrize("body", [ROWS[:60], ROWS, {"clients": ROWS, "columns": [{"id": 1}]}, {"items": ROWS}])
async def test_a_list_without_a_count_is_read_until_nothing_new_comes(wire: Wired, body: object) -> None:
    wire.server.on(CLIENTS, Say(body=body))
    assert len(await read(wire)) == (60 if body == ROWS[:60] else 317)


async def test_pages_without_a_count_are_read_until_a_short_one(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        start = (int(asked.query["page_no"]) - 1) * 100
        return Say(body=ROWS[start : start + 100])

    wire.server.on(CLIENTS, answer)
    assert await read(wire) == list(range(1, 318))


@pytest.mark.requirement("R74")
async def test_a_row_that_vanishes_between_two_pages_costs_no_other_row(wire: Wired) -> None:
    rows, first = list(ROWS), [True]

    def answer(asked: Asked) -> Say:
        said = paged(rows)(asked)
        if first:
            first.clear()
            del rows[3]
        return said

    wire.server.on(CLIENTS, answer)
    found = await read(wire)
    assert sorted(found) == list(range(1, 318))  # number 4 was there when the reading began
    assert len(found) == len(set(found))


async def test_a_row_that_appears_meanwhile_is_read_as_well(wire: Wired) -> None:
    rows = list(ROWS)

    def answer(asked: Asked) -> Say:
        if asked.query["page_no"] == "2" and len(rows) == len(ROWS):
            rows.append(client(900))
        return paged(rows)(asked)

    wire.server.on(CLIENTS, answer)
    assert sorted(await read(wire)) == [*range(1, 318), 900]


async def test_fewer_rows_than_halo_counts_are_no_answer(wire: Wired) -> None:
    wire.server.on(CLIENTS, listed(*ROWS[:100], total=317))
    with pytest.raises(InvalidData, match="counts 317 records but returned only 100"):
        await read(wire)


@pytest.mark.parametrize(
    "body", [7, "text", {"record_count": 2}, {"a": [], "b": []}, [1, 2], {"clients": "none"}, {"clients": [7]}]
)
async def test_an_answer_that_is_no_list_makes_no_sense(wire: Wired, body: object) -> None:
    wire.server.on(CLIENTS, Say(body=body if body != "text" else '"text"'))
    with pytest.raises(InvalidData, match="not the list"):
        await read(wire)


@pytest.mark.parametrize("total", [True, -1, "many"])
async def test_a_count_that_is_no_number_is_none(wire: Wired, total: object) -> None:
    wire.server.on(CLIENTS, Say(body={"record_count": total, "clients": ROWS[:3]}))
    assert await read(wire) == [1, 2, 3]
