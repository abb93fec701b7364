"""What has to be done with each record of a stage, as queries: pure, so that they can be read beside each other.

A record that another run read later is left alone, whatever this one brought.
"""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, true
from sqlmodel import col

from bot.store.stage_tables import StagedAccountRow, StagedAgreementRow, StagedStepRow
from bot.store.staging import Covers, Stage
from bot.store.statements import Question
from bot.store.tables import AccountRow, AgreementRow

S, A = StagedAccountRow, AccountRow
G, B = StagedAgreementRow, AgreementRow
ACCOUNTS: Final = "account"
AGREEMENTS: Final = "agreement"
LEAVING: Final = "leaving"  # accounts that a quick sync saw outside of the filter; not a step by itself


class Step(StrEnum):
    """``SAME`` is only noted where it says when a record was seen; after a full sync the snapshot itself does."""

    NEW = "new"
    BACK = "back"  # gone or stale before, and returned again
    CHANGED = "changed"
    SAME = "same"
    GONE = "gone"  # of an agreement: stale


def account_steps(stage: Stage) -> list[Question]:
    gone = col(A.gone_at).is_not(None)
    step = _step(is_new=col(A.account_id).is_(None), is_gone=gone, differs=col(A.hash) != col(S.hash))
    stored = and_(col(A.connection_id) == stage.connection_id, col(A.account_id) == col(S.account_id))
    noted: list[ColumnElement[bool]] = [gone, col(A.hash) != col(S.hash)]
    if stage.covers is not Covers.EVERYTHING:
        noted.append(col(S.seen) == true())
    found = (
        select(col(S.account_id), step)
        .select_from(S)
        .join(A, stored, isouter=True)
        .where(col(S.stage_id) == stage.id)
        .where(or_(col(A.account_id).is_(None), and_(~_is_later(A, stage), or_(*noted))))
    )
    present = and_(col(A.connection_id) == stage.connection_id, ~gone, ~_is_later(A, stage))
    return [found, select(col(A.account_id), literal(Step.GONE)).where(present, _lost_account(stage))]


def agreement_steps(stage: Stage) -> list[Question]:
    stale = col(B.stale_since).is_not(None)
    step = _step(is_new=col(B.agreement_id).is_(None), is_gone=stale, differs=col(B.hash) != col(G.hash))
    stored = and_(col(B.connection_id) == stage.connection_id, col(B.agreement_id) == col(G.agreement_id))
    found = (
        select(col(G.agreement_id), step)
        .select_from(G)
        .join(B, stored, isouter=True)
        .where(col(G.stage_id) == stage.id)
    )
    known = ~_is_later(B, stage)
    if stage.covers is Covers.EVERYTHING:
        known = and_(known, or_(stale, col(B.hash) != col(G.hash)))
    came = found.where(or_(col(B.agreement_id).is_(None), known))
    if stage.covers is Covers.CHANGES:
        return [came]
    lost = and_(col(B.connection_id) == stage.connection_id, ~stale, ~_is_later(B, stage))
    if stage.covers is Covers.ACCOUNT:
        lost = and_(lost, col(B.account_id) == stage.account_id)
    its = (col(G.stage_id) == stage.id) & (col(G.agreement_id) == col(B.agreement_id))
    return [came, select(col(B.agreement_id), literal(Step.GONE)).where(lost, ~exists().where(its))]


def _is_later(row: type[AccountRow] | type[AgreementRow], stage: Stage) -> ColumnElement[bool]:
    """Another run has read it since this one began to read."""
    return col(row.reading) > stage.id


def _lost_account(stage: Stage) -> ColumnElement[bool]:
    its = (col(S.stage_id) == stage.id) & (col(S.account_id) == col(A.account_id))
    absent = ~exists().where(its)
    if stage.covers is Covers.CHANGES:
        leaving = (col(StagedStepRow.stage_id) == stage.id) & (col(StagedStepRow.what) == LEAVING)
        return absent & exists().where(leaving & (col(StagedStepRow.record_id) == col(A.account_id)))
    return absent & (col(A.account_id) == stage.account_id) if stage.covers is Covers.ACCOUNT else absent


def _step(*, is_new: ColumnElement[bool], is_gone: ColumnElement[bool], differs: ColumnElement[bool]) -> Any:
    return case((is_new, Step.NEW), (is_gone, Step.BACK), (differs, Step.CHANGED), else_=Step.SAME)
