from decimal import Decimal
from typing import Any

import pytest

from connectors.contract import Connector
from connectors.errors import PermissionDenied
from connectors.records import Agreement, LineItem
from tests.connectors.answerer import Say
from tests.connectors.autotask.connecting import NO_RIGHT, Wired, page
from tests.connectors.simulators import SIMULATORS, SMALL, Simulated

LINE = {"id": 501, "contractID": 9, "serviceID": 31, "invoiceDescription": "Managed workstation"}
BUNDLE = {"id": 501, "contractID": 9, "serviceBundleID": 61, "invoiceDescription": None}
ENTITIES = ("ContractServices", "ContractServiceUnits", "ContractServiceBundles", "ContractServiceBundleUnits")


def units(number: Any, line: int = 501) -> dict[str, Any]:
    return {"id": 1, "contractServiceID": line, "contractServiceBundleID": line, "units": number}


def serve(wire: Wired, **answers: Say) -> None:
    for entity in (*ENTITIES, "Services", "ServiceBundles"):
        wire.on(f"/{entity}/query", answers.get(entity, page()))


async def quantities(wire: Wired) -> list[tuple[str, Decimal | None]]:
    return [(line.name, line.quantity) for line in await wire.at.lines("9")]


@pytest.mark.requirement("R28", "X1")
async def test_a_service_has_the_units_of_today(wire: Wired) -> None:
    serve(wire, ContractServices=page(LINE), ContractServiceUnits=page(units(24)))
    (line,) = await wire.at.lines("9")
    assert line == LineItem(
        id="ContractServices/501",
        agreement_id="9",
        name="Managed workstation",
        quantity=Decimal(24),
        recurring=True,
    )
    asked = next(one.json for one in wire.server.asked if "Units" in one.path)
    dates = asked["filter"][0]["items"][1]["items"][1]["items"]
    assert [one["value"] for one in dates] == ["2026-11-21T00:00:00Z"] * 2


async def test_units_of_one_service_that_hold_today_count_together(wire: Wired) -> None:
    serve(wire, ContractServices=page(LINE), ContractServiceUnits=page(units(24), {**units(-4), "id": 2}))
    assert await quantities(wire) == [("Managed workstation", Decimal(20))]


@pytest.mark.requirement("R28", "X20")
@pytest.mark.parametrize("rows", [(), (units(0),), (units(None),), (units(24, line=777),)])
async def test_a_service_without_units_today_bills_nought(wire: Wired, rows: tuple[dict[str, Any], ...]) -> None:
    serve(wire, ContractServices=page(LINE), ContractServiceUnits=page(*rows))
    assert await quantities(wire) == [("Managed workstation", Decimal(0))]


async def test_a_bundle_is_a_line_as_well_and_takes_its_name_from_the_catalogue(wire: Wired) -> None:
    names = page({"id": 61, "name": "Complete care"})
    serve(wire, ContractServiceBundles=page(BUNDLE), ContractServiceBundleUnits=page(units(14)), ServiceBundles=names)
    assert await quantities(wire) == [("Complete care", Decimal(14))]


async def test_a_name_that_may_not_be_read_is_told_by_its_number(wire: Wired) -> None:
    nameless = {**LINE, "invoiceDescription": " "}
    serve(wire, ContractServices=page(nameless), Services=NO_RIGHT)
    assert [name for name, _ in await quantities(wire)] == ["Service 31"]


async def test_units_that_may_not_be_read_are_not_known(wire: Wired) -> None:
    serve(wire, ContractServices=page(LINE), ContractServiceUnits=NO_RIGHT)
    assert await quantities(wire) == [("Managed workstation", None)]


@pytest.mark.requirement("R30")
async def test_services_that_may_not_be_read_are_no_empty_contract(wire: Wired) -> None:
    serve(wire, ContractServices=NO_RIGHT)
    with pytest.raises(PermissionDenied, match="Contracts: Full permission"):
        await wire.at.lines("9")


async def test_a_bundle_with_units_proves_enough_where_services_are_hidden(wire: Wired) -> None:
    serve(
        wire,
        ContractServices=NO_RIGHT,
        ContractServiceBundles=page({**BUNDLE, "invoiceDescription": "Care"}),
        ContractServiceBundleUnits=page(units(3)),
    )
    assert await quantities(wire) == [("Care", Decimal(3))]


async def test_an_entity_that_this_autotask_does_not_have_is_not_known(wire: Wired) -> None:
    serve(
        wire, ContractServices=page(LINE), ContractServiceUnits=page(units(1)), ContractServiceBundles=Say(status=404)
    )
    assert await quantities(wire) == [("Managed workstation", Decimal(1))]


async def test_the_lines_of_many_contracts_are_asked_for_in_pieces(wire: Wired) -> None:
    contracts = [{"id": number, "contractType": 7} for number in range(1, 451)]
    wire.knows()
    wire.on("/Contracts/query", page(*contracts))
    serve(wire)
    assert len(await wire.at.agreements_of("7")) == 450
    asked = [one.json["filter"][0]["items"][1] for one in wire.server.asked if "ContractServices/" in one.path]
    assert [len(one["value"]) for one in asked] == [200, 200, 50]


async def by_id(connector: Connector) -> dict[str, Agreement]:
    return {one.id: one async for rows in connector.agreements() for one in rows}


async def test_a_sync_and_a_look_up_read_the_same_of_every_contract() -> None:
    async with SIMULATORS["autotask"](SMALL) as simulated:
        connector = simulated.connect()
        bulk = await by_id(connector)
        owners = {one.account_id for one in bulk.values() if one.account_id}
        single = {one.id: one for owner in owners for one in await connector.agreements_of(owner)}
        await connector.aclose()
    assert bulk == single
    assert any(one.lines for one in bulk.values())


@pytest.mark.parametrize(
    ("user", "lines", "quantity"), [("nobundles", 2, True), ("nounits", 2, False), ("noproducts", 2, True)]
)
async def test_what_a_weaker_user_can_still_tell(simulated: Simulated, user: str, lines: int, quantity: bool) -> None:
    connector = simulated.connect(secrets=simulated.psa.credentials(user))
    (wayne,) = await connector.find_accounts("Wayne Enterprises")
    (contract,) = await connector.agreements_of(wayne.id)
    assert contract.lines is not None
    assert len(contract.lines) == lines
    assert (contract.lines[0].quantity is not None) is quantity
    (pollos,) = await connector.find_accounts("Los Pollos Hermanos")
    (bundled,) = await connector.agreements_of(pollos.id)
    assert (bundled.lines is None) is (user == "nobundles")
    await connector.aclose()
