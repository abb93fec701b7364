"""The ledger of calls that several processes share: who leases, by the database's clock (connectors.http.leasing)."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.database import Database
from bot.store.statements import insert_unless_there
from bot.store.tables import BudgetRow, BudgetSlotRow
from connectors.http import Budgets
from connectors.http.leasing import SLOTS, SPAN, Ask, Grant, Leased, LedgerAway


def shared_budgets(db: Database) -> Budgets:
    """For all processes on one PostgreSQL together."""
    return Budgets(partial(Leased, ledger=StoredLedger(db)))


class StoredLedger:
    """A window is divided into slots. Of any ``SPAN`` slots in a row no more is leased than the window holds."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def lease(self, ask: Ask) -> Grant:
        async with self._locked(ask.key) as (session, row):
            now, length = await _now(session), ask.seconds / SLOTS
            if ask.told:
                row.told = min(ask.calls, row.told or ask.calls)
            if row.not_before is not None and row.not_before > _moment(now):
                return Grant(calls=0, seconds=row.not_before.timestamp() - now)
            slot = math.floor(now / length)
            over = (col(BudgetSlotRow.key) == ask.key) & (col(BudgetSlotRow.slot) <= slot - SPAN)
            await session.exec(delete(BudgetSlotRow).where(over))
            taken = await _taken(session, ask.key)
            calls = min(ask.want, min(ask.calls, row.told or ask.calls) - sum(taken.values()))
            if calls <= 0:
                oldest = min((number for number, its in taken.items() if its), default=slot)
                return Grant(calls=0, seconds=max((oldest + SPAN) * length - now, 0.001))
            await _add(session, ask.key, slot, calls)
            return Grant(calls=calls, seconds=(slot + 1) * length - now, slot=slot)

    async def give_back(self, key: str, slot: int, calls: int) -> None:
        async with self._locked(key) as (session, _):
            await _add(session, key, slot, -calls)

    async def pause(self, key: str, seconds: float) -> None:
        async with self._locked(key) as (session, row):
            until = _moment(await _now(session)) + timedelta(seconds=seconds)
            row.not_before = max(until, row.not_before or until)

    @asynccontextmanager
    async def _locked(self, key: str) -> AsyncIterator[tuple[AsyncSession, BudgetRow]]:
        try:
            async with self._db.write() as session:
                await insert_unless_there(session, BudgetRow, {"key": key})
                which = select(BudgetRow).where(BudgetRow.key == key).with_for_update()
                yield session, (await session.exec(which)).one()
        except (SQLAlchemyError, OSError) as error:
            raise LedgerAway(f"The ledger of calls cannot be asked ({type(error).__name__}).") from error


async def _taken(session: AsyncSession, key: str) -> dict[int, int]:
    rows = await session.exec(select(BudgetSlotRow.slot, BudgetSlotRow.calls).where(BudgetSlotRow.key == key))
    return dict(rows.all())


async def _add(session: AsyncSession, key: str, slot: int, calls: int) -> None:
    mine = (col(BudgetSlotRow.key) == key) & (col(BudgetSlotRow.slot) == slot)
    more = func.greatest(BudgetSlotRow.calls + calls, 0)
    done = await session.exec(update(BudgetSlotRow).where(mine).values(calls=more))
    if not done.rowcount and calls > 0:
        session.add(BudgetSlotRow(key=key, slot=slot, calls=calls))


async def _now(session: AsyncSession) -> float:
    """Not the transaction's beginning: it may have waited for the lock."""
    return float((await session.exec(select(func.extract("epoch", func.clock_timestamp())))).one())


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
