"""The tables of a settings sync by their kind, as tests look at them."""

from collections.abc import Mapping

from connectors.contract import Connector
from connectors.records import SettingsKind, SettingsRow, SettingsTable


async def settings_of(connector: Connector) -> Mapping[SettingsKind, SettingsTable]:
    return {table.kind: table async for table in connector.settings_tables()}


def rows(tables: Mapping[SettingsKind, SettingsTable], kind: SettingsKind) -> tuple[SettingsRow, ...]:
    found = tables[kind].rows
    assert found is not None, tables[kind].because
    return found


def names(tables: Mapping[SettingsKind, SettingsTable], kind: SettingsKind) -> list[str]:
    return [row.name for row in rows(tables, kind)]
