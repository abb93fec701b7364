"""The job queue's own tables: each file of the installed package once, in order, and by the migrations' own command."""

import pytest
from sqlalchemy import Connection, text

from bot.store import queue_schema
from bot.store.database import Database
from bot.store.migrate import is_current, migrate, on_a_connection
from bot.store.queue_schema import APPLIED

pytestmark = pytest.mark.postgres


def applied(connection: Connection) -> list[str]:
    return list(connection.execute(text(f"SELECT name FROM {APPLIED} ORDER BY name")).scalars())  # noqa: S608 - ours


async def test_a_new_database_gets_the_whole_schema_and_knows_every_step(postgres_database: Database) -> None:
    names = await on_a_connection(postgres_database, applied)
    assert names == queue_schema._steps()
    assert len(names) > 30
    await migrate(postgres_database)
    assert await on_a_connection(postgres_database, applied) == names


async def test_a_step_of_a_newer_package_is_applied_once_and_until_then_the_database_is_not_current(
    postgres_database: Database,
) -> None:
    newest = queue_schema._steps()[-1]

    def before(connection: Connection) -> None:
        connection.execute(text(f"DELETE FROM {APPLIED} WHERE name = :name"), {"name": newest})  # noqa: S608 - ours

    await on_a_connection(postgres_database, before)
    assert not await is_current(postgres_database)
    await migrate(postgres_database)
    assert await is_current(postgres_database)
