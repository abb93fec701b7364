"""One incident per connection, kind and cause, told to each channel that listens, until a success."""

import pytest

from bot.alerts import Alerts, News
from bot.overview import Limits
from bot.store.database import Database
from bot.store.queries import channels
from bot.store.queries.connections import Connection
from tests.bot.daily import (
    ALERTS,
    DAY,
    DENIED,
    DOWN,
    HOUR,
    KEYS,
    MONDAY,
    OURS,
    connected,
    listens,
    synced,
)
from tests.bot.telling import only, told


@pytest.mark.requirement("R227")
@pytest.mark.parametrize(("state", "error"), [("failed", DENIED), ("failed", KEYS), ("refused", DENIED)])
async def test_a_cause_that_somebody_must_remove_is_told_at_the_first_failure(
    database: Database, prod: Connection, state: str, error: dict[str, str]
) -> None:
    run = await synced(database, prod, state, at=MONDAY + DAY, error=error)
    bulletin = await only(Alerts(database), MONDAY + DAY)
    assert (bulletin.news, bulletin.run, bulletin.failures) == (News.FAILING, run, 1)
    assert (bulletin.connection, bulletin.data_as_of) == ("cw-prod", MONDAY)


@pytest.mark.parametrize(("state", "error"), [("incomplete", DOWN), ("unknown", OURS)])
async def test_a_passing_cause_is_told_on_the_third_failure_in_a_row(
    database: Database, prod: Connection, state: str, error: dict[str, str]
) -> None:
    alerts = Alerts(database)
    for hours in (1, 2):
        await synced(database, prod, state, at=MONDAY + hours * HOUR, error=error)
        assert await alerts.review(MONDAY + hours * HOUR) == []
    await synced(database, prod, state, at=MONDAY + 3 * HOUR, error=error)
    bulletin = await only(alerts, MONDAY + 3 * HOUR)
    assert (bulletin.failures, bulletin.since) == (3, MONDAY + HOUR)


async def test_a_passing_cause_is_told_at_once_when_the_data_is_older_than_its_limit(
    database: Database, prod: Connection
) -> None:
    await synced(database, prod, "incomplete", at=MONDAY + 3 * DAY, error=DOWN)
    assert await Alerts(database).review(MONDAY + 3 * DAY) == []
    strict = Alerts(database, Limits(stale_after=2 * DAY))
    assert (await only(strict, MONDAY + 3 * DAY)).failures == 1


async def test_how_many_failures_it_takes_is_a_setting(database: Database, prod: Connection) -> None:
    await synced(database, prod, "incomplete", at=MONDAY + HOUR, error=DOWN)
    assert (await only(Alerts(database, Limits(in_a_row=1)), MONDAY + HOUR)).failures == 1


async def test_a_failed_sync_of_one_customer_alerts_nobody(database: Database, prod: Connection) -> None:
    await synced(database, prod, "failed", at=MONDAY + HOUR, kind="one", account_id="4711", error=DENIED)
    assert await Alerts(database).review(MONDAY + HOUR) == []


async def test_a_sync_of_one_customer_does_not_resolve_what_the_full_sync_has(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await synced(database, prod, at=MONDAY + 2 * HOUR, kind="one", account_id="4711")
    assert await alerts.review(MONDAY + 2 * HOUR) == []


async def test_a_cancelled_sync_is_neither_a_failure_nor_a_success(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    for hours, state in ((1, "incomplete"), (2, "cancelled"), (3, "incomplete"), (4, "cancelled")):
        await synced(database, prod, state, at=MONDAY + hours * HOUR, error=DOWN)
    assert await alerts.review(MONDAY + 4 * HOUR) == []
    await synced(database, prod, "incomplete", at=MONDAY + 5 * HOUR, error=DOWN)
    assert (await only(alerts, MONDAY + 5 * HOUR)).failures == 3


async def test_where_nobody_listens_nothing_is_told_and_nothing_is_kept(database: Database) -> None:
    connection = await connected(database)
    await synced(database, connection, "failed", error=DENIED)
    assert await Alerts(database).review(MONDAY) == []
    assert await channels.open_incidents(database) == []


async def test_a_connection_that_never_synced_has_no_news(database: Database) -> None:
    await connected(database)
    await listens(database)
    assert await Alerts(database).review(MONDAY) == []


async def test_what_was_told_is_not_told_again_until_it_fails_again(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    assert await told(alerts, MONDAY + HOUR) == [("failing", ALERTS)]
    assert await told(alerts, MONDAY + 2 * HOUR) == []
    await synced(database, prod, "failed", at=MONDAY + DAY, error=DENIED)
    again = await only(alerts, MONDAY + DAY)
    assert (again.failures, again.since, again.incident.ts) == (2, MONDAY + HOUR, "1.0")
    await alerts.told(again, "1.0", MONDAY + DAY)
    (incident,) = await channels.open_incidents(database)
    assert (incident.count, incident.facts["failures"]) == (2, 2)


@pytest.mark.requirement("R227")
async def test_a_success_resolves_it_once(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    for hours in (1, 2):
        await synced(database, prod, "failed", at=MONDAY + hours * HOUR, error=DENIED)
        await told(alerts, MONDAY + hours * HOUR)
    run = await synced(database, prod, at=MONDAY + 3 * HOUR)
    resolved = await only(alerts, MONDAY + 3 * HOUR)
    assert (resolved.news, resolved.run, resolved.failures) == (News.RESOLVED, run, 2)
    assert (resolved.since, resolved.causes) == (MONDAY + HOUR, ("permission_denied",))
    await alerts.told(resolved, "1.0", MONDAY + 3 * HOUR)
    assert await channels.open_incidents(database) == []
    assert await alerts.review(MONDAY + 4 * HOUR) == []


async def test_a_crash_before_the_post_repeats_it_and_counts_nothing_twice(
    database: Database, prod: Connection
) -> None:
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    first = await only(Alerts(database), MONDAY + HOUR)
    after_restart = await only(Alerts(database), MONDAY + 2 * HOUR)
    assert after_restart.incident.id == first.incident.id
    assert after_restart.incident.count == 1


async def test_a_crash_before_the_edit_repeats_it(database: Database, prod: Connection) -> None:
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(Alerts(database), MONDAY + HOUR)
    await synced(database, prod, at=MONDAY + 2 * HOUR)
    assert (await only(Alerts(database), MONDAY + 2 * HOUR)).news is News.RESOLVED
    assert await told(Alerts(database), MONDAY + 2 * HOUR) == [("resolved", ALERTS)]
    assert await told(Alerts(database), MONDAY + 2 * HOUR) == []
