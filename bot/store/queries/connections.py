"""PSA connections: their settings, and their sealed secrets, which only leave by ``secrets_of``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from bot.store.database import Database
from bot.store.secrets import SecretBox
from bot.store.statements import insert_unless_there
from bot.store.tables import ConnectionRow


class NameTaken(Exception):
    """Another connection has this name (upper and lower case do not matter). Safe to show."""


class NoSuchConnection(Exception):
    """There is no connection with this id (any more). Safe to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A PSA connection without its secrets."""

    id: int
    name: str
    psa: str
    settings: Mapping[str, str]
    paused: bool
    time_zone: str
    created_at: datetime


async def add(
    db: Database,
    box: SecretBox,
    *,
    name: str,
    psa: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    now: datetime,
    time_zone: str = "UTC",
) -> Connection:
    """Raises NameTaken, and SecretKeyError where there is no key to seal with."""
    values = {
        "name": name,
        "name_folded": name.casefold(),
        "psa": psa,
        "settings": dict(settings),
        "secrets": box.seal(secrets),
        "secrets_changed_at": now,
        "paused": False,
        "time_zone": time_zone,
        "created_at": now,
        "version": 0,
    }
    async with db.write() as session:
        if not await insert_unless_there(session, ConnectionRow, values):
            raise NameTaken(f"There is a connection called {name} already.")
        added = select(ConnectionRow).where(ConnectionRow.name_folded == name.casefold())
        return _connection((await session.exec(added)).one())


async def every(db: Database) -> list[Connection]:
    """In the order of their names."""
    async with db.read() as session:
        by_folded_name = select(ConnectionRow).order_by(col(ConnectionRow.name_folded))
        return [_connection(row) for row in await session.exec(by_folded_name)]


async def by_name(db: Database, name: str) -> Connection | None:
    """Upper and lower case do not matter."""
    async with db.read() as session:
        named = select(ConnectionRow).where(ConnectionRow.name_folded == name.casefold())
        row = (await session.exec(named)).first()
        return _connection(row) if row else None


async def by_id(db: Database, connection_id: int) -> Connection | None:
    async with db.read() as session:
        row = await session.get(ConnectionRow, connection_id)
        return _connection(row) if row else None


async def secrets_of(db: Database, box: SecretBox, connection_id: int) -> dict[str, str]:
    """Raises NoSuchConnection, and SecretKeyError where no key opens them."""
    async with db.read() as session:
        sealed = select(ConnectionRow.secrets).where(ConnectionRow.id == connection_id)
        found = (await session.exec(sealed)).first()
    if found is None:
        raise _no_such(connection_id)
    return box.open(found)


async def secrets_changed_at(db: Database, connection_id: int) -> datetime | None:
    """None: there is no such connection."""
    async with db.read() as session:
        changed = select(ConnectionRow.secrets_changed_at).where(ConnectionRow.id == connection_id)
        return (await session.exec(changed)).first()


async def replace_secrets(
    db: Database, box: SecretBox, connection_id: int, secrets: Mapping[str, str], now: datetime
) -> None:
    await _set(db, connection_id, secrets=box.seal(secrets), secrets_changed_at=now)


async def replace_settings(db: Database, connection_id: int, settings: Mapping[str, str]) -> None:
    await _set(db, connection_id, settings=dict(settings))


async def set_paused(db: Database, connection_id: int, paused: bool) -> None:  # noqa: FBT001 - the value to store
    await _set(db, connection_id, paused=paused)


async def reseal(db: Database, box: SecretBox) -> int:
    """Seals every connection's secrets again with the newest key, all or none; how many they were."""
    async with db.write() as session:
        rows = (await session.exec(select(ConnectionRow).with_for_update())).all()
        for row in rows:
            row.secrets = box.reseal(row.secrets)
        return len(rows)


async def remove(db: Database, connection_id: int) -> bool:
    """With its accounts, runs and everything else that hangs off it. False: there was none."""
    async with db.write() as session:
        gone = await session.exec(delete(ConnectionRow).where(col(ConnectionRow.id) == connection_id))
        return gone.rowcount == 1


async def _set(db: Database, connection_id: int, **values: Any) -> None:
    async with db.write() as session:
        done = await session.exec(update(ConnectionRow).where(col(ConnectionRow.id) == connection_id).values(**values))
        if done.rowcount == 0:
            raise _no_such(connection_id)


def _no_such(connection_id: int) -> NoSuchConnection:
    return NoSuchConnection(f"There is no connection with the number {connection_id}.")


def _connection(row: ConnectionRow) -> Connection:
    return Connection(
        id=row.id or 0,
        name=row.name,
        psa=row.psa,
        settings=dict(row.settings),
        paused=row.paused,
        time_zone=row.time_zone,
        created_at=row.created_at,
    )
