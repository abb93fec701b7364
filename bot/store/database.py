"""One database, SQLite or PostgreSQL: sessions that only read, and sessions that write."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, MissingGreenlet, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

# tech.md measured: WAL with NORMAL commits a row in 0.02 ms, and 5 s of patience leaves no "locked" error.
SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
)
# PostgreSQL's classes of errors: the connection broke, too many of them, shut down or starting (its appendix A).
AWAY: Final = ("08", "53", "57P")
LEAVING_SECONDS: Final = 5.0  # for connections that are in use while we stop
LOOK_SECONDS: Final = 0.01
BEGIN: Final = "sqlite_begin"  # execution option: how a transaction begins on SQLite; "" leaves it out
DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",  # what some platforms put into DATABASE_URL
}


def is_away(error: BaseException) -> bool:
    """Did the database break off, was it unreachable or busy for too long? Then trying again may help."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        broken = isinstance(error, OperationalError | InterfaceError) or state.startswith(AWAY)
        return broken or error.connection_invalidated
    return isinstance(error, OSError)


class BadDatabaseUrl(Exception):
    """The address of the database is not one that the bot can use. Safe to show: the address is left out."""


class Database:
    """Owns the engine. Build it once, and ``dispose`` it at the end.

    ``read`` sees one moment throughout; ``write`` commits when its block ends well and rolls back otherwise.
    """

    def __init__(self, url: str) -> None:
        address = _address(url)
        self.dialect: str = address.get_backend_name()
        self.engine: AsyncEngine = create_async_engine(address, **_options(address))
        if self.dialect == "sqlite":
            _prepare_sqlite(self.engine)
            self._reader = self.engine
            self._writer = self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        else:
            # Several statements of one read must see the same snapshot (R185); the default would not do that.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writer = self.engine
        # Writers of this process queue up fairly here; busy_timeout is for those of other processes.
        self._turn = asyncio.Lock() if self.dialect == "sqlite" else None

    def __repr__(self) -> str:
        return f"Database({self.engine.url.render_as_string(hide_password=True)!r})"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with (
            self._turn or nullcontext(),
            AsyncSession(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    async def dispose(self) -> None:
        """Waits for who still has a connection: the engine closes only those that nobody uses, and a task that was
        cancelled a moment ago takes another one to give its own back. It would stay open until it is collected.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_SECONDS):
                while self._in_use():  # noqa: ASYNC110 - the pool tells nobody when the last one is back
                    await asyncio.sleep(LOOK_SECONDS)
        await self.engine.dispose()

    def _in_use(self) -> int:
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise BadDatabaseUrl(_advice("cannot be read")) from None
    driver = DRIVERS.get(address.drivername)
    if driver is None:
        raise BadDatabaseUrl(_advice(f"begins with {address.drivername}://"))
    if driver == DRIVERS["sqlite"]:
        if address.database in {None, "", ":memory:"}:
            raise BadDatabaseUrl(_advice("names no file"))
        return address.set(drivername=driver)
    return _with_ssl(address.set(drivername=driver))


def _advice(problem: str) -> str:
    return (
        f"PSA_BOT_DATABASE_URL {problem}: set it to sqlite:///path/to/file.db or postgresql://user:password@host/name."
    )


def _with_ssl(address: URL) -> URL:
    """The driver's name for libpq's ``sslmode`` is ``ssl``."""
    mode = address.query.get("sslmode")
    return address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else address


def _options(address: URL) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
        return {"pool_size": 5, "max_overflow": 10}
    # A machine that vanished must not keep its locks until the server's own patience (two hours) ends.
    keepalives = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
    return {
        "pool_size": 5,
        "max_overflow": 5,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "connect_args": {"server_settings": keepalives},
    }


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Takes BEGIN out of the driver's hands.

    Its deferred transactions lose updates without an error: 34 of 160 read-modify-writes, measured in tech.md §6.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def roll_back(connection: Any, record: Any, exception: BaseException | None) -> None:
        # A cancelled task gives its connection up in mid-statement, and closing it would wait for the garbage
        # collector with the transaction open: every other writer would find the database locked.
        with suppress(MissingGreenlet):  # it is the garbage collector that closes it
            connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get(BEGIN, "BEGIN")
        if how:
            connection.exec_driver_sql(how)
