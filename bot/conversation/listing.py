"""What people ask about the connections themselves: the list, a try, pausing and resuming."""

from collections.abc import Awaitable, Callable

from bot.answers import UnknownConnection
from bot.journeys import Answer, Asked
from bot.permissions import Matrices, Matrix, SeveralConnections
from bot.render import resync
from bot.render.roster import page_of, roster
from bot.render.words import Words
from bot.roster import Roster


class Listings:
    def __init__(self, words: Words, roster_: Roster, matrices: Matrices, command: str) -> None:
        self._words = words
        self._roster = roster_
        self._matrices = matrices
        self._command = command

    async def show(self, page: int, asked: Asked) -> Answer:
        return Answer(message=roster(self._words, await self._roster.all(), self._command, page=page))

    async def test(self, connection: str, asked: Asked) -> Answer:
        """Signs in and tries each right; it is told in the connection's own place."""
        try:
            tried: Matrix = await self._matrices.ask(connection)
        except UnknownConnection as unknown:
            return self._unknown(unknown)
        except SeveralConnections as several:  # the name of a kind, from a button whose connection was removed
            return self._unknown(UnknownConnection(connection, several.names))
        return Answer(message=roster(self._words, await self._roster.all(), self._command, tried=tried))

    async def pause(self, connection: str, asked: Asked) -> Answer:
        done = "{} is paused: nothing is synced until somebody resumes it. A sync that runs now goes on to its end."
        return await self._turned(self._roster.pause, connection, asked, done)

    async def resume(self, connection: str, asked: Asked) -> Answer:
        done = f"{{}} is resumed. {self._command} resync @{{}} reads it now."
        return await self._turned(self._roster.resume, connection, asked, done)

    async def _turned(self, turn: Callable[..., Awaitable[str]], connection: str, asked: Asked, done: str) -> Answer:
        try:
            name = await turn(connection, by=asked.by)
        except UnknownConnection as unknown:
            return self._unknown(unknown)
        listing = await self._roster.all()
        message = roster(self._words, listing, self._command, page=page_of(listing, name), did=done.format(name, name))
        return Answer(message=message)

    def _unknown(self, unknown: UnknownConnection) -> Answer:
        return Answer(message=resync.unknown_connection(self._words, unknown.name, unknown.known))
