"""The tables of what goes to channels on its own, and of what was done once and must not be done twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from bot.store.columns import Moment, json_type
from bot.store.tables import Row

OPEN = text("state = 'open'")
EVERY = text("connection_id IS NULL")  # a unique constraint takes two nulls for different


class SubscriptionRow(Row, table=True):
    """A channel that wants to be told: of one connection, or, without one, of every."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("channel", "kind", "connection_id"),
        Index("uq_subscription_every", "channel", "kind", unique=True, sqlite_where=EVERY, postgresql_where=EVERY),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    kind: str
    at: str
    by: str
    created_at: datetime = Field(default=None, sa_type=Moment, nullable=False)
    connection_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), nullable=True)
    )


class IncidentRow(Row, table=True):
    """Something wrong that a channel was told; at most one is open per key and channel."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("uq_incident_open", "key", "channel", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    channel: str
    ts: str | None = None
    state: str
    opened_at: datetime = Field(default=None, sa_type=Moment, nullable=False)
    last_at: datetime = Field(default=None, sa_type=Moment, nullable=False)
    count: int = 1
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=json_type(), nullable=False)


class DeliveryRow(Row, table=True):
    """A post that was claimed, and its ``ts`` once it was made."""

    __tablename__ = "delivery"

    key: str = Field(primary_key=True)
    ts: str | None = None
    claimed_at: datetime = Field(default=None, sa_type=Moment, nullable=False)


class SeenPayloadRow(Row, table=True):
    """A payload of Slack's that was taken up."""

    __tablename__ = "seen_payload"

    key: str = Field(primary_key=True)
    at: datetime = Field(default=None, sa_type=Moment, nullable=False)


class ScheduleFireRow(Row, table=True):
    """A fire that was taken up."""

    __tablename__ = "schedule_fire"

    schedule_id: str = Field(primary_key=True)
    fire_at: datetime = Field(default=None, sa_type=Moment, primary_key=True)
