"""The tables of a stage: what a run read, page by page, before it is believed. No reader of a snapshot looks at them.

Their rows come by the hundred thousand, so that they point to their stage without a foreign key: ``sweeping`` deletes
them.
"""

from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field

from bot.store.columns import json_type
from bot.store.tables import Row, _owner


class StageRow(Row, table=True):
    """What one worker reads for one run. ``covers``: what it proves that something is absent from it."""

    __tablename__ = "stage"
    __table_args__ = ({"sqlite_autoincrement": True},)  # an id is never used again: rows of a dead stage may be left

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = _owner("sync_run.id")
    connection_id: int = _owner("connection.id")
    covers: str
    account_id: str = ""


class StagedAccountRow(Row, table=True):
    """An account with its verdict. ``seen`` False: judged anew from what was stored, and not read by this run."""

    __tablename__ = "staged_account"

    stage_id: int = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    name: str
    key: str
    identifier_key: str
    record: str = Field(sa_type=Text)
    visible: bool | None
    reasons: list[str] = Field(sa_type=json_type())
    qualifying: int
    seen: bool
    hash: str


class StagedAgreementRow(Row, table=True):
    """An agreement, whether or not its account came."""

    __tablename__ = "staged_agreement"
    __table_args__ = (Index("ix_staged_agreement_account", "stage_id", "account_id"),)

    stage_id: int = Field(primary_key=True)
    agreement_id: str = Field(primary_key=True)
    account_id: str | None = None
    record: str = Field(sa_type=Text)
    hash: str


class StagedStepRow(Row, table=True):
    """What has to be done with one record, as the comparison found. ``what``: account or agreement."""

    __tablename__ = "staged_step"

    stage_id: int = Field(primary_key=True)
    what: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    step: str


class StagedChangeRow(Row, table=True):
    """A row of the table ``change``, ready to be copied."""

    __tablename__ = "staged_change"

    stage_id: int = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    name: str
    what: str
    fields: list[str] = Field(sa_type=json_type())
    before: dict[str, Any] = Field(sa_type=json_type())
    after: dict[str, Any] = Field(sa_type=json_type())
