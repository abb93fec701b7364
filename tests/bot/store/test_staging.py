"""What a run reads, page by page, before anybody believes it."""

import asyncio
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from bot.store.database import Database
from bot.store.queries import connections, runs, snapshots, stages
from bot.store.queries.stages import Stage, Staged
from bot.store.snapshot import InvalidSnapshot
from bot.store.stage_tables import StagedAccountRow

from .records import HOUR, NOW, agreement, begun, connected, ended, judged, put_in_force, snapshot, staged, started

EARLIER = NOW - HOUR


@pytest.fixture
async def stage(database: Database) -> Stage:
    connection_id = await connected(database)
    return await begun(database, await started(database, connection_id), connection_id)


async def names(db: Database, stage: Stage) -> set[str]:
    """After it was put in force."""
    assert await put_in_force(db, stage, stage.run_id, "t", now=NOW)
    return {row.name for row in await snapshots.names(db, stage.connection_id)}


async def stage_names(db: Database, stage: Stage, *named: tuple[str, datetime | None]) -> None:
    """One page of company 1, as it was called at some moment."""
    its = [judged("1", name=name, changed_at=changed_at).judged for name, changed_at in named]
    await stages.stage_accounts(db, stage, its)


@pytest.mark.requirement("R185", "R241")
async def test_no_reader_sees_what_is_only_staged(database: Database, stage: Stage) -> None:
    await staged(database, stage.run_id, snapshot(stage.connection_id, judged("1", agreement("88"))), stage)
    assert await snapshots.names(database, stage.connection_id) == []
    assert await snapshots.version(database, stage.connection_id) == 0
    assert (await snapshots.totals(database, stage.connection_id)).agreements == 0


async def test_the_same_record_in_two_pages_is_kept_once(database: Database, stage: Stage) -> None:
    for _ in range(2):
        await stage_names(database, stage, ("Acme", NOW))
        await stages.stage_agreements(database, stage, [agreement("88", account_id="1")] * 2)
    found = await stages.count(database, stage)
    assert (found.accounts, found.agreements) == (1, 1)


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("newer_first", [True, False])
async def test_of_a_record_that_was_edited_meanwhile_the_newer_version_counts(
    database: Database, stage: Stage, newer_first: bool, page: int
) -> None:
    versions = [("Renamed", NOW), ("Acme", EARLIER)] if newer_first else [("Acme", EARLIER), ("Renamed", NOW)]
    for some in [versions] if page == 1 else [versions[:1], versions[1:]]:
        await stage_names(database, stage, *some)
    assert await names(database, stage) == {"Renamed"}


@pytest.mark.parametrize("dated_first", [True, False])
async def test_a_version_that_tells_its_age_counts_more_than_one_that_does_not(
    database: Database, stage: Stage, dated_first: bool
) -> None:
    for name, moment in [("Dated", NOW), ("Undated", None)][:: 1 if dated_first else -1]:
        await stage_names(database, stage, (name, moment))
    assert await names(database, stage) == {"Dated"}


@pytest.mark.requirement("R184", "R223")
@pytest.mark.parametrize("moment", [NOW, None])
async def test_two_different_records_with_one_id_are_not_believed(
    database: Database, stage: Stage, moment: datetime | None
) -> None:
    await stage_names(database, stage, ("Acme", moment))
    with pytest.raises(InvalidSnapshot, match="account 1 twice"):
        await stage_names(database, stage, ("Globex", moment))
    await stages.stage_agreements(database, stage, [agreement("88", account_id="1")])
    with pytest.raises(InvalidSnapshot, match="agreement 88 twice"):
        await stages.stage_agreements(database, stage, [agreement("88", account_id="2")])
    assert await names(database, stage) == {"Acme"}


async def test_the_newest_version_of_each_record_survives_in_any_order_of_pages(
    database: Database, stage: Stage
) -> None:
    dice = random.Random(1)  # noqa: S311 - the same pages each time, no secret
    versions = [(str(number), age) for number in range(12) for age in range(dice.randint(1, 4))]
    dice.shuffle(versions)
    for start in range(0, len(versions), 5):
        page = versions[start : start + 5]
        its = [judged(key, name=f"Version {age}", changed_at=NOW + timedelta(days=age)).judged for key, age in page]
        await stages.stage_accounts(database, stage, its)
    newest = {key: max(age for other, age in versions if other == key) for key, _ in versions}
    await names(database, stage)
    found = {row.id: row.name for row in await snapshots.names(database, stage.connection_id)}
    assert found == {key: f"Version {age}" for key, age in newest.items()}


@pytest.mark.requirement("R74", "R77")
async def test_every_agreement_is_either_with_its_account_or_an_orphan(database: Database, stage: Stage) -> None:
    dice = random.Random(2)  # noqa: S311 - the same owners each time, no secret
    accounts = [str(number) for number in range(0, 12, 2)]
    owners = [dice.choice([None, *map(str, range(12))]) for _ in range(60)]
    agreements = [agreement(f"a{number}", account_id=owner) for number, owner in enumerate(owners)]
    await stages.stage_agreements(database, stage, agreements)
    await stages.stage_accounts(database, stage, [judged(key, visible=None).judged for key in accounts])
    its = await stages.agreements_of(database, stage, accounts)
    orphans = [one async for one in stages.orphans(database, stage)]
    attached = [one for group in its.values() for one in group]
    assert sorted([*attached, *orphans], key=lambda one: one.id) == sorted(agreements, key=lambda one: one.id)
    assert all(one.account_id == key for key, group in its.items() for one in group)
    assert all(one.account_id not in accounts for one in orphans)
    found = await stages.count(database, stage)
    assert found == Staged(
        accounts=6,
        visible=0,
        cannot_tell=6,
        qualifying=0,
        agreements=60,
        orphans=len(orphans),
        orphaned=len({one.account_id for one in orphans} - {None}),
    )


async def test_visible_accounts_and_qualifying_agreements_are_counted(database: Database, stage: Stage) -> None:
    verdicts = {"1": True, "2": True, "3": False, "4": None}
    its = [replace(judged(key, visible=visible).judged, qualifying=2) for key, visible in verdicts.items()]
    await stages.stage_accounts(database, stage, its)
    found = await stages.count(database, stage)
    assert (found.accounts, found.visible, found.cannot_tell, found.qualifying) == (4, 2, 1, 8)


@pytest.mark.requirement("R248")
async def test_nothing_but_what_is_on_the_allow_list_is_staged(database: Database, stage: Stage) -> None:
    raw = {"phoneNumber": "canary-phone"}
    await stages.stage_agreements(database, stage, [agreement("88", account_id="1", raw=raw)])
    (its,) = (await stages.agreements_of(database, stage, ["1"]))["1"]
    assert (its, dict(its.raw)) == (agreement("88", account_id="1"), {})


async def test_how_many_of_the_known_accounts_did_not_come_is_known_before_anything_is_written(
    database: Database, stage: Stage
) -> None:
    await stages.stage_accounts(database, stage, [judged(key).judged for key in "1234"])
    assert await stages.lost(database, stage) == (0, 0)
    await names(database, stage)
    await ended(database, stage.run_id)
    again = await begun(database, await started(database, stage.connection_id), stage.connection_id)
    await stages.stage_accounts(database, again, [judged(key).judged for key in "3456"])
    assert await stages.lost(database, again) == (4, 2)


@pytest.mark.parametrize("end", ["succeeded", "failed", "cancelled", "unknown"])
async def test_what_a_run_staged_is_swept_when_it_has_ended_and_not_before(
    database: Database, stage: Stage, end: str
) -> None:
    await staged(database, stage.run_id, snapshot(stage.connection_id, judged("1", agreement("88"))), stage)
    assert await stages.sweep_stages(database) == 0
    await ended(database, stage.run_id, end)
    assert await stages.sweep_stages(database) == 2
    assert (await stages.count(database, stage)).accounts == 0


async def test_what_an_older_worker_staged_for_the_same_run_is_swept_at_once(database: Database, stage: Stage) -> None:
    await staged(database, stage.run_id, snapshot(stage.connection_id, judged("1")), stage)
    again = await begun(database, stage.run_id, stage.connection_id)
    await stages.stage_accounts(database, again, [judged("2").judged])
    assert await stages.sweep_stages(database) == 1
    assert (await stages.count(database, again)).accounts == 1


async def test_what_is_left_of_a_removed_connection_is_swept(database: Database, stage: Stage) -> None:
    await staged(database, stage.run_id, snapshot(stage.connection_id, judged("1")), stage)
    await connections.remove(database, stage.connection_id)
    assert await runs.get(database, stage.run_id) is None
    assert await stages.sweep_stages(database) == 1


async def test_more_than_a_page_of_a_page_is_staged_and_swept_in_parts(database: Database, stage: Stage) -> None:
    its = [judged(str(number), agreement(f"a{number}")) for number in range(2_600)]
    await staged(database, stage.run_id, snapshot(stage.connection_id, *its), stage)
    await stages.settle(database, 5_200)
    found = await stages.count(database, stage)
    assert (found.accounts, found.agreements, found.orphans) == (2_600, 2_600, 0)
    await ended(database, stage.run_id, "failed")
    assert await stages.sweep_stages(database) == 5_200


async def test_what_another_process_deletes_just_now_is_passed_over(postgres_database: Database) -> None:
    """Two that delete the same rows would wait for each other."""
    db = postgres_database
    connection_id = await connected(db)
    stage = await begun(db, await started(db, connection_id), connection_id)
    await staged(db, stage.run_id, snapshot(connection_id, *(judged(str(number)) for number in range(3))), stage)
    await ended(db, stage.run_id, "failed")
    async with asyncio.timeout(30), db.write() as other:
        await other.exec(delete(StagedAccountRow).where(col(StagedAccountRow.account_id) == "1"))
        assert await stages.sweep_stages(db) == 2
        await other.rollback()
    assert await stages.sweep_stages(db) == 1
    assert await stages.sweep_stages(db) == 0
