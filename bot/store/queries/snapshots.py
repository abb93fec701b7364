"""The cached accounts and agreements of a connection: what was seen, when, and what the rules said of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.asides import Aside, aside, drop_aside, set_aside
from bot.store.database import Database
from bot.store.queries.history import change_of
from bot.store.record import read_account, read_agreement, read_filter, read_tables
from bot.store.snapshot import (
    CachedAccount,
    Change,
    Changes,
    HiddenRow,
    InvalidSnapshot,
    JudgedAccount,
    NameRow,
    StaleAgreement,
    Totals,
    What,
)
from bot.store.statements import streamed
from bot.store.tables import AccountRow, AgreementRow, ChangeRow, ConnectionRow, LookupRow
from bot.store.write_snapshot import write_stage
from bot.store.writing import last_seen
from connectors.records import AccountFilter, Agreement, Tables

__all__ = [
    "Aside",
    "CachedAccount",
    "Change",
    "Changes",
    "HiddenRow",
    "InvalidSnapshot",
    "JudgedAccount",
    "NameRow",
    "StaleAgreement",
    "Totals",
    "What",
    "account",
    "account_filter",
    "aside",
    "changes",
    "drop_aside",
    "gone",
    "hidden",
    "names",
    "orphans",
    "set_aside",
    "tables",
    "totals",
    "version",
    "write_stage",
]


async def account(db: Database, connection_id: int, account_id: str) -> CachedAccount | None:
    """None: not in the snapshot (``gone`` knows whether it ever was)."""
    found = await _cached(db, connection_id, account_id)
    return found if found and found.gone_at is None else None


async def gone(db: Database, connection_id: int, account_id: str) -> CachedAccount | None:
    """An account that a sync no longer found, with ``gone_at``, as it was when it was last seen."""
    found = await _cached(db, connection_id, account_id)
    return found if found and found.gone_at is not None else None


async def names(db: Database, connection_id: int, *, include_gone: bool = False) -> list[NameRow]:
    """For ``bot.store.names``: 50,000 take a tenth of a second, so keep them while ``version`` stays the same."""
    row = AccountRow
    columns = (row.account_id, row.name, row.key, row.visible, row.identifier_key, row.gone_at)
    which = select_columns(*map(col, columns)).where(col(row.connection_id) == connection_id)
    if not include_gone:
        which = which.where(col(row.gone_at).is_(None))
    async with db.read() as session:
        return [
            NameRow(id=key, name=name, key=its_key, visible=visible, identifier_key=short, gone=gone_at is not None)
            async for key, name, its_key, visible, short, gone_at in streamed(session, which)
        ]


async def hidden(db: Database, connection_id: int) -> list[HiddenRow]:
    """The accounts that were pulled and are not visible, by name."""
    row = AccountRow
    which = (
        select_columns(*map(col, (row.account_id, row.name, row.visible, row.reasons)))
        .where(col(row.connection_id) == connection_id, col(row.gone_at).is_(None))
        .where(or_(col(row.visible).is_(None), col(row.visible) == false()))
        .order_by(col(row.key), col(row.account_id))
    )
    async with db.read() as session:
        return [
            HiddenRow(id=key, name=name, visible=visible, reasons=tuple(reasons))
            async for key, name, visible, reasons in streamed(session, which)
        ]


async def version(db: Database, connection_id: int) -> int:
    """Grows with every write to the connection's snapshot; 0: nothing was ever written (R186)."""
    async with db.read() as session:
        its = select(ConnectionRow.version).where(ConnectionRow.id == connection_id)
        return (await session.exec(its)).first() or 0


async def totals(db: Database, connection_id: int) -> Totals:
    present = (col(AccountRow.connection_id) == connection_id) & col(AccountRow.gone_at).is_(None)
    theirs = col(AgreementRow.connection_id) == connection_id
    stale = col(AgreementRow.stale_since).is_not(None)
    async with db.read() as session:
        return Totals(
            accounts=await _count(session, present),
            visible=await _count(session, present & (col(AccountRow.visible) == true())),
            agreements=await _count(session, theirs & ~stale),
            stale_agreements=await _count(session, theirs & stale),
        )


async def tables(db: Database, connection_id: int) -> Tables | None:
    """The tenant's tables as they were read last; None: never."""
    row = await _lookup(db, connection_id)
    return read_tables(row.tables) if row else None


async def account_filter(db: Database, connection_id: int) -> AccountFilter | None:
    """The filter that the last full run used; None: there was none."""
    row = await _lookup(db, connection_id)
    return read_filter(row.account_filter) if row else None


async def orphans(db: Database, connection_id: int) -> list[Agreement]:
    """Agreements that the PSA returned although their account is not in the snapshot (R77)."""
    owner = and_(
        col(AccountRow.connection_id) == col(AgreementRow.connection_id),
        col(AccountRow.account_id) == col(AgreementRow.account_id),
    )
    which = (
        select(AgreementRow.record)
        .join(AccountRow, owner, isouter=True)
        .where(AgreementRow.connection_id == connection_id, col(AgreementRow.stale_since).is_(None))
        .where(or_(col(AccountRow.account_id).is_(None), col(AccountRow.gone_at).is_not(None)))
        .order_by(col(AgreementRow.agreement_id))
    )
    async with db.read() as session:
        return [read_agreement(record) for record in await session.exec(which)]


async def changes(db: Database, run_id: int) -> list[Change]:
    """What the run changed, account by account."""
    which = select(ChangeRow).where(ChangeRow.run_id == run_id).order_by(col(ChangeRow.id))
    async with db.read() as session:
        return [change_of(row) for row in await session.exec(which)]


async def _cached(db: Database, connection_id: int, account_id: str) -> CachedAccount | None:
    theirs = (
        select(AgreementRow)
        .where(AgreementRow.connection_id == connection_id, AgreementRow.account_id == account_id)
        .order_by(col(AgreementRow.agreement_id))
    )
    async with db.read() as session:
        row = await session.get(AccountRow, (connection_id, account_id))
        connection = await session.get(ConnectionRow, connection_id)
        if row is None or connection is None:
            return None
        agreements = (await session.exec(theirs)).all()
    run_id, seen_at = last_seen(connection, row)
    return CachedAccount(
        account=read_account(row.record),
        agreements=tuple(read_agreement(each.record) for each in agreements if each.stale_since is None),
        visible=row.visible,
        verdict_reasons=tuple(row.reasons),
        first_seen_run=row.first_seen_run,
        last_seen_run=run_id,
        last_seen_at=seen_at,
        agreements_stale=tuple(_stale(each, each.stale_since) for each in agreements if each.stale_since is not None),
        gone_at=row.gone_at,
        gone_run=row.gone_run,
    )


def _stale(row: AgreementRow, since: datetime) -> StaleAgreement:
    return StaleAgreement(
        agreement=read_agreement(row.record),
        stale_since=since,
        last_seen_at=row.last_seen_at,
        last_seen_run=row.last_seen_run,
    )


async def _lookup(db: Database, connection_id: int) -> LookupRow | None:
    newest = select(LookupRow).where(LookupRow.connection_id == connection_id).order_by(col(LookupRow.run_id).desc())
    async with db.read() as session:
        return (await session.exec(newest.limit(1))).first()


async def _count(session: AsyncSession, which: ColumnElement[bool]) -> int:
    return (await session.exec(select(func.count()).where(which))).one()
