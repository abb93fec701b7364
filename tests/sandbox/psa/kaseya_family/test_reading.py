"""Lists, records and searches: strict about what they are asked (BMS §2, §4)."""

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.kaseya_family.ways import Finds
from tests.sandbox.psa.kaseya_family.calling import (
    ACCOUNTS,
    CONTRACTS,
    CONTRACTS_LOOKUP,
    LOOKUP,
    SEARCH,
    SERVICES,
    TYPES,
    Caller,
)


async def test_pages_begin_with_one_and_nought_is_the_first_as_well(api: Caller) -> None:
    first = await api.get(ACCOUNTS, PageSize=10, PageNumber=1)
    assert first.rows == (await api.get(ACCOUNTS, pagesize=10, pagenumber=0)).rows
    second = await api.get(ACCOUNTS, PageSize=10, PageNumber=2)
    assert not {row["id"] for row in first.rows} & {row["id"] for row in second.rows}
    assert len((await api.get(ACCOUNTS)).rows) == 25
    assert (await api.get(ACCOUNTS, PageSize=10, PageNumber=99)).rows == []
    assert first.json["totalRecords"] == len((await api.get(ACCOUNTS, PageSize=100)).rows)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (ACCOUNTS, {"Filter_Name": "x"}),
        (ACCOUNTS, {"AccountName": "x", "Colour": "red"}),
        (ACCOUNTS, {"Filter_IsActive": "maybe"}),
        (ACCOUNTS, {"Filter_AccountTypeId": "Client"}),
        (ACCOUNTS, {"PageSize": "many"}),
        (LOOKUP, {"Filter_AccountName": "x"}),
        (CONTRACTS, {"Filter_AccountId": "1"}),
        (CONTRACTS_LOOKUP, {"AccountId": "x"}),
    ],
)
async def test_what_an_endpoint_does_not_know_is_refused(api: Caller, path: str, query: dict[str, str]) -> None:
    assert (await api.get(path, **query)).status == 400


async def test_only_active_accounts_come_without_the_filter_unless_switched(api: Caller, psa: SimulatedKaseya) -> None:
    usual = (await api.get(ACCOUNTS, PageSize=100)).rows
    assert {row["isActive"] for row in usual} == {True}
    assert {row["isActive"] for row in (await api.get(ACCOUNTS, Filter_IsActive="false", PageSize=100)).rows} == {False}
    psa.ways.inactive_without_filter = True
    assert {row["isActive"] for row in (await api.get(ACCOUNTS, PageSize=100)).rows} == {True, False}


@pytest.mark.parametrize(
    ("finds", "asked", "found"),
    [
        (Finds.ANY_PART, "INDUSTRIES", {"Stark Industries", "Vandelay Industries"}),
        (Finds.BEGINNING, "stark", {"Stark Industries"}),
        (Finds.BEGINNING, "industries", set()),
        (Finds.WHOLE, "stark", set()),
        (Finds.WHOLE, "stark industries", {"Stark Industries"}),
    ],
)
async def test_names_are_compared_in_three_ways(
    api: Caller, psa: SimulatedKaseya, finds: Finds, asked: str, found: set[str]
) -> None:
    psa.ways.finds = finds
    rows = (await api.get(ACCOUNTS, Filter_AccountName=asked, PageSize=100)).rows
    assert {row["accountName"] for row in rows if row["id"] < 1000} == found
    assert finds is Finds.ANY_PART or len(rows) == len(found)


async def test_other_filters_of_accounts(api: Caller) -> None:
    assert [row["id"] for row in (await api.get(ACCOUNTS, Filter_AccountCode="a501")).rows] == [501]
    rows = (await api.get(ACCOUNTS, Filter_AccountTypeId=4, PageSize=100)).rows
    assert {row["accountType"] for row in rows} == {"Vendor"}


async def test_a_record_comes_bare_and_one_that_is_not_there_is_told(api: Caller, psa: SimulatedKaseya) -> None:
    assert (await api.get(f"{ACCOUNTS}/501")).json["accountName"] == "Stark Industries"
    psa.ways.bare_record = False
    assert (await api.get(f"{ACCOUNTS}/501")).json["result"]["accountName"] == "Stark Industries"
    missing = await api.get(f"{ACCOUNTS}/1")
    assert (missing.status, missing.error) == (404, "The account was not found.")


async def test_the_scope_hides_an_account_its_contracts_and_its_record_but_not_from_the_look_up(api: Caller) -> None:
    assert (await api.get(f"{ACCOUNTS}/{cast.HOOLI}")).status == 404
    assert (await api.get(CONTRACTS, Filter_AccountName="Hooli")).rows == []
    assert (await api.get(CONTRACTS_LOOKUP, AccountId=cast.HOOLI)).rows == []
    assert (await api.get(LOOKUP, Filter_Name="Hooli")).rows == []
    (row,) = (await api.get(LOOKUP, Filter_Name="hooli", Filter_WithSecurityScope="false")).rows
    assert (row["id"], row["name"], row["isActive"]) == (cast.HOOLI, "Hooli", True)


async def test_the_look_up_takes_numbers_and_shows_inactive_ones_when_asked(api: Caller) -> None:
    ids = f"{cast.WONKA},{cast.STARK}"
    assert [row["id"] for row in (await api.get(LOOKUP, Filter_Ids=ids)).rows] == [cast.STARK]
    both = await api.get(LOOKUP, Filter_Ids=ids, Filter_WithInactiveAccounts="true")
    assert [row["id"] for row in both.rows] == [cast.STARK, cast.WONKA]
    assert "totalRecords" not in both.json


async def test_contracts_name_their_account_and_have_no_number_of_it(api: Caller) -> None:
    (row,) = (await api.get(CONTRACTS, Filter_AccountName="Stark", Filter_ContractType="recurring services")).rows
    assert row["accountName"] == "Stark Industries"
    assert {"accountId", "deactivated"}.isdisjoint(row)
    assert (await api.get(CONTRACTS, Filter_AccountName="Stark", Filter_Status="Expired")).rows == []


async def test_expired_contracts_are_looked_up_when_asked(api: Caller) -> None:
    assert (await api.get(CONTRACTS_LOOKUP, AccountId=cast.SOYLENT)).rows == []
    (row,) = (await api.get(CONTRACTS_LOOKUP, AccountId=cast.SOYLENT, ExcludeExpiredContracts="false")).rows
    assert row["isActive"] is False
    assert [row["id"] for row in (await api.get(CONTRACTS_LOOKUP, Ids="50100")).rows] == [50100]


async def test_a_contract_expires_with_the_clock(api: Caller, clock: SandboxClock) -> None:
    (row,) = (await api.get(CONTRACTS, Filter_AccountName="Stark")).rows
    assert row["status"] == "Active"
    clock.advance(800 * 86_400)
    await api.sign_in()
    (row,) = (await api.get(CONTRACTS, Filter_AccountName="Stark")).rows
    assert row["status"] == "Expired"


async def test_a_search_is_a_post_with_a_filter(api: Caller) -> None:
    assert (await api.get(SERVICES)).rows[0]["name"] == "Managed workstation"
    asked = {"PageSize": 100, "PageNumber": 1, "Filter": {"ContractName": "managed"}}
    rows = (await api.post(SEARCH, asked)).rows
    assert rows
    assert {row["serviceName"] for row in rows} == {"Managed workstation"}
    assert "quantity" not in rows[0]
    assert (await api.post(SEARCH, {"Filter": {"Colour": "red"}})).status == 400
    assert (await api.post(SEARCH, [])).status == 400
    assert (await api.get(SEARCH)).status == 405
    assert (await api.post(ACCOUNTS, {})).status == 405


async def test_types_say_who_is_a_client(api: Caller) -> None:
    rows = (await api.get(TYPES)).rows
    assert [row["id"] for row in rows if row["isClient"]] == [1]
    assert {row["name"] for row in rows if row["isVendor"]} == {"Vendor"}


async def test_the_document_spells_keys_otherwise_than_the_wire(api: Caller, psa: SimulatedKaseya) -> None:
    await api.sign_in()
    psa.ways.pascal_case = True
    body = (await api.get(ACCOUNTS, PageSize=1)).json
    assert body["TotalRecords"]
    assert body["Result"][0]["AccountName"]
    assert (await api.get(f"{ACCOUNTS}/1")).json["Error"]["StackStrace"]


async def test_an_endpoint_may_be_missing_and_a_list_may_hide_its_length(api: Caller, psa: SimulatedKaseya) -> None:
    psa.ways.totals = psa.ways.knows_pages = False
    first = await api.get(ACCOUNTS, PageSize=5)
    assert "totalRecords" not in first.json
    assert first.rows == (await api.get(ACCOUNTS, PageSize=5, PageNumber=2)).rows
    psa.ways.largest_page = 3
    assert len((await api.get(ACCOUNTS, PageSize=5)).rows) == 3
    psa.ways.not_offered = {ACCOUNTS}
    assert (await api.get(ACCOUNTS)).status == 404
    assert (await api.get("/v2/anything")).status == 404
