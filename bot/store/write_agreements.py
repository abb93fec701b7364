"""Writes a stage's agreements into the snapshot. One that the PSA no longer returns is kept and marked stale (R46)."""

from typing import Any

from sqlalchemy import and_, insert, literal, select, update
from sqlmodel import col

from bot.store.bulk import table_of
from bot.store.columns import Moment
from bot.store.stage_tables import StagedAgreementRow, StagedStepRow
from bot.store.staging import Stage
from bot.store.steps import AGREEMENTS, Step
from bot.store.tables import AgreementRow
from bot.store.writing import Writing

B, G, T = AgreementRow, StagedAgreementRow, StagedStepRow
COPIED = ("account_id", "record", "hash")


async def add_agreements(writing: Writing, stage: Stage, *, all_new: bool) -> None:
    """``all_new``: nobody had to note a step for each of them."""
    values = {
        "connection_id": literal(writing.connection_id),
        "agreement_id": col(G.agreement_id),
        **{name: getattr(G, name) for name in COPIED},
        **writing.seen_now(stage.id),
    }
    chosen: Any = select(*values.values()).select_from(G).where(col(G.stage_id) == stage.id)
    if not all_new:
        chosen = chosen.join(T, _noted(stage, G.agreement_id, Step.NEW))
    await writing.execute(insert(table_of(B)).from_select(list(values), chosen))


async def change_agreements(writing: Writing, stage: Stage) -> None:
    mine = and_(
        col(B.connection_id) == writing.connection_id,
        col(G.stage_id) == stage.id,
        col(G.agreement_id) == B.agreement_id,
    )
    copied = {name: getattr(G, name) for name in COPIED}
    steps = _noted(stage, B.agreement_id, Step.BACK, Step.CHANGED, Step.SAME)
    values = copied | writing.seen_now(stage.id) | {"stale_since": None}
    await writing.execute(update(table_of(B)).values(values).where(mine, steps))


async def mark_stale(writing: Writing, stage: Stage) -> None:
    stale = {"stale_since": literal(writing.now, Moment())}
    mine = and_(col(B.connection_id) == writing.connection_id, _noted(stage, B.agreement_id, Step.GONE))
    await writing.execute(update(table_of(B)).values(writing.seen_before(B, stage.id) | stale).where(mine))


def _noted(stage: Stage, agreement_id: Any, *steps: Step) -> Any:
    noted = and_(col(T.stage_id) == stage.id, col(T.what) == AGREEMENTS, col(T.record_id) == agreement_id)
    return and_(noted, col(T.step).in_(steps))
