"""The copy of the PSA's configuration: read as a whole, and swapped as a whole (R185, R186)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store import record
from bot.store.configuration import Configuration, SettingsChange, StoredTable, Turn
from bot.store.database import Database
from bot.store.settings_tables import SettingsChangeRow, SettingsTableRow, SettingsVersionRow
from bot.store.statements import chunks
from bot.store.writing import claim
from connectors.records import Because, SettingsKind, SettingsRow, SettingsTable


async def read(db: Database, connection_id: int) -> Configuration:
    """One version, never a mixture: it is read in one moment."""
    async with db.read() as session:
        version = await session.get(SettingsVersionRow, connection_id)
        which = select(SettingsTableRow).where(SettingsTableRow.connection_id == connection_id)
        rows = (await session.exec(which)).all()
    if version is None:
        return Configuration()
    tables = {SettingsKind(row.kind): _stored(row) for row in rows}
    return Configuration(version=version.run_id, at=version.at, tables=tables)


async def version(db: Database, connection_id: int) -> int:
    """0: there was no settings sync yet."""
    async with db.read() as session:
        found = await session.get(SettingsVersionRow, connection_id)
        return found.run_id if found else 0


async def write(
    db: Database,
    run_id: int,
    token: str,
    connection_id: int,
    *,
    tables: Sequence[SettingsTable],
    changes: Sequence[SettingsChange],
    now: datetime,
) -> bool:
    """The new version, all of it at once. False: the token lost, or the run was cancelled; nothing was written.

    A table that was refused keeps its older rows and the reason; one that the PSA no longer has goes.
    """
    async with db.write() as session:
        if await claim(session, run_id, token, connection_id, now) is None:
            return False
        await _write_tables(session, connection_id, run_id, tables, now)
        await _write_changes(session, run_id, changes)
        await session.merge(SettingsVersionRow(connection_id=connection_id, run_id=run_id, at=now))
        return True


async def changes(db: Database, run_id: int) -> list[SettingsChange]:
    """What the run changed, table by table."""
    which = select(SettingsChangeRow).where(SettingsChangeRow.run_id == run_id).order_by(col(SettingsChangeRow.id))
    async with db.read() as session:
        return [_change(row) for row in await session.exec(which)]


async def _write_tables(
    session: AsyncSession, connection_id: int, run_id: int, tables: Sequence[SettingsTable], now: datetime
) -> None:
    mine = col(SettingsTableRow.connection_id) == connection_id
    kept = [table.kind.value for table in tables]
    await session.exec(delete(SettingsTableRow).where(mine, col(SettingsTableRow.kind).not_in(kept)))
    for table in tables:
        row = await session.get(SettingsTableRow, (connection_id, table.kind.value))
        if row is None:
            row = SettingsTableRow(connection_id=connection_id, kind=table.kind.value, name=table.name)
        row.name, row.because = table.name, table.because.value if table.because else ""
        if table.rows is not None:
            row.rows = _text(table.rows)
            row.hash, row.run_id, row.read_at = record.fingerprint(row.rows), run_id, now
        session.add(row)
    await session.flush()


async def _write_changes(session: AsyncSession, run_id: int, found: Sequence[SettingsChange]) -> None:
    for chunk in chunks(found):
        rows = [
            {
                "run_id": run_id,
                "kind": one.kind.value,
                "row_id": one.row_id,
                "name": one.name,
                "what": one.what.value,
                "before": dict(one.before),
                "after": dict(one.after),
            }
            for one in chunk
        ]
        await session.exec(insert(SettingsChangeRow), params=rows)


def _text(rows: Sequence[SettingsRow]) -> str:
    return record.storable(msgspec.json.encode(rows).decode())


def _stored(row: SettingsTableRow) -> StoredTable:
    return StoredTable(
        kind=SettingsKind(row.kind),
        name=row.name,
        rows=None if row.rows is None else msgspec.json.decode(row.rows, type=tuple[SettingsRow, ...]),
        because=Because(row.because) if row.because else None,
        run_id=row.run_id,
        read_at=row.read_at,
    )


def _change(row: SettingsChangeRow) -> SettingsChange:
    return SettingsChange(
        kind=SettingsKind(row.kind),
        row_id=row.row_id,
        name=row.name,
        what=Turn(row.what),
        before=dict(row.before),
        after=dict(row.after),
    )
