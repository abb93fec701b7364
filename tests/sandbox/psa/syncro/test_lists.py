from dataclasses import replace
from typing import Any

import pytest

from sandbox.psa.syncro.endpoints import SCHEDULES
from tests.sandbox.psa.syncro.calling import Caller


async def test_a_page_of_customers_has_fifty_and_a_meta(api: Caller) -> None:
    first = (await api.get("/customers", include_disabled="true", sort="id ASC")).json
    assert len(first["customers"]) == 50
    assert first["meta"] == {"total_pages": 3, "total_entries": 111, "per_page": 50, "page": 1}
    last = (await api.get("/customers", include_disabled="true", sort="id ASC", page=3)).json
    assert len(last["customers"]) == 11
    assert (await api.get("/customers", include_disabled="true", page=4)).json["customers"] == []


async def test_recurring_invoices_come_by_twenty_five_and_without_a_meta(api: Caller) -> None:
    first = (await api.get("/schedules")).json
    assert set(first) == {"schedules"}
    assert len(first["schedules"]) == 25
    api.psa.schedule_list = replace(SCHEDULES, meta=("total_pages", "page"), ignores_page=True)
    again = (await api.get("/schedules", page=2)).json
    assert again["schedules"] == first["schedules"]
    assert again["meta"]["page"] == 1


async def test_the_meta_of_invoices_lacks_two_of_its_numbers(api: Caller) -> None:
    reply = (await api.get("/invoices")).json
    assert set(reply["meta"]) == {"total_pages", "page"}
    assert (await api.get(f"/invoices/{reply['invoices'][0]['id']}")).json["invoice"]["is_paid"] is True
    assert (await api.get("/invoices/1")).status == 404


async def test_disabled_customers_are_left_out_unless_they_are_asked_for(api: Caller) -> None:
    usual, everybody = await api.customers(), await api.customers(include_disabled="true")
    assert {row["disabled"] for row in usual} == {False}
    left_out = {row["id"] for row in everybody} - {row["id"] for row in usual}
    assert left_out == {row["id"] for row in everybody if row["disabled"]}
    assert 30413 in left_out


async def test_without_an_order_rows_move_between_the_pages(api: Caller) -> None:
    loose = [row["id"] for number in (1, 2) for row in (await api.get("/customers", page=number)).json["customers"]]
    assert loose != sorted(loose)
    assert len(set(loose)) < len(loose)


async def test_an_order_is_a_field_and_a_direction(api: Caller) -> None:
    names = [row["fullname"] for row in await api.customers(sort="fullname DESC")]
    assert names == sorted(names, reverse=True)
    nameless = await api.customers(sort="business_name ASC", include_disabled="true")
    assert nameless[0]["business_name"] is None


@pytest.mark.parametrize(
    ("path", "query", "says"),
    [
        ("/customers", {"include_disable": "true"}, "include_disable is not a parameter"),
        ("/customers", {"per_page": "100"}, "per_page is not a parameter"),
        ("/customers", {"sort": "shoe_size ASC"}, "sort"),
        ("/customers", {"sort": "id"}, "sort"),
        ("/customers", {"page": "0"}, "not a page number"),
        ("/customers", {"page": "x"}, "not a page number"),
        ("/customers", {"ids": ["x"]}, "id is not a number"),
        ("/customers/30418", {"page": "1"}, "page is not a parameter"),
        ("/schedules", {"sort": "id ASC"}, "sort is not a parameter"),
        ("/schedules/7788", {"lines": "1"}, "lines is not a parameter"),
    ],
)
async def test_what_it_does_not_know_is_refused_by_name(
    api: Caller, path: str, query: dict[str, Any], says: str
) -> None:
    reply = await api.get(path, **query)
    assert reply.status == 422
    assert says in reply.json["error"][0]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"query": "wernham"}, [30418]),
        ({"query": "david brent"}, [30418]),
        ({"query": "stan.sitwell"}, [30417]),
        ({"query": "pendant"}, []),
        ({"query": "pendant", "include_disabled": "true"}, [30413]),
        ({"business_name": "ernham ho"}, [30418]),
        ({"business_name": "Saul"}, []),
        ({"firstname": "saul", "lastname": "good"}, [30422]),
        ({"ids": [30417, 30418, 1]}, [30417, 30418]),
    ],
)
async def test_customers_are_found_by_text_by_name_and_by_id(
    api: Caller, query: dict[str, Any], ids: list[int]
) -> None:
    found = [row["id"] for row in (await api.get("/customers", sort="id ASC", **query)).json["customers"]]
    assert [one for one in found if one < 40_000] == ids


async def test_a_search_by_words_drops_the_signs(api: Caller) -> None:
    api.psa.searches_words = True
    for query, count in (("wern hog", 1), ("hogg, wernham!", 1), ("ernham", 0), ("&", 0)):
        assert len([row for row in await api.customers(query=query) if row["id"] == 30418]) == count


async def test_recurring_invoices_of_one_customer_with_and_without_their_lines(api: Caller) -> None:
    (row,) = (await api.get("/schedules", customer_id=30418)).json["schedules"]
    assert [line["schedule_id"] for line in row["lines"]] == [7795, 7795]
    assert "updated_at" not in row
    api.psa.lists_have_lines = False
    (bare,) = (await api.get("/schedules", customer_id=30418)).json["schedules"]
    assert "lines" not in bare
    assert (await api.get("/schedules/7795")).json["schedule"] == row
    assert (await api.get("/schedules/1")).json == {"message": "Not found"}


async def test_a_single_customer_shows_more_than_the_list_does(api: Caller) -> None:
    whole = (await api.get("/customers/30418")).json["customer"]
    (listed,) = (await api.get("/customers", ids=[30418])).json["customers"]
    assert {**listed, **whole} == whole
    assert set(whole) - set(listed) == {"ticket_links", "invoice_links", "phones", "contracts", "addresses"}
    assert "portal_key=" in whole["online_profile_url"]
