"""Every documented right, tried on its own; what a limited agent leaves out without an error."""

import pytest

from connectors.contract import Connector
from connectors.errors import SignInFailed
from connectors.halopsa.spec import SPEC
from connectors.records import Access, AccessProbe
from tests.connectors.answerer import Say
from tests.connectors.halopsa.connecting import CLIENTS, Wired, client, listed
from tests.connectors.simulators import Simulated

ME = "/api/Agent/me"
ALL_OF_THEM = Say(body={"id": 7, "clients": [], "one_client": 0})


async def probed(connector: Connector) -> dict[str, AccessProbe]:
    return {probe.id: probe for probe in await connector.probe()}


async def as_application(simulated: Simulated, application: str) -> dict[str, AccessProbe]:
    connector = simulated.connect(secrets=simulated.psa.credentials(application))
    try:
        return await probed(connector)
    finally:
        await connector.aclose()


@pytest.mark.requirement("R53")
async def test_an_application_that_may_read_all_is_told_so(simulated: Simulated) -> None:
    probes = await as_application(simulated, "unlimited")
    readable = {"all-customers", "customers", "agreements", "client-contracts", "items", "tables", "application"}
    assert {name for name, probe in probes.items() if probe.access is Access.GRANTED} == readable
    assert {probe.access for name, probe in probes.items() if name not in readable} == {Access.UNPROBEABLE}
    assert (probes["agreements"].call, probes["customers"].rows) == (
        "GET /RecurringInvoice",
        len(simulated.psa.tenant.clients.rows()),
    )
    assert all(
        probes[name].detail for name in ("item-changes", "invoice-changes", "contract-changes", "not-all", "api-agent")
    )


@pytest.mark.requirement("R53")
async def test_an_agent_that_is_limited_to_some_customers_is_found_out(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.unfix("spectre")
    probes = await probed(connector)
    assert probes["all-customers"].access is Access.REFUSED
    assert "and 89 more" in probes["all-customers"].detail
    assert probes["customers"].access is Access.EMPTY
    assert "limited to Oceanic Airlines" in probes["customers"].detail


async def test_an_agent_that_does_not_show_itself_leaves_it_open(simulated: Simulated) -> None:
    probes = await as_application(simulated, "shy")
    assert probes["all-customers"].access is Access.UNPROBEABLE
    assert "agent's own record" in probes["all-customers"].detail
    assert probes["customers"].access is Access.EMPTY


@pytest.mark.parametrize(
    ("application", "refused"),
    [
        ("noinvoices", {"agreements"}),
        ("noitems", {"items", "tables"}),
        ("nocustomers", {"customers", "agreements", "client-contracts", "tables"}),
        ("norole", {"agreements", "client-contracts", "tables"}),
    ],
)
@pytest.mark.requirement("R53", "R221")
async def test_what_scope_or_role_lack_is_refused_by_name(
    simulated: Simulated, application: str, refused: set[str]
) -> None:
    probes = await as_application(simulated, application)
    assert {name for name, probe in probes.items() if probe.access is Access.REFUSED} == refused
    assert all(f"grant “{probes[name].right}”" in probes[name].detail for name in refused)


@pytest.mark.parametrize(
    ("me", "access"),
    [
        ({"clients": [], "one_client": 0}, Access.GRANTED),
        ({"one_client": 0}, Access.GRANTED),
        ({"clients": [], "one_client": 41}, Access.REFUSED),
        ({"clients": [{"client_id": 41}, "odd"]}, Access.REFUSED),
        ({"name": "PSA bot"}, Access.UNPROBEABLE),
    ],
)
async def test_what_the_agents_own_record_says_about_its_customers(
    wire: Wired, me: dict[str, object], access: Access
) -> None:
    wire.server.on(ME, Say(body=me))
    wire.server.on(CLIENTS, listed(client(1), total=212))
    assert (await probed(wire.halo))["all-customers"].access is access


@pytest.mark.parametrize("total", [0, 1])
async def test_a_list_of_one_customer_is_suspicious_even_where_no_limit_shows(wire: Wired, total: int) -> None:
    wire.server.on(ME, ALL_OF_THEM)
    wire.server.on(CLIENTS, listed(*[client(1)][:total], total=total))
    probe = (await probed(wire.halo))["customers"]
    assert (probe.access, probe.rows) == (Access.EMPTY, total)


async def test_a_list_without_rows_is_empty_and_one_that_fails_is_unknown(wire: Wired) -> None:
    wire.server.on("/api/Item", listed(key="items"))
    wire.server.on("/api/TicketType", Say(body=[]))
    wire.server.on("/api/ClientContract", Say(body={"odd": 1}))
    probes = await probed(wire.halo)
    assert [probes[name].access for name in ("items", "tables")] == [Access.EMPTY, Access.EMPTY]
    assert (probes["client-contracts"].access, probes["client-contracts"].rows) == (Access.UNKNOWN, None)


async def test_where_nobody_is_let_in_no_single_right_is_judged(wire: Wired) -> None:
    for right in SPEC.rights:
        wire.server.on(f"/api{right.path}", Say(status=401))
    with pytest.raises(SignInFailed):
        await wire.halo.probe()
