"""Journey ``/psa connections``: how each connection is, with its filter; pausing one, and resuming it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.overview import Overviews, Standing
from bot.store.database import Database
from bot.store.queries import audit, connections, snapshots
from connectors.records import AccountFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """``filter`` is the one that the last full or settings sync used; None: there was none."""

    standing: Standing
    filter: AccountFilter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All of them, in the order of their names."""

    at: datetime
    connections: tuple[Listed, ...]


class Roster:
    """Each change is audited (R251)."""

    def __init__(self, db: Database, clock: Clock, overviews: Overviews) -> None:
        self._db = db
        self._clock = clock
        self._overviews = overviews

    async def all(self) -> Listing:
        overview = await self._overviews.now()
        listed = await asyncio.gather(*(self._of(standing) for standing in overview.connections))
        return Listing(at=overview.at, connections=tuple(listed))

    async def pause(self, name: str, *, by: str) -> str:
        """Nothing is synced until it is resumed; what runs now ends. Its name as it is written. UnknownConnection."""
        return await self._set(name, by, paused=True)

    async def resume(self, name: str, *, by: str) -> str:
        return await self._set(name, by, paused=False)

    async def _set(self, name: str, by: str, *, paused: bool) -> str:
        connection = await connections.by_name(self._db, name)
        if connection is None:
            raise UnknownConnection(name, [each.name for each in await connections.every(self._db)])
        await connections.set_paused(self._db, connection.id, paused)
        action = f"connection {'paused' if paused else 'resumed'}"
        now = self._clock.now()
        await audit.write(self._db, at=now, who=by, action=action, target=connection.name, outcome="done")
        return connection.name

    async def _of(self, standing: Standing) -> Listed:
        return Listed(standing=standing, filter=await snapshots.account_filter(self._db, standing.connection.id))
