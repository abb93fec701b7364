"""The daily line per connection, and each change told in exactly one digest."""

from datetime import timedelta

import pytest

from bot.digest import Digest, DigestReport
from bot.overview import Overviews
from bot.store.database import Database
from tests.bot.daily import DAY, DENIED, HOUR, MONDAY, connected, synced
from tests.bot.sync.fakes import MovingClock


async def report(db: Database, day: int = 0) -> DigestReport:
    """That of 08:00 on Monday, or so many days later."""
    fire = MONDAY + HOUR + day * DAY
    return await Digest(db, Overviews(db, MovingClock(fire))).report(since=fire - DAY, until=fire)


async def test_the_changes_of_all_syncs_since_the_last_digest_are_added_up(database: Database) -> None:
    prod = await connected(database)
    await synced(database, prod, at=MONDAY, changes={"added": 2, "became_visible": 1})
    await synced(database, prod, at=MONDAY + HOUR / 2, changes={"added": 1}, kind="one", account_id="4711")
    (line,) = (await report(database)).lines
    assert (line.syncs, line.changes["added"], line.changes["became_visible"]) == (2, 3, 1)


async def test_each_change_is_told_in_exactly_one_digest(database: Database) -> None:
    prod = await connected(database)
    for hours in (1, 2, 24, 25, 26):
        await synced(database, prod, at=MONDAY + hours * HOUR, changes={"added": 1})
    told = [(await report(database, day)).lines[0].changes["added"] for day in (0, 1, 2)]
    assert told == [1, 3, 1]


async def test_what_failed_changed_nothing(database: Database) -> None:
    prod = await connected(database)
    await synced(database, prod, "failed", at=MONDAY, error=DENIED)
    (line,) = (await report(database)).lines
    assert (line.syncs, sum(line.changes.values())) == (0, 0)


@pytest.mark.requirement("R227")
async def test_those_that_need_somebody_come_first(database: Database) -> None:
    for name in ("a-fine", "b-failing", "c-fine"):
        connection = await connected(database, name)
        await synced(database, connection, at=MONDAY - timedelta(hours=1))
        if "failing" in name:
            await synced(database, connection, "failed", at=MONDAY, error=DENIED)
    found = await report(database)
    assert [line.standing.connection.name for line in found.lines] == ["b-failing", "a-fine", "c-fine"]
    assert found.need_somebody == 1
