"""Permission probes against the simulated ConnectWise and its members (CW §6)."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.connectwise.spec import SPEC
from connectors.errors import PsaDown
from connectors.records import Access, AccessProbe
from tests.connectors.answerer import SECURITY, Answerer, Say
from tests.connectors.connectwise.connecting import API, Wired
from tests.connectors.simulators import Simulated

COUNTS = [right.path for right in SPEC.rights if right.path and right.path.endswith("/count")]


async def probes_of(simulated: Simulated, member: str) -> dict[str, AccessProbe]:
    keys = simulated.psa.credentials(member)
    keys.pop("company")
    connector = simulated.connect(secrets=keys)
    probes = await connector.probe()
    await connector.aclose()
    return {probe.id: probe for probe in probes}


def server_with(server: Answerer, *, count: int = 5) -> None:
    for path in COUNTS:
        server.on(f"{API}{path}", Say(body={"count": count}))
    server.on(f"{API}/finance/agreements/types/info", Say(body=[{"id": 5, "name": "MSP", "inactiveFlag": False}]))
    server.on(f"{API}/system/mySecurity", SECURITY)
    server.on(f"{API}/system/mySecurity/customizeItems/", SECURITY)


async def probed(wire: Wired) -> dict[str, AccessProbe]:
    return {probe.id: probe for probe in await wire.cw.probe()}


@pytest.mark.requirement("R40", "R45")
def test_the_matrix_covers_the_six_areas_and_links_its_guide() -> None:
    areas = {right.area for right in SPEC.rights}
    assert areas == {"Companies", "Finance", "Agreements", "Procurement", "Service Desk", "System"}
    assert SPEC.guide_url.startswith("https://")


@pytest.mark.requirement("R41", "R42", "R43", "R44", "R249")
def test_the_rights_that_are_often_missed_are_marked_and_split_by_who_needs_them() -> None:
    often = {right.id for right in SPEC.rights if right.often_missed}
    tables = {"table-company-status", "table-company-type", "table-billing-cycle", "table-service-board"}
    assert often == {"companies", "agreements", "agreement-changes", "agreement-allow-list", "catalog", *tables}
    ours = {right.id for right in SPEC.rights if "bot" in right.used_by}
    assert not ours & {"agreement-changes", "ticket-changes", "table-setup-add", "catalog", "tickets"}


@pytest.mark.requirement("R41", "R43", "R44")
async def test_a_member_with_every_right_is_granted_all_that_can_be_read(simulated: Simulated) -> None:
    probes = await probes_of(simulated, "admin")
    not_granted = {probe.id for probe in probes.values() if probe.access is not Access.GRANTED}
    # Whether the stand-in knows that list is its own matter; the others have smaller lists that open without them.
    assert not_granted <= {"products", "tables-of-the-settings"}
    assert probes["companies"].rows
    assert probes["companies"].call == "GET /company/companies/count"


@pytest.mark.requirement("R44")
async def test_the_tables_are_probed_one_by_one(simulated: Simulated) -> None:
    role = simulated.psa.members["psabot"].role
    less = replace(role, tables=role.tables - {"Invoicing / Billing Cycle"})
    simulated.psa.members["psabot"] = replace(simulated.psa.members["psabot"], role=less)
    probes = await probes_of(simulated, "psabot")
    refused = {
        probe.id for probe in probes.values() if probe.access is Access.REFUSED and probe.call.endswith("/count")
    }
    assert refused == {"table-billing-cycle", "members", "security-roles"}
    assert "Invoicing / Billing Cycle in Allow" in probes["table-billing-cycle"].detail


async def test_a_level_of_my_is_a_partial_view_not_a_grant(simulated: Simulated) -> None:
    probes = await probes_of(simulated, "mine")
    for right in ("companies", "agreements"):
        assert probes[right].access is Access.EMPTY
        assert "Set it to All" in probes[right].detail


@pytest.mark.requirement("R42")
async def test_the_allow_list_names_the_types_that_are_not_in_it(simulated: Simulated) -> None:
    probes = await probes_of(simulated, "psabot")
    assert probes["agreement-allow-list"].access is Access.REFUSED
    assert "Legacy Hosting" in probes["agreement-allow-list"].detail
    assert "Break/Fix" not in probes["agreement-allow-list"].detail


@pytest.mark.requirement("R42")
async def test_without_the_roles_own_list_the_agreements_of_each_type_are_counted(simulated: Simulated) -> None:
    probes = await probes_of(simulated, "nosecurity")
    assert probes["agreement-allow-list"].access is Access.EMPTY
    assert "Legacy Hosting" in probes["agreement-allow-list"].detail
    assert probes["agreement-changes"].access is Access.UNPROBEABLE
    assert "never writes" in probes["agreement-changes"].detail


@pytest.mark.requirement("R42")
async def test_add_and_edit_are_told_where_the_role_shows_them(simulated: Simulated) -> None:
    assert (await probes_of(simulated, "psabot"))["agreement-changes"].access is Access.REFUSED
    assert (await probes_of(simulated, "admin"))["agreement-changes"].access is Access.GRANTED


async def surplus_of(simulated: Simulated, member: str) -> Any:
    keys = simulated.psa.credentials(member)
    keys.pop("company")
    connector = simulated.connect(secrets=keys)
    try:
        return await connector.surplus()
    finally:
        await connector.aclose()


@pytest.mark.requirement("R127", "R249")
async def test_levels_that_neither_the_bot_nor_the_billing_tool_needs_are_told_by_function(
    simulated: Simulated,
) -> None:
    assert await surplus_of(simulated, "psabot") == []
    assert await surplus_of(simulated, "readonly") == [
        "Companies > Contacts: Inquire (All)",
    ]
    admin = await surplus_of(simulated, "admin")
    assert "Companies > Company Maintenance: Add (All), Edit (All)" in admin
    assert not [line for line in admin if line.startswith(("Finance > Agreements:", "Service Desk > Merge Tickets:"))]


async def test_a_member_that_may_not_see_its_own_role_says_nothing_about_it(simulated: Simulated, wire: Wired) -> None:
    assert await surplus_of(simulated, "nosecurity") is None
    wire.server.on(f"{API}/system/mySecurity", Say(body=[]))
    assert await wire.cw.surplus() is None


async def test_rows_of_the_role_that_make_no_sense_are_left_alone(wire: Wired) -> None:
    odd = [{"id": 1}, {"id": 2, "inquireLevel": "All"}, {"id": 3, "moduleFunctionName": "Contacts", "addLevel": 7}]
    wire.server.on(f"{API}/system/mySecurity", Say(body=odd))
    assert await wire.cw.surplus() == []


async def test_a_member_without_rights_gets_the_whole_list_of_what_to_grant(simulated: Simulated) -> None:
    probes = await probes_of(simulated, "nothing")
    assert probes["companies"].access is Access.REFUSED
    assert probes["agreements"].access is Access.REFUSED
    assert probes["agreement-allow-list"].access is Access.UNPROBEABLE
    assert Access.GRANTED not in {probe.access for probe in probes.values()}


async def test_a_role_that_may_not_even_see_the_version_is_still_probed(wire: Wired) -> None:
    server_with(wire.server)
    wire.server.on(f"{API}/system/info", SECURITY)
    assert (await probed(wire))["companies"].access is Access.GRANTED


async def test_nothing_readable_looks_like_a_limited_level(wire: Wired) -> None:
    server_with(wire.server, count=0)
    probes = await probed(wire)
    assert probes["companies"].access is Access.EMPTY
    assert probes["companies"].rows == 0
    assert probes["agreement-allow-list"].access is Access.EMPTY


@pytest.mark.parametrize(("level", "access"), [("All", Access.GRANTED), ("My", Access.EMPTY), ("Mine", Access.EMPTY)])
async def test_no_catalog_at_the_level_all_means_that_there_is_none(wire: Wired, level: str, access: Access) -> None:
    server_with(wire.server, count=0)
    functions = [{"id": 1, "moduleFunctionName": "Product Catalog", "inquireLevel": level}]
    wire.server.on(f"{API}/system/mySecurity", Say(body=functions))
    assert (await probed(wire))["catalog"].access is access


async def test_agreements_that_are_empty_at_the_level_all_may_still_be_hidden_by_the_allow_list(wire: Wired) -> None:
    server_with(wire.server, count=0)
    functions = [{"id": 1, "moduleFunctionDescription": "Agreements", "inquireLevel": "All"}]
    wire.server.on(f"{API}/system/mySecurity", Say(body=functions))
    assert (await probed(wire))["agreements"].access is Access.EMPTY


async def test_a_probe_that_breaks_is_unknown_and_no_finding_about_rights(wire: Wired) -> None:
    server_with(wire.server)
    wire.server.on(f"{API}/finance/agreements/count", Say(body="<html>down</html>", status=503))
    probes = await probed(wire)
    assert probes["agreements"].access is Access.UNKNOWN
    assert "down" in probes["agreements"].detail
    assert probes["agreement-allow-list"].access is Access.UNPROBEABLE


async def test_a_psa_that_is_down_is_an_error_of_the_whole_probe(wire: Wired) -> None:
    server_with(wire.server)
    for path in COUNTS:
        wire.server.on(f"{API}{path}", Say(body="x", status=503, headers={"Retry-After": "300"}))
    with pytest.raises(PsaDown):
        await probed(wire)


async def test_too_many_types_to_count_stay_untold(wire: Wired) -> None:
    server_with(wire.server)
    types = [{"id": number, "name": f"Type {number}"} for number in range(26)]
    wire.server.on(f"{API}/finance/agreements/types/info", Say(body=types))
    assert (await probed(wire))["agreement-allow-list"].access is Access.UNPROBEABLE


async def test_every_type_with_agreements_is_a_grant(wire: Wired) -> None:
    server_with(wire.server)
    assert (await probed(wire))["agreement-allow-list"].access is Access.GRANTED


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(
    ("items", "access"), [(["MSP"], Access.GRANTED), (["5"], Access.GRANTED), (["Other"], Access.REFUSED)]
)
async def test_the_allow_list_may_name_types_or_their_ids(wire: Wired, items: list[str], access: Access) -> None:
    server_with(wire.server)
    rows = [{"id": 1, "customizeIdentifier": "FinanceAgreements", "itemIdentifier": item} for item in items]
    wire.server.on(f"{API}/system/mySecurity/customizeItems/", Say(body=rows))
    assert (await probed(wire))["agreement-allow-list"].access is access
