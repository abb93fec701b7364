import pytest

from connectors.contract import filter_from
from connectors.errors import WebPage
from connectors.records import Because, Table
from tests.connectors.answerer import Say
from tests.connectors.simulators import Simulated
from tests.connectors.syncro.connecting import API, LACKS, Wired


def by_name(tables: object) -> dict[str, Table]:
    return {table.name: table for table in tables}  # type: ignore[attr-defined] # any iterable of tables


async def test_customers_have_neither_status_nor_type_so_the_filter_leaves_nobody_out(wire: Wired) -> None:
    tables = await wire.syncro.tables()
    assert {table.because for table in (tables.statuses, tables.types)} == {Because.NOT_EXPOSED}
    which = filter_from(tables, {})
    assert (which.statuses, which.types, which.custom) == (None, None, False)
    assert wire.server.asked == []


@pytest.mark.requirement("R95")
async def test_the_settings_are_read_by_their_labels(simulated: Simulated) -> None:
    connector = simulated.connect()
    tables = by_name(await connector.settings_tables())  # type: ignore[attr-defined] # of Syncro only, so far
    await connector.aclose()
    names = {name: [row.name for row in table.rows or ()] for name, table in tables.items()}
    assert names["ticket_statuses"][:3] == ["New", "In Progress", "Resolved"]
    assert names["priorities"] == ["0 Urgent", "1 High", "2 Normal", "3 Low"]
    assert names["members"] == ["Sam Hill", "Ada Poe"]
    assert names["asset_types"] == ["Workstation"]
    assert names["product_categories"] == ["Services"]
    modules = {row.name: row.flags["enabledFlag"] for row in tables["modules"].rows or ()}
    assert (modules["invoices"], modules["contracts"]) == (True, False)
    assert tables["ticket_types"].rows
    assert tables["ticket_types"].rows[1].flags == {"inactiveFlag": True}


async def test_a_table_that_is_refused_or_absent_says_which(wire: Wired) -> None:
    wire.server.on(f"{API}/tickets/settings", Say(body={"ticket_status_list": ["New"], "ticket_types": None}))
    wire.server.on(f"{API}/settings", Say(body={"ticket": "odd"}))
    wire.server.on(f"{API}/settings/tabs", Say(body={}))
    wire.server.on(f"{API}/users", LACKS)
    tables = by_name(await wire.syncro.settings_tables())
    assert tables["ticket_statuses"].because is None
    assert tables["members"].because is Because.PERMISSION
    absent = ("ticket_types", "problem_types", "modules", "product_categories")
    assert {tables[name].because for name in absent} == {Because.NOT_EXPOSED}
    assert all(table.rows is None for table in tables.values() if table.because)


async def test_a_psa_that_is_down_is_an_error_and_no_table(wire: Wired) -> None:
    for path in ("tickets/settings", "settings", "settings/tabs", "users", "products/categories"):
        wire.server.on(f"{API}/{path}", Say(body="<html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(WebPage):
        await wire.syncro.settings_tables()
