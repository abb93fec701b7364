"""Deletes stages that nobody will write any more: a little at a time, so that no other writer waits for long."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from bot.store.bulk import table_of
from bot.store.database import Database
from bot.store.stage_tables import StagedAccountRow, StagedAgreementRow, StagedChangeRow, StagedStepRow, StageRow
from bot.store.tables import AsideRow, SyncRunRow

AT_ONCE: Final = 5_000  # rows: some 30 ms
STAGED: Final[Mapping[type[SQLModel], str]] = MappingProxyType(
    {
        StagedAccountRow: "account_id",
        StagedAgreementRow: "agreement_id",
        StagedStepRow: "record_id",
        StagedChangeRow: "account_id",
    }
)


async def sweep_stages(db: Database) -> int:
    """Those of runs that ended, or began anew, and of connections that were removed; not those that wait for a person.

    How many rows that were. Safe to call at any time, from any number of processes.
    """
    swept = 0
    for stage_id in await _left(db):
        for row, key in STAGED.items():
            while deleted := await _delete_some(db, row, key, stage_id):
                swept += deleted
        async with db.write() as session:
            await session.exec(delete(StageRow).where(col(StageRow.id) == stage_id))
    return swept


async def _left(db: Database) -> set[int]:
    """Ended runs, by far the most of them; and rows whose stage went with its connection, which cascades."""
    newer = aliased(StageRow)
    begun_anew = exists().where(col(newer.run_id) == col(StageRow.run_id), col(newer.id) > col(StageRow.id))
    ended = (
        select(table_of(StageRow).c.id)
        .join(SyncRunRow, col(SyncRunRow.id) == col(StageRow.run_id))
        .where(or_(col(SyncRunRow.state).not_in(["queued", "running"]), begun_anew))
        .where(~exists().where(col(AsideRow.stage_id) == col(StageRow.id)))
    )
    async with db.read() as session:
        connection = await session.connection()
        left: set[int] = set((await connection.execute(ended)).scalars())
        known: set[int] = set((await connection.execute(select(table_of(StageRow).c.id))).scalars())
        for row in STAGED:
            left |= await _stages_in(connection, row) - known
    return left


async def _stages_in(connection: AsyncConnection, row: type[SQLModel]) -> set[int]:
    """One look into the index per stage, however many rows each has."""
    its, found, last = table_of(row).c.stage_id, set[int](), 0
    while (following := (await connection.execute(select(func.min(its)).where(its > last))).scalar()) is not None:
        found.add(following)
        last = following
    return found


async def _delete_some(db: Database, row: type[SQLModel], key: str, stage_id: int) -> int:
    """None that another process deletes just now: two that delete the same rows would wait for each other."""
    table = table_of(row)
    some = select(table.c[key]).where(table.c.stage_id == stage_id).limit(AT_ONCE).with_for_update(skip_locked=True)
    async with db.write() as session:
        connection = await session.connection()
        gone = await connection.execute(delete(table).where(table.c.stage_id == stage_id, table.c[key].in_(some)))
        return gone.rowcount
