"""Runs of kind one, and how they get along with a full run that was under way."""

import pytest

from bot.store.database import Database
from bot.store.queries import runs, snapshots
from bot.store.queries.stages import Covers
from bot.store.snapshot import What

from .records import (
    HOUR,
    NOW,
    Seen,
    Told,
    agreement,
    begun,
    connected,
    ended,
    judged,
    requested,
    snapshot,
    started,
    write_full,
    write_one,
)


async def read_one(db: Database, connection_id: int, account_id: str, its: Seen | None, hours: int) -> Told:
    now = NOW + hours * HOUR
    run_id = await started(db, connection_id, "one", now=now, account_id=account_id)
    changes = await write_one(db, run_id, "t", connection_id, account_id, its, now=now)
    assert changes is not None
    await ended(db, run_id, now=now)
    return changes


@pytest.fixture
async def connection_id(database: Database) -> int:
    """With a full snapshot of two accounts, read at NOW."""
    connection_id = await connected(database)
    run_id = await started(database, connection_id)
    accounts = judged("1", agreement("88")), judged("2", agreement("89"))
    await write_full(database, run_id, "t", snapshot(connection_id, *accounts), now=NOW)
    await ended(database, run_id)
    return connection_id


async def test_only_that_account_is_written(database: Database, connection_id: int) -> None:
    changes = await read_one(database, connection_id, "1", judged("1", visible=False), 1)
    assert changes.counts() == {"added": 0, "removed": 0, "changed": 1, "became_visible": 0, "became_hidden": 1}
    found = await snapshots.account(database, connection_id, "1")
    assert found is not None
    assert (found.visible, found.agreements, found.last_seen_at) == (False, (), NOW + HOUR)
    assert [stale.agreement.id for stale in found.agreements_stale] == ["88"]
    other = await snapshots.account(database, connection_id, "2")
    assert other is not None
    assert (len(other.agreements), other.last_seen_at) == (1, NOW)
    assert await snapshots.version(database, connection_id) == 2


async def test_an_account_that_was_never_synced_is_added_and_one_that_the_psa_lost_is_gone(
    database: Database, connection_id: int
) -> None:
    assert (await read_one(database, connection_id, "3", judged("3"), 1)).added == 1
    changes = await read_one(database, connection_id, "2", None, 1)
    assert [(change.account_id, change.what) for change in changes.rows] == [("2", What.REMOVED)]
    assert {row.id for row in await snapshots.names(database, connection_id)} == {"1", "3"}
    assert (await read_one(database, connection_id, "2", None, 2)).removed == 0


async def test_an_account_that_is_the_same_was_seen_now(database: Database, connection_id: int) -> None:
    assert (await read_one(database, connection_id, "1", judged("1", agreement("88")), 1)).rows == []
    found = await snapshots.account(database, connection_id, "1")
    assert found is not None
    assert found.last_seen_at == NOW + HOUR


async def test_a_full_run_that_began_earlier_does_not_undo_what_was_read_later(
    database: Database, connection_id: int
) -> None:
    slow = await requested(database, connection_id, now=NOW + HOUR)
    stage = await begun(database, slow, connection_id)
    await read_one(database, connection_id, "1", judged("1", agreement("90"), name="Renamed"), 2)
    await read_one(database, connection_id, "2", None, 2)
    await read_one(database, connection_id, "3", judged("3"), 2)
    old = snapshot(connection_id, judged("1", agreement("88")), judged("2", agreement("89")))
    assert await runs.start(database, slow, token="t", now=NOW + HOUR)
    changes = await write_full(database, slow, "t", old, now=NOW + 3 * HOUR, stage=stage)
    assert changes == Told()
    found = await snapshots.account(database, connection_id, "1")
    assert found is not None
    assert (found.account.name, [each.id for each in found.agreements]) == ("Renamed", ["90"])
    assert found.last_seen_at == NOW + 2 * HOUR
    assert {row.id for row in await snapshots.names(database, connection_id)} == {"1", "3"}


async def test_a_run_that_began_before_the_snapshot_in_force_changes_nothing_whatever_the_clocks_say(
    database: Database, connection_id: int
) -> None:
    slow = await requested(database, connection_id, "one", account_id="3", now=NOW + 9 * HOUR)
    stage = await begun(database, slow, connection_id, covers=Covers.ACCOUNT, account_id="3")
    run_id = await started(database, connection_id, now=NOW - HOUR)
    await write_full(database, run_id, "t", snapshot(connection_id, judged("1")), now=NOW)
    await ended(database, run_id)
    assert await runs.start(database, slow, token="t", now=NOW + 9 * HOUR)
    version = await snapshots.version(database, connection_id)
    told = await write_one(database, slow, "t", connection_id, "3", judged("3"), now=NOW + 9 * HOUR, stage=stage)
    assert told == Told()
    assert [row.id for row in await snapshots.names(database, connection_id)] == ["1"]
    assert await snapshots.version(database, connection_id) == version


async def test_a_full_run_that_began_later_has_the_last_word(database: Database, connection_id: int) -> None:
    await read_one(database, connection_id, "1", judged("1", name="Renamed"), 1)
    run_id = await started(database, connection_id, now=NOW + 2 * HOUR)
    fresh = snapshot(connection_id, judged("1", agreement("88")))
    changes = await write_full(database, run_id, "t", fresh, now=NOW + 2 * HOUR)
    assert changes is not None
    assert (changes.changed, changes.removed) == (1, 1)
    found = await snapshots.account(database, connection_id, "1")
    assert found is not None
    assert (found.account.name, found.last_seen_at) == ("Company 1", NOW + 2 * HOUR)


async def test_an_account_read_alone_before_any_full_run_is_kept_as_it_was_seen(database: Database) -> None:
    connection_id = await connected(database, "new")
    changes = await read_one(database, connection_id, "1", judged("1", agreement("88")), 0)
    assert (changes.added, changes.rows[0].what) == (1, What.ADDED)
    found = await snapshots.account(database, connection_id, "1")
    assert found is not None
    assert found.last_seen_at == NOW


async def test_an_agreement_that_moved_here_is_taken_from_the_other_account(
    database: Database, connection_id: int
) -> None:
    await read_one(database, connection_id, "1", judged("1", agreement("88"), agreement("89")), 1)
    other = await snapshots.account(database, connection_id, "2")
    assert other is not None
    assert (other.agreements, other.agreements_stale) == ((), ())
