"""Names are read once per snapshot, and a search never uses those of another."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.store.database import Database
from bot.store.known_names import KnownNames
from bot.store.names import How
from bot.store.queries import connections
from bot.store.queries.connections import Connection

from .records import NOW, connected, ended, judged, snapshot, started, write_full


class Readings:
    """Records how often the names were read from the database."""

    def __init__(self, db: Database) -> None:
        self.count = 0
        event.listen(db.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += "identifier_key" in statement and statement.startswith("SELECT")


async def added(db: Database, name: str, *accounts: str) -> Connection:
    connection = await connections.by_id(db, await connected(db, name))
    assert connection is not None
    await synced(db, connection, *accounts)
    return connection


async def synced(db: Database, connection: Connection, *accounts: str) -> None:
    run_id = await started(db, connection.id)
    its = snapshot(connection.id, *(judged(account, name=account) for account in accounts))
    assert await write_full(db, run_id, "t", its, now=NOW) is not None
    await ended(db, run_id)


async def names_like(known: KnownNames, connection: Connection, query: str) -> list[str]:
    return [match.name for match in await known.search(connection, query, limit=5)]


async def test_a_second_question_reads_no_names(database: Database) -> None:
    connection = await added(database, "cw-prod", "Acme Ltd", "Globex")
    known, readings = KnownNames(database), Readings(database)
    assert await names_like(known, connection, "acme") == ["Acme Ltd"]
    assert await names_like(known, connection, "Globexx") == ["Globex"]
    assert readings.count == 1


@pytest.mark.requirement("R186")
async def test_a_sync_that_wrote_makes_them_read_anew(database: Database) -> None:
    connection = await added(database, "cw-prod", "Acme Ltd")
    known = KnownNames(database)
    assert await names_like(known, connection, "Globex") == []
    await synced(database, connection, "Acme Ltd", "Globex")
    assert await names_like(known, connection, "Globex") == ["Globex"]


async def test_a_connection_that_was_never_synced_has_no_names(database: Database) -> None:
    connection = await connections.by_id(database, await connected(database))
    assert connection is not None
    assert await names_like(KnownNames(database), connection, "Acme") == []


async def test_a_burst_of_questions_reads_them_once(database: Database) -> None:
    connection = await added(database, "cw-prod", "Acme Ltd")
    known, readings = KnownNames(database), Readings(database)
    found = await asyncio.gather(*(names_like(known, connection, "acme") for _ in range(10)))
    assert found == [["Acme Ltd"]] * 10
    assert readings.count == 1


async def test_each_connection_has_its_own(database: Database) -> None:
    one, two = await added(database, "one", "Acme Ltd"), await added(database, "two", "Globex")
    known = KnownNames(database)
    assert await names_like(known, one, "acme") == ["Acme Ltd"]
    assert await names_like(known, two, "acme") == []


async def test_a_connection_that_took_over_the_id_of_a_removed_one_does_not_take_its_names(database: Database) -> None:
    connection = await added(database, "cw-prod", "Acme Ltd")
    known, readings = KnownNames(database), Readings(database)
    await names_like(known, connection, "acme")
    await names_like(known, replace(connection, created_at=NOW + timedelta(days=1)), "acme")
    assert readings.count == 2


async def test_those_asked_for_longest_ago_make_room(database: Database) -> None:
    one, two = await added(database, "one", "Acme Ltd", "Initech"), await added(database, "two", "Globex", "Hooli")
    known, readings = KnownNames(database, most=3), Readings(database)
    for connection in (one, two, two, one):
        await names_like(known, connection, "acme")
    assert readings.count == 3


async def test_the_newest_stay_however_many_they_are(database: Database) -> None:
    connection = await added(database, "cw-prod", "Acme Ltd", "Globex")
    known, readings = KnownNames(database, most=1), Readings(database)
    for _ in range(2):
        (match,) = await known.search(connection, "Acme Ltd", limit=5)
        assert match.how is How.EXACT
    assert readings.count == 1
