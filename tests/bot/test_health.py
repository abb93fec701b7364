"""What a load balancer and a monitoring system are told."""

from datetime import datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import TICK_LATE, WORKER_LATE, fleet, metrics, readiness
from bot.overview import Overviews
from bot.store.database import Database
from bot.store.queries import processes, runs
from tests.bot.daily import DENIED, HOSTILE, HOUR, MONDAY, connected, synced
from tests.bot.sync.fakes import MovingClock


async def test_all_well_is_ready(sqlite_database: Database) -> None:
    state = await readiness(sqlite_database, MONDAY, MONDAY + TICK_LATE, slack=True)
    assert state.ready
    assert state.problems == ()


@pytest.mark.postgres
async def test_on_postgresql_it_is_the_workers_that_tick_and_are_heard_of(postgres_database: Database) -> None:
    now = MONDAY + HOUR
    before = await readiness(postgres_database, now, now, slack=True)
    assert [problem.partition(":")[0] for problem in before.problems] == ["clock", "jobs"]
    await processes.take_turn(postgres_database, "sweep", now, timedelta(seconds=12))
    await processes.beat(postgres_database, "worker-1", now)
    assert (await readiness(postgres_database, None, now + WORKER_LATE, slack=True)).ready
    late = await readiness(postgres_database, None, now + TICK_LATE + timedelta(seconds=1), slack=True)
    assert late.problems == (
        "clock: no tick for more than 90 seconds",
        "jobs: no worker was heard of for more than 30 seconds",
    )


@pytest.mark.postgres
async def test_on_postgresql_the_numbers_tell_of_the_workers(postgres_database: Database) -> None:
    connection = await connected(postgres_database)
    await runs.request(postgres_database, connection_id=connection.id, kind="full", by="U0AGENT", now=MONDAY)
    await processes.beat(postgres_database, "worker-1", MONDAY)
    await processes.beat(postgres_database, "worker-2", MONDAY + timedelta(seconds=50))
    told = await numbers(postgres_database, MONDAY + timedelta(seconds=60))
    assert told["psa_bot_workers", ""] == 1
    assert told["psa_bot_worker_beat_age_seconds", ""] == 10
    assert told["psa_bot_syncs_queued", ""] == 1
    assert told["psa_bot_queued_age_seconds", ""] == 60


async def test_each_thing_that_is_not_well_is_named(empty_database: Database) -> None:
    late = MONDAY + TICK_LATE + timedelta(seconds=1)
    state = await readiness(empty_database, MONDAY, late, slack=False)
    assert not state.ready
    assert [problem.partition(":")[0] for problem in state.problems] == ["database", "slack", "clock"]
    assert "90 seconds" in state.problems[2]


async def test_a_clock_that_never_ticked_is_not_ready(sqlite_database: Database) -> None:
    (problem,) = (await readiness(sqlite_database, None, MONDAY, slack=True)).problems
    assert problem.startswith("clock")


async def test_a_database_that_is_not_there_is_a_problem_and_not_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    db = Database("postgresql://nobody@127.0.0.1:1/nothing")
    (problem,) = (await readiness(db, MONDAY, MONDAY, slack=True)).problems
    assert problem == "database: cannot be reached"
    assert "could not be asked" in caplog.text
    await db.dispose()


async def test_the_numbers_are_those_of_the_moment(database: Database) -> None:
    prod = await connected(database)
    await synced(database, prod)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    told = await numbers(database, MONDAY + 2 * HOUR)
    assert told["psa_bot_data_age_seconds", "cw-prod"] == 7200
    assert told["psa_bot_sync_failures", "cw-prod"] == 1
    assert told["psa_bot_needs_somebody", "cw-prod"] == 1
    assert told["psa_bot_sync_running", "cw-prod"] == 0
    assert told["psa_bot_clock_tick_age_seconds", ""] == 3600


async def test_what_never_synced_has_no_age_and_a_clock_that_never_ticked_no_tick(database: Database) -> None:
    await connected(database)
    told = await numbers(database, MONDAY, ticked=False)
    assert ("psa_bot_data_age_seconds", "cw-prod") not in told
    assert ("psa_bot_clock_tick_age_seconds", "") not in told


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_name_breaks_no_line(sqlite_database: Database, name: str) -> None:
    await connected(sqlite_database, name)
    assert ("psa_bot_accounts", name) in await numbers(sqlite_database, MONDAY)


async def numbers(db: Database, now: datetime, *, ticked: bool = True) -> dict[tuple[str, str], float]:
    clock = MovingClock(now)
    if ticked and db.dialect == "postgresql":
        await processes.take_turn(db, "sweep", now - HOUR, HOUR)
    found = await fleet(db, now - HOUR if ticked else None)
    text = (await metrics(Overviews(db, clock), found)).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, sample.labels.get("connection", "")): sample.value for sample in samples}
