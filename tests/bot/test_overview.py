"""How each connection stands, from the log of its syncs."""

import pytest

from bot.overview import Limits, Overviews, Standing
from bot.schedules.timetable import OnDate, Timetable, Weekday
from bot.store.database import Database
from bot.store.queries import channels, connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from tests.bot.daily import ALERTS, DAY, DENIED, DOWN, HOUR, MONDAY, connected, synced
from tests.bot.store.records import ended as end
from tests.bot.store.records import judged, snapshot, write_full
from tests.bot.store.records import started as start
from tests.bot.sync.fakes import MovingClock


@pytest.fixture
async def prod(database: Database) -> Connection:
    return await connected(database)


async def standing(db: Database, hours: float = 1, limits: Limits | None = None) -> Standing:
    """Of the only connection, so many hours after Monday's sync."""
    overview = await Overviews(db, MovingClock(MONDAY + hours * HOUR), limits or Limits()).now()
    (only,) = overview.connections
    return only


async def test_without_any_connection_there_is_nothing_to_tell(database: Database) -> None:
    overview = await Overviews(database, MovingClock(MONDAY)).now()
    assert (overview.connections, overview.need_somebody) == ((), 0)


async def test_a_connection_that_never_synced_says_so_and_needs_somebody(database: Database, prod: Connection) -> None:
    found = await standing(database)
    assert (found.state, found.age, found.last, found.needs_somebody) == ("never_synced", None, None, True)


async def test_a_fresh_success_is_ok_with_the_age_of_its_data(database: Database, prod: Connection) -> None:
    run = await synced(database, prod)
    found = await standing(database, hours=2)
    assert (found.state, found.age, found.last, found.needs_somebody) == ("ok", 2 * HOUR, run, False)


async def test_a_quick_sync_is_told_where_it_is_newer_than_the_full_one(database: Database, prod: Connection) -> None:
    await synced(database, prod)
    assert (await standing(database, hours=2)).quick is None
    quick = await synced(database, prod, at=MONDAY + HOUR, kind=RunKind.QUICK)
    found = await standing(database, hours=3)
    assert (found.quick, found.age) == (quick, 3 * HOUR)
    await synced(database, prod, at=MONDAY + 2 * HOUR)
    assert (await standing(database, hours=3)).quick is None


async def test_data_gets_old_after_its_limit_and_the_limit_is_a_setting(database: Database, prod: Connection) -> None:
    await synced(database, prod)
    assert (await standing(database, hours=8 * 24)).state == "ok"
    assert (await standing(database, hours=8 * 24 + 1)).state == "stale"
    assert (await standing(database, hours=3, limits=Limits(stale_after=2 * HOUR))).state == "stale"


async def planned(db: Database, connection: Connection, timetable: Timetable) -> None:
    before = await schedules.in_force(db, connection, RunKind.FULL)
    after = before.version if before else 0
    assert await schedules.change(
        db, connection, RunKind.FULL, timetable=timetable, peak=None, by="U0AGENT", now=MONDAY, after=after
    )


@pytest.mark.requirement("R8", "R115")
async def test_it_tells_when_the_next_sync_comes_and_when_a_failed_one_is_tried_again(
    database: Database, prod: Connection
) -> None:
    await synced(database, prod)
    assert (await standing(database)).next_sync_at is None
    await planned(database, prod, Timetable(monthly=OnDate(day=17)))
    assert (await standing(database)).next_sync_at == MONDAY + DAY
    await synced(database, prod, "failed", at=MONDAY + DAY + HOUR, error=DENIED)
    assert (await standing(database, hours=26)).next_sync_at == MONDAY + 2 * DAY
    await connections.set_paused(database, prod.id, True)
    assert (await standing(database, hours=26)).next_sync_at is None


@pytest.mark.requirement("R8", "X10")
async def test_the_next_sync_may_be_a_quick_one(database: Database, prod: Connection) -> None:
    await synced(database, prod)
    await planned(database, prod, Timetable(quick=4))
    assert (await standing(database)).next_sync_at == MONDAY + 5 * HOUR
    assert (await standing(database, hours=5)).next_sync_at == MONDAY + 9 * HOUR
    await planned(database, prod, Timetable(weekly=Weekday.TUESDAY, quick=12))
    assert (await standing(database, hours=18)).next_sync_at == MONDAY + 29 * HOUR
    await connections.set_paused(database, prod.id, True)
    assert (await standing(database, hours=5)).next_sync_at is None


@pytest.mark.requirement("R115")
async def test_data_may_be_as_old_as_its_schedule_lets_it_get(database: Database, prod: Connection) -> None:
    await synced(database, prod)
    await planned(database, prod, Timetable(monthly=OnDate(day=16)))
    assert (await standing(database, hours=30 * 24)).state == "ok"
    assert (await standing(database, hours=32 * 24 + 1)).state == "stale"
    await planned(database, prod, Timetable(weekly=Weekday.MONDAY))
    assert (await standing(database, hours=9 * 24)).state == "stale"


async def test_a_first_passing_failure_is_being_retried_and_a_third_is_failing(
    database: Database, prod: Connection
) -> None:
    await synced(database, prod)
    for hours, state in ((1, "retrying"), (2, "retrying"), (3, "failing")):
        await synced(database, prod, "incomplete", at=MONDAY + hours * HOUR, error=DOWN)
        assert (await standing(database, hours=hours)).state == state


async def test_a_failure_is_not_forgotten_because_the_next_sync_was_cancelled(
    database: Database, prod: Connection
) -> None:
    await synced(database, prod)
    failed = await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await synced(database, prod, "cancelled", at=MONDAY + 2 * HOUR)
    found = await standing(database, hours=3)
    assert (found.state, found.streak) == ("failing", (failed,))


async def test_a_failed_sync_of_one_customer_does_not_make_a_connection_fail(
    database: Database, prod: Connection
) -> None:
    await synced(database, prod)
    await synced(database, prod, "failed", at=MONDAY + HOUR, kind="one", account_id="4711", error=DENIED)
    assert (await standing(database)).state == "ok"


async def test_a_paused_connection_is_paused_whatever_its_syncs_did(database: Database, prod: Connection) -> None:
    await synced(database, prod, "failed", error=DENIED)
    await connections.set_paused(database, prod.id, True)
    found = await standing(database)
    assert (found.state, found.needs_somebody) == ("paused", False)


async def test_what_runs_is_told_before_what_waits_behind_it(database: Database, prod: Connection) -> None:
    full, _ = await runs.request(database, connection_id=prod.id, kind="full", by="U0AGENT", now=MONDAY)
    await runs.start(database, full.id, token="t", now=MONDAY)
    await runs.request(database, connection_id=prod.id, kind="one", account_id="1", by="U0AGENT", now=MONDAY)
    found = await standing(database)
    assert found.running is not None
    assert found.running.id == full.id


async def test_incidents_and_numbers_stand_beside_their_connection(database: Database, prod: Connection) -> None:
    run_id = await start(database, prod.id, now=MONDAY)
    shown, hidden = judged("1"), judged("2", visible=False)
    await write_full(database, run_id, "t", snapshot(prod.id, shown, hidden), now=MONDAY)
    await end(database, run_id, now=MONDAY)
    for key in (f"{prod.id}:full:timeout", "999:full:timeout"):
        await channels.open_incident(database, key=key, channel=ALERTS, facts={}, now=MONDAY)
    found = await standing(database)
    assert (found.totals.accounts, found.totals.visible) == (2, 1)
    assert [incident.key for incident in found.incidents] == [f"{prod.id}:full:timeout"]


async def test_those_that_need_somebody_are_counted(database: Database, prod: Connection) -> None:
    await synced(database, await connected(database, "cw-east"))
    overview = await Overviews(database, MovingClock(MONDAY + DAY)).now()
    assert overview.need_somebody == 1
