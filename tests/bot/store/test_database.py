"""The database itself: isolation, patience, and what it refuses."""

import asyncio
import gc
import warnings
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlmodel import col, func, select

from bot.store.channel_tables import SeenPayloadRow
from bot.store.database import BadDatabaseUrl, Database, is_away
from bot.store.tables import AuditRow, ChangeRow

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def entry(number: int = 0) -> AuditRow:
    return AuditRow(at=NOW, who="U0AGENT", action=f"step {number}", target="0", outcome="done", detail="")


async def count(db: Database) -> int:
    async with db.read() as session:
        return (await session.exec(select(func.count()).select_from(AuditRow))).one()


async def add_one(db: Database) -> None:
    async with db.write() as session:
        row = (await session.exec(select(AuditRow).with_for_update())).one()
        await asyncio.sleep(0)
        row.target = str(int(row.target) + 1)


@pytest.mark.requirement("R185")
async def test_160_read_modify_writes_of_two_writers_lose_none(database: Database) -> None:
    async with database.write() as session:
        session.add(entry())
    other = Database(database.engine.url.set(drivername=database.dialect).render_as_string(hide_password=False))
    await asyncio.gather(*(add_one(db) for db in (database, other) for _ in range(80)))
    await other.dispose()
    async with database.read() as session:
        assert (await session.exec(select(AuditRow.target))).one() == "160"


@pytest.mark.requirement("R185")
async def test_a_read_sees_one_moment_throughout(database: Database) -> None:
    async with database.read() as session:
        before = (await session.exec(select(func.count()).select_from(AuditRow))).one()
        async with database.write() as writer:
            writer.add(entry())
        again = (await session.exec(select(func.count()).select_from(AuditRow))).one()
    assert (before, again, await count(database)) == (0, 0, 1)


async def test_a_write_that_fails_leaves_nothing_behind(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as session:
            session.add(entry())
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await count(database) == 0


async def test_a_reader_on_postgresql_cannot_write(database: Database) -> None:
    if database.dialect == "sqlite":
        async with database.read() as session:
            assert (await session.exec(select(func.count()).select_from(AuditRow))).one() == 0
        return
    async with database.read() as session:
        with pytest.raises(DBAPIError, match="read-only"):
            await session.exec(update(AuditRow).values(who="nobody"))


async def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    async def orphan() -> None:
        async with database.write() as session:
            session.add(ChangeRow(run_id=404, account_id="1", name="Acme", what="added", fields=[]))

    with pytest.raises(IntegrityError):
        await orphan()


async def test_a_time_comes_back_aware_and_in_utc_whatever_zone_it_had(database: Database) -> None:
    toronto = timezone(timedelta(hours=-5))
    async with database.write() as session:
        session.add(SeenPayloadRow(key="a", at=NOW.astimezone(toronto)))
    async with database.read() as session:
        at = (await session.exec(select(SeenPayloadRow.at))).one()
        earlier = select(SeenPayloadRow.key).where(col(SeenPayloadRow.at) < NOW.astimezone(toronto) + timedelta(1))
        assert (at, at.tzinfo) == (NOW, UTC)
        assert (await session.exec(earlier)).one() == "a"


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    async def naive() -> None:
        async with database.write() as session:
            session.add(SeenPayloadRow(key="a", at=NOW.replace(tzinfo=None)))

    with pytest.raises(StatementError, match="without a time zone"):
        await naive()


async def test_sqlite_uses_wal_patience_and_foreign_keys(sqlite_database: Database) -> None:
    async with sqlite_database.read() as session:
        connection = await session.connection()
        pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        found = [(await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() for pragma in pragmas]
    assert found == ["wal", 1, 5000, 1]


async def test_a_new_file_gets_its_folder(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/a/b/psa-bot.db")
    async with db.read() as session:
        assert (await (await session.connection()).execute(text("SELECT 1"))).scalar_one() == 1
    await db.dispose()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://host/name", "begins with mysql://"),
        ("not an address", "cannot be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_what_to_set(url: str, problem: str) -> None:
    with pytest.raises(BadDatabaseUrl, match="PSA_BOT_DATABASE_URL") as refusal:
        Database(url)
    assert problem in str(refusal.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
async def test_an_address_as_platforms_give_it_is_taken(scheme: str) -> None:
    db = Database(f"{scheme}://bot:canary-password@db.test/psa?sslmode=require")
    assert db.dialect == "postgresql"
    assert db.engine.url.drivername == "postgresql+asyncpg"
    assert dict(db.engine.url.query) == {"ssl": "require"}
    assert "canary-password" not in repr(db)
    await db.dispose()


class ServersError(Exception):
    """As the driver has it: the state says what happened."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (DBAPIError("SELECT 1", {}, ServersError("57P03")), True),  # it is starting up, or shutting down
        (DBAPIError("SELECT 1", {}, ServersError("08003")), True),
        (DBAPIError("SELECT 1", {}, ServersError("53300")), True),
        (DBAPIError("SELECT 1", {}, ServersError("57014")), False),  # a statement that was cancelled
        (DBAPIError("SELECT 1", {}, ServersError("22003")), False),
        (DBAPIError("SELECT 1", {}, ServersError(None), connection_invalidated=True), True),
        (OperationalError("SELECT 1", {}, Exception("database is locked")), True),
        (ConnectionRefusedError(), True),
        (ValueError(), False),
    ],
)
def test_a_database_that_is_away_is_told_from_a_mistake_of_ours(error: Exception, away: bool) -> None:
    assert is_away(error) is away


async def test_who_still_has_a_connection_is_waited_for_before_the_database_is_left(database: Database) -> None:
    has_one, gives_it_back = asyncio.Event(), asyncio.Event()

    async def use() -> None:
        async with database.read() as session:
            await session.connection()
            has_one.set()
            await gives_it_back.wait()

    using = asyncio.create_task(use())
    await has_one.wait()
    leaving = asyncio.create_task(database.dispose())
    for _ in range(100):
        await asyncio.sleep(0)
    assert not leaving.done()
    gives_it_back.set()
    await asyncio.gather(using, leaving)
    assert await count(database) == 0  # it can be used anew


def test_a_task_that_is_cancelled_as_the_database_is_left_leaves_no_connection_open(sqlite_template: Path) -> None:
    async def cut_short(turns: int) -> None:
        db = Database(f"sqlite:///{sqlite_template}")
        asking = asyncio.create_task(count(db))
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await db.dispose()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for turns in range(0, 600, 10):
            asyncio.run(cut_short(turns))
        gc.collect()
    assert [str(one.message) for one in told] == []
