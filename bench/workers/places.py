"""Databases to write into: migrated and empty but for one connection, and the plainest way to fill each."""

import itertools
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import asyncpg
from sqlalchemy.engine import make_url

from bot.store.bulk import table_of
from bot.store.database import SQLITE_PRAGMAS, Database
from bot.store.migrate import migrate
from bot.store.queries import connections
from bot.store.secrets import SecretBox, new_key
from bot.store.tables import AccountRow, AgreementRow

TABLES: Final = tuple(table_of(row) for row in (AccountRow, AgreementRow))
Rows = Sequence[Sequence[tuple[Any, ...]]]  # of each of TABLES, as the driver has them


class Place(Protocol):
    """One kind of database."""

    async def prepare(self) -> None: ...

    async def fresh(self) -> str:
        """The address of a new one."""
        ...

    async def rows(self, url: str) -> Rows:
        """What a snapshot in force consists of."""
        ...

    async def plainly(self, rows: Rows) -> float:
        """Seconds for the same rows in the same tables of a new one, in one transaction."""
        ...


async def with_a_connection(url: str) -> None:
    db = Database(url)
    await migrate(db)
    now, box = datetime.now(UTC), SecretBox([new_key()])
    await connections.add(db, box, name="bench", psa="connectwise", settings={}, secrets={}, now=now)
    await db.dispose()


class OnSqlite:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def prepare(self) -> None:
        await with_a_connection(f"sqlite:///{self._folder / 'template.db'}")

    async def fresh(self) -> str:
        return f"sqlite:///{self._copy()}"

    async def rows(self, url: str) -> Rows:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return [connection.execute(f"SELECT * FROM {table.name}").fetchall() for table in TABLES]  # noqa: S608

    async def plainly(self, rows: Rows) -> float:
        with closing(sqlite3.connect(self._copy(), isolation_level=None)) as connection:
            for pragma in SQLITE_PRAGMAS:
                connection.execute(pragma)
            begun = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for table, its in zip(TABLES, rows, strict=True):
                marks = ", ".join("?" * len(table.columns))
                connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", its)  # noqa: S608 - our own names
            connection.execute("COMMIT")
            return time.perf_counter() - begun

    def _copy(self) -> Path:
        return shutil.copyfile(self._folder / "template.db", self._folder / f"{next(self._numbers)}.db")


class OnPostgres:
    """Databases of one server. ``server``: the address of one that is there."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = itertools.count(1)

    async def prepare(self) -> None:
        await self._command("CREATE DATABASE bench_template")
        await with_a_connection(self._address("bench_template"))

    async def fresh(self) -> str:
        name = f"bench_{next(self._numbers)}"
        await self._command(f"CREATE DATABASE {name} TEMPLATE bench_template")
        return self._address(name)

    async def rows(self, url: str) -> Rows:
        connection = await asyncpg.connect(url)
        try:
            found = [await connection.fetch(f"SELECT * FROM {table.name}") for table in TABLES]  # noqa: S608 - our own
        finally:
            await connection.close()
        return [[tuple(row) for row in its] for its in found]

    async def plainly(self, rows: Rows) -> float:
        connection = await asyncpg.connect(await self.fresh())
        try:
            begun = time.perf_counter()
            async with connection.transaction():
                for table, its in zip(TABLES, rows, strict=True):
                    await connection.copy_records_to_table(table.name, records=its)
            return time.perf_counter() - begun
        finally:
            await connection.close()

    async def _command(self, text: str) -> None:
        connection = await asyncpg.connect(self._server)
        try:
            await connection.execute(text)
        finally:
            await connection.close()

    def _address(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)
