"""The tenant's own tables: customer groups for the filter."""

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import BadSettings, PsaDown
from tests.connectors.answerer import Say
from tests.connectors.halopsa.connecting import Wired
from tests.connectors.simulators import Simulated

GROUPS = "/api/TopLevel"


@pytest.mark.requirement("R90", "R95")
async def test_by_default_active_customers_of_every_group_are_pulled(connector: Connector) -> None:
    which = filter_from(await connector.tables(), {})
    assert [row.name for row in which.statuses or ()] == ["Active"]
    assert [row.name for row in which.left_out_statuses] == ["Inactive"]
    assert [row.name for row in which.types or ()] == ["Customers", "Internal", "Prospects"]
    assert not which.left_out_types


@pytest.mark.requirement("R92", "R95")
async def test_an_operator_may_choose_groups_and_inactive_customers_by_their_names(connector: Connector) -> None:
    tables = await connector.tables()
    which = filter_from(tables, {"include_types": "customers", "include_statuses": "Active, Inactive"})
    names = {one.name async for page in connector.accounts(which) for one in page}
    counts = await connector.counts(which)
    assert "Lumon Industries" in names
    assert counts.in_psa
    assert counts.left_out["inactive"] == 0
    assert len(names) == counts.in_psa - (counts.left_out["prospect"] or 0) < counts.in_psa
    with pytest.raises(BadSettings, match="Known: Customers, Internal, Prospects"):
        filter_from(tables, {"include_types": "Leads"})


@pytest.mark.requirement("R73", "R88", "R89")
async def test_inactive_customers_are_left_out_and_counted(simulated: Simulated, connector: Connector) -> None:
    which = filter_from(await connector.tables(), {})
    counts = await connector.counts(which)
    pulled = [one.id async for page in connector.accounts(which) for one in page]
    rows = [row.data for row in simulated.psa.tenant.clients.rows()]
    assert counts.in_psa == len(rows)
    assert counts.left_out == {"inactive": sum(row["inactive"] for row in rows), "prospect": 0}
    assert len(pulled) == len(rows) - (counts.left_out["inactive"] or 0)


async def test_tables_that_halo_does_not_have_say_so(connector: Connector) -> None:
    tables = await connector.tables()
    assert (tables.agreement_types.because, tables.billing_cycles.because) == ("not_exposed", "not_exposed")


@pytest.mark.parametrize(("status", "because"), [(403, "permission"), (404, "not_exposed")])
async def test_groups_that_cannot_be_read_filter_nothing(wire: Wired, status: int, because: str) -> None:
    wire.server.on(GROUPS, Say(body={"Message": "No."}, status=status))
    tables = await wire.halo.tables()
    assert (tables.types.rows, tables.types.because) == (None, because)
    assert filter_from(tables, {}).types is None


@pytest.mark.requirement("R221")
async def test_refused_groups_say_so_and_a_psa_that_is_down_is_an_error(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.break_with("forbidden-tables")
    assert (await connector.tables()).types.because == "permission"
    simulated.psa.break_with("down")
    with pytest.raises(PsaDown):
        await connector.tables()
