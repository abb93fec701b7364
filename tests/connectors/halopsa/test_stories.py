"""The simulated tenant's stories, seen through the connector."""

from datetime import timedelta

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import PermissionDenied
from connectors.records import Account, Agreement
from sandbox.psa.halopsa import cast
from sandbox.psa.halopsa.reading import Manners
from tests.connectors.simulators import Simulated


async def the_customer(connector: Connector, name: str) -> Account:
    return next(one for one in await connector.find_accounts(name) if one.name == name)


async def its_invoices(connector: Connector, name: str) -> list[Agreement]:
    return list(await connector.agreements_of((await the_customer(connector, name)).id))


async def quantities(connector: Connector, name: str) -> list[tuple[bool | None, object]]:
    (told,) = await its_invoices(connector, name)
    return [(line.active, line.quantity) for line in told.lines or ()]


async def test_oceanic_is_active_and_its_recurring_invoice_has_active_lines(connector: Connector) -> None:
    assert (await the_customer(connector, "Oceanic Airlines")).active
    assert await quantities(connector, "Oceanic Airlines") == [(True, 12), (True, 3)]


@pytest.mark.requirement("R52")
async def test_monsters_has_no_recurring_invoice_until_someone_makes_one(
    simulated: Simulated, connector: Connector
) -> None:
    assert await its_invoices(connector, "Monsters, Inc.") == []
    simulated.psa.fix("monsters")
    assert await quantities(connector, "Monsters, Inc.") == [(True, 12), (True, 3)]


@pytest.mark.requirement("R52")
async def test_no_line_of_gringotts_is_active_until_someone_activates_one(
    simulated: Simulated, connector: Connector
) -> None:
    assert await quantities(connector, "Gringotts Bank") == [(False, 12), (False, 12)]
    simulated.psa.fix("gringotts")
    assert await quantities(connector, "Gringotts Bank") == [(True, 12), (False, 12)]


@pytest.mark.requirement("R52")
async def test_a_heading_a_nought_and_a_number_that_comes_later_are_told_apart(
    simulated: Simulated, connector: Connector
) -> None:
    names = ("Ollivanders", "Cheers Bar", "Halcyon Power")
    assert [await quantities(connector, name) for name in names] == [[], [(True, 0)], [(True, None)]]
    for story in ("ollivander", "cheers", "halcyon"):
        simulated.psa.fix(story)
    assert [await quantities(connector, name) for name in names] == [[(True, 12)]] * 3


async def test_lumon_is_inactive_and_therefore_not_pulled(connector: Connector) -> None:
    which = filter_from(await connector.tables(), {})
    pulled = {one.name async for page in connector.accounts(which) for one in page}
    assert (await the_customer(connector, "Lumon Industries")).active is False
    assert pulled & {"Lumon Industries", "Oceanic Airlines"} == {"Oceanic Airlines"}


async def test_duffs_invoice_is_disabled_and_nakatomis_is_over(simulated: Simulated, connector: Connector) -> None:
    (duff,), (nakatomi,) = (
        await its_invoices(connector, "Duff Brewing"),
        await its_invoices(connector, "Nakatomi Trading"),
    )
    today = simulated.psa.clock.now().date()
    assert duff.status == "Inactive"
    assert nakatomi.status == "Active"
    assert nakatomi.ends_on == today - timedelta(days=30)
    simulated.psa.fix("nakatomi")
    (nakatomi,) = await its_invoices(connector, "Nakatomi Trading")
    assert nakatomi.ends_on
    assert nakatomi.ends_on > today


@pytest.mark.requirement("X27")
async def test_x27_bubbas_billing_stands_with_the_customer_that_pays_for_it(connector: Connector) -> None:
    bubba = await the_customer(connector, "Bubba Gump Shrimp")
    assert bubba.parent
    assert bubba.parent.name == "Gump Holding"
    assert list(await connector.agreements_of(bubba.id)) == []
    assert len(await connector.agreements_of(bubba.parent.id)) == 1


@pytest.mark.requirement("R53")
async def test_spectre_is_out_of_sight_and_nobody_says_that_it_is_gone(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.unfix("spectre")
    assert list(await connector.find_accounts("Spectre Holdings")) == []
    with pytest.raises(PermissionDenied, match="only some customers"):
        await connector.account(str(cast.SPECTRE))
    assert list(await connector.agreements_of(str(cast.SPECTRE))) == []
    simulated.psa.fix("spectre")
    assert (await the_customer(connector, "Spectre Holdings")).id == str(cast.SPECTRE)
    assert await connector.account("999999") is None


@pytest.mark.parametrize("fault", ["forbidden-agreements", "denied-agreements"])
@pytest.mark.requirement("R53", "R221")
async def test_a_refusal_of_recurring_invoices_is_one_whatever_its_status(
    simulated: Simulated, connector: Connector, fault: str
) -> None:
    simulated.psa.break_with(fault)
    with pytest.raises(PermissionDenied, match="read:invoices"):
        await its_invoices(connector, "Oceanic Airlines")


@pytest.mark.requirement("R53", "R221")
async def test_dharma_loses_its_invoices_with_the_scope_of_the_application(
    simulated: Simulated, connector: Connector
) -> None:
    assert await its_invoices(connector, "Dharma Initiative")
    simulated.psa.unfix("dharma")
    with pytest.raises(PermissionDenied, match="read:invoices"):
        await its_invoices(connector, "Dharma Initiative")


@pytest.mark.parametrize("version", ["2.99", "2.146", "2.206", "v2.126.32"])
@pytest.mark.requirement("R51")
async def test_the_version_comes_from_the_api(simulated: Simulated, connector: Connector, version: str) -> None:
    simulated.psa.unfix("zorin")
    assert (await connector.check()).version == "2.99"
    simulated.psa.version = version
    assert (await connector.check()).version == version
    simulated.psa.version = None
    assert (await connector.check()).version is None


@pytest.mark.parametrize("manners", [Manners(lists_hold_lines=False), Manners(bare_lists=True), Manners()])
async def test_every_kind_of_server_tells_the_same_story(
    simulated: Simulated, connector: Connector, manners: Manners
) -> None:
    simulated.psa.manners = manners
    assert await quantities(connector, "Gringotts Bank") == [(False, 12), (False, 12)]
    assert len({one.id async for page in connector.agreements() for one in page}) > 60


async def test_a_server_that_looks_busy_is_waited_for_and_never_called_too_often(
    simulated: Simulated, connector: Connector
) -> None:
    await connector.check()
    simulated.psa.break_with("window-full", times=1)
    assert await connector.find_accounts("Oceanic")
    assert 30 <= sum(simulated.time.slept) <= 40
