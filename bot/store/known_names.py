"""Keeps each connection's names in memory, prepared for searching, while the snapshot that holds them is in force."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.store.database import Database
from bot.store.names import Match, Names, search
from bot.store.queries import snapshots
from bot.store.queries.connections import Connection

KEPT: Final = 200_000  # names; 50,000 take about 25 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """``added``: when its connection was; SQLite gives the id of a removed connection to the next one."""

    added: datetime
    version: int
    names: Names

    def is_of(self, connection: Connection, version: int) -> bool:
        return (self.added, self.version) == (connection.created_at, version)


class KnownNames:
    """Reading 50,000 names takes a quarter of a second of computing, asking for their version almost nothing."""

    def __init__(self, db: Database, *, most: int = KEPT) -> None:
        self._db = db
        self._most = most
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._turn = asyncio.Lock()

    async def search(self, connection: Connection, query: str, *, limit: int) -> list[Match]:
        return await search(query, await self._names(connection), limit)

    async def _names(self, connection: Connection) -> Names:
        """One reader at a time: a burst of questions after a sync reads them once."""
        known = await self._known(connection)
        if known is not None:
            return known
        async with self._turn:
            return await self._known(connection) or await self._read(connection)

    async def _read(self, connection: Connection) -> Names:
        """The version first: what is written meanwhile is then kept as the older one, and read again next time."""
        version = await snapshots.version(self._db, connection.id)
        rows = await snapshots.names(self._db, connection.id)
        names = await asyncio.to_thread(Names.of, rows)
        self._keep(connection, version, names)
        return names

    async def _known(self, connection: Connection) -> Names | None:
        version = await snapshots.version(self._db, connection.id)
        kept = self._kept.get(connection.id)
        if kept is None or not kept.is_of(connection, version):
            return None
        self._kept.move_to_end(connection.id)
        return kept.names

    def _keep(self, connection: Connection, version: int, names: Names) -> None:
        """What was asked for longest ago makes room; the newest stays, however large it is."""
        self._kept[connection.id] = _Kept(added=connection.created_at, version=version, names=names)
        self._kept.move_to_end(connection.id)
        while len(self._kept) > 1 and sum(len(kept.names) for kept in self._kept.values()) > self._most:
            self._kept.popitem(last=False)
