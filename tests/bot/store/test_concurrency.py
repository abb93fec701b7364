"""Readers and writers at the same time, many rows, and rows that vanish between two statements."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.database import Database
from bot.store.queries import channels, runs, snapshots

from .records import HOUR, NOW, Snapshot, agreement, connected, ended, judged, snapshot, started, write_full


def url(db: Database) -> str:
    return db.engine.url.set(drivername=db.dialect).render_as_string(hide_password=False)


def all_called(connection_id: int, name: str, count: int) -> Snapshot:
    return snapshot(connection_id, *(judged(f"{name}{n}" if n % 5 == 0 else str(n), name=name) for n in range(count)))


@pytest.mark.requirement("R185", "R186")
async def test_readers_see_the_old_snapshot_or_the_new_one_and_never_half(database: Database) -> None:
    connection_id = await connected(database)
    looks: list[set[str]] = []
    writing = True

    async def write() -> None:
        nonlocal writing
        for number, name in enumerate(("old", "new", "newest")):
            run_id = await started(database, connection_id, now=NOW + number * HOUR)
            its = all_called(connection_id, name, 1_200)
            assert await write_full(database, run_id, "t", its, now=NOW + number * HOUR)
            await ended(database, run_id)
        writing = False

    async def read(db: Database) -> None:
        while writing:
            names = await snapshots.names(db, connection_id)
            assert len(names) in {0, 1_200}
            looks.append({row.name for row in names})
            await asyncio.sleep(0.001)  # the writer needs the processor too

    other = Database(url(database))
    await asyncio.gather(write(), read(database), read(other))
    await other.dispose()
    assert all(len(seen) <= 1 for seen in looks)
    assert len(looks) > 3


async def test_a_run_that_was_taken_over_while_it_read_loses_to_the_new_worker(database: Database) -> None:
    connection_id = await connected(database)
    run_id = await started(database, connection_id, token="old")
    await runs.take_over(database, run_id, old_token="old", token="new", now=NOW)
    old, new = await asyncio.gather(
        write_full(database, run_id, "old", all_called(connection_id, "old", 10), now=NOW),
        write_full(database, run_id, "new", all_called(connection_id, "new", 10), now=NOW),
    )
    assert old is None
    assert new is not None
    assert {row.name for row in await snapshots.names(database, connection_id)} == {"new"}


async def test_runs_of_several_connections_may_write_at_the_same_time(database: Database) -> None:
    connections = [await connected(database, f"cw-{number}") for number in range(5)]
    started_ones = [await started(database, connection_id) for connection_id in connections]
    await asyncio.gather(
        *(
            write_full(database, run_id, "t", all_called(connection_id, "full", 20), now=NOW)
            for connection_id, run_id in zip(connections, started_ones, strict=True)
        )
    )
    for connection_id in connections:
        assert {row.name for row in await snapshots.names(database, connection_id)} == {"full"}


@pytest.mark.requirement("R233", "R234")
async def test_of_two_runs_of_a_connection_one_goes_on_at_a_time(database: Database) -> None:
    connection_id = await connected(database)
    full = await started(database, connection_id)
    one, _ = await runs.request(
        database, connection_id=connection_id, kind="one", by="U0AGENT", now=NOW, account_id="1"
    )
    assert not await runs.start(database, one.id, token="other", now=NOW)
    await ended(database, full)
    assert await runs.start(database, one.id, token="other", now=NOW)


async def test_a_large_snapshot_is_written_without_holding_up_the_event_loop(database: Database) -> None:
    connection_id = await connected(database)
    accounts = [judged(str(n), agreement(f"a{n}"), name=f"Company {n}") for n in range(5_000)]
    run_id = await started(database, connection_id)
    ticks = 0
    done = asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            await asyncio.sleep(0)
            ticks += 1

    async def write() -> None:
        assert await write_full(database, run_id, "t", snapshot(connection_id, *accounts), now=NOW)
        done.set()

    await asyncio.gather(tick(), write())
    assert (await snapshots.totals(database, connection_id)).agreements == 5_000
    assert ticks > 20


class Interrupted(Database):
    """Does something else, once, between a write's first statement and its next."""

    def __init__(self, url: str, between: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(url)
        self._between: Callable[[], Awaitable[Any]] | None = between

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with super().write() as session:
            yield _Interrupting(session, self._once)  # type: ignore[misc] # it answers like a session

    async def _once(self) -> None:
        between, self._between = self._between, None
        if between is not None:
            await between()


class _Interrupting:
    def __init__(self, session: AsyncSession, between: Callable[[], Awaitable[None]]) -> None:
        self._session = session
        self._between = between

    def get_bind(self) -> Any:
        return self._session.get_bind()

    async def exec(self, statement: Any) -> Any:
        result = await self._session.exec(statement)
        await self._between()
        return result


@pytest.mark.postgres
async def test_a_run_that_ends_while_somebody_joins_it_makes_way_for_a_new_one(postgres_database: Database) -> None:
    connection_id = await connected(postgres_database)
    run_id = await started(postgres_database, connection_id)
    db = Interrupted(url(postgres_database), lambda: ended(postgres_database, run_id))
    run, new = await runs.request(db, connection_id=connection_id, kind="full", by="U0AGENT", now=NOW)
    await db.dispose()
    assert (run.id != run_id, new) == (True, True)


@pytest.mark.postgres
async def test_an_incident_that_is_closed_while_it_is_counted_is_opened_anew(postgres_database: Database) -> None:
    asking: dict[str, Any] = {"key": "a", "channel": "C0ALERTS", "facts": {}, "now": NOW}
    first, _ = await channels.open_incident(postgres_database, **asking)
    between = lambda: channels.close_incidents(postgres_database, key="a", now=NOW)  # noqa: E731 - one use
    db = Interrupted(url(postgres_database), between)
    again, new = await channels.open_incident(db, **asking)
    await db.dispose()
    assert (again.id != first.id, new) == (True, True)


@pytest.mark.postgres
async def test_a_claim_that_is_released_while_another_asks_goes_to_that_one(postgres_database: Database) -> None:
    await channels.claim(postgres_database, "a", NOW)
    db = Interrupted(url(postgres_database), lambda: channels.release(postgres_database, "a"))
    assert (await channels.claim(db, "a", NOW)).new
    await db.dispose()


@pytest.mark.postgres
async def test_a_subscription_that_is_ended_while_it_is_changed_is_made_anew(postgres_database: Database) -> None:
    asking: dict[str, Any] = {"channel": "C0ALERTS", "kind": "digest", "at": "08:00", "by": "U0AGENT", "now": NOW}
    await channels.subscribe(postgres_database, **asking)
    db = Interrupted(
        url(postgres_database),
        lambda: channels.unsubscribe(postgres_database, channel="C0ALERTS", kind="digest"),
    )
    assert (await channels.subscribe(db, **asking))[1]
    await db.dispose()
