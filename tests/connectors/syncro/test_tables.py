from connectors.contract import filter_from
from connectors.records import Because
from tests.connectors.syncro.connecting import Wired


async def test_customers_have_neither_status_nor_type_so_the_filter_leaves_nobody_out(wire: Wired) -> None:
    tables = await wire.syncro.tables()
    assert {table.because for table in (tables.statuses, tables.types)} == {Because.NOT_EXPOSED}
    which = filter_from(tables, {})
    assert (which.statuses, which.types, which.custom) == (None, None, False)
    assert wire.server.asked == []
