"""The simulated tenant's stories, seen through the connector."""

from datetime import timedelta

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import NotFound
from connectors.records import EMPTY_REF, Account
from sandbox.psa.connectwise.building import company
from sandbox.psa.connectwise.cast import STARK
from sandbox.psa.records import Row
from tests.connectors.simulators import Simulated


async def the_company(connector: Connector, name: str) -> Account:
    return next(one for one in await connector.find_accounts(name) if one.name == name and not one.deleted)


@pytest.mark.requirement("R34", "R36")
async def test_globex_bills_on_a_cycle_that_does_not_recur_until_someone_changes_it(
    simulated: Simulated, connector: Connector
) -> None:
    globex = await the_company(connector, "Globex Corporation")
    agreement, *_ = await connector.agreements_of(globex.id)
    assert agreement.billing_cycle
    assert (agreement.billing_cycle.name, agreement.billing_option) == ("None", "NotRecurring")
    simulated.psa.fix("globex")
    agreement, *_ = await connector.agreements_of(globex.id)
    assert agreement.billing_option == "Monthly"


@pytest.mark.requirement("R37", "X28")
async def test_x28_umbrella_stands_twice_and_only_the_flag_tells_which_is_recycled(connector: Connector) -> None:
    twins = {one.id: one for one in await connector.find_accounts("Umbrella Inc")}
    assert (twins["2277"].deleted, twins["5120"].deleted) == (True, False)
    assert {one.status.name for one in twins.values() if one.status} == {"Active"}
    which = filter_from(await connector.tables(), {})
    pulled = {account.id async for page in connector.accounts(which) for account in page}
    assert pulled & {"2277", "5120"} == {"5120"}


@pytest.mark.requirement("X10", "X28")
async def test_x28_a_merged_company_keeps_its_date_so_that_asking_for_changes_does_not_bring_it(
    simulated: Simulated, connector: Connector
) -> None:
    now = simulated.psa.clock.now()
    simulated.psa.tenant.merge_away(STARK, now)
    which = filter_from(await connector.tables(), {})
    since = now - timedelta(seconds=1)
    assert [one async for page in connector.accounts(which, changed_since=since) for one in page] == []
    merged = await connector.account(str(STARK))
    assert merged is not None
    assert (merged.deleted, merged.status and merged.status.name) == (True, "Active")


@pytest.mark.requirement("R42")
async def test_hoolis_agreement_does_not_come_back_and_the_table_says_why(connector: Connector) -> None:
    hooli = await the_company(connector, "Hooli")
    assert list(await connector.agreements_of(hooli.id)) == []
    rows = (await connector.tables()).agreement_types.rows or ()
    assert [row.name for row in rows if row.flags.get("allowed") is False] == ["Legacy Hosting"]


async def test_wonka_is_gone(connector: Connector) -> None:
    assert list(await connector.find_accounts("Wonka Candy")) == []


@pytest.mark.requirement("R48", "R92")
async def test_tyrells_custom_status_is_pulled_and_initechs_type_is_not(connector: Connector) -> None:
    which = filter_from(await connector.tables(), {})
    pulled = {account.id async for page in connector.accounts(which) for account in page}
    assert (await the_company(connector, "Tyrell Corp")).id in pulled
    assert (await the_company(connector, "Initech")).id not in pulled


async def test_acme_is_a_company_of_its_own_without_a_parent(connector: Connector) -> None:
    acme = await the_company(connector, "Acme Ltd")
    assert (acme.id, acme.parent) == ("4711", EMPTY_REF)
    assert await connector.account("4711") == acme


async def test_an_upgrade_between_two_calls_goes_unnoticed(simulated: Simulated) -> None:
    settings = {"site": simulated.url, "company": "examplemsp"}
    connector = simulated.connect(settings=settings)
    await connector.check()
    simulated.psa.upgrade("v2026_2")
    assert await connector.account("4711")
    await connector.aclose()


async def test_a_company_that_does_not_exist_is_none_and_an_address_that_does_not_exist_is_an_error(
    simulated: Simulated, connector: Connector
) -> None:
    assert await connector.account("999999") is None
    simulated.psa.upgrade("v2026_2")
    settings = {**simulated.setup.settings, "codebase": "v2026_1"}
    elsewhere = simulated.connect(settings=settings)
    with pytest.raises(NotFound):
        await elsewhere.account("4711")
    await elsewhere.aclose()


@pytest.mark.parametrize("backslash_escapes", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "6\" O'Brien Pipes",
        "back\\slash \\",
        "brackets [x]",
        "100% * A+ #1",
        "Zażółć 🚀",
        "<@U1>",
        "x" * 156,
        "a\tb\x00c",
    ],
)
async def test_a_company_of_any_name_is_found_whichever_way_the_server_escapes(
    simulated: Simulated, connector: Connector, name: str, backslash_escapes: bool
) -> None:
    simulated.psa.backslash_escapes = backslash_escapes
    simulated.psa.tenant.companies.put(Row(data=company(77, "odd", name, created=simulated.time.now())))
    found = await connector.find_accounts(name)
    assert [(account.id, account.name) for account in found] == [("77", name.replace("\x00", "\ufffd"))]
