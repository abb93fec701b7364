"""Refused snapshots that wait for a person."""

from bot.store.database import Database
from bot.store.queries import snapshots, stages

from .records import (
    FILTER,
    HOUR,
    NOW,
    TABLES,
    Seen,
    agreement,
    connected,
    ended,
    judged,
    put_in_force,
    snapshot,
    staged,
    started,
)

FACTS = {"lost": 2, "cause": "permission"}


async def refused(db: Database, connection_id: int, *accounts: Seen) -> int:
    run_id = await started(db, connection_id)
    stage = await staged(db, run_id, snapshot(connection_id, *accounts, orphans=[agreement("90")]))
    await snapshots.set_aside(db, stage, TABLES, FILTER, facts=FACTS, now=NOW)
    await ended(db, run_id, "refused")
    return run_id


async def test_a_refused_snapshot_is_kept_as_it_was(database: Database) -> None:
    connection_id = await connected(database)
    many = [judged(str(number), agreement(f"a{number}")) for number in range(1_001)]
    run_id = await refused(database, connection_id, *many)
    await stages.sweep_stages(database)
    aside = await snapshots.aside(database, run_id)
    assert aside is not None
    assert (aside.tables, aside.filter, aside.facts, aside.at) == (TABLES, FILTER, FACTS, NOW)
    assert aside.stage.run_id == run_id
    held = await stages.count(database, aside.stage)
    assert (held.accounts, held.agreements, held.orphans) == (1_001, 1_002, 1)


async def test_accepting_it_under_a_new_run_puts_it_in_force_and_ends_the_waiting(database: Database) -> None:
    connection_id = await connected(database)
    run_id = await refused(database, connection_id, judged("1", agreement("88")))
    aside = await snapshots.aside(database, run_id)
    assert aside is not None
    again = await started(database, connection_id, now=NOW + HOUR)
    changes = await put_in_force(database, aside.stage, again, "t", now=NOW + HOUR)
    assert changes is not None
    assert changes.added == 1
    found = await snapshots.account(database, connection_id, "1")
    assert found is not None
    assert (found.last_seen_run, [each.id for each in found.agreements]) == (again, ["88"])
    assert await snapshots.aside(database, run_id) is None
    assert await stages.sweep_stages(database) == 3


async def test_a_connection_keeps_the_newest_refused_snapshot_only(database: Database) -> None:
    connection_id = await connected(database)
    first, second = [await refused(database, connection_id, judged("1")) for _ in range(2)]
    assert await snapshots.aside(database, first) is None
    assert await snapshots.aside(database, second) is not None
    assert await stages.sweep_stages(database) == 2


async def test_a_refused_snapshot_is_rejected_once(database: Database) -> None:
    run_id = await refused(database, await connected(database), judged("1"))
    assert await snapshots.drop_aside(database, run_id)
    assert not await snapshots.drop_aside(database, run_id)
    assert await snapshots.aside(database, run_id) is None
    assert await stages.sweep_stages(database) == 2
