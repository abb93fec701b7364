"""What goes to channels on its own: subscriptions, incidents, and the proofs that nothing is said or done twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from bot.store.channel_tables import DeliveryRow, IncidentRow, ScheduleFireRow, SeenPayloadRow, SubscriptionRow
from bot.store.database import Database
from bot.store.statements import insert_unless_there, until_found
from bot.store.tables import ConnectionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel that wants ``failures`` or the ``digest`` (at a local time such as 08:00).

    ``connection_id`` and ``connection``, its name: the only one that it wants to hear of. None: it hears of every.
    """

    id: int
    channel: str
    kind: str
    at: str
    by: str
    created_at: datetime
    connection_id: int | None = None
    connection: str | None = None

    def hears_of(self, connection_id: int) -> bool:
        return self.connection_id in {None, connection_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that is wrong and was told to a channel. ``state``: open, closed."""

    id: int
    key: str
    channel: str
    ts: str | None
    state: str
    opened_at: datetime
    last_at: datetime
    count: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``new``: this caller may post. Otherwise somebody claimed it; ``ts`` None: nobody knows whether it was posted."""

    key: str
    new: bool
    ts: str | None
    claimed_at: datetime


async def subscribe(
    db: Database, *, channel: str, kind: str, at: str, by: str, now: datetime, connection_id: int | None = None
) -> tuple[Subscription, bool]:
    """True: new. A channel has at most one of a kind and connection; asking again changes its time.

    To hear of one connection takes the place of hearing of every, and the other way round.
    """
    values = {"channel": channel, "kind": kind, "at": at, "by": by, "created_at": now, "connection_id": connection_id}
    one = col(SubscriptionRow.connection_id)
    mine = _of(channel, kind) & (one.is_(None) if connection_id is None else one == connection_id)
    instead = _of(channel, kind) & (one.is_not(None) if connection_id is None else one.is_(None))

    async def insert_or_change() -> tuple[Subscription, bool] | None:
        async with db.write() as session:
            await session.exec(delete(SubscriptionRow).where(instead))
            new = await insert_unless_there(session, SubscriptionRow, values)
            if not new:
                await session.exec(update(SubscriptionRow).where(mine).values(at=at, by=by))
            found = (await session.exec(_with_names().where(mine))).first()
            return (_subscription(found[0], found[1]), new) if found else None

    return await until_found(insert_or_change)


async def unsubscribe(db: Database, *, channel: str, kind: str, connection_id: int | None = None) -> bool:
    """From one connection, or from everything of that kind. False: it was not subscribed."""
    mine = _of(channel, kind)
    if connection_id is not None:
        mine &= col(SubscriptionRow.connection_id) == connection_id
    async with db.write() as session:
        return (await session.exec(delete(SubscriptionRow).where(mine))).rowcount > 0


async def subscriptions(db: Database, *, kind: str | None = None, channel: str | None = None) -> list[Subscription]:
    """In the order in which they were made."""
    which = _with_names().order_by(col(SubscriptionRow.id))
    if kind is not None:
        which = which.where(SubscriptionRow.kind == kind)
    if channel is not None:
        which = which.where(SubscriptionRow.channel == channel)
    async with db.read() as session:
        return [_subscription(row, name) for row, name in await session.exec(which)]


def _of(channel: str, kind: str) -> ColumnElement[bool]:
    return (col(SubscriptionRow.channel) == channel) & (col(SubscriptionRow.kind) == kind)


def _with_names() -> Select[SubscriptionRow, str]:
    owner = col(ConnectionRow.id) == col(SubscriptionRow.connection_id)
    return select(SubscriptionRow, ConnectionRow.name).join(ConnectionRow, owner, isouter=True)


async def open_incident(
    db: Database, *, key: str, channel: str, facts: Mapping[str, Any], now: datetime
) -> tuple[Incident, bool]:
    """True: newly opened. False: it was open already; its count, last time and facts are brought up to date."""
    values = {"key": key, "channel": channel, "state": "open", "opened_at": now, "last_at": now, "count": 1}
    mine = _open() & (col(IncidentRow.key) == key) & (col(IncidentRow.channel) == channel)
    again = update(IncidentRow).where(mine).values(count=IncidentRow.count + 1, last_at=now, facts=dict(facts))

    async def open_or_count() -> tuple[Incident, bool] | None:
        async with db.write() as session:
            new = await insert_unless_there(session, IncidentRow, values | {"facts": dict(facts)})
            if not new:
                await session.exec(again)
            row = (await session.exec(select(IncidentRow).where(mine))).first()
            return (_incident(row), new) if row else None

    return await until_found(open_or_count)


async def place_incident(db: Database, incident_id: int, ts: str) -> None:
    """The message that the incident's news is threaded under."""
    async with db.write() as session:
        await session.exec(update(IncidentRow).where(col(IncidentRow.id) == incident_id).values(ts=ts))


async def note_incident(db: Database, incident_id: int, facts: Mapping[str, Any], *, ts: str | None) -> None:
    """What became of telling it: nothing happened to the incident itself, so it is not counted."""
    async with db.write() as session:
        mine = update(IncidentRow).where(col(IncidentRow.id) == incident_id)
        await session.exec(mine.values(facts=dict(facts), ts=ts))


async def close_incident(db: Database, incident_id: int, now: datetime) -> bool:
    """Closes it in its own channel. False: it was closed already."""
    mine = update(IncidentRow).where(col(IncidentRow.id) == incident_id, _open())
    async with db.write() as session:
        return (await session.exec(mine.values(state="closed", last_at=now))).rowcount == 1


async def open_incidents(db: Database, *, key: str | None = None) -> list[Incident]:
    """Oldest first."""
    which = _open() if key is None else _open() & (col(IncidentRow.key) == key)
    async with db.read() as session:
        rows = await session.exec(select(IncidentRow).where(which).order_by(col(IncidentRow.id)))
        return [_incident(row) for row in rows]


async def close_incidents(db: Database, *, key: str, now: datetime) -> list[Incident]:
    """Closes the key's open incidents in all channels, and returns them; a second caller gets none."""
    which = select(IncidentRow).where(_open(), col(IncidentRow.key) == key).order_by(col(IncidentRow.id))
    async with db.write() as session:
        rows = (await session.exec(which.with_for_update())).all()
        for row in rows:
            row.state, row.last_at = "closed", now
        return [_incident(row) for row in rows]


async def claim(db: Database, key: str, now: datetime) -> Delivery:
    """Before a post: who may make it."""

    async def claim_or_read() -> Delivery | None:
        async with db.write() as session:
            new = await insert_unless_there(session, DeliveryRow, {"key": key, "claimed_at": now})
            row = (await session.exec(select(DeliveryRow).where(DeliveryRow.key == key))).first()
            return Delivery(key=key, new=new, ts=row.ts, claimed_at=row.claimed_at) if row else None

    return await until_found(claim_or_read)


async def delivery(db: Database, key: str) -> Delivery | None:
    """As it was claimed; None: nobody did."""
    async with db.read() as session:
        row = await session.get(DeliveryRow, key)
        return Delivery(key=key, new=False, ts=row.ts, claimed_at=row.claimed_at) if row else None


async def delivered(db: Database, key: str, ts: str) -> None:
    """After the post."""
    async with db.write() as session:
        await session.exec(update(DeliveryRow).where(col(DeliveryRow.key) == key).values(ts=ts))


async def release(db: Database, key: str) -> None:
    """The post surely failed: somebody may claim it again."""
    async with db.write() as session:
        await session.exec(delete(DeliveryRow).where(col(DeliveryRow.key) == key, col(DeliveryRow.ts).is_(None)))


async def first_time(db: Database, payload_key: str, now: datetime) -> bool:
    """True exactly once per key, whoever asks."""
    async with db.write() as session:
        return await insert_unless_there(session, SeenPayloadRow, {"key": payload_key, "at": now})


async def fire_once(db: Database, schedule_id: str, fire_at: datetime) -> bool:
    """True exactly once per schedule and fire time, however many clocks tick."""
    async with db.write() as session:
        return await insert_unless_there(session, ScheduleFireRow, {"schedule_id": schedule_id, "fire_at": fire_at})


async def has_fired(db: Database, schedule_id: str, fire_at: datetime) -> bool:
    """Was this fire done already, by whichever clock?"""
    mine = select(ScheduleFireRow).where(ScheduleFireRow.schedule_id == schedule_id, ScheduleFireRow.fire_at == fire_at)
    async with db.read() as session:
        return (await session.exec(mine)).first() is not None


async def forget(db: Database, before: datetime) -> int:
    """Deletes proofs that are too old to matter: payloads, fires, deliveries; how many."""
    old = (
        delete(SeenPayloadRow).where(col(SeenPayloadRow.at) < before),
        delete(ScheduleFireRow).where(col(ScheduleFireRow.fire_at) < before),
        delete(DeliveryRow).where(col(DeliveryRow.claimed_at) < before),
    )
    async with db.write() as session:
        return sum([(await session.exec(statement)).rowcount for statement in old])


def _open() -> ColumnElement[bool]:
    return col(IncidentRow.state) == "open"


def _subscription(row: SubscriptionRow, connection: str | None) -> Subscription:
    return Subscription(**row.model_dump(), connection=connection)


def _incident(row: IncidentRow) -> Incident:
    return Incident(**row.model_dump())
