"""What people ask about the connection that their channel means."""

from bot.answers import UnknownConnection
from bot.bindings import Bindings
from bot.journeys import Answer, Asked
from bot.render import binding as words_of
from bot.render import resync
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import connections


class Using:
    def __init__(self, db: Database, words: Words, bindings: Bindings, command: str) -> None:
        self._db = db
        self._words = words
        self._bindings = bindings
        self._command = command

    async def of(self, channel: str) -> str | None:
        binding = await self._bindings.of(channel)
        return binding.connection if binding else None

    async def show(self, asked: Asked) -> Answer:
        return await self._shown(asked, "")

    async def bind(self, connection: str, asked: Asked) -> Answer:
        try:
            await self._bindings.bind(asked.place.channel, connection, by=asked.by)
        except UnknownConnection as unknown:
            return Answer(message=resync.unknown_connection(self._words, unknown.name, unknown.known))
        return await self._shown(asked, "Done.")

    async def unbind(self, asked: Asked) -> Answer:
        had = await self._bindings.unbind(asked.place.channel, by=asked.by)
        return await self._shown(asked, "Done." if had else "It was not bound.")

    async def _shown(self, asked: Asked, did: str) -> Answer:
        bound = await self._bindings.of(asked.place.channel)
        every = await connections.every(self._db)
        return Answer(message=words_of.binding(self._words, bound, every, self._command, did))
