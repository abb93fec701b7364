"""The schema: what the migrations make is what the tables say, on both databases."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.schedules.timetable import Timetable, anniversary
from bot.store.database import Database
from bot.store.migrate import downgrade, is_current, migrate, on_a_connection
from bot.store.queries import audit, schedules
from bot.store.tables import Row
from tests.bot.daily import connected

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Row.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def look(db: Database, work: Any) -> Any:
    async with db.engine.connect() as connection:
        return await connection.run_sync(work)


@pytest.mark.requirement("R102")
async def test_the_migrations_make_exactly_the_tables(empty_database: Database) -> None:
    await migrate(empty_database)
    assert await look(empty_database, differences) == []


@pytest.mark.requirement("R102")
async def test_up_down_and_up_again_leaves_a_working_database(empty_database: Database) -> None:
    await migrate(empty_database)
    await downgrade(empty_database, "base")
    assert await look(empty_database, tables) == {"alembic_version"}
    await migrate(empty_database)
    await audit.write(empty_database, at=NOW, who="U0AGENT", action="migrate", target="", outcome="done")
    assert await look(empty_database, differences) == []


@pytest.mark.requirement("R102")
async def test_a_database_is_current_only_after_every_migration(empty_database: Database) -> None:
    assert not await is_current(empty_database)
    await migrate(empty_database)
    assert await is_current(empty_database)
    await migrate(empty_database)
    assert await is_current(empty_database)


@pytest.mark.requirement("R102")
async def test_a_schedule_from_before_quick_syncs_has_none_and_goes_back_as_it_was(empty_database: Database) -> None:
    await migrate(empty_database)
    made = await connected(empty_database, now=NOW)
    table = Timetable(weekly=anniversary(NOW), quick=4)
    await schedules.change(empty_database, made, "full", timetable=table, peak=None, by="U0AGENT", now=NOW, after=0)
    await downgrade(empty_database, "0009")
    there = await look(empty_database, lambda one: {each["name"] for each in inspect(one).get_columns("sync_schedule")})
    assert "monthly" in there
    assert "quick" not in there
    await migrate(empty_database)
    found = await schedules.in_force(empty_database, made, "full")
    assert found is not None
    assert (found.timetable, found.by) == (Timetable(weekly=anniversary(NOW)), "U0AGENT")


async def test_two_processes_may_migrate_at_once(empty_database: Database) -> None:
    url = empty_database.engine.url.set(drivername=empty_database.dialect).render_as_string(hide_password=False)
    other = Database(url)
    await asyncio.gather(migrate(empty_database), migrate(other))
    assert await is_current(other)
    await other.dispose()


async def test_copying_a_table_does_not_delete_what_points_to_it(sqlite_database: Database) -> None:
    def drop_a_parent(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (id INTEGER REFERENCES parent ON DELETE CASCADE)"))
        connection.execute(text("INSERT INTO parent VALUES (1)"))
        connection.execute(text("INSERT INTO child VALUES (1)"))
        connection.execute(text("DROP TABLE parent"))

    await on_a_connection(sqlite_database, drop_a_parent)
    async with sqlite_database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM child"))).scalar_one() == 1
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
