"""Brings the database to the newest schema, and says whether it is there (R102)."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.store import queue_schema
from bot.store.database import BEGIN, Database

FOLDER: Final = Path(__file__).parents[2] / "migrations"
LOCK: Final = 7203145  # any number, the same for every process that migrates
T = TypeVar("T")


async def migrate(db: Database, revision: str = "head") -> None:
    """Safe to run from several processes at once: one works, the others find the work done."""

    def upgrade(connection: Connection) -> None:
        command.upgrade(_config(connection), revision)

    await on_a_connection(db, upgrade)
    if db.dialect == "postgresql":
        while await on_a_connection(db, queue_schema.apply_next):
            continue


async def downgrade(db: Database, revision: str) -> None:
    """Back to an older schema, such as ``base``: what newer tables hold is lost."""

    def down(connection: Connection) -> None:
        command.downgrade(_config(connection), revision)

    await on_a_connection(db, down)


async def is_current(db: Database) -> bool:
    """Whether every migration has run, of our tables and of the job queue's."""
    newest = ScriptDirectory(str(FOLDER)).get_heads()
    async with db.engine.connect() as connection:
        found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_heads())
        queue = db.dialect == "sqlite" or await connection.run_sync(queue_schema.is_current)
    return set(found) == set(newest) and queue


async def on_a_connection(db: Database, work: Callable[[Connection], T]) -> T:
    """One transaction, alone. SQLite's foreign keys rest: copying a table would delete the rows that point to it."""
    async with db.engine.connect() as connection:
        if db.dialect == "sqlite":
            await connection.execution_options(**{BEGIN: ""})  # this pragma does nothing inside a transaction
            await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            await connection.commit()
            await connection.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
        try:
            async with connection.begin():
                if db.dialect == "postgresql":
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                return await connection.run_sync(work)
        finally:
            await connection.invalidate()  # a new one has its foreign keys on


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
