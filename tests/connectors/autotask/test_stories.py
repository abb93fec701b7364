from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import PermissionDenied
from connectors.records import Account, Agreement
from sandbox.psa.autotask import cast
from tests.connectors.simulators import Simulated


async def the_account(connector: Connector, name: str) -> Account:
    return next(one for one in await connector.find_accounts(name) if one.name == name)


async def the_contracts(connector: Connector, name: str) -> list[Agreement]:
    return list(await connector.agreements_of((await the_account(connector, name)).id))


async def pulled(connector: Connector) -> set[str]:
    which = filter_from(await connector.tables(), {})
    return {account.name async for rows in connector.accounts(which) for account in rows}


def bills(contract: Agreement, today: date) -> bool:
    """The four rows of the article, and units above nought."""
    runs = contract.starts_on and contract.ends_on and contract.starts_on <= today <= contract.ends_on
    units = [line.quantity or 0 for line in contract.lines or ()]
    return bool(contract.status == "Active" and runs and contract.recurring and any(one > 0 for one in units))


@pytest.mark.requirement("R18", "R19", "R21")
async def test_a_prospect_is_found_but_not_pulled_until_it_is_a_customer(
    simulated: Simulated, connector: Connector
) -> None:
    vandelay = await the_account(connector, "Vandelay Industries")
    assert [kind.name for kind in vandelay.types or ()] == ["Prospect"]
    assert vandelay.name not in await pulled(connector)
    simulated.psa.fix("vandelay")
    assert vandelay.name in await pulled(connector)


async def test_an_inactive_account_is_found_and_not_pulled(simulated: Simulated, connector: Connector) -> None:
    one = await the_account(connector, "Blockbuster Video")
    assert (one.active, one.deleted) == (False, None)
    assert one.name not in await pulled(connector)
    simulated.psa.fix("blockbuster")
    assert one.name in await pulled(connector)


@pytest.mark.requirement("R22", "R23")
async def test_the_placeholder_is_a_name_with_an_active_contract_and_another_type(
    simulated: Simulated, connector: Connector
) -> None:
    one = await the_account(connector, "clientName")
    assert [kind.name for kind in one.types or ()] == ["Partner"]
    assert [bills(contract, today(simulated)) for contract in await connector.agreements_of(one.id)] == [True]
    simulated.psa.fix("placeholder")
    assert await the_account(connector, "Krusty Foods")


@pytest.mark.requirement("R24", "R25", "R26", "R27", "R28", "R29", "X1")
@pytest.mark.parametrize(
    "story", ["dunder", "piper", "cyberdyne", "oscorp", "massive", "gekko", "sterling", "prestige", "soap"]
)
async def test_each_contract_that_does_not_bill_does_after_its_repair_and_not_after_it_is_undone(
    simulated: Simulated, connector: Connector, story: str
) -> None:
    company = next(one.company for one in simulated.psa.stories if one.id == story)
    psa, seen = simulated.psa, []
    for change in (None, psa.fix, psa.unfix):
        if change:
            change(story)
        seen.append(any(bills(one, today(simulated)) for one in await the_contracts(connector, company)))
    assert seen == [False, True, False]


@pytest.mark.parametrize("company", ["Wayne Enterprises", "Los Pollos Hermanos", "Bluth Company"])
async def test_customers_that_are_billed_well(simulated: Simulated, connector: Connector, company: str) -> None:
    (contract,) = await the_contracts(connector, company)
    assert bills(contract, today(simulated))
    assert company in await pulled(connector)


@pytest.mark.requirement("R25")
async def test_one_time_contracts_are_told_by_type_and_none_at_all_is_another_thing(connector: Connector) -> None:
    contracts = await the_contracts(connector, "Pied Piper")
    assert [one.type.name for one in contracts if one.type] == ["Fixed Price", "Block Hours"]
    assert [one.recurring for one in contracts] == [False, False]
    assert await the_contracts(connector, "Dunder Mifflin") == []


@pytest.mark.requirement("R28", "X20")
async def test_no_service_is_an_empty_list_and_no_units_are_nought(connector: Connector) -> None:
    (empty,) = await the_contracts(connector, "Sterling Cooper")
    (none_today,) = await the_contracts(connector, "Prestige Worldwide")
    assert empty.lines == ()
    assert [line.quantity for line in none_today.lines or ()] == [Decimal(0)]


@pytest.mark.requirement("R29")
async def test_the_last_day_is_today_and_the_first_is_the_first_of_january(
    simulated: Simulated, connector: Connector
) -> None:
    (bluth,) = await the_contracts(connector, "Bluth Company")
    (gekko,) = await the_contracts(connector, "Gekko & Co")
    now = today(simulated)
    assert bluth.ends_on == now
    assert not bills(bluth, now + timedelta(days=1))
    assert gekko.starts_on == date(now.year + 1, 1, 1)


@pytest.mark.requirement("X27")
async def test_the_parent_carries_the_billing(simulated: Simulated, connector: Connector) -> None:
    soap = await the_account(connector, "Paper Street Soap")
    assert soap.parent
    assert soap.parent.name == "Paper Street Holding"
    assert [bills(one, today(simulated)) for one in await connector.agreements_of(soap.parent.id)] == [True]


@pytest.mark.requirement("R31", "R33")
async def test_an_account_out_of_sight_is_not_said_to_be_missing(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.unfix("aperture")
    assert list(await connector.find_accounts("Aperture Science")) == []
    with pytest.raises(PermissionDenied, match="Customer & Cancellation"):
        await connector.account(str(cast.APERTURE))
    simulated.psa.fix("aperture")
    assert await connector.account(str(cast.APERTURE)) == await the_account(connector, "Aperture Science")


async def test_a_deep_link_opens_the_record(simulated: Simulated, connector: Connector) -> None:
    wayne = await the_account(connector, "Wayne Enterprises")
    assert wayne.url
    assert wayne.url.endswith(f"/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenAccount&AccountID={wayne.id}")


async def test_a_moved_tenant_goes_unnoticed(simulated: Simulated, connector: Connector) -> None:
    await connector.check()
    simulated.psa.move("zone9")
    assert await the_account(connector, "Wayne Enterprises")


async def test_the_msp_itself_is_an_account_with_the_id_nought(connector: Connector) -> None:
    own = await connector.account("0")
    assert own
    assert own.name == "Example MSP"


@pytest.mark.parametrize(
    "name", ['O\'Brien & "Sons"', "100% [x] _ *", "Zażółć 🚀", "back\\slash \\", "<@U1>", "a\tb\x00c"]
)
async def test_a_company_of_any_name_is_found(
    simulated: Simulated, connector: Connector, name: str, put: Callable[[Simulated, str], None]
) -> None:
    put(simulated, name)
    found = await connector.find_accounts(name)
    assert [account.name for account in found] == [name.replace("\x00", "\ufffd")]


@pytest.fixture
def put() -> Callable[[Simulated, str], None]:
    def rename(simulated: Simulated, name: str) -> None:
        simulated.psa.tenant.companies.change(cast.WAYNE, companyName=name)

    return rename


def today(simulated: Simulated) -> date:
    moment: date = simulated.psa.clock.now().date()
    return moment
