"""The table of schedules. Rows never leave ``bot.store``: queries turn them into frozen records."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field

from bot.store.columns import Moment
from bot.store.tables import Row


class SyncScheduleRow(Row, table=True):
    """One version of when a connection's syncs of one kind run; the newest counts, the others are its history."""

    __tablename__ = "sync_schedule"

    connection_id: int = Field(
        sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    kind: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    weekly: bool
    monthly: str  # 31, last fri; empty: not monthly
    at: str  # 07:00, in UTC
    quick: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # hours between quick syncs; 0: none
    peak: str  # 09:00-18:00, in the connection's time zone; empty: none
    by: str
    changed_at: datetime = Field(sa_type=Moment)
