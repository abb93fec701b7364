"""What a stage holds, asked before it is believed."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select, true, union_all
from sqlmodel import col

from bot.store.bulk import among
from bot.store.database import Database
from bot.store.record import read_agreement
from bot.store.stage_tables import StagedAccountRow, StagedAgreementRow
from bot.store.staging import Covers, Stage
from bot.store.statements import Question, streamed
from bot.store.tables import AccountRow, AgreementRow
from connectors.records import Agreement

ACCOUNT, AGREEMENT = StagedAccountRow, StagedAgreementRow
STORED = AgreementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """How much a stage holds. ``orphans``: agreements whose account is not in it, of ``orphaned`` accounts (R77)."""

    accounts: int
    visible: int
    cannot_tell: int
    qualifying: int
    agreements: int
    orphans: int
    orphaned: int


async def agreements_of(db: Database, stage: Stage, account_ids: Collection[str]) -> dict[str, list[Agreement]]:
    """By account; an account without any is not in it. Of a quick sync: with what is stored and was not read again."""
    staged = select(col(AGREEMENT.agreement_id), col(AGREEMENT.account_id), col(AGREEMENT.record)).where(
        col(AGREEMENT.stage_id) == stage.id, among(col(AGREEMENT.account_id), account_ids, db.dialect)
    )
    which: Question = staged
    if stage.covers is Covers.CHANGES:
        read_again = (col(AGREEMENT.stage_id) == stage.id) & (col(AGREEMENT.agreement_id) == col(STORED.agreement_id))
        which = union_all(
            staged,
            select(col(STORED.agreement_id), col(STORED.account_id), col(STORED.record))
            .where(col(STORED.connection_id) == stage.connection_id, col(STORED.stale_since).is_(None))
            .where(among(col(STORED.account_id), account_ids, db.dialect), ~exists().where(read_again)),
        )
    found: dict[str, list[Agreement]] = {}
    async with db.read() as session:
        async for _, account_id, record in streamed(session, which.order_by("agreement_id")):
            found.setdefault(account_id, []).append(read_agreement(record))
    return found


async def count(db: Database, stage: Stage) -> Staged:
    told = select(
        func.count(),
        func.count().filter(col(ACCOUNT.visible) == true()),
        func.count().filter(col(ACCOUNT.visible).is_(None)),
        func.coalesce(func.sum(col(ACCOUNT.qualifying)), 0),
    ).where(col(ACCOUNT.stage_id) == stage.id)
    all_of_them = select(func.count()).where(col(AGREEMENT.stage_id) == stage.id)
    without = select(func.count(), func.count(col(AGREEMENT.account_id).distinct())).where(_is_orphan(stage))
    async with db.read() as session:
        connection = await session.connection()
        accounts, visible, cannot_tell, qualifying = (await connection.execute(told)).one()
        agreements = (await connection.execute(all_of_them)).scalar_one()
        orphans, orphaned = (await connection.execute(without)).one()
    return Staged(
        accounts=accounts,
        visible=visible,
        cannot_tell=cannot_tell,
        qualifying=qualifying,
        agreements=agreements,
        orphans=orphans,
        orphaned=orphaned,
    )


async def orphans(db: Database, stage: Stage) -> AsyncIterator[Agreement]:
    """One after the other: there may be very many."""
    which = select(col(AGREEMENT.record)).where(_is_orphan(stage)).order_by(col(AGREEMENT.agreement_id))
    async with db.read() as session:
        async for (record,) in streamed(session, which):
            yield read_agreement(record)


async def lost(db: Database, stage: Stage) -> tuple[int, int]:
    """How many accounts the snapshot in force holds, and how many of them are not in the stage."""
    known = select(func.count()).where(
        col(AccountRow.connection_id) == stage.connection_id, col(AccountRow.gone_at).is_(None)
    )
    its = (col(ACCOUNT.stage_id) == stage.id) & (col(ACCOUNT.account_id) == col(AccountRow.account_id))
    async with db.read() as session:
        connection = await session.connection()
        before = (await connection.execute(known)).scalar_one()
        absent = (await connection.execute(known.where(~exists().where(its)))).scalar_one()
    return before, absent


def _is_orphan(stage: Stage) -> ColumnElement[bool]:
    its = (col(ACCOUNT.stage_id) == stage.id) & (col(ACCOUNT.account_id) == col(AGREEMENT.account_id))
    orphan = (col(AGREEMENT.stage_id) == stage.id) & ~exists().where(its)
    if stage.covers is not Covers.CHANGES:
        return orphan
    known = (col(AccountRow.connection_id) == stage.connection_id) & col(AccountRow.gone_at).is_(None)
    return orphan & ~exists().where(known & (col(AccountRow.account_id) == col(AGREEMENT.account_id)))
