"""Agreements that a stage shows to be gone from the PSA, or back in it: asked before the stage is put in force."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from bot.store.database import Database
from bot.store.record import read_agreement
from bot.store.stage_tables import StagedAgreementRow, StagedStepRow
from bot.store.staging import Stage
from bot.store.steps import AGREEMENTS, Step
from bot.store.tables import AccountRow, AgreementRow, ConnectionRow
from bot.store.writing import last_seen
from connectors.records import Agreement

A, B = AccountRow, AgreementRow
G, T = StagedAgreementRow, StagedStepRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An agreement that the PSA no longer returns. ``account_name`` None: its account is not in the copy."""

    agreement: Agreement
    account_name: str | None
    last_seen_at: datetime
    last_seen_run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """``first``: some of the dropped ones, by name of their account. ``back``: how many had been stale until now."""

    dropped: int
    back: int
    first: tuple[Dropped, ...]


async def staleness(db: Database, stage: Stage, *, limit: int) -> Staleness:
    noted = and_(col(T.stage_id) == stage.id, col(T.what) == AGREEMENTS)
    how_many = select_columns(col(T.step), func.count()).where(noted, col(T.step).in_([Step.GONE, Step.BACK]))
    its = and_(col(B.connection_id) == stage.connection_id, col(B.agreement_id) == col(T.record_id))
    owner = and_(col(A.connection_id) == col(B.connection_id), col(A.account_id) == col(B.account_id))
    gone = (
        select(B, col(A.name))
        .select_from(T)
        .join(B, its)
        .join(A, owner, isouter=True)
        .where(noted, col(T.step) == Step.GONE)
        .order_by(col(A.key), col(B.agreement_id))
        .limit(limit)
    )
    async with db.read() as session:
        told = await (await session.connection()).execute(how_many.group_by(col(T.step)))
        steps = {step: number for step, number in told}  # noqa: C416 - rows are no pairs to the type checker
        connection = await session.get_one(ConnectionRow, stage.connection_id)
        rows = (await session.exec(gone)).all()
    return Staleness(
        dropped=steps.get(Step.GONE, 0),
        back=steps.get(Step.BACK, 0),
        first=tuple(_dropped(connection, row, name) for row, name in rows),
    )


def _dropped(connection: ConnectionRow, row: AgreementRow, account_name: str | None) -> Dropped:
    run_id, seen_at = last_seen(connection, row)
    return Dropped(
        agreement=read_agreement(row.record),
        account_name=account_name,
        last_seen_at=seen_at,
        last_seen_run=run_id,
    )
