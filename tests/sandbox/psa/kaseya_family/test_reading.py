"""Lists, records and searches: strict about what they are asked (BMS §2, §4)."""

from collections.abc import Callable

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
    ("finds", "typed", "found"),
    [
        (Finds.ANY_PART, lambda name: name.split()[-1].upper(), [cast.WELL]),
        (Finds.BEGINNING, lambda name: name.split()[0].lower(), [cast.WELL]),
        (Finds.BEGINNING, lambda name: name.split()[-1], []),
        (Finds.WHOLE, lambda name: name.split()[0], []),
        (Finds.WHOLE, str.lower, [cast.WELL]),
    ],
)
async def test_names_are_compared_in_three_ways(
    api: Caller, psa: SimulatedKaseya, finds: Finds, typed: Callable[[str], str], found: list[int]
) -> None:
    psa.ways.finds = finds
    rows = (await api.get(ACCOUNTS, Filter_AccountName=typed(psa.names[cast.WELL]), PageSize=100)).rows
    assert [row["id"] for row in rows if row["id"] < 1000] == found
    assert finds is Finds.ANY_PART or len(rows) == len(found)


async def test_other_filters_of_accounts(api: Caller) -> None:
    assert [row["id"] for row in (await api.get(ACCOUNTS, Filter_AccountCode="a501")).rows] == [501]
    rows = (await api.get(ACCOUNTS, Filter_AccountTypeId=4, PageSize=100)).rows
    assert {row["accountType"] for row in rows} == {"Vendor"}


async def test_a_record_comes_bare_and_one_that_is_not_there_is_told(api: Caller, psa: SimulatedKaseya) -> None:
    assert (await api.get(f"{ACCOUNTS}/501")).json["accountName"] == psa.names[cast.WELL]
    psa.ways.bare_record = False
    assert (await api.get(f"{ACCOUNTS}/501")).json["result"]["accountName"] == psa.names[cast.WELL]
    missing = await api.get(f"{ACCOUNTS}/1")
    assert (missing.status, missing.error) == (404, "The account was not found.")


async def test_the_scope_hides_an_account_its_contracts_and_its_record_but_not_from_the_look_up(api: Caller) -> None:
    api.psa.unfix("unseen")
    name = api.psa.names[cast.UNSEEN]
    assert (await api.get(f"{ACCOUNTS}/{cast.UNSEEN}")).status == 404
    assert (await api.get(CONTRACTS, Filter_AccountName=name)).rows == []
    assert (await api.get(CONTRACTS_LOOKUP, AccountId=cast.UNSEEN)).rows == []
    assert (await api.get(LOOKUP, Filter_Name=name)).rows == []
    (row,) = (await api.get(LOOKUP, Filter_Name=name.lower(), Filter_WithSecurityScope="false")).rows
    assert (row["id"], row["name"], row["isActive"]) == (cast.UNSEEN, name, True)


async def test_the_look_up_takes_numbers_and_shows_inactive_ones_when_asked(api: Caller) -> None:
    ids = f"{cast.INACTIVE},{cast.WELL}"
    assert [row["id"] for row in (await api.get(LOOKUP, Filter_Ids=ids)).rows] == [cast.WELL]
    both = await api.get(LOOKUP, Filter_Ids=ids, Filter_WithInactiveAccounts="true")
    assert [row["id"] for row in both.rows] == [cast.WELL, cast.INACTIVE]
    assert "totalRecords" not in both.json


async def test_contracts_name_their_account_and_have_no_number_of_it(api: Caller) -> None:
    name = api.psa.names[cast.WELL]
    (row,) = (await api.get(CONTRACTS, Filter_AccountName=name, Filter_ContractType="recurring services")).rows
    assert row["accountName"] == name
    assert {"accountId", "deactivated"}.isdisjoint(row)
    assert (await api.get(CONTRACTS, Filter_AccountName=name, Filter_Status="Expired")).rows == []


async def test_expired_contracts_are_looked_up_when_asked(api: Caller) -> None:
    assert (await api.get(CONTRACTS_LOOKUP, AccountId=cast.ENDED)).rows == []
    (row,) = (await api.get(CONTRACTS_LOOKUP, AccountId=cast.ENDED, ExcludeExpiredContracts="false")).rows
    assert row["isActive"] is False
    assert [row["id"] for row in (await api.get(CONTRACTS_LOOKUP, Ids="50100")).rows] == [50100]


async def test_a_contract_expires_with_the_clock(api: Caller, clock: SandboxClock) -> None:
    (row,) = (await api.get(CONTRACTS, Filter_AccountName=api.psa.names[cast.WELL])).rows
    assert row["status"] == "Active"
    clock.advance(800 * 86_400)
    await api.sign_in()
    (row,) = (await api.get(CONTRACTS, Filter_AccountName=api.psa.names[cast.WELL])).rows
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


async def test_subtypes_are_those_of_one_issue_type_and_inactive_custom_fields_come_when_asked_for(api: Caller) -> None:
    subtypes = (await api.get("/v2/system/issuetypes/2/issuesubtypes/lookup")).rows
    assert [row["name"] for row in subtypes] == ["Office", "Line of business"]
    usual = (await api.get("/v2/system/customFields/22")).rows
    every = (await api.get("/v2/system/customFields/22", withInactive="true")).rows
    assert {row["name"] for row in every} - {row["name"] for row in usual} == {"Pager (old)"}
    assert (await api.get("/v2/system/customFields/99", withInactive="true")).rows == []


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/v2/hr/employees/lookup", "HR > Employees"),
        ("/v2/servicedesk/templates/tickets/lookup", "Service Desk"),
        ("/v2/system/queues/lookup", "Admin"),
        ("/v2/admin/security/roles/lookup", "Admin"),
    ],
)
async def test_a_look_up_needs_the_right_of_its_own_menu(
    api: Caller, psa: SimulatedKaseya, path: str, right: str
) -> None:
    assert (await api.get(path)).rows
    psa.security.users["psabot"].rights -= {right}
    assert (await api.get(path)).status == 403


async def test_enumerations_are_there_by_their_names_and_others_are_not(api: Caller) -> None:
    assert (await api.get("/v2/system/lookup/TicketType")).rows
    assert (await api.get("/v2/system/lookup/TicketSource")).status == 404
