from typing import Any

import pytest

from sandbox.psa.autotask.reading import PAGES_KEPT
from tests.sandbox.psa.autotask.calling import EVERYTHING, Caller

FIRST = {"filter": [EVERYTHING], "MaxRecords": 10, "IncludeFields": ["id", "companyName"]}


async def following(api: Caller, url: str | None, body: Any = FIRST, method: str = "POST") -> Any:
    assert url
    return await api.raw(url, method=method, headers=api.keys(), body=body)


async def test_pages_are_followed_with_the_same_question_until_there_is_no_more(api: Caller) -> None:
    page = await api.post("/Companies/query", FIRST)
    assert page.json["pageDetails"]["count"] == page.json["pageDetails"]["requestCount"] == 10
    ids = page.ids
    while page.following:
        page = await following(api, page.following)
        ids += page.ids
    total = (await api.post("/Companies/query/count", {"filter": [EVERYTHING]})).json["queryCount"]
    assert ids == sorted(set(ids))
    assert len(ids) == total == 80


async def test_a_page_that_began_with_post_goes_on_with_post(api: Caller) -> None:
    page = await api.post("/Companies/query", FIRST)
    assert (await following(api, page.following, None, "GET")).status == 405
    other = await following(api, page.following, {**FIRST, "MaxRecords": 11})
    assert other.status == 500


async def test_a_page_that_began_with_get_goes_on_with_get(api: Caller) -> None:
    search = "%7B%22MaxRecords%22%3A5%2C%22filter%22%3A%5B%7B%22op%22%3A%22exist%22%2C%22field%22%3A%22id%22%7D%5D%7D"
    page = await api.get(f"/Companies/query?search={search}")
    assert page.following
    assert (await following(api, f"{page.following}&search={search}", None, "GET")).status == 200
    assert (await following(api, page.following)).status == 405


async def test_without_the_id_among_the_fields_no_page_follows(api: Caller) -> None:
    page = await api.post("/Companies/query", {**FIRST, "IncludeFields": ["companyName"]})
    assert page.following is None
    assert set(page.json["items"][0]) == {"companyName"}


async def test_only_the_newest_pages_are_remembered(api: Caller) -> None:
    first = await api.post("/Companies/query", FIRST)
    for number in range(PAGES_KEPT):
        await api.post("/Companies/query", {**FIRST, "filter": [{"op": "gt", "field": "id", "value": number}]})
        await api.post("/Contracts/query", {"filter": [EVERYTHING], "MaxRecords": number + 1})
    assert (await following(api, first.following)).status == 500


async def test_a_row_that_vanished_is_left_out_of_an_announced_page(api: Caller) -> None:
    page = await api.post("/Companies/query", FIRST)
    api.psa.tenant.companies.drop(29683512)
    second = await following(api, page.following)
    assert len(second.ids) == 9


async def test_rows_may_come_in_another_order_and_still_once_each(api: Caller) -> None:
    api.psa.unordered = {"Companies"}
    page = await api.post("/Companies/query", FIRST)
    ids = page.ids
    assert ids == sorted(ids, reverse=True)
    while page.following:
        page = await following(api, page.following)
        ids += page.ids
    assert len(ids) == len(set(ids)) == 80


async def test_a_single_record_comes_by_its_id_and_an_unknown_one_is_null(api: Caller) -> None:
    assert (await api.get("/Companies/0")).json["item"]["companyName"] == "Example MSP"
    reply = await api.get("/Companies/999")
    assert (reply.status, reply.json) == (200, {"item": None})
    assert (await api.get("/Companies/nothing")).status == 404


@pytest.mark.parametrize("path", ["/Nothing/query", "/Companies/query/what", "/Companies", "/"])
async def test_other_paths_are_not_there(api: Caller, path: str) -> None:
    assert (await api.get(path)).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/Companies"),
        ("PUT", "/Companies"),
        ("PATCH", "/Companies/7"),
        ("DELETE", "/Companies/7"),
        ("POST", "/Companies/7"),
        ("POST", "/Contracts/7/Services"),
    ],
)
async def test_there_is_no_way_to_write(api: Caller, method: str, path: str) -> None:
    reply = await api.raw(f"/zone3/ATServicesRest/V1.0{path}", method=method, headers=api.keys(), body={})
    assert reply.status in {404, 405}
