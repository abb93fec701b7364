"""Journey ``/psa use``: which connection a channel means where nobody names one."""

from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.store.database import Database
from bot.store.queries import audit, bindings, connections
from bot.store.queries.bindings import Binding


class Bindings:
    """Each change is audited (R251)."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of(self, channel: str) -> Binding | None:
        return await bindings.of(self._db, channel)

    async def bind(self, channel: str, name: str, *, by: str) -> Binding | None:
        """Raises UnknownConnection. None: the connection was removed this very moment, and the binding with it."""
        connection = await connections.by_name(self._db, name)
        if connection is None:
            raise UnknownConnection(name, [each.name for each in await connections.every(self._db)])
        now = self._clock.now()
        await bindings.bind(self._db, channel=channel, connection_id=connection.id, by=by, now=now)
        await self._note(channel, by, outcome="done", detail=connection.name)
        return await self.of(channel)

    async def unbind(self, channel: str, *, by: str) -> bool:
        """False: it was not bound."""
        had = await bindings.unbind(self._db, channel)
        await self._note(channel, by, outcome="done" if had else "nothing to do", detail="all connections")
        return had

    async def _note(self, channel: str, by: str, *, outcome: str, detail: str) -> None:
        await audit.write(
            self._db, at=self._clock.now(), who=by, action="use", target=channel, outcome=outcome, detail=detail
        )
