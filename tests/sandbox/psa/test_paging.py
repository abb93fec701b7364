import pytest

from tests.sandbox.psa.calling import AGREEMENTS, COMPANIES, Caller


async def test_a_list_is_a_bare_array_of_25(api: Caller) -> None:
    reply = await api.get(COMPANIES)
    assert isinstance(reply.json, list)
    assert len(reply.json) == 25


async def test_following_next_visits_every_row_once(api: Caller) -> None:
    reply = await api.get(COMPANIES, pageSize=20, orderBy="id asc", conditions='name != "A+ Plumbing & more"')
    seen, pages = reply.ids, 1
    while target := reply.link("next"):
        reply = await api.follow(target)
        seen, pages = seen + reply.ids, pages + 1
    assert seen == sorted(set(seen))
    assert len(seen) == (await api.get(f"{COMPANIES}/count")).json["count"]
    assert pages == 4


async def test_the_link_header_names_first_prev_next_and_last(api: Caller) -> None:
    middle = await api.get(COMPANIES, pageSize=20, page=2, orderBy="id asc")
    assert all(middle.link(rel) for rel in ("first", "prev", "next", "last"))
    last = await api.follow(middle.link("last") or "")
    assert last.link("next") is None
    assert last.link("last") is None


async def test_one_page_needs_no_links(api: Caller) -> None:
    assert "Link" not in (await api.get(COMPANIES, pageSize=1000)).headers


async def test_a_page_beyond_the_end_is_empty_and_no_error(api: Caller) -> None:
    reply = await api.get(COMPANIES, page=99, orderBy="id asc")
    assert (reply.status, reply.json) == (200, [])


async def test_without_an_order_rows_move_between_the_pages(api: Caller) -> None:
    seen = [row for page in (1, 2, 3) for row in (await api.get(COMPANIES, pageSize=25, page=page)).ids]
    assert len(set(seen)) < len(seen)


async def test_forward_only_paging_goes_by_the_last_id_until_the_target_is_empty(api: Caller) -> None:
    headers = {"pagination-type": "forward-only"}
    reply = await api.get(COMPANIES, headers=headers, pageSize=30, orderBy="name desc", page=7)
    seen = reply.ids
    while target := reply.link("next"):
        assert f"pageId={seen[-1]}" in target
        reply = await api.follow(target)
        seen += reply.ids
    assert seen == sorted(seen)
    assert len(seen) == (await api.get(f"{COMPANIES}/count")).json["count"]
    assert reply.link("next") == ""


async def test_a_condition_survives_in_the_links(api: Caller) -> None:
    reply = await api.get(COMPANIES, pageSize=1, conditions='name contains "a+" or name contains "&"', orderBy="id")
    again = await api.follow(reply.link("next") or "")
    assert again.status == 200
    assert all("a+" in row["name"].lower() or "&" in row["name"] for row in [*reply.json, *again.json])


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("pageSize", "1001"), ("pageSize", "0"), ("pageSize", "many"), ("page", "0"), ("page", "-1"), ("pageId", "x")],
)
async def test_a_page_that_cannot_be_is_refused(api: Caller, parameter: str, value: str) -> None:
    assert f"'{value}'" in await api.refusal(**{parameter: value})


async def test_an_order_may_be_nested_and_descending(api: Caller) -> None:
    reply = await api.get(AGREEMENTS, orderBy="company/name desc, id asc", pageSize=1000)
    names = [row["company"]["name"].casefold() for row in reply.json]
    assert names == sorted(names, reverse=True)


async def test_an_order_by_the_last_change_is_spelled_without_info(api: Caller) -> None:
    reply = await api.get(COMPANIES, orderBy="lastUpdated asc", pageSize=1000)
    moments = [row["_info"]["lastUpdated"] for row in reply.json]
    assert moments == sorted(moments)


async def test_empty_values_come_first(api: Caller) -> None:
    reply = await api.get(COMPANIES, orderBy="dateDeleted asc", pageSize=1000)
    assert reply.json[0].get("dateDeleted") is None
    assert reply.json[-1]["dateDeleted"]


@pytest.mark.parametrize("order", ["nothing asc", "id upwards", "types/name", "status"])
async def test_an_order_by_something_else_is_refused(api: Caller, order: str) -> None:
    assert order in await api.refusal(orderBy=order)


async def test_fields_cut_the_answer_and_info_comes_only_when_named(api: Caller) -> None:
    fields = "id,status/id,status/name,types/id,types/name,name"
    (row,) = (await api.get(COMPANIES, conditions="id=1963", fields=fields)).json
    assert row == {
        "id": 1963,
        "name": "Stark Industries",
        "status": {"id": 1, "name": "Active"},
        "types": [{"id": 1, "name": "Client"}, {"id": 9, "name": "Managed"}],
    }
    one = await api.get(f"{COMPANIES}/1963", fields="_info/lastUpdated,status,parentCompany/id,dateDeleted")
    assert set(one.json) == {"_info", "status", "parentCompany"}
    assert set(one.json["_info"]) == {"lastUpdated"}
    assert "_info" in one.json["status"]
    assert one.json["parentCompany"] is None


@pytest.mark.parametrize("name", ["nothing", "status/colour", "types/colour", "_info/secret"])
async def test_a_field_that_does_not_exist_is_refused(api: Caller, name: str) -> None:
    assert f"'{name}'" in await api.refusal(fields=f"id,{name}")


async def test_a_count_takes_the_same_conditions(api: Caller) -> None:
    assert (await api.get(f"{COMPANIES}/count", conditions="id in (4711, 5120, 1)")).json == {"count": 2}


async def test_the_names_of_parameters_are_taken_in_any_case(api: Caller) -> None:
    assert (await api.get(COMPANIES, Conditions="id=4711", pagesize=1)).ids == [4711]
