"""The disk of the database fills up: nothing is lost or half, people are told what to do, questions are answered."""

import json
from dataclasses import replace
from errno import ENOSPC
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.cli.main import _worded
from bot.demo import prepare
from bot.render.card import Told, columns
from bot.resync import ResyncSettings
from bot.store.queries import runs, snapshots
from bot.store.queries.runs import RunState, SyncRun
from bot.store.room import is_full, unless_full
from rules.engine import Engine
from tests.bot.place import Place, started, until
from tests.bot.sync.stage import Stage
from tests.faults.disk import PHASES, THE_END, Disk
from tests.faults.watching import changed_in_the_psa, copy_of, nobody_sees_half

FREE_IT = "Free some space on that disk."


@pytest.fixture
async def synced(lite: Stage) -> Stage:
    """In the process that serves, whose name its successor has, too."""
    lite.runner = lite.new_runner("serve@host")
    lite.queue = lite.new_queue(lite.runner)
    await lite.sync()
    await lite.sync("settings")
    changed_in_the_psa(lite)
    return lite


@pytest.fixture
def disk(synced: Stage) -> Disk:
    return Disk(synced.db)


async def newest(stage: Stage, kind: str) -> SyncRun:
    return (await runs.latest(stage.db, stage.connection.id, 1, kinds=[kind]))[0]


@pytest.mark.requirement("R184", "R185", "R227")
@pytest.mark.parametrize(
    ("kind", "beginning"),
    [pytest.param(kind, by, id=f"{kind}, {phase}") for kind, phases in PHASES.items() for phase, by in phases.items()],
)
async def test_in_whichever_phase_it_fills_the_old_copy_stands_and_the_next_sync_succeeds(
    synced: Stage, disk: Disk, kind: str, beginning: str
) -> None:
    before = await copy_of(synced)
    disk.fill_at(beginning)
    async with nobody_sees_half(synced):
        failed = await synced.sync(kind)
        assert (failed.state, failed.error and failed.error["cause"]) == (RunState.FAILED, "disk_full")
        assert (await synced.again(failed)).state is RunState.RUNNING  # its end finds no room either
        swept = await synced.recovery().sweep()
        assert (swept.ended, swept.again) == ((), ())
        assert await copy_of(synced) == before
        disk.make_room()
        assert await synced.recovery().sweep() == replace(swept, ended=(await newest(synced, kind),))
        assert await newest(synced, kind) == failed
        assert await copy_of(synced) == before
        assert (await synced.sync(kind)).state is RunState.SUCCEEDED
    assert await copy_of(synced) != before
    assert len(await runs.latest(synced.db, synced.connection.id, kinds=[kind])) == 2 + (kind != "quick")


@pytest.mark.requirement("R227")
@pytest.mark.parametrize("kind", ["full", "quick", "settings"])
async def test_a_sync_whose_end_finds_no_room_has_succeeded_all_the_same(synced: Stage, disk: Disk, kind: str) -> None:
    before = await copy_of(synced)
    disk.fill_at(THE_END)
    ended = await synced.sync(kind)
    assert ended.state is RunState.SUCCEEDED
    in_force = await copy_of(synced)
    assert in_force != before
    disk.make_room()
    assert [run.id for run in (await synced.recovery().sweep()).ended] == [ended.id]
    assert await synced.again(ended) == ended
    assert await copy_of(synced) == in_force


async def test_a_process_writes_the_ends_it_kept_whoevers_turn_the_sweep_is(synced: Stage, disk: Disk) -> None:
    disk.fill_at(THE_END)
    ended = await synced.sync()
    disk.make_room()
    assert [run.id for run in await synced.recovery().end_own()] == [ended.id]
    assert await synced.again(ended) == ended
    assert await synced.recovery().end_own() == []


@pytest.mark.requirement("R227")
async def test_what_was_to_be_written_is_lost_with_its_process_and_then_the_sync_is_run_again(
    synced: Stage, disk: Disk
) -> None:
    disk.fill_at(PHASES["full"]["accounts"])
    lost = await synced.sync()
    disk.make_room()
    synced.runner = synced.new_runner("serve@host")
    synced.queue = synced.new_queue(synced.runner)
    swept = await synced.recovery().sweep()
    assert [(run.id, run.state) for run in swept.ended] == [(lost.id, RunState.UNKNOWN)]
    await synced.queue.drain()
    assert ((await newest(synced, "full")).state, len(swept.again)) == (RunState.SUCCEEDED, 1)


@pytest.mark.requirement("R227")
async def test_who_follows_the_sync_hears_of_its_end_and_who_must_act_while_the_disk_is_full(
    synced: Stage, disk: Disk
) -> None:
    disk.fill_at(PHASES["full"]["agreements"])
    failed = await synced.sync()
    resync = synced.resync(ResyncSettings(poll_seconds=0))
    seen = [run async for run in resync.follow(failed.id)]
    assert seen == [failed]
    assert FREE_IT in str((seen[0].error or {})["message"])
    told = Told(run=seen[0], connection="cw-prod", now=synced.clock.now())
    assert [fact.text for fact in columns(told)] == ["The people who run this bot"]


async def test_a_sync_that_waits_while_the_disk_is_full_begins_when_there_is_room(synced: Stage, disk: Disk) -> None:
    run = await synced.requested()
    disk.fill()
    await synced.recovery().sweep()
    await synced.queue.drain()
    assert (await synced.again(run)).state is RunState.QUEUED
    disk.make_room()
    await synced.recovery().sweep()
    await synced.queue.drain()
    assert (await synced.again(run)).state is RunState.SUCCEEDED


async def test_the_terminal_says_what_is_wrong_and_what_to_do(synced: Stage, disk: Disk) -> None:
    disk.fill()
    with pytest.raises(DBAPIError) as refused:
        await synced.requested()
    assert is_full(refused.value)
    assert _worded(refused.value)[0] == "The disk that holds the bot's database is full. Free some space on it."


async def test_only_a_full_disk_is_passed_over() -> None:
    async def breaks(error: Exception) -> str:
        raise error

    no_room: Any = DBAPIError("COMMIT", {}, Exception("no space left on device"))
    no_room.orig.sqlstate = "53100"
    for full in (OSError(ENOSPC, "No space left on device"), no_room):
        assert await unless_full(breaks(full), "instead") == "instead"
    with pytest.raises(OSError, match="refused"):
        await unless_full(breaks(OSError("refused")), "instead")


@pytest.mark.requirement("R239")
async def test_the_bot_answers_from_its_copy_and_says_why_it_can_start_nothing(place: Place, engine: Engine) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine) as bot:
        await place.until_ready()
        full = Disk(bot.db)
        full.fill()
        assert await place.command("/psa missing Stark") == 200
        assert "Stark Industries is visible" in json.dumps(await place.says("Stark"), ensure_ascii=False)
        await place.command("/psa resync full")
        said = json.dumps(await place.says("is full"), ensure_ascii=False)
        assert "free some space" in said
        assert "error id" not in said
        full.make_room()
        await place.command("/psa resync full")
        await place.says("The full sync of cw-prod is done")

        async def over() -> bool:
            return not await runs.unfinished(bot.db)

        await until(over)
        assert (await snapshots.totals(bot.db, 1)).accounts > 0
