from typing import Any

import pytest

from connectors.autotask.picklists import CUSTOMER, RECURRING, Entity
from connectors.contract import filter_from
from connectors.errors import BadSettings, InvalidData
from connectors.records import Because, Option
from sandbox.psa.autotask.picklists import Picklists
from sandbox.psa.autotask.stories import autotask_world
from tests.connectors.answerer import Say
from tests.connectors.autotask.connecting import NO_RIGHT, Wired, page
from tests.connectors.simulators import SIMULATORS, SMALL, Simulated

FIELDS = "/Companies/entityInformation/fields"


@pytest.fixture
async def renumbered(simulated: Simulated) -> Simulated:
    """The same stories in a tenant whose picklists have other numbers."""
    world = autotask_world(simulated.psa.clock, accounts=30, picklists=Picklists.with_other_numbers())
    simulated.psa.tenant = world.tenant
    return simulated


@pytest.mark.requirement("R18", "R19", "R95")
async def test_only_the_type_customer_is_pulled_and_every_other_one_is_named(wire: Wired) -> None:
    wire.knows(Companies={"companyType": {"41": "customer ", "3": "Prospect", "8": "Partner", "4": "Dead"}})
    which = filter_from(await wire.at.tables(), {})
    assert which.types == (Option(id="41", name="customer ", flags={"customerFlag": True}),)
    assert [row.name for row in which.left_out_types] == ["Prospect", "Partner", "Dead"]
    assert [row.name for row in which.left_out_statuses] == ["Inactive"]


@pytest.mark.requirement("R18", "R28")
async def test_a_tenant_with_other_numbers_is_read_all_the_same(renumbered: Simulated) -> None:
    connector = renumbered.connect()
    which = filter_from(await connector.tables(), {})
    assert [(row.id, row.name) for row in which.types or ()] == [("101", "Customer")]
    wayne, *_ = await connector.find_accounts("Wayne Enterprises")
    (contract,) = await connector.agreements_of(wayne.id)
    assert (contract.recurring, contract.status) == (True, "Active")
    assert contract.type
    assert contract.type.id == "107"
    await connector.aclose()


async def test_an_operator_may_choose_other_types_and_inactive_accounts(wire: Wired) -> None:
    wire.knows()
    tables = await wire.at.tables()
    which = filter_from(tables, {"include_types": "Prospect, Customer", "include_statuses": "Active, Inactive"})
    assert [row.name for row in which.types or ()] == ["Customer", "Prospect"]
    assert [row.id for row in which.statuses or ()] == ["true", "false"]
    with pytest.raises(BadSettings, match="Client"):
        filter_from(tables, {"include_types": "Client"})


def test_a_renamed_system_type_is_known_by_its_own_number_and_only_then() -> None:
    def entity(*rows: Option) -> Entity:
        return Entity(fields={"companytype": rows})

    client = Option(id="1", name="Client", flags={"isSystem": True})
    assert entity(client).named("companyType", *CUSTOMER) == {"1"}
    assert entity(Option(id="1", name="Client", flags={})).named("companyType", *CUSTOMER) == frozenset()
    assert entity(client, Option(id="9", name="CUSTOMER")).named("companyType", *CUSTOMER) == {"9"}
    assert Entity(fields=None).named("contractType", *RECURRING) == frozenset()


async def test_where_no_type_is_known_to_be_customer_the_usual_names_are_left_out(wire: Wired) -> None:
    wire.knows(Companies={"companyType": {"50": "Kunde", "51": "Lead"}})
    which = filter_from(await wire.at.tables(), {})
    assert [row.name for row in which.types or ()] == ["Kunde"]


async def test_refused_and_missing_lists_say_why(wire: Wired) -> None:
    wire.knows()
    wire.on(FIELDS, NO_RIGHT)
    tables = await wire.at.tables()
    assert (tables.types.rows, tables.types.because) == (None, Because.PERMISSION)
    assert (tables.statuses.rows, tables.statuses.because) == (None, Because.PERMISSION)
    assert tables.agreement_types.rows
    wire.on(FIELDS, Say(status=404))
    assert (await wire.at.tables()).types.because is Because.NOT_EXPOSED
    wire.on(FIELDS, Say(body={"fields": []}))
    tables = await wire.at.tables()
    assert (tables.types.because, tables.statuses.because) == (Because.NOT_EXPOSED, Because.NOT_EXPOSED)


@pytest.mark.parametrize("fields", [None, {}, "x"])
async def test_a_list_that_is_none_is_invalid(wire: Wired, fields: Any) -> None:
    wire.on(FIELDS, Say(body={"fields": fields}))
    with pytest.raises(InvalidData, match="fields"):
        await wire.at.find_accounts("Acme")


async def test_odd_rows_of_a_list_are_passed_over(wire: Wired) -> None:
    values = [7, {"value": None, "label": "x"}, {"value": 5, "label": None}, {"value": " 6 ", "label": "Six"}]
    wire.knows()
    wire.on(FIELDS, Say(body={"fields": [3, {"name": 4}, {"name": "companyType", "picklistValues": values}]}))
    assert (await wire.at.tables()).types.rows == (Option(id="5", name=""), Option(id="6", name="Six"))


async def test_picklists_are_remembered_for_some_minutes(wire: Wired) -> None:
    wire.knows()
    wire.on("/Companies/query", page())
    for _ in range(3):
        await wire.at.find_accounts("Acme")
    wire.time.advance(301)
    await wire.at.find_accounts("Acme")
    assert wire.server.paths().count(f"/ATServicesRest/V1.0{FIELDS}") == 2


async def test_a_label_that_was_renamed_meanwhile_is_shown_as_it_is_now() -> None:
    async with SIMULATORS["autotask"](SMALL) as simulated:
        connector = simulated.connect()
        simulated.psa.tenant.picklists.rename("Companies", "companyType", "Prospect", "Interessent")
        (found,) = await connector.find_accounts("Vandelay")
        assert [kind.name for kind in found.types or ()] == ["Interessent"]
        await connector.aclose()
