"""Contracts find their account: by look-up for one, by name and look-up for all (BMS §4)."""

import pytest

from connectors.contract import Connector
from connectors.errors import NotFound, PermissionDenied
from connectors.records import Agreement
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.cast import contract_of
from tests.connectors.answerer import Asked, Say
from tests.connectors.kaseya_family.connecting import (
    ACCOUNTS,
    CONTRACTS,
    CONTRACTS_LOOKUP,
    INVOICES,
    SERVICES,
    Wired,
    ok,
)
from tests.connectors.simulators import Simulated

SUMMARY = {
    "id": 88,
    "contractName": "Managed",
    "accountName": "Acme",
    "contractType": "Recurring Services",
    "status": "Active",
    "billingCycle": "Monthly",
    "startDate": "2025-01-01T00:00:00",
    "endDate": "2027-12-31T00:00:00",
}
SHORT = {"id": 88, "name": "Managed", "isActive": True, "endDate": "2027-12-31T00:00:00"}
ACME = {"id": 7, "accountName": "Acme", "isActive": True}


def twins(asked: Asked) -> Say:
    both = [ACME, {**ACME, "id": 8}] if asked.query.get("Filter.IsActive") != "false" else []
    return ok(both, total=len(both))


@pytest.fixture
def acme(wire: Wired) -> Wired:
    wire.on(f"{ACCOUNTS}/7", ok(ACME))
    wire.on(ACCOUNTS, ok([ACME], total=1))
    wire.on(CONTRACTS, ok([SUMMARY], total=1))
    wire.on(CONTRACTS_LOOKUP, ok([SHORT]))
    return wire


async def every(connector: Connector) -> dict[str, Agreement]:
    return {one.id: one async for page in connector.agreements() for one in page}


async def test_four_calls_tell_everything_about_one_account(acme: Wired) -> None:
    (agreement,) = await acme.psa.agreements_of("7")
    assert (agreement.account_id, agreement.account_name, agreement.status) == ("7", "Acme", "Active")
    assert sorted(acme.paths("/v2/crm") + acme.paths("/v2/finance")) == [f"{ACCOUNTS}/7", CONTRACTS_LOOKUP, CONTRACTS]
    looked_up = next(one for one in acme.server.asked if one.path == CONTRACTS_LOOKUP)
    assert looked_up.query == {"AccountId": "7", "ExcludeExpiredContracts": "false"}


async def test_a_contract_of_another_account_of_the_same_name_is_left_out(acme: Wired) -> None:
    acme.on(CONTRACTS, ok([SUMMARY, {**SUMMARY, "id": 99}], total=2))
    acme.on(ACCOUNTS, twins)
    assert [one.id for one in await acme.psa.agreements_of("7")] == ["88"]


async def test_a_contract_that_only_the_summary_knows_counts_where_the_name_is_unique(acme: Wired) -> None:
    acme.on(CONTRACTS, ok([SUMMARY, {**SUMMARY, "id": 99, "accountName": "acme "}], total=2))
    assert [one.id for one in await acme.psa.agreements_of("7")] == ["88", "99"]


async def test_a_contract_of_a_longer_name_is_not_taken(acme: Wired) -> None:
    acme.on(CONTRACTS, ok([SUMMARY, {**SUMMARY, "id": 99, "accountName": "Acme East"}], total=2))
    assert [one.id for one in await acme.psa.agreements_of("7")] == ["88"]


async def test_a_contract_that_only_the_look_up_knows_is_of_an_unknown_kind(acme: Wired) -> None:
    acme.on(CONTRACTS, ok([], total=0))
    (agreement,) = await acme.psa.agreements_of("7")
    assert (agreement.id, agreement.status, agreement.recurring, agreement.type) == ("88", "Active", None, None)
    assert agreement.open_ended is False


async def test_without_the_look_up_the_name_decides_where_only_one_bears_it(acme: Wired) -> None:
    acme.on(CONTRACTS_LOOKUP, Say(status=404))
    assert [one.id for one in await acme.psa.agreements_of("7")] == ["88"]
    acme.on(ACCOUNTS, twins)
    with pytest.raises(NotFound, match="Several accounts are called “Acme”"):
        await acme.psa.agreements_of("7")


async def test_contracts_that_may_not_be_read_are_refused(acme: Wired) -> None:
    acme.on(CONTRACTS_LOOKUP, Say(status=403))
    with pytest.raises(PermissionDenied) as raised:
        await acme.psa.agreements_of("7")
    assert raised.value.right == "Finance > Contracts: View"


async def test_an_account_that_is_not_there_has_no_contracts(acme: Wired) -> None:
    acme.on(f"{ACCOUNTS}/9", Say(status=404))
    assert await acme.psa.agreements_of("9") == []


async def test_in_bulk_twins_are_told_apart_by_look_up(simulated: Simulated, connector: Connector) -> None:
    found = await every(connector)
    owners = {one: found[str(contract_of(one))].account_id for one in (cast.TWICE, cast.TWICE_OLD, cast.WELL)}
    assert owners == {one: str(one) for one in owners}
    looked_up = [dict(call.query) for call in simulated.psa.calls if call.path == CONTRACTS_LOOKUP]
    assert {query["AccountId"] for query in looked_up} == {str(cast.TWICE), str(cast.TWICE_OLD)}


async def test_in_bulk_twins_that_nobody_tells_apart_stay_without_an_account(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.ways.not_offered = {CONTRACTS_LOOKUP}
    found = await every(connector)
    assert found[str(contract_of(cast.TWICE))].account_id is None
    assert found[str(contract_of(cast.TWICE))].account_name == simulated.psa.names[cast.TWICE]
    assert found[str(contract_of(cast.WELL))].account_id == str(cast.WELL)


async def test_a_contract_of_nobody_that_we_see_is_kept_without_an_account(acme: Wired) -> None:
    acme.on(CONTRACTS, ok([{**SUMMARY, "accountName": "Hidden Ltd"}], total=1))
    (agreement,) = (await every(acme.psa)).values()
    assert (agreement.account_id, agreement.account_name) == (None, "Hidden Ltd")


async def test_live_and_in_bulk_a_contract_is_the_same(connector: Connector) -> None:
    found = await every(connector)
    for account_id in (cast.WELL, cast.ENDED, cast.SWITCHED_OFF, cast.ONE_TIME, cast.ON_RETAINER, cast.LATER):
        (live,) = await connector.agreements_of(str(account_id))
        assert live == found[live.id]


async def test_lines_are_gathered_service_by_service(simulated: Simulated, connector: Connector) -> None:
    lines = await connector.lines(str(contract_of(cast.WELL)))
    assert [line.name for line in lines] == ["Managed workstation", "Managed server"]
    assert {line.quantity for line in lines} == {None}
    assert {line.billable for line in lines} == {True}
    asked = [call for call in simulated.psa.calls if call.method == "POST" and call.path.endswith("/search")]
    assert len(asked) == 6


async def test_lines_of_a_contract_without_a_name_are_looked_for_among_all(wire: Wired) -> None:
    def page(asked: Asked) -> Say:
        assert asked.json["Filter"] == {}
        first = 100 * (asked.json["PageNumber"] - 1)
        return ok(
            [{"id": one, "contractId": one, "serviceName": "Backup"} for one in range(first, min(first + 100, 150))]
        )

    wire.on(SERVICES, ok([{"id": 31}], total=1))
    wire.on(CONTRACTS_LOOKUP, ok([]))
    wire.on("/v2/admin/finance/services/31/relatedservices/search", page)
    (line,) = await wire.psa.lines("120")
    assert (line.id, line.name, line.billable) == ("120", "Backup", None)


async def test_a_search_that_knows_no_pages_ends(wire: Wired) -> None:
    wire.on(SERVICES, ok([{"id": 31}], total=1))
    wire.on(CONTRACTS_LOOKUP, ok([SHORT]))
    rows = [{"id": one, "contractId": 88, "serviceDescription": "Backup", "unitPrice": 0} for one in range(100)]
    wire.on("/v2/admin/finance/services/31/relatedservices/search", ok(rows))
    assert len(await wire.psa.lines("88")) == 100
    assert len(wire.paths("/v2/admin/finance/services/31")) == 2


async def test_a_catalogue_that_is_too_long_is_not_gone_through(wire: Wired) -> None:
    wire.on(
        SERVICES,
        ok([{"id": one} for one in range(100)], total=151),
        ok([{"id": one} for one in range(100, 151)], total=151),
    )
    wire.on(CONTRACTS_LOOKUP, ok([SHORT]))
    with pytest.raises(NotFound, match="151 services"):
        await wire.psa.lines("88")
    assert INVOICES not in wire.paths()
