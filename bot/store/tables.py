"""The tables. Rows never leave ``bot.store``: queries turn them into frozen records."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, Text, text
from sqlmodel import Field, SQLModel

from bot.store.columns import Moment, json_type

ACTIVE = text("state IN ('queued', 'running')")
RUNNING = text("state = 'running'")
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Our own metadata: its naming convention gives every constraint a name that a migration can drop."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def _moment(*, null: bool = False) -> Any:
    return Field(default=None, sa_type=Moment, nullable=null)


def _json() -> Any:
    return Field(default_factory=dict, sa_type=json_type(), nullable=False)


def _owner(target: str, on_delete: str = "CASCADE", *, key: bool = False, null: bool = False) -> Any:
    column: Column[int] = Column(ForeignKey(target, ondelete=on_delete), primary_key=key, nullable=null)
    return Field(default=None, sa_column=column)


class ConnectionRow(Row, table=True):
    """A PSA connection. ``version`` grows with every write to its snapshot (R186).

    ``reading`` of an account, an agreement or a snapshot is the stage that it was read with. Stages are numbered in the
    order in which they begin to read, so that the later of two readings is known, whatever the clocks said.
    """

    __tablename__ = "connection"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_folded: str = Field(unique=True)
    psa: str
    settings: dict[str, str] = _json()
    secrets: str = Field(sa_type=Text)
    secrets_changed_at: datetime = _moment()
    paused: bool = False
    time_zone: str
    created_at: datetime = _moment()
    version: int = 0
    snapshot_run: int | None = None
    snapshot_at: datetime | None = _moment(null=True)
    snapshot_reading: int = 0


class AccountRow(Row, table=True):
    """An account of the PSA, prospect or client alike (R74, R75). ``record`` holds the allow-listed fields (R248)."""

    __tablename__ = "account"

    connection_id: int = _owner("connection.id", key=True)
    account_id: str = Field(primary_key=True)
    name: str
    key: str
    identifier_key: str
    record: str = Field(sa_type=Text)
    visible: bool | None
    reasons: list[str] = Field(sa_type=json_type())
    hash: str
    reading: int
    first_seen_run: int
    last_seen_run: int
    last_seen_at: datetime = _moment()
    gone_run: int | None = None
    gone_at: datetime | None = _moment(null=True)


class AgreementRow(Row, table=True):
    """What is billed. No foreign key to the account: an orphan is kept and explained (R77)."""

    __tablename__ = "agreement"
    __table_args__ = (Index("ix_agreement_account", "connection_id", "account_id"),)

    connection_id: int = _owner("connection.id", key=True)
    agreement_id: str = Field(primary_key=True)
    account_id: str | None = None
    record: str = Field(sa_type=Text)
    hash: str
    reading: int
    last_seen_run: int
    last_seen_at: datetime = _moment()
    stale_since: datetime | None = _moment(null=True)


class LookupRow(Row, table=True):
    """The tenant's own tables and the account filter, as one run read them; one row per difference."""

    __tablename__ = "lookup"

    connection_id: int = _owner("connection.id", key=True)
    run_id: int = _owner("sync_run.id", key=True)
    tables: str = Field(sa_type=Text)
    account_filter: str = Field(sa_type=Text)
    hash: str
    at: datetime = _moment()


class SyncRunRow(Row, table=True):
    """One sync. One partial index lets one active run per connection and kind (and account) exist; the other lets one
    run of a connection go on at a time, of whatever kind and in whichever process.
    """

    __tablename__ = "sync_run"
    __table_args__ = (
        Index(
            "uq_sync_run_active",
            "connection_id",
            "kind",
            "account_id",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        Index("uq_sync_run_running", "connection_id", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_sync_run_connection", "connection_id", "kind", "state"),
        Index("ix_sync_run_state", "state"),
        {"sqlite_autoincrement": True},  # an id is never used again: it is the snapshot's version
    )

    id: int | None = Field(default=None, primary_key=True)
    connection_id: int = _owner("connection.id")
    kind: str
    account_id: str = ""  # not null: an index takes two nulls for different
    state: str
    phase: str = ""
    phase_number: int = 0
    phase_count: int = 0
    rows: int = 0
    requested_by: str
    requested_at: datetime = _moment()
    started_at: datetime | None = _moment(null=True)
    ended_at: datetime | None = _moment(null=True)
    heartbeat_at: datetime | None = _moment(null=True)
    calls: int = 0
    bytes: int = Field(default=0, sa_type=BigInteger)
    counts: dict[str, Any] = _json()
    changes: dict[str, int] = _json()
    error: dict[str, Any] = _json()
    attempt: int = 1
    cancel_requested: bool = False
    token: str = ""
    long: bool | None = None


class ChangeRow(Row, table=True):
    """What one run did to one account."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_run", "run_id"), Index("ix_change_account", "account_id", "run_id"))

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = _owner("sync_run.id")
    account_id: str
    name: str
    what: str
    fields: list[str] = Field(sa_type=json_type())
    before: dict[str, Any] = _json()
    after: dict[str, Any] = _json()


class AsideRow(Row, table=True):
    """The one refused snapshot of a connection that a person may still accept."""

    __tablename__ = "snapshot_aside"

    run_id: int = _owner("sync_run.id", key=True)
    connection_id: int = Field(
        sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), unique=True, nullable=False)
    )
    stage_id: int
    facts: dict[str, Any] = _json()
    tables: str = Field(sa_type=Text)
    account_filter: str = Field(sa_type=Text)
    at: datetime = _moment()


class QuestionRow(Row, table=True):
    """A question asked in Slack."""

    __tablename__ = "question"

    id: int | None = Field(default=None, primary_key=True)
    query: str
    connection: str | None
    account_id: str | None
    asked_by: str
    channel: str
    thread_ts: str | None
    message_ts: str | None = None
    response_url_used: bool = False
    run_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("sync_run.id", ondelete="SET NULL"), nullable=True, index=True)
    )
    created_at: datetime = _moment()
    answer: dict[str, Any] = _json()


class WorkerRow(Row, table=True):
    """A process that runs syncs, on PostgreSQL: the runs that it began die with it."""

    __tablename__ = "worker"

    name: str = Field(primary_key=True)
    started_at: datetime = _moment()
    beat_at: datetime = _moment()


class TurnRow(Row, table=True):
    """What one of many processes does now and then, and when the last of them did."""

    __tablename__ = "turn"

    name: str = Field(primary_key=True)
    at: datetime = _moment()


class BudgetRow(Row, table=True):
    """The calls of one account with a PSA, which all processes share: the row is locked by whoever leases some."""

    __tablename__ = "budget"

    key: str = Field(primary_key=True)
    told: int | None = None
    not_before: datetime | None = _moment(null=True)


class BudgetSlotRow(Row, table=True):
    """How many calls may have been made in one slot of a budget's window. ``slot`` counts from 1970."""

    __tablename__ = "budget_slot"

    key: str = Field(sa_column=Column(ForeignKey("budget.key", ondelete="CASCADE"), primary_key=True))
    slot: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    calls: int


class AuditRow(Row, table=True):
    """Who did what."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _moment()
    who: str
    action: str
    target: str
    outcome: str
    detail: str = Field(sa_type=Text)
