"""Snapshots that the guard did not believe: kept until a person accepts or rejects them, or a newer one is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from bot.store.database import Database
from bot.store.record import read_filter, read_tables, write_filter, write_tables
from bot.store.stage_tables import StageRow
from bot.store.staging import Stage, stage_of
from bot.store.tables import AsideRow
from connectors.records import AccountFilter, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A snapshot that the guard did not believe, kept until a person decides or a newer one is written."""

    run_id: int
    stage: Stage
    tables: Tables
    filter: AccountFilter
    facts: Mapping[str, Any]
    at: datetime


async def set_aside(
    db: Database, stage: Stage, tables: Tables, which: AccountFilter, *, facts: Mapping[str, Any], now: datetime
) -> None:
    """Keeps a refused stage; a connection has at most one. The next full snapshot that is written outdates it."""
    async with db.write() as session:
        await session.exec(delete(AsideRow).where(col(AsideRow.connection_id) == stage.connection_id))
        session.add(
            AsideRow(
                run_id=stage.run_id,
                connection_id=stage.connection_id,
                stage_id=stage.id,
                facts=dict(facts),
                tables=write_tables(tables),
                account_filter=write_filter(which),
                at=now,
            )
        )


async def aside(db: Database, run_id: int) -> Aside | None:
    """To accept it: ``write_stage`` its stage under a new run."""
    async with db.read() as session:
        row = await session.get(AsideRow, run_id)
        stage = None if row is None else await session.get(StageRow, row.stage_id)
        if row is None or stage is None:
            return None
        return Aside(
            run_id=run_id,
            stage=stage_of(stage),
            tables=read_tables(row.tables),
            filter=read_filter(row.account_filter),
            facts=dict(row.facts),
            at=row.at,
        )


async def drop_aside(db: Database, run_id: int) -> bool:
    """False: it was no longer there."""
    async with db.write() as session:
        gone = await session.exec(delete(AsideRow).where(col(AsideRow.run_id) == run_id))
        return gone.rowcount == 1
