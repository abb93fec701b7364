"""The tables of the configuration's copy: one row per table of the PSA, and what each run changed in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text
from sqlmodel import Field

from bot.store.columns import Moment, json_type
from bot.store.tables import Row


class SettingsTableRow(Row, table=True):
    """One configuration table as it was read last. ``run_id`` read it; ``because`` is why a later run could not."""

    __tablename__ = "settings_table"

    connection_id: int = Field(
        default=None, sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), primary_key=True)
    )
    kind: str = Field(primary_key=True)
    name: str
    rows: str | None = Field(default=None, sa_type=Text, nullable=True)
    hash: str = ""
    because: str = ""
    run_id: int | None = None
    read_at: datetime | None = Field(default=None, sa_type=Moment, nullable=True)


class SettingsVersionRow(Row, table=True):
    """Which run's configuration is in force: swapped together with the tables (R186)."""

    __tablename__ = "settings_version"

    connection_id: int = Field(
        default=None, sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), primary_key=True)
    )
    run_id: int
    at: datetime = Field(default=None, sa_type=Moment, nullable=False)


class SettingsChangeRow(Row, table=True):
    """What one run changed in one row of a configuration table (R183)."""

    __tablename__ = "settings_change"
    __table_args__ = (Index("ix_settings_change_run", "run_id"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(default=None, sa_column=Column(ForeignKey("sync_run.id", ondelete="CASCADE"), nullable=False))
    kind: str
    row_id: str
    name: str
    what: str
    before: dict[str, Any] = Field(default_factory=dict, sa_type=json_type(), nullable=False)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=json_type(), nullable=False)
