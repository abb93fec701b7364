"""The permission matrix of one connection: each documented right, tried anew, and what the API user holds beyond it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.answers import Trouble, UnknownConnection
from bot.clock import Clock
from bot.psas import Psas
from bot.store.database import Database
from bot.store.queries import connections
from bot.store.queries.connections import Connection
from bot.store.secrets import SecretKeyError
from connectors.contract import Connector, Right, Spec
from connectors.errors import BadSettings, ConnectorError, PermissionDenied, TimedOut
from connectors.records import Access, AccessProbe, ConnectionCheck

BOT: Final = "bot"
PATIENCE: Final = timedelta(seconds=60)  # some thirty calls, beside those of a sync that may be running


class SeveralConnections(Exception):
    """That word means several connections; ``names`` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One right and what became of it."""

    right: Right
    access: Access
    detail: str = ""
    rows: int | None = None

    @property
    def is_the_bots(self) -> bool:
        return BOT in self.right.used_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """``lines``: every right of the Spec, the often missed ones first (R33). ``trouble`` kept us from trying them:
    then each is unknown. ``surplus``: what the role holds beyond them; None: this PSA does not show it.
    """

    connection: str
    spec: Spec
    asked_at: datetime
    lines: tuple[Line, ...]
    version: str | None = None
    host: str = ""  # where the API user is signed in; empty: nobody knows
    surplus: tuple[str, ...] | None = None
    trouble: Trouble | None = None

    @property
    def refused(self) -> tuple[Line, ...]:
        return refused_of(self.lines)


def lines_of(spec: Spec, probes: Iterable[AccessProbe]) -> tuple[Line, ...]:
    """A right that was not probed is unknown."""
    found = {probe.id: probe for probe in probes}
    rights = sorted(spec.rights, key=lambda right: not right.often_missed)
    return tuple(_line(right, found.get(right.id)) for right in rights)


def refused_of(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Of the rights that this bot itself needs."""
    return tuple(line for line in lines if line.is_the_bots and line.access is Access.REFUSED)


def _line(right: Right, probe: AccessProbe | None) -> Line:
    if probe is None:
        return Line(right=right, access=Access.UNKNOWN)
    return Line(right=right, access=probe.access, detail=probe.detail, rows=probe.rows)


class Matrices:
    def __init__(self, db: Database, psas: Psas, clock: Clock, patience: timedelta = PATIENCE) -> None:
        self._db = db
        self._psas = psas
        self._clock = clock
        self._patience = patience

    async def ask(self, word: str, *, fresh: bool = True) -> Matrix:
        """``word``: a connection's name, or a kind of PSA that only one connection has (R32).

        Not ``fresh``: what was tried in the last two minutes is good enough. Raises UnknownConnection and
        SeveralConnections.
        """
        connection = await self._named(word)
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await self._tried(connection, fresh=fresh)
        except (ConnectorError, BadSettings, SecretKeyError) as trouble:
            return self._untried(connection, trouble)
        except TimeoutError:
            psa, seconds = self._psas.spec(connection.psa).nouns.psa, self._patience.total_seconds()
            return self._untried(connection, TimedOut(f"{psa} did not answer within {seconds:.0f} seconds."))

    async def _named(self, word: str) -> Connection:
        every = await connections.every(self._db)
        fitting = [each for each in every if each.name.casefold() == word.casefold()]
        fitting = fitting or [each for each in every if each.psa == word.casefold()]
        if not fitting:
            raise UnknownConnection(word, [each.name for each in every])
        if len(fitting) > 1:
            raise SeveralConnections([each.name for each in fitting])
        return fitting[0]

    async def _tried(self, connection: Connection, *, fresh: bool) -> Matrix:
        """Whoever is not let in at all learns that from the first call."""
        connector = await self._psas.connector(connection)
        checked = await _checked(connector)
        around, surplus = await asyncio.gather(self._psas.surroundings(connection, fresh=fresh), connector.surplus())
        probes = await connector.probe() if around.probes is None else around.probes
        return Matrix(
            connection=connection.name,
            spec=connector.spec,
            asked_at=around.as_of,
            lines=lines_of(connector.spec, probes),
            version=checked.version if checked else None,
            host=checked.host if checked else "",
            surplus=None if surplus is None else tuple(surplus),
        )

    def _untried(self, connection: Connection, trouble: Trouble) -> Matrix:
        spec = self._psas.spec(connection.psa)
        return Matrix(
            connection=connection.name,
            spec=spec,
            asked_at=self._clock.now(),
            lines=lines_of(spec, ()),
            trouble=trouble,
        )


async def _checked(connector: Connector) -> ConnectionCheck | None:
    """A role may lack even the right to see the version, and the rights can be tried all the same."""
    try:
        return await connector.check()
    except PermissionDenied:
        return None
