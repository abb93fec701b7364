"""Writes a stage's accounts into the snapshot: a statement each for what is new, what is otherwise, what is gone."""

from typing import Any

from sqlalchemy import and_, case, insert, literal, select, update
from sqlmodel import col

from bot.store.bulk import table_of
from bot.store.columns import Moment
from bot.store.stage_tables import StagedAccountRow, StagedStepRow
from bot.store.staging import Stage
from bot.store.steps import ACCOUNTS, Step
from bot.store.tables import AccountRow
from bot.store.writing import Writing

A, S, T = AccountRow, StagedAccountRow, StagedStepRow
COPIED = ("name", "key", "identifier_key", "record", "visible", "reasons", "hash")


async def add_accounts(writing: Writing, stage: Stage, *, all_new: bool) -> None:
    """``all_new``: nobody had to note a step for each of them."""
    values = {
        "connection_id": literal(writing.connection_id),
        "account_id": col(S.account_id),
        **{name: getattr(S, name) for name in COPIED},
        **writing.seen_now(stage.id),
        "first_seen_run": literal(writing.run_id),
    }
    chosen: Any = select(*values.values()).select_from(S).where(col(S.stage_id) == stage.id)
    if not all_new:
        chosen = chosen.join(T, _noted(stage, S.account_id, Step.NEW))
    await writing.execute(insert(table_of(A)).from_select(list(values), chosen))


async def change_accounts(writing: Writing, stage: Stage) -> None:
    """Only what this run has read itself is dated anew."""
    mine = and_(
        col(A.connection_id) == writing.connection_id, col(S.stage_id) == stage.id, col(S.account_id) == A.account_id
    )
    dated = {
        name: case((col(S.seen), value), else_=getattr(A, name)) for name, value in writing.seen_now(stage.id).items()
    }
    copied = {name: getattr(S, name) for name in COPIED}
    values = copied | dated | {"gone_run": None, "gone_at": None}
    steps = _noted(stage, A.account_id, Step.BACK, Step.CHANGED, Step.SAME)
    await writing.execute(update(table_of(A)).values(values).where(mine, steps))


async def lose_accounts(writing: Writing, stage: Stage) -> None:
    gone = {"gone_run": literal(writing.run_id), "gone_at": literal(writing.now, Moment())}
    mine = and_(col(A.connection_id) == writing.connection_id, _noted(stage, A.account_id, Step.GONE))
    await writing.execute(update(table_of(A)).values(writing.seen_before(A, stage.id) | gone).where(mine))


def _noted(stage: Stage, account_id: Any, *steps: Step) -> Any:
    noted = and_(col(T.stage_id) == stage.id, col(T.what) == ACCOUNTS, col(T.record_id) == account_id)
    return and_(noted, col(T.step).in_(steps))
