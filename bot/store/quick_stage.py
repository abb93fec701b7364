"""What only the stage of a quick sync needs: who left the filter, and whom changed agreements concern."""

from collections.abc import AsyncIterator, Collection

from sqlalchemy import and_, delete, exists, func, or_, select, union
from sqlmodel import col

from bot.store.bulk import among, insert_many, table_of
from bot.store.database import Database
from bot.store.record import read_account
from bot.store.stage_tables import StagedAccountRow, StagedAgreementRow, StagedStepRow
from bot.store.staging import Stage
from bot.store.statements import in_chunks, streamed
from bot.store.steps import LEAVING
from bot.store.tables import AccountRow, AgreementRow
from connectors.records import Account

A, B = AccountRow, AgreementRow
S, G, T = StagedAccountRow, StagedAgreementRow, StagedStepRow


async def note_leaving(db: Database, stage: Stage, account_ids: Collection[str]) -> None:
    """These accounts were read, and are left out by the filter now: the snapshot no longer holds them."""
    steps = table_of(T)
    noted = and_(steps.c.stage_id == stage.id, steps.c.what == LEAVING)
    async with db.write() as session:
        connection = await session.connection()
        await connection.execute(delete(steps).where(noted, among(steps.c.record_id, account_ids, db.dialect)))
        await insert_many(session, T, [(stage.id, LEAVING, account_id, LEAVING) for account_id in set(account_ids)])


async def leaving(db: Database, stage: Stage) -> tuple[int, int]:
    """How many accounts the snapshot in force holds, and how many of them leave it."""
    known = select(func.count()).where(col(A.connection_id) == stage.connection_id, col(A.gone_at).is_(None))
    noted = and_(col(T.stage_id) == stage.id, col(T.what) == LEAVING, col(T.record_id) == col(A.account_id))
    async with db.read() as session:
        connection = await session.connection()
        before: int = (await connection.execute(known)).scalar_one()
        gone: int = (await connection.execute(known.where(exists().where(noted)))).scalar_one()
    return before, gone


async def concerned(db: Database, stage: Stage) -> AsyncIterator[list[Account]]:
    """Accounts of the snapshot that were not read again, of which an agreement came, changed or left."""
    stored = and_(col(B.connection_id) == stage.connection_id, col(B.agreement_id) == col(G.agreement_id))
    differs = or_(col(B.agreement_id).is_(None), col(B.stale_since).is_not(None), col(B.hash) != col(G.hash))
    pairs = and_(col(G.stage_id) == stage.id, differs)
    owners = union(
        select(col(G.account_id)).select_from(G).join(B, stored, isouter=True).where(pairs),
        select(col(B.account_id)).select_from(G).join(B, stored, isouter=True).where(pairs),
    ).subquery()
    read_again = and_(col(S.stage_id) == stage.id, col(S.account_id) == col(A.account_id))
    leaves = and_(col(T.stage_id) == stage.id, col(T.what) == LEAVING, col(T.record_id) == col(A.account_id))
    which = (
        select(col(A.record))
        .where(col(A.connection_id) == stage.connection_id, col(A.gone_at).is_(None))
        .where(col(A.account_id).in_(select(owners.c.account_id)), ~exists().where(read_again))
        .where(~exists().where(leaves))
    )
    async with db.read() as session:
        async for rows in in_chunks(streamed(session, which)):
            yield [read_account(record) for (record,) in rows]
