"""From what there is to tell to the message in the channel, and back to what is recorded of it."""

from datetime import datetime

import pytest

from bot.digest import Digest
from bot.overview import Overviews
from bot.postings import Postings
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import channels, connections
from bot.store.queries.connections import Connection
from tests.bot.daily import (
    ALERTS,
    BILLING,
    DAY,
    DENIED,
    HOUR,
    MONDAY,
    RecordingNotifier,
    connected,
    listens,
    sources,
    synced,
)
from tests.bot.sync.fakes import MovingClock


@pytest.fixture
def notifier() -> RecordingNotifier:
    return RecordingNotifier()


@pytest.fixture
def postings(sqlite_database: Database, notifier: RecordingNotifier) -> Postings:
    digest = Digest(sqlite_database, Overviews(sqlite_database, MovingClock(MONDAY + DAY)))
    return Postings(sqlite_database, sources(sqlite_database, digest), Words(), notifier, "/psa")


@pytest.fixture
async def prod(sqlite_database: Database) -> Connection:
    connection = await connected(sqlite_database)
    await synced(sqlite_database, connection)
    await listens(sqlite_database)
    return connection


async def fails(db: Database, connection: Connection, at: datetime) -> None:
    await synced(db, connection, "failed", at=at, error=DENIED)


@pytest.mark.requirement("R227")
async def test_one_message_is_edited_from_the_first_failure_to_the_success(
    sqlite_database: Database, prod: Connection, postings: Postings, notifier: RecordingNotifier
) -> None:
    await fails(sqlite_database, prod, MONDAY + HOUR)
    assert await postings.alert(MONDAY + HOUR) == 1
    assert await postings.alert(MONDAY + HOUR) == 0
    await fails(sqlite_database, prod, MONDAY + 2 * HOUR)
    assert await postings.alert(MONDAY + 2 * HOUR) == 1
    await synced(sqlite_database, prod, at=MONDAY + 3 * HOUR)
    assert await postings.alert(MONDAY + 3 * HOUR) == 1
    assert len(notifier.stands) == 1
    first, second, third = notifier.words()
    assert "the full sync failed" in first
    assert "2 times" in second
    assert "Resolved after 2 h, by run 4. 2 failures, one cause: permission denied." in third


async def test_what_cannot_be_delivered_is_not_counted_and_recorded_as_open(
    sqlite_database: Database, prod: Connection, postings: Postings, notifier: RecordingNotifier
) -> None:
    notifier.deaf.add(ALERTS)
    await fails(sqlite_database, prod, MONDAY + HOUR)
    assert await postings.alert(MONDAY + HOUR) == 0
    notifier.deaf.clear()
    assert await postings.alert(MONDAY + 2 * HOUR) == 1
    (incident,) = await channels.open_incidents(sqlite_database)
    assert incident.ts == "1.0"


async def test_a_channel_whose_message_breaks_keeps_no_other_channel_in_the_dark(
    sqlite_database: Database,
    prod: Connection,
    postings: Postings,
    notifier: RecordingNotifier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await listens(sqlite_database, BILLING)
    notifier.breaks[ALERTS] = RuntimeError("broken")
    await fails(sqlite_database, prod, MONDAY + HOUR)
    assert await postings.alert(MONDAY + HOUR) == 1
    assert [channel for channel, _, _ in notifier.said] == [BILLING]
    assert "An alert could not be told." in caplog.text


async def test_a_removed_connection_leaves_a_kind_word_instead_of_a_red_square(
    sqlite_database: Database, prod: Connection, postings: Postings, notifier: RecordingNotifier
) -> None:
    await fails(sqlite_database, prod, MONDAY + HOUR)
    await postings.alert(MONDAY + HOUR)
    await connections.remove(sqlite_database, prod.id)
    assert await postings.alert(MONDAY + 2 * HOUR) == 1
    assert "cw-prod: the connection was removed." in notifier.words()[-1]
    assert "Nothing needs doing any more." in notifier.words()[-1]


async def test_a_digest_is_delivered_once_however_often_it_is_asked_for(
    sqlite_database: Database, prod: Connection, postings: Postings, notifier: RecordingNotifier
) -> None:
    await listens(sqlite_database, kind="digest", at="08:00")
    (subscription,) = await channels.subscriptions(sqlite_database, kind="digest")
    notifier.deaf.add(ALERTS)
    fire = MONDAY + DAY
    assert not await postings.digest(subscription, fire, since=MONDAY)
    notifier.deaf.clear()
    assert await postings.digest(subscription, fire, since=MONDAY)
    assert await postings.digest(subscription, fire, since=MONDAY)
    assert [key for _, key, _ in notifier.said] == [f"digest:{ALERTS}:2026-11-17T07:00"]
