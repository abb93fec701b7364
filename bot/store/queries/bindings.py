"""Which connection a channel means where nobody names one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select

from bot.store.binding_tables import BindingRow
from bot.store.database import Database
from bot.store.statements import insert_unless_there
from bot.store.tables import ConnectionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """``connection`` and ``psa`` are its connection's name and kind."""

    channel: str
    connection: str
    psa: str
    by: str
    created_at: datetime


async def of(db: Database, channel: str) -> Binding | None:
    which = (
        select(BindingRow, ConnectionRow.name, ConnectionRow.psa)
        .join(ConnectionRow, col(ConnectionRow.id) == col(BindingRow.connection_id))
        .where(BindingRow.channel == channel)
    )
    async with db.read() as session:
        found = (await session.exec(which)).first()
    if found is None:
        return None
    row, connection, psa = found
    return Binding(channel=row.channel, connection=connection, psa=psa, by=row.by, created_at=row.created_at)


async def bind(db: Database, *, channel: str, connection_id: int, by: str, now: datetime) -> None:
    """In the place of what the channel was bound to before."""
    values = {"connection_id": connection_id, "by": by, "created_at": now}
    async with db.write() as session:
        if not await insert_unless_there(session, BindingRow, {"channel": channel, **values}):
            await session.exec(update(BindingRow).where(col(BindingRow.channel) == channel).values(**values))


async def unbind(db: Database, channel: str) -> bool:
    """False: it was not bound."""
    async with db.write() as session:
        return (await session.exec(delete(BindingRow).where(col(BindingRow.channel) == channel))).rowcount == 1
