"""What a status tells of calls, and of a PSA that was upgraded since its settings were synced."""

from datetime import timedelta

import pytest

from bot.messages import plain
from bot.overview import Overviews, call_window
from bot.render.bulletins import status
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import history
from bot.store.queries.connections import Connection
from bot.store.queries.history import Footing
from tests.bot.daily import DAY, HOUR, MONDAY, connected, fits_slack, synced
from tests.bot.sync.fakes import MovingClock

WORDS = Words()


async def stood_on(db: Database, connection: Connection, run_id: int, version: str | None) -> None:
    footing = Footing(run_id=run_id, at=MONDAY, version=version, rights=None, account_filter="")
    assert await history.note(db, connection.id, footing, [])


async def told(db: Database, after: timedelta = HOUR) -> str:
    message = status(WORDS, await Overviews(db, MovingClock(MONDAY + after)).now(), "/psa")
    fits_slack(message)
    return plain(message.blocks)


@pytest.mark.requirement("R155", "R225")
async def test_an_upgrade_since_the_last_settings_sync_suggests_another_one(database: Database) -> None:
    prod = await connected(database)
    first = await synced(database, prod, at=MONDAY - DAY)
    await stood_on(database, prod, first.id, "2026.1")
    await synced(database, prod, at=MONDAY - DAY + HOUR, kind="settings")
    assert "settings sync" not in await told(database)
    second = await synced(database, prod, at=MONDAY)
    await stood_on(database, prod, second.id, "2026.4")
    said = await told(database)
    assert "ConnectWise is 2026.4 now, 2026.1 at the last settings sync" in said
    assert "/psa resync settings @cw-prod" in said
    await synced(database, prod, at=MONDAY + HOUR / 2, kind="settings")
    assert "settings sync" not in await told(database)


@pytest.mark.parametrize("version", ["2026.1", None])
async def test_the_same_version_or_none_is_no_upgrade(database: Database, version: str | None) -> None:
    prod = await connected(database)
    first = await synced(database, prod, at=MONDAY - DAY)
    await stood_on(database, prod, first.id, "2026.1")
    await synced(database, prod, at=MONDAY - DAY + HOUR, kind="settings")
    second = await synced(database, prod, at=MONDAY)
    await stood_on(database, prod, second.id, version)
    assert "settings sync" not in await told(database)


@pytest.mark.requirement("R78")
async def test_the_calls_of_syncs_are_counted_within_the_window_of_the_psas_own_limit(database: Database) -> None:
    prod = await connected(database)
    await synced(database, prod, at=MONDAY - DAY)
    await synced(database, prod, at=MONDAY)
    assert call_window("connectwise") == timedelta(minutes=1)
    assert "Calls by syncs: 3 of 300 in the last minute" in await told(database, timedelta(seconds=30))
    assert "Calls by syncs: 0 of 300 in the last minute" in await told(database, HOUR)


@pytest.mark.parametrize(("psa", "words"), [("autotask", "hour"), ("halopsa", "5 minutes"), ("kaseya-bms", "hour")])
async def test_each_psa_has_a_window_of_its_own(database: Database, psa: str, words: str) -> None:
    prod = await connected(database, psa=psa)
    await synced(database, prod)
    assert f"in the last {words}" in await told(database)
