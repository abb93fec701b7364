"""Schedules in the database: every version is kept, one wins where two are written at once, and a fire counts once."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.schedules.hours import Hours
from bot.schedules.timetable import MANUAL, Nth, OnDate, OnWeekday, Timetable, Weekday
from bot.store.database import Database
from bot.store.queries import channels, connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState
from bot.store.queries.schedules import SyncSchedule
from tests.bot.daily import DAY, MONDAY, connected, synced

MADE = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)  # a Sunday
WEEKLY = Timetable(weekly=Weekday.SUNDAY)
OFFICE = Hours(begin=time(9), end=time(18))
FIRE = MONDAY + timedelta(days=6)


async def changed(
    db: Database, connection: Connection, timetable: Timetable, after: int, peak: Hours | None = None
) -> SyncSchedule | None:
    return await schedules.change(
        db, connection, RunKind.FULL, timetable=timetable, peak=peak, by="U0AGENT", now=MONDAY, after=after
    )


async def asked(db: Database, connection: Connection, fire_at: datetime = FIRE) -> tuple[int, bool] | None:
    taken = await schedules.request_sync(
        db,
        fire_at,
        schedule=f"sync:{connection.id}:full",
        connection_id=connection.id,
        kind=RunKind.FULL,
        by="schedule",
        now=fire_at,
    )
    return (taken[0].id, taken[1]) if taken else None


@pytest.mark.parametrize(
    "timetable",
    [
        MANUAL,
        WEEKLY,
        Timetable(monthly=OnDate(day=31), at=time(6, 30)),
        Timetable(quick=4),
        Timetable(weekly=Weekday.SUNDAY, quick=12),
        Timetable(weekly=Weekday.SUNDAY, monthly=OnWeekday(nth=Nth.LAST, weekday=Weekday.FRIDAY)),
    ],
)
async def test_a_schedule_comes_back_as_it_was_set(database: Database, timetable: Timetable) -> None:
    connection = await connected(database, now=MADE)
    assert await schedules.in_force(database, connection, "full") is None
    written = await changed(database, connection, timetable, 0, OFFICE)
    assert await schedules.in_force(database, connection, "full") == written
    assert written == SyncSchedule(
        connection_id=connection.id,
        kind=RunKind.FULL,
        version=1,
        timetable=timetable,
        peak=OFFICE,
        by="U0AGENT",
        changed_at=MONDAY,
    )


async def test_each_kind_of_sync_and_each_connection_has_its_own(database: Database) -> None:
    connection, other = await connected(database, now=MADE), await connected(database, "cw-east", now=MADE)
    await changed(database, connection, WEEKLY, 0)
    assert await schedules.in_force(database, connection, "settings") is None
    assert await schedules.in_force(database, other, "full") is None


async def test_the_newest_version_counts_and_the_others_are_kept(database: Database) -> None:
    connection = await connected(database, now=MADE)
    await changed(database, connection, WEEKLY, 0)
    await changed(database, connection, MANUAL, 1)
    found = await schedules.in_force(database, connection, "full")
    assert found is not None
    assert (found.version, found.timetable) == (2, MANUAL)
    before = await schedules.version(database, connection, "full", 1)
    assert before is not None
    assert before.timetable == WEEKLY
    assert await schedules.version(database, connection, "full", 3) is None


async def test_those_in_force_are_read_at_once(database: Database) -> None:
    connection, other = await connected(database, now=MADE), await connected(database, "cw-east", now=MADE)
    await changed(database, connection, WEEKLY, 0)
    newest = await changed(database, connection, MANUAL, 1)
    only = await changed(database, other, WEEKLY, 0)
    assert await schedules.all_in_force(database, [connection, other]) == [newest, only]
    assert await schedules.all_in_force(database, [other]) == [only]


async def test_a_change_of_what_was_changed_meanwhile_changes_nothing(database: Database) -> None:
    connection = await connected(database, now=MADE)
    assert await changed(database, connection, WEEKLY, 1) is None
    await changed(database, connection, WEEKLY, 0)
    assert await changed(database, connection, MANUAL, 0) is None
    found = await schedules.in_force(database, connection, "full")
    assert found is not None
    assert found.timetable == WEEKLY


async def test_of_two_changes_at_once_one_wins(database: Database) -> None:
    connection = await connected(database, now=MADE)
    both = await asyncio.gather(changed(database, connection, WEEKLY, 0), changed(database, connection, MANUAL, 0))
    assert [one is None for one in both].count(True) == 1


async def test_a_schedule_goes_with_its_connection(database: Database) -> None:
    connection = await connected(database, now=MADE)
    await changed(database, connection, WEEKLY, 0)
    await connections.remove(database, connection.id)
    assert await schedules.in_force(database, connection, "full") is None


async def test_a_fire_is_taken_up_once_however_many_clocks_tick(database: Database) -> None:
    connection = await connected(database, now=MADE)
    url = database.engine.url.set(drivername=database.dialect).render_as_string(hide_password=False)
    other = Database(url)
    taken = await asyncio.gather(*(asked(db, connection) for db in (database, other) * 4))
    await other.dispose()
    (run,) = await runs.latest(database, connection.id)
    assert [one for one in taken if one is not None] == [(run.id, True)]
    assert await channels.has_fired(database, f"sync:{connection.id}:full", FIRE)


async def test_when_each_connection_was_synced_last_is_read_at_once(database: Database) -> None:
    connection, other = await connected(database, now=MADE), await connected(database, "cw-east", now=MADE)
    for days in range(3):
        await synced(database, connection, at=MONDAY + days * DAY)
    await synced(database, connection, "failed", at=MONDAY + 4 * DAY)
    await synced(database, connection, at=MONDAY + 5 * DAY, kind="settings")
    await synced(database, other, "failed", at=MONDAY)
    assert await runs.last_successes(database) == {connection.id: MONDAY + 2 * DAY}


async def test_a_fire_joins_the_sync_that_goes_on_and_the_next_fire_is_another(database: Database) -> None:
    connection = await connected(database, now=MADE)
    run, _ = await runs.request(
        database, connection_id=connection.id, kind=RunKind.FULL, by="U0AGENT", now=FIRE - timedelta(minutes=5)
    )
    assert await asked(database, connection) == (run.id, False)
    assert await asked(database, connection) is None
    assert await runs.ask_cancel(database, run.id, FIRE)
    later = await asked(database, connection, FIRE + timedelta(days=7))
    assert later is not None
    assert later[1]
    newest = await runs.get(database, later[0])
    assert newest is not None
    assert (newest.requested_by, newest.state) == ("schedule", RunState.QUEUED)
