"""The job queue's own tables on PostgreSQL, in a schema of their own: Procrastinate's files, each applied once."""

from importlib import resources
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

SCHEMA: Final = "procrastinate"
WHOLE: Final = "schema.sql"  # what a new database gets; it holds every step
STEPS: Final = "migrations"
APPLIED: Final = f"{SCHEMA}.psa_bot_applied"


def is_current(connection: Connection) -> bool:
    """Is it what the installed package expects?"""
    return not _unapplied(connection)


def apply_next(connection: Connection) -> bool:
    """One file in the caller's transaction; False: there was none. A step may use what the one before it added to an
    enumeration only after a commit.
    """
    names = _unapplied(connection)
    if not names:
        return False
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {APPLIED} (name text PRIMARY KEY)"))
    connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
    _run_script(connection, _read(names[0]))
    for name in _steps() if names[0] == WHOLE else names[:1]:
        connection.execute(text(f"INSERT INTO {APPLIED} VALUES (:name)"), {"name": name})  # noqa: S608 - our own name
    return True


def _unapplied(connection: Connection) -> list[str]:
    """The files that this database still needs, in their order."""
    known = connection.execute(text("SELECT to_regclass(:table)"), {"table": APPLIED}).scalar()
    if known is None:
        return [WHOLE]
    done = set(connection.execute(text(f"SELECT name FROM {APPLIED}")).scalars())  # noqa: S608 - our own name
    return [name for name in _steps() if name not in done]


def _steps() -> list[str]:
    folder = resources.files("procrastinate.sql") / STEPS
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))


def _read(name: str) -> str:
    folder = resources.files("procrastinate.sql")
    return (folder / name if name == WHOLE else folder / STEPS / name).read_text(encoding="utf-8")


def _run_script(connection: Connection, script: str) -> None:
    """Many statements at once: only the driver itself takes them."""
    await_only(connection.connection.driver_connection.execute(script))  # type: ignore[union-attr]  # asyncpg's
