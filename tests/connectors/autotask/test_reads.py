import json
from typing import Any

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import BadRequest, InvalidData, PermissionDenied
from connectors.records import AccountFilter, Ref
from tests.connectors.answerer import Asked, Say
from tests.connectors.autotask.connecting import API, NO_RIGHT, QUIET, Wired, page
from tests.connectors.simulators import SEVERAL_PAGES, SIMULATORS, Simulated

EVERYBODY = AccountFilter(statuses=None, types=None)
COMPANIES = "/Companies/query"


def company(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": number, "companyName": f"Company {number}", "parentCompanyID": None, **fields}


async def pulled(wire: Wired, which: AccountFilter = EVERYBODY) -> list[str]:
    wire.on("/ThresholdInformation", QUIET)
    return [account.id async for rows in wire.at.accounts(which) for account in rows]


def questions(wire: Wired, path: str) -> list[Any]:
    return [one.json for one in wire.server.asked if one.path == f"{API}{path}"]


@pytest.mark.requirement("R78", "R248")
async def test_pages_are_asked_for_by_rising_id_with_named_fields_only(wire: Wired) -> None:
    wire.knows()
    wire.on(COMPANIES, page(company(3), company(9), following=f"{wire.server.url}{API}/next"), page(company(12)))
    assert await pulled(wire) == ["3", "9", "12"]
    first, second = questions(wire, COMPANIES)
    assert first["MaxRecords"] == 500
    assert "id" in first["IncludeFields"]
    assert "phone" not in first["IncludeFields"]
    assert first["filter"][0]["items"][0] == {"op": "gt", "field": "id", "value": -1}
    assert second["filter"][0]["items"][0] == {"op": "gt", "field": "id", "value": 9}


async def test_rows_that_do_not_come_by_id_are_read_by_the_servers_own_pages(wire: Wired) -> None:
    wire.knows()
    following = f"{wire.server.url}{API}/Companies/query/next?paging=%7B%22nextIds%22%3A%5B4%5D%7D"
    wire.on(COMPANIES, page(company(9), company(3), following=following))
    wire.on("/Companies/query/next", page(company(4)))
    assert await pulled(wire) == ["9", "3", "4"]
    first, second = wire.server.asked[-2:]
    assert (second.method, second.json, second.query) == ("POST", first.json, {"paging": '{"nextIds":[4]}'})


async def test_an_unordered_simulated_list_loses_and_repeats_nothing() -> None:
    async with SIMULATORS["autotask"](SEVERAL_PAGES) as simulated:
        simulated.psa.unordered = {"Companies", "Contracts"}
        connector = simulated.connect()
        accounts = [one.id async for rows in connector.accounts(EVERYBODY) for one in rows]
        contracts = [one.id async for rows in connector.agreements() for one in rows]
        counts = await connector.counts(EVERYBODY)
        await connector.aclose()
    assert len(accounts) == len(set(accounts)) == counts.in_psa
    assert len(contracts) == len(set(contracts)) > 3100


async def test_pages_that_run_in_a_circle_are_not_followed_for_ever(wire: Wired) -> None:
    wire.knows()
    following = f"{wire.server.url}{API}/Companies/query/next?paging=1"
    wire.on(COMPANIES, page(company(9), company(3), following=following))
    wire.on("/Companies/query/next", page(company(4), following=following))
    with pytest.raises(InvalidData, match="circle"):
        await pulled(wire)


@pytest.mark.parametrize("url", ["https://evil.example.com/next", "http://[", "ftp://127.0.0.1/"])
async def test_a_next_page_on_a_foreign_host_gets_no_keys(wire: Wired, url: str) -> None:
    wire.knows()
    wire.on(COMPANIES, page(company(3), following=url))
    with pytest.raises(InvalidData, match="another host"):
        await pulled(wire)


@pytest.mark.requirement("R223")
@pytest.mark.parametrize(
    "body",
    [
        [],
        {"items": None, "pageDetails": {}},
        {"items": [1], "pageDetails": {}},
        {"items": []},
        {"pageDetails": {"nextPageUrl": None}},
    ],
)
async def test_an_answer_that_is_no_page_is_invalid_and_never_an_empty_list(wire: Wired, body: Any) -> None:
    wire.knows()
    wire.on(COMPANIES, Say(body=body))
    with pytest.raises(InvalidData):
        await pulled(wire)


@pytest.mark.parametrize("number", [None, True, -1, "7"])
async def test_a_count_that_is_no_number_is_invalid(wire: Wired, number: Any) -> None:
    wire.on("/Companies/query/count", Say(body={"queryCount": number}))
    with pytest.raises(InvalidData, match="count"):
        await wire.at.counts(EVERYBODY)


async def test_a_page_that_changes_between_two_reads_loses_nothing(wire: Wired) -> None:
    left = {number: company(number) for number in range(1, 1400)}

    def answer(asked: Asked) -> Say:
        last = asked.json["filter"][0]["items"][0]["value"]
        rows = [row for number, row in sorted(left.items()) if number > last][:500]
        for number in (last + 1, last + 2):  # rows of the page that was just read vanish
            left.pop(number, None)
        return page(*rows, following=f"{wire.server.url}{API}/x" if rows and rows[-1]["id"] < 1399 else None)

    wire.knows()
    wire.on(COMPANIES, answer)
    ids = await pulled(wire)
    assert len(ids) == len(set(ids)) == 1399


async def test_what_is_not_named_is_never_called(wire: Wired) -> None:
    api = wire.at._api
    with pytest.raises(BadRequest, match="may not read"):
        await api.get("one", "/Companies/query")
    with pytest.raises(BadRequest, match="may not read"):
        await api.some("check", "Companies", {}, ["id"], 1)
    with pytest.raises(BadRequest, match="may not read"):
        await api.some("full", "Tickets", {}, ["id"], 1)
    assert wire.server.asked == []


@pytest.mark.parametrize("account_id", ["", "acme", "-1", "1.5", "²", "2147483648", "1 OR 1=1"])
async def test_what_cannot_be_an_id_is_not_asked_for(wire: Wired, account_id: str) -> None:
    assert await wire.at.account(account_id) is None
    assert list(await wire.at.agreements_of(account_id)) == []
    assert list(await wire.at.lines(account_id)) == []
    assert wire.server.asked == []


async def test_a_field_that_this_autotask_does_not_list_is_not_asked_for(wire: Wired) -> None:
    wire.knows()
    wire.on("/Contracts/query", page())
    await wire.at.agreements_of("7")
    assert "lastModifiedDateTime" not in questions(wire, "/Contracts/query")[0]["IncludeFields"]


async def test_a_newer_autotask_tells_when_a_contract_was_changed(wire: Wired) -> None:
    wire.knows(Contracts={"lastModifiedDateTime": None})
    wire.on("/Contracts/query", page({"id": 9, "lastModifiedDateTime": "2026-11-20T08:00:00Z"}))
    for entity in ("ContractServices", "ContractServiceUnits", "ContractServiceBundles", "ContractServiceBundleUnits"):
        wire.on(f"/{entity}/query", page())
    (one,) = await wire.at.agreements_of("7")
    assert one.changed_at
    assert one.changed_at.isoformat() == "2026-11-20T08:00:00+00:00"


async def test_without_field_lists_everything_is_asked_for_that_every_version_has(wire: Wired) -> None:
    wire.on("/Companies/entityInformation/fields", NO_RIGHT)
    wire.on(COMPANIES, page(company(7, companyType=1)))
    (found,) = await wire.at.find_accounts("Company")
    assert found.types == (Ref(id="1", name=""),)


@pytest.mark.requirement("X27")
async def test_parents_get_their_names_in_a_look_up_and_in_a_sync_alike(simulated: Simulated) -> None:
    connector = simulated.connect()
    which = filter_from(await connector.tables(), {})
    accounts = {one.id: one async for rows in connector.accounts(which) for one in rows}
    children = [one for one in accounts.values() if one.parent and not one.parent.is_empty]
    assert children
    for child in children:
        assert child.parent
        assert child.parent.name
        assert await connector.account(child.id) == child
    await connector.aclose()


async def test_a_parent_that_is_hidden_keeps_its_number(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        return NO_RIGHT if "companyNumber" not in asked.json["IncludeFields"] else page(company(7, parentCompanyID=5))

    wire.knows()
    wire.on(COMPANIES, answer)
    assert [one.parent for one in await wire.at.find_accounts("Company")] == [Ref(id="5", name="")]
    assert await pulled(wire) == ["7"]


async def test_where_more_fit_than_are_wanted_those_of_exactly_this_name_come_first(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        exact = '"eq", "field": "companyName"' in json.dumps(asked.json["filter"])
        return page({"id": 99, "companyName": "Acme"}) if exact else page(*MANY)

    wire.knows()
    wire.on(COMPANIES, answer)
    assert [one.id for one in await wire.at.find_accounts("acme", limit=2)] == ["99", "1"]


MANY = ({"id": 1, "companyName": "Acme East"}, {"id": 2, "companyName": "Acme West"})


async def test_what_the_server_lets_through_is_compared_once_more(wire: Wired) -> None:
    wire.knows()
    wire.on(COMPANIES, page({"id": 1, "companyName": "Globex"}, {"id": 2, "companyName": "ACME Inc"}))
    assert [one.id for one in await wire.at.find_accounts(" acme ")] == ["2"]


@pytest.mark.parametrize(
    ("access", "expected"),
    [("All", None), (1, None), ("Restricted", "only some"), (2, "only some"), ("None", "no acc")],
)
async def test_only_who_may_see_every_account_may_say_that_one_is_not_there(
    wire: Wired, access: Any, expected: str | None
) -> None:
    wire.knows()
    wire.on(COMPANIES, page())
    wire.on("/Companies/entityInformation", Say(body={"info": {"canQuery": True, "userAccessForQuery": access}}))
    if expected is None:
        assert await wire.at.account("7") is None
        return
    with pytest.raises(PermissionDenied, match=expected) as raised:
        await wire.at.account("7")
    assert raised.value.right == "CRM: All permission to Customer & Cancellation"


@pytest.mark.parametrize(("answer", "expected"), [(NO_RIGHT, "no account"), (Say(body={"info": 7}), "does not say")])
async def test_a_right_that_is_not_told_proves_nothing(wire: Wired, answer: Say, expected: str) -> None:
    wire.knows()
    wire.on(COMPANIES, page())
    wire.on("/Companies/entityInformation", answer)
    with pytest.raises(PermissionDenied, match=expected):
        await wire.at.account("7")


async def test_a_filter_that_lets_nothing_through_pulls_nothing(connector: Connector) -> None:
    nothing = AccountFilter(statuses=None, types=())
    assert [one async for rows in connector.accounts(nothing) for one in rows] == []
    counts = await connector.counts(nothing)
    assert counts.in_psa
    assert counts.left_out == {"inactive": 0, "prospect": counts.in_psa}


@pytest.mark.requirement("R74")
async def test_a_full_read_takes_hardly_more_calls_than_pages() -> None:
    async with SIMULATORS["autotask"](SEVERAL_PAGES) as simulated:
        connector, psa = simulated.connect(), simulated.psa
        which = filter_from(await connector.tables(), {})
        before = connector.usage.calls
        accounts = [one async for rows in connector.accounts(which) for one in rows]
        async for _ in connector.agreements():
            pass
        spent = connector.usage.calls - before
        await connector.aclose()
        now = psa.clock.now()
        rows = [len(accounts), len(psa.tenant.contracts.at(now))]
        rows += [len(psa.tenant.services.rows()), len(psa.tenant.bundles.rows())] * 2  # and their units of today
    unavoidable = sum(-(-number // 500) for number in rows)
    assert spent / unavoidable <= 1.25  # one for the threshold, one or two for names; the rest is pages
