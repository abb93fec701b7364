"""How incidents end: resolved, unsubscribed, paused, removed, or with a message that never arrived."""

from bot.alerts import Alerts, News
from bot.incidents import MOST_TRIES
from bot.overview import Limits
from bot.store.database import Database
from bot.store.queries import channels, connections
from bot.store.queries.connections import Connection
from tests.bot.daily import (
    ALERTS,
    BILLING,
    DAY,
    DENIED,
    HOUR,
    KEYS,
    MONDAY,
    OURS,
    TIMEOUT,
    connected,
    listens,
    synced,
)
from tests.bot.telling import only, told


async def test_a_channel_that_cannot_be_reached_is_tried_again_later_and_later(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    now = MONDAY + HOUR
    await synced(database, prod, "failed", at=now, error=DENIED)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert await told(alerts, now, ts=None) == [("failing", ALERTS)]
        now += minutes * HOUR / 60
        assert await alerts.review(now - HOUR / 3600) == []
    assert await told(alerts, now, ts="9.0") == [("failing", ALERTS)]
    assert await told(alerts, now + DAY) == []


async def test_a_message_that_somebody_deleted_is_given_up_and_the_next_failure_opens_a_new_one(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    (first,) = await channels.open_incidents(database)
    await synced(database, prod, "failed", at=MONDAY + 2 * HOUR, error=DENIED)
    for tries in range(MOST_TRIES):
        assert await told(alerts, MONDAY + (3 + tries) * HOUR, ts=None) == [("failing", ALERTS)]
    assert await channels.open_incidents(database) == []
    anew = await only(alerts, MONDAY + DAY)
    assert anew.incident.id != first.id
    assert (anew.incident.ts, anew.failures) == (None, 2)


async def test_news_that_never_arrived_is_posted_anew_at_the_next_failure(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR, ts=None)
    (lost,) = await channels.open_incidents(database)
    await synced(database, prod, "failed", at=MONDAY + 2 * HOUR, error=DENIED)
    again = await only(alerts, MONDAY + 2 * HOUR)
    assert (again.incident.id != lost.id, again.failures) == (True, 2)


async def test_what_nobody_heard_of_is_not_resolved_aloud(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR, ts=None)
    await synced(database, prod, at=MONDAY + 2 * HOUR)
    assert await told(alerts, MONDAY + 2 * HOUR) == []
    assert await channels.open_incidents(database) == []


async def test_each_channel_is_told_and_one_that_joins_later_catches_up(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    assert await told(alerts, MONDAY + HOUR) == [("failing", ALERTS)]
    await listens(database, BILLING)
    assert await told(alerts, MONDAY + 2 * HOUR) == [("failing", BILLING)]
    await synced(database, prod, at=MONDAY + 3 * HOUR)
    assert await told(alerts, MONDAY + 3 * HOUR) == [("resolved", ALERTS), ("resolved", BILLING)]


async def test_a_channel_that_unsubscribed_is_left_alone_and_its_incident_is_closed(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await listens(database, BILLING)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await channels.unsubscribe(database, channel=ALERTS, kind="failures")
    await synced(database, prod, at=MONDAY + 2 * HOUR)
    assert await told(alerts, MONDAY + 2 * HOUR) == [("resolved", BILLING)]
    assert await channels.open_incidents(database) == []


async def test_the_last_channel_that_unsubscribes_leaves_nothing_open(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await channels.unsubscribe(database, channel=ALERTS, kind="failures")
    assert await alerts.review(MONDAY + HOUR) == []
    assert await channels.open_incidents(database) == []


async def test_a_removed_connection_ends_its_incident_with_a_word(database: Database, prod: Connection) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await connections.remove(database, prod.id)
    gone = await only(alerts, MONDAY + 2 * HOUR)
    assert (gone.news, gone.connection, gone.psa, gone.run) == (News.REMOVED, "cw-prod", "connectwise", None)
    await alerts.told(gone, "1.0", MONDAY + 2 * HOUR)
    assert await channels.open_incidents(database) == []


async def test_an_untold_incident_of_a_removed_connection_is_closed_in_silence(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await alerts.review(MONDAY + HOUR)
    await connections.remove(database, prod.id)
    assert await alerts.review(MONDAY + 2 * HOUR) == []
    assert await channels.open_incidents(database) == []


async def test_a_new_connection_with_the_number_of_a_removed_one_does_not_inherit_its_incident(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await connections.remove(database, prod.id)
    other = await connected(database, "halo-uk", now=MONDAY + 2 * HOUR)
    await synced(database, other, at=MONDAY + 3 * HOUR)
    assert (await only(alerts, MONDAY + 4 * HOUR)).news is News.REMOVED


async def test_a_paused_connection_says_so_once_and_goes_on_in_the_same_message(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await connections.set_paused(database, prod.id, True)
    assert await told(alerts, MONDAY + 2 * HOUR) == [("paused", ALERTS)]
    assert await told(alerts, MONDAY + 3 * HOUR) == []
    await connections.set_paused(database, prod.id, False)
    resumed = await only(alerts, MONDAY + 4 * HOUR)
    assert (resumed.news, resumed.incident.ts) == (News.FAILING, "1.0")


async def test_a_paused_connection_opens_nothing(database: Database, prod: Connection) -> None:
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await connections.set_paused(database, prod.id, True)
    assert await Alerts(database).review(MONDAY + HOUR) == []


async def test_another_cause_is_another_incident_and_a_success_resolves_both(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await synced(database, prod, "failed", at=MONDAY + 2 * HOUR, error=KEYS)
    second = await only(alerts, MONDAY + 2 * HOUR)
    assert second.causes == ("api_error", "permission_denied")
    await alerts.told(second, "2.0", MONDAY + 2 * HOUR)
    await synced(database, prod, at=MONDAY + 3 * HOUR)
    resolved = await alerts.review(MONDAY + 3 * HOUR)
    assert [(each.news.value, each.incident.ts) for each in resolved] == [("resolved", "1.0"), ("resolved", "2.0")]


async def test_a_passing_failure_after_a_lasting_one_leaves_its_message_as_it_is(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await synced(database, prod, "incomplete", at=MONDAY + 2 * HOUR, error=TIMEOUT)
    assert await alerts.review(MONDAY + 2 * HOUR) == []


async def test_a_restart_in_the_middle_is_not_the_same_cause_as_wrong_keys(
    database: Database, prod: Connection
) -> None:
    alerts = Alerts(database, Limits(in_a_row=1))
    await synced(database, prod, "unknown", at=MONDAY + HOUR, error=OURS)
    assert (await only(alerts, MONDAY + HOUR)).causes == ("unknown",)
    await synced(database, prod, "refused", at=MONDAY + 2 * HOUR, error=DENIED)
    assert (await only(alerts, MONDAY + 2 * HOUR)).causes[0] == "refused"


async def test_of_several_connections_only_the_failing_one_is_told(database: Database, prod: Connection) -> None:
    other = await connected(database, "cw-east")
    await synced(database, other, at=MONDAY + HOUR)
    await synced(database, prod, "failed", at=MONDAY + HOUR, error=DENIED)
    assert (await only(Alerts(database), MONDAY + HOUR)).connection == "cw-prod"
