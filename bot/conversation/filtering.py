"""/psa filter: shows which accounts a connection pulls, and lets people choose in a form."""

from collections.abc import Mapping

from bot.conversation.asking import number_of
from bot.conversation.outcomes import Outcomes
from bot.filters import STATUSES, TYPES, Filters, Renewed
from bot.forms import Filled, Form
from bot.journeys import Answer, Asked, Started
from bot.messages import Message
from bot.render import filter_form as words_of
from bot.render import resync
from bot.render.words import Words
from bot.resync import Resync
from bot.store.database import Database
from bot.store.queries import connections
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind

WHOSE = resync.Which(verb="filter", question="Whose filter do you want to see?")


class FilterTalk:
    """``value`` is ``f:3``, or in a form ``f:3:812``: connection 3, and the settings that its labels come from."""

    def __init__(
        self, db: Database, words: Words, filters: Filters, resync: Resync, outcomes: Outcomes, command: str
    ) -> None:
        self._db = db
        self._words = words
        self._filters = filters
        self._resync = resync
        self._outcomes = outcomes
        self._command = command

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        every = await connections.every(self._db)
        known = [each.name for each in every]
        if connection is None and len(every) != 1:
            return Answer(message=resync.which_connection(self._words, known, self._command, WHOSE))
        found = every[0] if connection is None else await connections.by_name(self._db, connection)
        if found is None:
            return Answer(message=resync.unknown_connection(self._words, connection or "", known))
        return await self._shown(found)

    async def form(self, value: str, asked: Asked) -> Form | Message:
        connection = await self._connection(value)
        if connection is None:
            return (await self._removed()).message
        return words_of.form(self._words, await self._filters.of(connection))

    async def changed(self, memory: str, filled: Filled) -> Form | Message:
        connection = await self._connection(memory)
        if connection is None:
            return (await self._removed()).message
        found = await self._filters.of(connection)
        return words_of.form(self._words, found, renewed=found.version != number_of(memory))

    def wrong(self, memory: str, filled: Filled) -> Mapping[str, str]:
        """Every choice of the form is one that can be made."""
        return {}

    async def save(self, memory: str, filled: Filled, asked: Asked) -> Answer:
        return await self._changed(memory, words_of.chosen_in(filled), number_of(memory), asked)

    async def usual(self, value: str, asked: Asked) -> Answer:
        """Back to the default."""
        connection = await self._connection(value)
        if connection is None:
            return await self._removed()
        version = (await self._filters.of(connection)).version
        return await self._changed(value, {STATUSES: (), TYPES: ()}, version, asked)

    async def sync(self, value: str, asked: Asked) -> Answer | Started:
        connection = await self._connection(value)
        if connection is None:
            return await self._removed()
        outcome = await self._resync.request(connection.name, RunKind.FULL, by=asked.by)
        return await self._outcomes.started(outcome)

    async def _changed(self, value: str, chosen: dict[str, tuple[str, ...]], version: int, asked: Asked) -> Answer:
        connection = await self._connection(value)
        if connection is None:
            return await self._removed()
        outcome = await self._filters.change(connection, chosen, version=version, by=asked.by)
        if isinstance(outcome, Renewed):
            return Answer(message=words_of.renewed(self._words, outcome))
        return Answer(message=words_of.account_filter(self._words, outcome, f"Saved by {asked.name}."))

    async def _shown(self, connection: Connection) -> Answer:
        return Answer(message=words_of.account_filter(self._words, await self._filters.of(connection)))

    async def _connection(self, value: str) -> Connection | None:
        return await connections.by_id(self._db, number_of(":".join(value.split(":")[:2])))

    async def _removed(self) -> Answer:
        known = [each.name for each in await connections.every(self._db)]
        return Answer(message=resync.removed_connection(self._words, known))
