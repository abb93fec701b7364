"""Syncs that did not happen or did not end, and data that gets old: told once, and edited when it is well."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.incidents import MOST_TRIES
from bot.overdue import HUNG_AFTER, NOTICED_AFTER, Overdues, Why
from bot.planned import SCHEDULE
from bot.schedules.timetable import MANUAL, Timetable, Weekday
from bot.store.database import Database
from bot.store.queries import channels, connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from bot.watchdog import Notice, Watchdog
from tests.bot.daily import ALERTS, BILLING, DAY, DENIED, HOUR, MONDAY, listens, synced

WEEKLY = Timetable(weekly=Weekday.SUNDAY)  # the connection was made on the Sunday before
FIRE = MONDAY + 6 * DAY


async def planned(db: Database, connection: Connection, timetable: Timetable = WEEKLY, after: int = 0) -> None:
    assert await schedules.change(
        db, connection, RunKind.FULL, timetable=timetable, peak=None, by="U0AGENT", now=MONDAY, after=after
    )


async def told(watchdog: Watchdog, now: datetime, ts: str | None = "1.0") -> list[tuple[Why, bool]]:
    """Why, and whether it is still so; everything that there is to tell is told."""
    notices = await watchdog.review(now)
    for notice in notices:
        await watchdog.told(notice, ts, now)
    return [(notice.why, notice.overdue is not None) for notice in notices]


async def only(watchdog: Watchdog, now: datetime) -> Notice:
    (notice,) = await watchdog.review(now)
    return notice


@pytest.mark.requirement("R227")
async def test_a_sync_that_did_not_happen_is_told_once_and_edited_when_it_was_synced(
    database: Database, prod: Connection
) -> None:
    await planned(database, prod)
    watchdog = Watchdog(database)
    assert await told(watchdog, FIRE + NOTICED_AFTER - timedelta(seconds=1)) == []
    notice = await only(watchdog, FIRE + NOTICED_AFTER)
    assert notice.overdue is not None
    assert (notice.overdue.since, notice.overdue.next_at, notice.data_as_of) == (FIRE, FIRE + 7 * DAY, MONDAY)
    assert await told(watchdog, FIRE + NOTICED_AFTER) == [(Why.MISSED, True)]
    assert await told(watchdog, FIRE + 3 * DAY) == []
    await synced(database, prod, at=FIRE + 3 * DAY)
    assert await told(watchdog, FIRE + 3 * DAY + HOUR) == [(Why.MISSED, False)]
    assert await channels.open_incidents(database) == []


async def test_the_next_one_that_is_missed_edits_the_same_message(database: Database, prod: Connection) -> None:
    await planned(database, prod)
    watchdog = Watchdog(database)
    assert await told(watchdog, FIRE + 2 * DAY) == [(Why.MISSED, True)]
    (first,) = await channels.open_incidents(database)
    assert await told(watchdog, FIRE + 9 * DAY) == [(Why.MISSED, True)]
    (again,) = await channels.open_incidents(database)
    assert (again.id, again.ts, again.count) == (first.id, "1.0", 2)


@pytest.mark.requirement("R115")
async def test_neither_a_paused_connection_nor_one_that_only_people_sync_misses_anything(
    database: Database, prod: Connection
) -> None:
    watchdog = Watchdog(database)
    assert await told(watchdog, MONDAY + 7 * DAY) == []
    await planned(database, prod)
    await connections.set_paused(database, prod.id, True)
    assert await told(watchdog, FIRE + 30 * DAY) == []


async def test_what_was_let_pass_while_it_was_paused_is_not_missed(database: Database, prod: Connection) -> None:
    await planned(database, prod)
    await channels.fire_once(database, f"sync:{prod.id}:full", FIRE)
    assert await Overdues(database).now(FIRE + 2 * DAY) == []


async def test_a_sync_of_the_schedule_that_does_not_end_is_told_until_it_ends(
    database: Database, prod: Connection
) -> None:
    await planned(database, prod)
    run, _ = await runs.request(database, connection_id=prod.id, kind=RunKind.FULL, by=SCHEDULE, now=FIRE)
    watchdog = Watchdog(database)
    assert await told(watchdog, FIRE + HUNG_AFTER) == []
    notice = await only(watchdog, FIRE + HUNG_AFTER + timedelta(seconds=1))
    assert notice.overdue is not None
    assert notice.overdue.run == run
    assert await told(watchdog, FIRE + 2 * HOUR) == [(Why.HUNG, True)]
    assert await runs.ask_cancel(database, run.id, FIRE + 2 * HOUR)
    assert await told(watchdog, FIRE + 2 * HOUR) == [(Why.HUNG, False)]


async def test_a_sync_that_always_takes_long_has_longer(database: Database, prod: Connection) -> None:
    await planned(database, prod)
    asked = MONDAY + DAY
    slow, _ = await runs.request(database, connection_id=prod.id, kind=RunKind.FULL, by="U0AGENT", now=asked)
    await runs.start(database, slow.id, token="t", now=asked)
    nothing: dict[str, Any] = {"calls": 0, "bytes": 0, "counts": {}, "changes": {}, "error": None}
    await runs.finish(database, slow.id, token="t", state="succeeded", now=asked + 5 * HOUR, **nothing)
    await runs.request(database, connection_id=prod.id, kind=RunKind.FULL, by=SCHEDULE, now=FIRE)
    assert await Overdues(database).now(FIRE + 7 * HOUR) == []
    assert [one.why for one in await Overdues(database).now(FIRE + 8 * HOUR)] == [Why.HUNG]


async def test_a_sync_that_a_person_started_is_theirs_to_watch(database: Database, prod: Connection) -> None:
    await runs.request(database, connection_id=prod.id, kind=RunKind.FULL, by="U0AGENT", now=MONDAY + HOUR)
    assert await Overdues(database).now(MONDAY + DAY) == []


@pytest.mark.requirement("R115")
async def test_data_that_only_people_renew_is_told_when_it_is_older_than_eight_days(
    database: Database, prod: Connection
) -> None:
    watchdog = Watchdog(database)
    assert await told(watchdog, MONDAY + 8 * DAY) == []
    notice = await only(watchdog, MONDAY + 8 * DAY + HOUR)
    assert notice.overdue is not None
    assert (notice.overdue.since, notice.overdue.next_at) == (MONDAY, None)
    assert await told(watchdog, MONDAY + 8 * DAY + HOUR) == [(Why.OLD, True)]
    assert await told(watchdog, MONDAY + 20 * DAY) == []
    await planned(database, prod)
    assert (Why.OLD, False) in await told(watchdog, MONDAY + 8 * DAY + 2 * HOUR)


async def test_data_whose_sync_failed_last_is_the_alerts_business(database: Database, prod: Connection) -> None:
    await synced(database, prod, "failed", at=MONDAY + DAY, error=DENIED)
    assert await Overdues(database).now(MONDAY + 10 * DAY) == []


async def test_where_it_was_set_to_manual_only_what_was_missed_before_is_over(
    database: Database, prod: Connection
) -> None:
    await planned(database, prod)
    watchdog = Watchdog(database)
    assert await told(watchdog, FIRE + DAY) == [(Why.MISSED, True)]
    await planned(database, prod, MANUAL, after=1)
    assert await told(watchdog, FIRE + DAY + HOUR) == [(Why.MISSED, False)]


async def test_every_channel_that_wants_to_hear_of_failures_is_told_and_no_other(
    database: Database, prod: Connection
) -> None:
    await planned(database, prod)
    await listens(database, BILLING)
    await listens(database, "C0DIGEST", kind="digest", at="08:00")
    assert [one.incident.channel for one in await Watchdog(database).review(FIRE + DAY)] == [ALERTS, BILLING]
    await channels.unsubscribe(database, channel=BILLING, kind="failures")
    await channels.unsubscribe(database, channel=ALERTS, kind="failures")
    assert await Watchdog(database).review(FIRE + DAY) == []
    assert await channels.open_incidents(database) == []


@pytest.mark.parametrize("paused", [True, False])
async def test_a_connection_that_was_paused_or_removed_ends_it(
    database: Database, prod: Connection, paused: bool
) -> None:
    await planned(database, prod)
    watchdog = Watchdog(database)
    await told(watchdog, FIRE + DAY)
    if paused:
        await connections.set_paused(database, prod.id, True)
    else:
        await connections.remove(database, prod.id)
    notice = await only(watchdog, FIRE + DAY)
    assert (notice.overdue, notice.paused, notice.removed) == (None, paused, not paused)
    assert notice.connection == "cw-prod"


async def test_what_nobody_has_heard_of_is_closed_in_silence(database: Database, prod: Connection) -> None:
    await planned(database, prod)
    watchdog = Watchdog(database)
    assert await told(watchdog, FIRE + DAY, ts=None) == [(Why.MISSED, True)]
    await synced(database, prod, at=FIRE + DAY)
    assert await told(watchdog, FIRE + DAY + HOUR) == []
    assert await channels.open_incidents(database) == []


async def test_what_could_not_be_delivered_is_tried_again_with_patience(database: Database, prod: Connection) -> None:
    await planned(database, prod)
    watchdog, now = Watchdog(database), FIRE + DAY
    for _ in range(MOST_TRIES + 2):
        assert await told(watchdog, now, ts=None) == [(Why.MISSED, True)]
        assert await told(watchdog, now + timedelta(seconds=30), ts=None) == []
        now += HOUR
    assert await told(watchdog, now) == [(Why.MISSED, True)]
