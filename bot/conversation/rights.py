"""What people ask about rights: which the API user of a connection has, and which it lacks."""

from collections.abc import Sequence
from typing import Final

from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.journeys import Answer, Asked
from bot.permissions import Matrices, Matrix, SeveralConnections
from bot.render import resync
from bot.render.permissions import permissions, whole_matrix
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import audit, connections

WHOSE: Final = resync.Which(verb="permissions", question="Whose rights do you want to see?", pick="permissions.test")


class Rights:
    """``connection`` None: the only one there is."""

    def __init__(self, db: Database, clock: Clock, words: Words, matrices: Matrices, command: str) -> None:
        self._db = db
        self._clock = clock
        self._words = words
        self._matrices = matrices
        self._command = command

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        """Tried anew, and written down: somebody may have changed a role because of it."""
        found = await self._matrix(connection, fresh=True)
        if isinstance(found, Answer):
            return found
        outcome = f"{len(found.refused)} refused" if found.trouble is None else "could not be tried"
        await audit.write(
            self._db,
            at=self._clock.now(),
            who=asked.by,
            action="try rights",
            target=found.connection,
            outcome=outcome,
        )
        return Answer(message=permissions(self._words, found))

    async def whole(self, connection: str | None, asked: Asked) -> Answer:
        """As it was tried last, where that is two minutes ago at most."""
        found = await self._matrix(connection, fresh=False)
        return found if isinstance(found, Answer) else Answer(message=whole_matrix(self._words, found))

    async def _matrix(self, connection: str | None, *, fresh: bool) -> Matrix | Answer:
        known = [each.name for each in await connections.every(self._db)]
        if connection is None and len(known) != 1:
            return self._which(known)
        try:
            return await self._matrices.ask(connection or known[0], fresh=fresh)
        except UnknownConnection as unknown:
            return Answer(message=resync.unknown_connection(self._words, unknown.name, unknown.known))
        except SeveralConnections as several:
            return self._which(several.names)

    def _which(self, names: Sequence[str]) -> Answer:
        return Answer(message=resync.which_connection(self._words, names, self._command, WHOSE))
