from typing import Any

import pytest

from connectors.autotask.access import Extent, info_of, picked
from connectors.autotask.rights import RIGHTS, right_for
from connectors.contract import Connector
from connectors.errors import PsaDown
from connectors.records import Access, AccessProbe
from tests.connectors.answerer import Say
from tests.connectors.autotask.connecting import NO_RIGHT, QUIET, Wired
from tests.connectors.simulators import Simulated

LINES = {"contract-services", "contract-service-units", "contract-bundles", "contract-bundle-units"}


async def probes(simulated: Simulated, user: str) -> dict[str, AccessProbe]:
    connector = simulated.connect(secrets=simulated.psa.credentials(user))
    found = {probe.id: probe for probe in await connector.probe()}
    await connector.aclose()
    return found


def with_access(found: dict[str, AccessProbe], access: Access) -> set[str]:
    return {name for name, probe in found.items() if probe.access is access}


@pytest.mark.requirement("R33")
def test_the_right_that_is_missed_most_comes_first() -> None:
    assert RIGHTS[0].right == "CRM: All permission to Customer & Cancellation"
    assert RIGHTS[0].often_missed
    assert not any(right.often_missed for right in RIGHTS[1:])


@pytest.mark.requirement("R30", "R32")
async def test_a_full_user_has_every_right_that_reading_can_prove(simulated: Simulated) -> None:
    found = await probes(simulated, "admin")
    assert with_access(found, Access.UNPROBEABLE) == {*("costs", "ticket-permissions", "line-of-business", "password")}
    assert with_access(found, Access.REFUSED) == set()
    assert with_access(found, Access.EMPTY) == set()
    assert found["companies"].rows
    assert all(probe.detail for probe in found.values() if probe.access is Access.UNPROBEABLE)


@pytest.mark.requirement("R31", "R33")
async def test_a_user_that_sees_only_a_part_is_told_so(simulated: Simulated) -> None:
    simulated.psa.unfix("aperture")
    found = await probes(simulated, "psabot")
    assert found["companies"].access is Access.EMPTY
    assert "Restricted" in found["companies"].detail
    simulated.psa.fix("aperture")
    assert (await probes(simulated, "psabot"))["companies"].access is Access.GRANTED


@pytest.mark.requirement("R30")
@pytest.mark.parametrize(
    ("user", "refused"),
    [
        ("nocontracts", {"agreements", *LINES}),
        ("nobundles", {"contract-bundles", "contract-bundle-units"}),
        ("nounits", {"contract-service-units", "contract-bundle-units"}),
        ("noproducts", {"services", "products"}),
        ("nocrm", {"companies"}),
    ],
)
async def test_a_missing_right_is_found_by_name(simulated: Simulated, user: str, refused: set[str]) -> None:
    found = await probes(simulated, user)
    assert with_access(found, Access.REFUSED) == refused
    assert all(found[name].right in found[name].detail for name in refused)


async def test_a_user_without_customers_reads_accounts_and_none_of_them_counts(simulated: Simulated) -> None:
    found = await probes(simulated, "nocustomers")
    assert (found["companies"].access, found["companies"].rows) == (Access.EMPTY, 0)


async def test_entities_are_asked_one_by_one_where_the_list_of_all_does_not_answer(simulated: Simulated) -> None:
    found = await probes(simulated, "undescribed")
    assert with_access(found, Access.REFUSED) == set()
    assert found["companies"].access is Access.GRANTED
    assert "/zone3/ATServicesRest/V1.0/Companies/entityInformation" in {call.path for call in simulated.psa.calls}


async def test_a_user_that_may_not_write_tickets_is_told_what_alerts_need(simulated: Simulated) -> None:
    found = await probes(simulated, "psabot")
    assert found["tickets"].access is Access.REFUSED
    assert found["tickets"].used_by == ("billing tool",)
    assert "alerts" in found["tickets"].detail


async def test_nothing_is_written_to_prove_a_right_to_write(simulated: Simulated, connector: Connector) -> None:
    await connector.probe()
    posted = {call.path for call in simulated.psa.calls if call.method != "GET"}
    assert all(path.endswith("/query/count") for path in posted)


async def surplus_of(wire: Wired, *infos: dict[str, Any]) -> Any:
    wire.knows()
    wire.on("/EntityInformation", Say(body={"entityDescriptions": [{"info": info} for info in infos]}))
    return await wire.at.surplus()


@pytest.mark.requirement("R127", "R249")
async def test_rights_to_write_that_nobody_needs_are_told_by_entity(wire: Wired) -> None:
    found = await surplus_of(
        wire,
        {"name": "Company", "userAccessForCreate": "All", "userAccessForUpdate": 2, "userAccessForDelete": "None"},
        {"name": "Contract", "userAccessForCreate": "All", "userAccessForUpdate": "All"},
        {"name": "ContractService", "userAccessForCreate": "All"},
        {"name": "Ticket", "userAccessForCreate": "All", "userAccessForUpdate": "All", "userAccessForDelete": "All"},
        {"name": "Product", "canCreate": False, "userAccessForCreate": "All", "userAccessForQuery": "All"},
        {"name": "Account"},
    )
    assert found == ["Company: create, update", "Ticket: delete"]


async def test_a_list_of_entities_that_does_not_come_tells_nothing(wire: Wired) -> None:
    assert await surplus_of(wire) is None
    wire.on("/EntityInformation", NO_RIGHT)
    assert await wire.at.surplus() is None


async def judged(wire: Wired, info: Any, count: Say) -> AccessProbe:
    wire.knows()
    wire.on("/ThresholdInformation", QUIET)
    for entity in ("Companies", "Contracts"):
        wire.on(f"/{entity}/entityInformation", Say(body={"info": info}))
        wire.on(f"/{entity}/query/count", count)
    return next(probe for probe in await wire.at.probe() if probe.id == "agreements")


@pytest.mark.parametrize(
    ("info", "count", "access"),
    [
        ({"userAccessForQuery": "All"}, Say(body={"queryCount": 0}), Access.GRANTED),
        ({"userAccessForQuery": "Restricted"}, Say(body={"queryCount": 5}), Access.EMPTY),
        ({"userAccessForQuery": "None"}, Say(body={"queryCount": 0}), Access.REFUSED),
        ({"userAccessForQuery": "None"}, Say(body={"queryCount": 5}), Access.EMPTY),
        ({"canQuery": False, "userAccessForQuery": "All"}, Say(body={"queryCount": 0}), Access.REFUSED),
        ({"userAccessForQuery": "All"}, NO_RIGHT, Access.REFUSED),
        ({"userAccessForQuery": "All"}, Say(body={"queryCount": "x"}), Access.UNKNOWN),
        ({}, Say(body={"queryCount": 5}), Access.EMPTY),
        (None, Say(body={"queryCount": 5}), Access.EMPTY),
    ],
)
async def test_what_is_said_and_what_is_counted_make_the_verdict(
    wire: Wired, info: Any, count: Say, access: Access
) -> None:
    assert (await judged(wire, info, count)).access is access


async def test_an_entity_that_does_not_describe_itself_is_counted_all_the_same(wire: Wired) -> None:
    wire.knows()
    wire.on("/ThresholdInformation", QUIET)
    wire.on("/Contracts/query/count", Say(body={"queryCount": 5}))
    found = {probe.id: probe for probe in await wire.at.probe()}
    assert (found["agreements"].access, found["agreements"].rows) == (Access.EMPTY, 5)
    assert found["products"].access is Access.UNKNOWN


async def test_a_psa_that_is_down_is_an_error_and_no_finding(wire: Wired) -> None:
    wire.on("/ThresholdInformation", QUIET)
    wire.on("/EntityInformation", Say(body="<html>", status=503, headers={"Content-Type": "text/html"}))
    with pytest.raises(PsaDown):
        await wire.at.probe()


@pytest.mark.parametrize(
    ("access", "extent"),
    [
        ("All", Extent.ALL),
        (" restricted ", Extent.RESTRICTED),
        (0, Extent.NONE),
        ("1", Extent.ALL),
        (2, Extent.RESTRICTED),
        (7, Extent.NOT_TOLD),
        (True, Extent.NOT_TOLD),
        (None, Extent.NOT_TOLD),
    ],
)
def test_access_is_understood_as_a_word_and_as_a_number(access: Any, extent: Extent) -> None:
    assert info_of({"USERAccessForQuery": access}).query is extent


def test_entities_are_known_by_singular_and_plural() -> None:
    one = info_of({"userAccessForQuery": "All"})
    assert picked({"company": one}, "Companies") is one
    assert picked({"companies": one}, "Companies") is one
    assert picked({"contractservicebundleunit": one}, "ContractServiceBundleUnits") is one
    assert picked({}, "Companies") is None


def test_rights_are_found_by_path() -> None:
    assert right_for("/ServiceBundles/query") == "Inventory: All view object permissions to Products"
    assert right_for("/zoneInformation") == ""
    assert right_for("") == ""
