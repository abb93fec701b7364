"""The table of channels that mean one connection where nobody names another."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field

from bot.store.columns import Moment
from bot.store.tables import Row


class BindingRow(Row, table=True):
    """A channel has at most one; it goes with its connection."""

    __tablename__ = "binding"

    channel: str = Field(primary_key=True)
    connection_id: int = Field(
        default=None, sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    by: str
    created_at: datetime = Field(default=None, sa_type=Moment, nullable=False)
