"""Tells what a stage changes, account by account and field by field, from the steps that the comparison noted."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import and_, or_, select, union
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.bulk import among
from bot.store.database import Database
from bot.store.diff import Ledger
from bot.store.record import fields_of, read_agreement
from bot.store.snapshot import Change, What
from bot.store.stage_tables import StagedAccountRow, StagedAgreementRow, StagedStepRow
from bot.store.staging import Stage
from bot.store.statements import Question, in_chunks, streamed
from bot.store.steps import ACCOUNTS, AGREEMENTS, Step
from bot.store.tables import AccountRow, AgreementRow

S, G, T = StagedAccountRow, StagedAgreementRow, StagedStepRow
A, B = AccountRow, AgreementRow


async def told_changes(db: Database, stage: Stage) -> AsyncIterator[list[Change]]:
    """First the accounts that differ, then those that came or went as a whole."""
    async with db.read() as walking, db.read() as looking:
        async for ids in in_chunks(streamed(walking, _touched(stage))):
            yield await _differing(looking, stage, [account_id for (account_id,) in ids])
        async for rows in in_chunks(streamed(walking, _came(stage))):
            yield [_whole(What.ADDED, key, name, visible) for key, name, visible in rows]
        async for rows in in_chunks(streamed(walking, _went(stage))):
            yield [_whole(What.REMOVED, key, name, visible) for key, name, visible in rows]


def _whole(what: What, account_id: str, name: str, visible: bool | None) -> Change:  # noqa: FBT001 - a verdict
    it_was, it_is = (None, visible) if what is What.ADDED else (visible, None)
    before, after = {"visible": it_was}, {"visible": it_is}
    return Change(account_id=account_id, name=name, what=what, fields=("visible",), before=before, after=after)


async def _differing(session: AsyncSession, stage: Stage, ids: Sequence[str]) -> list[Change]:
    ledger, names = Ledger(), dict[str, str]()
    async for row in streamed(session, _accounts(session, stage, ids)):
        names[row.account_id] = row.name
        if row.step == Step.CHANGED:
            before = fields_of(row.old_record) | {"visible": row.old_visible, "reasons": row.old_reasons}
            after = fields_of(row.record) | {"visible": row.visible, "reasons": row.reasons}
            ledger.account(row.account_id, before, after)
    agreements = {
        row.record_id: row for which in _agreements(session, stage, ids) async for row in streamed(session, which)
    }
    for row in agreements.values():
        _note_agreement(ledger, row)
    return ledger.changes(names)


def _note_agreement(ledger: Ledger, row: Any) -> None:
    if row.step in {Step.NEW, Step.BACK}:
        ledger.agreement_came(read_agreement(row.record))
    elif row.step == Step.GONE:
        ledger.agreement_went(read_agreement(row.old_record))
    elif row.step == Step.CHANGED:
        ledger.agreement_changed(row.old_record, read_agreement(row.record))


def _touched(stage: Stage) -> Question:
    """Accounts that differ themselves, and those that an agreement of theirs came to, left, or changed of."""
    noted = col(T.stage_id) == stage.id
    agreements = and_(noted, col(T.what) == AGREEMENTS)
    new_owner = and_(col(G.stage_id) == stage.id, col(G.agreement_id) == col(T.record_id))
    old_owner = and_(col(B.connection_id) == stage.connection_id, col(B.agreement_id) == col(T.record_id))
    return union(
        select(col(T.record_id)).where(noted, col(T.what) == ACCOUNTS, col(T.step) == Step.CHANGED),
        select(col(G.account_id))
        .select_from(T)
        .join(G, new_owner)
        .where(agreements, col(T.step).in_([Step.NEW, Step.BACK, Step.CHANGED]), col(G.account_id).is_not(None)),
        select(col(B.account_id))
        .select_from(T)
        .join(B, old_owner)
        .where(agreements, col(T.step).in_([Step.CHANGED, Step.GONE]), col(B.account_id).is_not(None)),
    )


def _accounts(session: AsyncSession, stage: Stage, ids: Sequence[str]) -> Question:
    """Those that the stage holds and that were there before, beside what is stored of them."""
    step = and_(col(T.stage_id) == stage.id, col(T.what) == ACCOUNTS, col(T.record_id) == col(S.account_id))
    stored = and_(col(A.connection_id) == stage.connection_id, col(A.account_id) == col(S.account_id))
    return (
        select(
            *map(col, (S.account_id, S.name, S.record, S.visible, S.reasons, T.step)),
            col(A.record).label("old_record"),
            col(A.visible).label("old_visible"),
            col(A.reasons).label("old_reasons"),
        )
        .select_from(S)
        .join(A, stored)
        .join(T, step, isouter=True)
        .where(col(S.stage_id) == stage.id, among(col(S.account_id), ids, _dialect(session)))
        .where(or_(col(T.step).is_(None), col(T.step).in_([Step.CHANGED, Step.SAME])))
    )


def _agreements(session: AsyncSession, stage: Stage, ids: Sequence[str]) -> list[Question]:
    """By their new owner, and by their old one: one that moved is found by both."""
    staged = and_(col(G.stage_id) == stage.id, col(G.agreement_id) == col(T.record_id))
    stored = and_(col(B.connection_id) == stage.connection_id, col(B.agreement_id) == col(T.record_id))
    noted: Any = (
        select(col(T.record_id), col(T.step), col(G.record), col(B.record).label("old_record"))
        .select_from(T)
        .where(col(T.stage_id) == stage.id, col(T.what) == AGREEMENTS)
    )
    dialect = _dialect(session)
    return [
        noted.join(G, staged).join(B, stored, isouter=True).where(among(col(G.account_id), ids, dialect)),
        noted.join(B, stored).join(G, staged, isouter=True).where(among(col(B.account_id), ids, dialect)),
    ]


def _came(stage: Stage) -> Question:
    step = and_(col(T.stage_id) == stage.id, col(T.what) == ACCOUNTS, col(T.record_id) == col(S.account_id))
    columns = map(col, (S.account_id, S.name, S.visible))
    came = col(T.step).in_([Step.NEW, Step.BACK])
    return select(*columns).select_from(T).join(S, step).where(col(S.stage_id) == stage.id, came)


def _went(stage: Stage) -> Question:
    step = and_(col(T.stage_id) == stage.id, col(T.what) == ACCOUNTS, col(T.record_id) == col(A.account_id))
    columns = map(col, (A.account_id, A.name, A.visible))
    went = and_(col(A.connection_id) == stage.connection_id, col(T.step) == Step.GONE)
    return select(*columns).select_from(T).join(A, step).where(went)


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name
