"""Refused snapshots that wait for a person."""

from bot.store.database import Database
from bot.store.queries import snapshots
from bot.store.snapshot import JudgedAccount, Snapshot

from .records import HOUR, NOW, agreement, connected, ended, judged, snapshot, started

FACTS = {"lost": 2, "cause": "permission"}


async def refused(db: Database, connection_id: int, *accounts: JudgedAccount) -> tuple[int, Snapshot]:
    run_id = await started(db, connection_id)
    its = snapshot(connection_id, *accounts, orphans=[agreement("90")])
    await snapshots.set_aside(db, run_id, its, facts=FACTS, now=NOW)
    await ended(db, run_id, "refused")
    return run_id, its


async def test_a_refused_snapshot_is_read_as_it_was_with_when_its_reading_began(database: Database) -> None:
    connection_id = await connected(database)
    many = [judged(str(number), agreement(f"a{number}")) for number in range(1_001)]
    unread = JudgedAccount(account=judged("x").account, agreements=None, visible=None, reasons=("y",))
    run_id, its = await refused(database, connection_id, *many, unread)
    aside = await snapshots.aside(database, run_id)
    assert aside is not None
    assert tuple(aside.snapshot.accounts) == tuple(its.accounts)
    assert list(aside.snapshot.orphans) == list(its.orphans)
    assert (aside.snapshot.tables, aside.snapshot.filter) == (its.tables, its.filter)
    assert (aside.facts, aside.at, aside.snapshot.read_after) == (FACTS, NOW, NOW)


async def test_accepting_it_under_a_new_run_puts_it_in_force_and_ends_the_waiting(database: Database) -> None:
    connection_id = await connected(database)
    run_id, _ = await refused(database, connection_id, judged("1"))
    aside = await snapshots.aside(database, run_id)
    assert aside is not None
    again = await started(database, connection_id, now=NOW + HOUR)
    changes = await snapshots.write_full(database, again, "t", aside.snapshot, now=NOW + HOUR)
    assert changes is not None
    assert changes.added == 1
    assert await snapshots.aside(database, run_id) is None


async def test_a_connection_keeps_the_newest_refused_snapshot_only(database: Database) -> None:
    connection_id = await connected(database)
    (first, _), (second, _) = [await refused(database, connection_id, judged("1")) for _ in range(2)]
    assert await snapshots.aside(database, first) is None
    assert await snapshots.aside(database, second) is not None


async def test_a_refused_snapshot_is_rejected_once(database: Database) -> None:
    run_id, _ = await refused(database, await connected(database), judged("1"))
    assert await snapshots.drop_aside(database, run_id)
    assert not await snapshots.drop_aside(database, run_id)
    assert await snapshots.aside(database, run_id) is None
