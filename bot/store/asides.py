"""Snapshots that the guard did not believe: kept until a person accepts or rejects them, or a newer one is written."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.database import Database
from bot.store.record import (
    read_agreements,
    read_filter,
    read_judged,
    read_tables,
    write_agreements,
    write_filter,
    write_judged,
    write_tables,
)
from bot.store.snapshot import Aside, JudgedAccount, Snapshot
from bot.store.statements import chunks
from bot.store.tables import AsidePartRow, AsideRow, SyncRunRow

ORPHANS: Final = 0  # the part that holds them; accounts are in the parts from 1


async def set_aside(db: Database, run_id: int, snapshot: Snapshot, *, facts: Mapping[str, Any], now: datetime) -> None:
    """Keeps a refused snapshot; a connection has at most one. The next full snapshot that is written removes it."""
    async with db.write() as session:
        run = await session.get_one(SyncRunRow, run_id)
        await session.exec(delete(AsideRow).where(col(AsideRow.connection_id) == snapshot.connection_id))
        session.add(
            AsideRow(
                run_id=run_id,
                connection_id=snapshot.connection_id,
                facts=dict(facts),
                tables=write_tables(snapshot.tables),
                account_filter=write_filter(snapshot.filter),
                read_after=snapshot.read_after or run.started_at,
                at=now,
            )
        )
        await session.flush()
        await _add_part(session, run_id, ORPHANS, write_agreements(snapshot.orphans))
        for part, accounts in enumerate(chunks(snapshot.accounts), ORPHANS + 1):
            await _add_part(session, run_id, part, write_judged(accounts))


async def aside(db: Database, run_id: int) -> Aside | None:
    """To accept it: ``write_full`` its snapshot under a new run."""
    async with db.read() as session:
        row = await session.get(AsideRow, run_id)
        if row is None:
            return None
        which = select(AsidePartRow.body).where(AsidePartRow.run_id == run_id).order_by(col(AsidePartRow.part))
        orphans, *parts = [zlib.decompress(body).decode() for body in await session.exec(which)]
    accounts: list[JudgedAccount] = []
    for part in parts:
        accounts += read_judged(part)
    snapshot = Snapshot(
        connection_id=row.connection_id,
        accounts=accounts,
        tables=read_tables(row.tables),
        filter=read_filter(row.account_filter),
        orphans=read_agreements(orphans),
        read_after=row.read_after,
    )
    return Aside(run_id=run_id, snapshot=snapshot, facts=dict(row.facts), at=row.at)


async def drop_aside(db: Database, run_id: int) -> bool:
    """False: it was no longer there."""
    async with db.write() as session:
        gone = await session.exec(delete(AsideRow).where(col(AsideRow.run_id) == run_id))
        return gone.rowcount == 1


async def _add_part(session: AsyncSession, run_id: int, part: int, text: str) -> None:
    session.add(AsidePartRow(run_id=run_id, part=part, body=zlib.compress(text.encode(), level=1)))
    await session.flush()
