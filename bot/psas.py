"""Keeps one open connector per connection: questions and syncs share its HTTP connections and its call budget."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.clock import Clock
from bot.store.database import Database
from bot.store.queries import connections
from bot.store.queries.connections import Connection
from bot.store.secrets import SecretBox
from connectors.contract import Connector, Setup, Spec, filter_from
from connectors.errors import ConnectorError
from connectors.http import Budgets
from connectors.records import AccessProbe, AccountFilter, Because, Capability, Tables
from connectors.registry import specs
from rules.facts import SIGHT

# A burst of questions must not multiply the calls (R101); every answer says how old what it used is.
FRESH_FOR: Final = timedelta(seconds=120)
QUESTIONS_TAKE: Final = timedelta(minutes=2)  # far longer than a question waits for a PSA (bot/cases.py)
LOG: Final = logging.getLogger(__name__)


class Build(Protocol):
    """connectors.registry.build"""

    def __call__(self, kind: str, setup: Setup) -> Connector: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a diagnosis needs to know about the whole connection: its tables, its filter, its rights and its version.

    A version that could not be read keeps nothing else from being kept: a single rule asks for it.
    """

    as_of: datetime
    tables: Tables | None
    filter: AccountFilter | None
    probes: tuple[AccessProbe, ...] | None
    because: Because | None = None  # why ``probes`` or ``tables`` is None
    version: str | None = None  # where the PSA tells one at all
    version_because: Because | None = None  # why it could not be read


class _Shared:
    """One reading at a time. Who asks while one goes on joins it, or the next one where only a fresh one will do;
    what it finds, or why it broke, reaches everybody who waits, and whoever leaves does not stop it for the others.
    """

    def __init__(self, read: Callable[[], Coroutine[Any, Any, Surroundings]]) -> None:
        self._read = read
        self._begun: asyncio.Task[Surroundings] | None = None
        self._waiting: asyncio.Task[Surroundings] | None = None  # not begun: whatever it will read is fresh

    @property
    def goes_on(self) -> bool:
        return self._waiting is not None or (self._begun is not None and not self._begun.done())

    async def result(self, *, fresh: bool) -> Surroundings:
        going_on = self._begun if self._begun is not None and not self._begun.done() else None
        if going_on is not None and not fresh:
            return await asyncio.shield(going_on)
        if self._waiting is None:
            self._waiting = asyncio.create_task(self._in_turn(going_on))
            self._waiting.add_done_callback(_noted)
        return await asyncio.shield(self._waiting)

    async def stop(self) -> None:
        tasks = [task for task in (self._begun, self._waiting) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _in_turn(self, before: "asyncio.Task[Surroundings] | None") -> Surroundings:
        if before is not None:
            await asyncio.wait([before])
        self._begun, self._waiting = self._waiting, None
        return await self._read()


def _noted(task: "asyncio.Task[Surroundings]") -> None:
    """Everybody who waited may have left: then nobody else would look at what went wrong."""
    if not task.cancelled() and (error := task.exception()) is not None:
        extra = {"action": "surroundings", "error": type(error).__name__}
        LOG.info("What surrounds a connection could not be read.", extra=extra)


@dataclass(slots=True, eq=False)
class _Opened:
    key: str
    connector: Connector
    reading: _Shared
    surroundings: Surroundings | None = None
    users: int = 0  # syncs that hold it
    retired_at: datetime | None = None

    def may_close(self, now: datetime) -> bool:
        """No sync holds it, and whoever got it for a question has long given up waiting for the PSA."""
        rested = self.retired_at is not None and now - self.retired_at >= QUESTIONS_TAKE
        return rested and not self.users and not self.reading.goes_on


class Psas:
    """Opens connectors on first use and anew when their settings or secrets changed, in whichever process that was.

    An old one is closed when nobody uses it any more; ``aclose`` closes all.
    """

    def __init__(
        self,
        db: Database,
        box: SecretBox,
        build: Build,
        clock: Clock,
        *,
        allow_insecure_loopback: bool = False,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self._db = db
        self._box = box
        self._build = build
        self._clock = clock
        self._allow_insecure_loopback = allow_insecure_loopback
        self._sleep = sleep
        self._budgets = budgets or Budgets()
        self._opened: dict[int, _Opened] = {}
        self._retired: list[_Opened] = []
        self._lock = asyncio.Lock()

    async def connector(self, connection: Connection) -> Connector:
        """Raises SecretKeyError or BadSettings with what to do."""
        return (await self._open(connection)).connector

    @asynccontextmanager
    async def open(self, connection: Connection) -> AsyncIterator[Connector]:
        """The same connector for a sync: it is not closed meanwhile, and stays open for whoever asks next."""
        opened = await self._open(connection)
        opened.users += 1
        try:
            yield opened.connector
        finally:
            opened.users -= 1
            await self._close_retired()

    def spec(self, psa: str) -> Spec:
        """The facts about a kind of PSA."""
        return specs()[psa]

    def unsaved(self, psa: str, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Connector:
        """A connector for settings that are only being tried; the caller closes it. Raises BadSettings."""
        return self._build(psa, self._setup(settings, secrets))

    async def surroundings(self, connection: Connection, *, fresh: bool = False) -> Surroundings:
        """Tables, filter and rights, at most ``FRESH_FOR`` old; concurrent askers share one reading.

        ``fresh``: read after this was asked.
        """
        opened = await self._open(connection)
        known = self._still_fresh(opened)
        if known is not None and not fresh:
            return known
        return await opened.reading.result(fresh=fresh)

    async def sight_proven(self, connection: Connection) -> Surroundings:
        """The same, but the rights that *not found* hangs on are proven after this was asked, in a call or two."""
        opened = await self._open(connection)
        known = self._still_fresh(opened)
        if known is None:
            return await opened.reading.result(fresh=True)
        try:
            proven = {probe.id: probe for probe in await opened.connector.probe(SIGHT)}
        except ConnectorError as error:
            return replace(known, probes=None, because=reason_for(error))
        return replace(known, probes=tuple(proven.get(probe.id, probe) for probe in known.probes or ()))

    def _still_fresh(self, opened: _Opened) -> Surroundings | None:
        known = opened.surroundings
        return known if known is not None and self._clock.now() - known.as_of < FRESH_FOR else None

    async def aclose(self) -> None:
        every = [*self._opened.values(), *self._retired]
        self._opened.clear()
        self._retired.clear()
        for opened in every:
            await opened.reading.stop()
            await opened.connector.aclose()
        await self._budgets.aclose()

    async def _open(self, connection: Connection) -> _Opened:
        async with self._lock:
            try:
                secrets = await connections.secrets_of(self._db, self._box, connection.id)
            except connections.NoSuchConnection:
                self._retire(connection.id)
                raise
            key = _key(connection, secrets)
            opened = self._opened.get(connection.id)
            if opened is None or opened.key != key:
                opened = self._newly_opened(connection, secrets, key)
                self._retire(connection.id)
                self._opened[connection.id] = opened
        await self._close_retired()
        return opened

    def _newly_opened(self, connection: Connection, secrets: Mapping[str, str], key: str) -> _Opened:
        connector = self.unsaved(connection.psa, connection.settings, secrets)

        async def read() -> Surroundings:
            surroundings = await read_surroundings(connector, connection.settings, self._clock.now())
            if surroundings.because is None:
                opened.surroundings = surroundings
            return surroundings

        opened = _Opened(key=key, connector=connector, reading=_Shared(read))
        return opened

    def _retire(self, connection_id: int) -> None:
        old = self._opened.pop(connection_id, None)
        if old is not None:
            old.retired_at = self._clock.now()
            self._retired.append(old)

    async def _close_retired(self) -> None:
        now = self._clock.now()
        idle = [each for each in self._retired if each.may_close(now)]
        self._retired = [each for each in self._retired if each not in idle]
        for each in idle:
            await each.connector.aclose()

    def _setup(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Setup:
        return Setup(
            settings=settings,
            secrets=secrets,
            allow_insecure_loopback=self._allow_insecure_loopback,
            now=self._clock.now,
            sleep=self._sleep,
            budgets=self._budgets,
        )


def _key(connection: Connection, secrets: Mapping[str, str]) -> str:
    """Changes with whatever the connector was built from; the secrets cannot be read off it."""
    return repr((connection.psa, sorted(connection.settings.items()), hash(tuple(sorted(secrets.items())))))


async def read_surroundings(connector: Connector, settings: Mapping[str, str], now: datetime) -> Surroundings:
    """One parallel round; what cannot be read comes back as None with its reason."""
    tables, probes, version = await asyncio.gather(
        connector.tables(), connector.probe(), _version(connector), return_exceptions=True
    )
    return Surroundings(
        as_of=now,
        because=_why_not(probes, tables),
        version_because=_why_not(version),
        tables=None if isinstance(tables, BaseException) else tables,
        filter=None if isinstance(tables, BaseException) else filter_from(tables, settings),
        probes=None if isinstance(probes, BaseException) else tuple(probes),
        version=None if isinstance(version, BaseException) else version,
    )


async def _version(connector: Connector) -> str | None:
    """Asked only of PSAs that tell one: a call for nothing is one too many."""
    return (await connector.check()).version if Capability.VERSION in connector.spec.gives else None


def _why_not(*answers: object) -> Because | None:
    """The reason of the first that could not be read. An error that is not the PSA's is ours, and is raised."""
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    for error in errors:
        if not isinstance(error, ConnectorError):
            raise error
    return next((reason_for(error) for error in errors if isinstance(error, ConnectorError)), None)


def reason_for(error: ConnectorError) -> Because:
    """Why a fact is unknown when this error stood in its way."""
    if error.kind == "permission_denied":
        return Because.PERMISSION
    return Because.PSA_DOWN
