"""A channel that wants to hear of one connection hears of that one, and of no other."""

from dataclasses import replace

import pytest

from bot.alerts import Alerts
from bot.incidents import is_wanted
from bot.overdue import NOTICED_AFTER
from bot.store.database import Database
from bot.store.queries import channels
from bot.store.queries.connections import Connection
from bot.watchdog import Watchdog
from tests.bot.daily import ALERTS, BILLING, DENIED, HOUR, MONDAY, connected, listens, synced
from tests.bot.telling import told
from tests.bot.test_watchdog import FIRE, planned


@pytest.fixture
async def lab(database: Database) -> Connection:
    return await connected(database, "cw-lab")


async def routed(db: Database, prod: Connection, lab: Connection) -> None:
    """#psa-alerts hears of cw-prod, #billing of cw-lab."""
    await listens(db, ALERTS, only=prod)
    await listens(db, BILLING, only=lab)


async def test_a_failure_is_told_where_its_connection_is_heard_of(
    database: Database, prod: Connection, lab: Connection
) -> None:
    await routed(database, prod, lab)
    alerts = Alerts(database)
    await synced(database, lab, "failed", at=MONDAY + HOUR, error=DENIED)
    assert await told(alerts, MONDAY + HOUR) == [("failing", BILLING)]
    await synced(database, prod, "failed", at=MONDAY + 2 * HOUR, error=DENIED)
    assert await told(alerts, MONDAY + 2 * HOUR) == [("failing", ALERTS)]
    await synced(database, lab, at=MONDAY + 3 * HOUR)
    assert await told(alerts, MONDAY + 3 * HOUR) == [("resolved", BILLING)]


async def test_one_that_hears_of_all_hears_of_each_beside_those_that_hear_of_one(
    database: Database, prod: Connection, lab: Connection
) -> None:
    await listens(database, ALERTS)
    await listens(database, BILLING, only=lab)
    await synced(database, lab, "failed", at=MONDAY + HOUR, error=DENIED)
    assert sorted(await told(Alerts(database), MONDAY + HOUR)) == [("failing", ALERTS), ("failing", BILLING)]


async def test_what_a_channel_no_longer_wants_to_hear_of_is_closed_without_a_word(
    database: Database, prod: Connection, lab: Connection
) -> None:
    await listens(database, ALERTS)
    alerts = Alerts(database)
    await synced(database, lab, "failed", at=MONDAY + HOUR, error=DENIED)
    await told(alerts, MONDAY + HOUR)
    await listens(database, ALERTS, only=prod)
    assert await alerts.review(MONDAY + 2 * HOUR) == []
    assert await channels.open_incidents(database) == []


async def test_a_sync_that_did_not_happen_is_told_where_its_connection_is_heard_of(
    database: Database, prod: Connection, lab: Connection
) -> None:
    await routed(database, prod, lab)
    await planned(database, prod)
    notices = await Watchdog(database).review(FIRE + NOTICED_AFTER)
    assert [(notice.connection, notice.incident.channel) for notice in notices if notice.why == "missed"] == [
        ("cw-prod", ALERTS)
    ]


async def test_a_key_that_names_no_connection_is_wanted_by_nobody(database: Database) -> None:
    await listens(database, ALERTS)
    listening = await channels.subscriptions(database)
    incident, _ = await channels.open_incident(database, key="7:full:denied", channel=ALERTS, facts={}, now=MONDAY)
    assert is_wanted(incident, listening)
    assert not is_wanted(replace(incident, key="nonsense"), listening)
    assert not is_wanted(replace(incident, channel=BILLING), listening)
