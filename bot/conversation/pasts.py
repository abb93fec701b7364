"""What people ask about the past: one customer's, or the log of syncs."""

from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.history import Histories
from bot.journeys import Answer, Asked
from bot.render import history as words_of
from bot.render import resync
from bot.render.words import Words
from rules.engine import Engine


class Pasts:
    def __init__(self, clock: Clock, words: Words, engine: Engine, histories: Histories, command: str) -> None:
        self._clock = clock
        self._words = words
        self._engine = engine
        self._histories = histories
        self._command = command

    async def show(self, query: str, connection: str | None, asked: Asked) -> Answer:
        """Without a name, the log of syncs."""
        now = self._clock.now()
        try:
            if not query:
                return Answer(message=words_of.log(self._words, await self._histories.log(connection, now)))
            found = await self._histories.recall(query, connection, now)
        except UnknownConnection as unknown:
            return Answer(message=resync.unknown_connection(self._words, unknown.name, unknown.known))
        return Answer(message=words_of.recalled(self._words, self._engine, found))

    async def note(self, run_id: int, text: str, asked: Asked) -> Answer:
        """What somebody changed in the PSA before that sync, for whoever wonders later (R230)."""
        run = await self._histories.note(run_id, text, by=asked.by, now=self._clock.now())
        return Answer(message=words_of.noted(self._words, run_id, self._command, there=run is not None))

    async def pick(self, connection_id: int, account: str, asked: Asked) -> Answer:
        found = await self._histories.of(connection_id, account, self._clock.now())
        return Answer(message=words_of.recalled(self._words, self._engine, found))
