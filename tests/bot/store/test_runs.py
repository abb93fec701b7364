"""The log of syncs, and which one may write."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.queries import runs
from bot.store.queries.runs import RunKind, RunState, SyncRun

from .records import HOUR, NOW, connected, ended, started

NOTHING: dict[str, Any] = {"calls": 0, "bytes": 0, "counts": {}, "changes": {}, "error": None}

STEP: dict[str, Any] = {"phase": "accounts", "number": 2, "count": 3, "rows": 0, "now": NOW}


async def found(db: Database, run_id: int) -> SyncRun:
    run = await runs.get(db, run_id)
    assert run is not None
    return run


async def ask(db: Database, connection_id: int, kind: str = "full", **more: Any) -> tuple[SyncRun, bool]:
    return await runs.request(db, connection_id=connection_id, kind=kind, by="U0AGENT", now=NOW, **more)


@pytest.mark.requirement("R226")
async def test_a_run_remembers_who_asked_when_of_what_kind_and_how_it_ended(database: Database) -> None:
    connection_id = await connected(database)
    run, new = await ask(database, connection_id)
    assert new
    assert (run.requested_by, run.requested_at, run.kind, run.state) == ("U0AGENT", NOW, RunKind.FULL, RunState.QUEUED)
    assert (run.account_id, run.error, run.token, run.attempt) == (None, None, "", 1)
    assert await runs.start(database, run.id, token="t", now=NOW + HOUR)
    error = {"kind": "permission_denied", "message": "No.", "who_must_act": "operator", "call": "GET /x"}
    assert await runs.finish(
        database,
        run.id,
        token="t",
        state="failed",
        now=NOW + 2 * HOUR,
        calls=41,
        bytes=9_000_000_000,
        counts={"accounts": {"fetched": 2}},
        changes={"added": 1},
        error=error,
    )
    done = await found(database, run.id)
    assert (done.state, done.started_at, done.ended_at) == (RunState.FAILED, NOW + HOUR, NOW + 2 * HOUR)
    assert (done.calls, done.bytes, done.counts) == (41, 9_000_000_000, {"accounts": {"fetched": 2}})
    assert (done.changes, done.error) == ({"added": 1}, error)


@pytest.mark.requirement("R226")
async def test_the_newest_runs_come_first(database: Database) -> None:
    connection_id = await connected(database)
    ids = []
    for _ in range(3):
        ids.append(await started(database, connection_id))
        await ended(database, ids[-1])
    assert [run.id for run in await runs.latest(database, connection_id, limit=2)] == [ids[2], ids[1]]


async def test_a_second_request_joins_the_run_that_is_queued_or_running(database: Database) -> None:
    connection_id = await connected(database)
    first, _ = await ask(database, connection_id)
    assert await ask(database, connection_id) == (first, False)
    await runs.start(database, first.id, token="t", now=NOW)
    joined, new = await ask(database, connection_id)
    assert (joined.id, joined.state, new) == (first.id, RunState.RUNNING, False)
    await ended(database, first.id)
    again, new = await ask(database, connection_id)
    assert (again.id != first.id, new) == (True, True)


async def test_runs_of_other_kinds_accounts_and_connections_do_not_join(database: Database) -> None:
    one, two = await connected(database, "one"), await connected(database, "two")
    asked = [
        await ask(database, one),
        await ask(database, one, "settings"),
        await ask(database, one, "one", account_id="4711"),
        await ask(database, one, "one", account_id="5120"),
        await ask(database, two),
    ]
    assert all(new for _, new in asked)
    assert not (await ask(database, one, "one", account_id="4711"))[1]
    assert [run.account_id for run in await runs.active(database, one, "one")] == ["5120", "4711"]
    assert len(await runs.active(database, one)) == 4
    assert [run.id for run in await runs.unfinished(database)] == [run.id for run, _ in asked]


async def test_of_twenty_requests_at_once_one_queues_a_run(database: Database) -> None:
    connection_id = await connected(database)
    asked = await asyncio.gather(*(ask(database, connection_id) for _ in range(20)))
    assert sum(new for _, new in asked) == 1
    assert len({run.id for run, _ in asked}) == 1


async def test_of_two_workers_one_starts_a_run(database: Database) -> None:
    run, _ = await ask(database, await connected(database))
    outcomes = await asyncio.gather(
        *(runs.start(database, run.id, token=token, now=NOW) for token in ("first", "second"))
    )
    assert sorted(outcomes) == [False, True]


async def test_progress_is_kept_and_is_the_heartbeat(database: Database) -> None:
    run_id = await started(database, await connected(database))
    assert await runs.progress(
        database, run_id, token="t", phase="accounts", number=2, count=3, rows=1_000, now=NOW + HOUR
    )
    run = await found(database, run_id)
    assert (run.phase, run.phase_number, run.phase_count, run.rows) == ("accounts", 2, 3, 1_000)
    assert run.heartbeat_at == NOW + HOUR


async def test_a_worker_that_lost_its_run_can_neither_go_on_nor_finish_it(database: Database) -> None:
    run_id = await started(database, await connected(database), token="old")
    assert await runs.take_over(database, run_id, old_token="old", token="new", now=NOW + HOUR)
    assert not await runs.progress(database, run_id, token="old", **STEP)
    assert not await runs.finish(database, run_id, token="old", state="succeeded", now=NOW, **NOTHING)
    assert not await runs.take_over(database, run_id, old_token="old", token="third", now=NOW)
    run = await found(database, run_id)
    assert (run.state, run.token, run.attempt, run.started_at) == (RunState.RUNNING, "new", 2, NOW + HOUR)


async def test_a_run_ends_once(database: Database) -> None:
    run_id = await started(database, await connected(database))
    await ended(database, run_id)
    assert not await runs.finish(database, run_id, token="t", state="failed", now=NOW, **NOTHING)
    assert (await found(database, run_id)).state is RunState.SUCCEEDED


async def test_a_run_cannot_end_as_running(database: Database) -> None:
    run_id = await started(database, await connected(database))
    with pytest.raises(ValueError, match="cannot end as running"):
        await runs.finish(database, run_id, token="t", state="running", now=NOW, **NOTHING)


async def test_a_kind_that_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="everything"):
        await ask(database, await connected(database), "everything")


async def test_cancelling_ends_a_queued_run_at_once(database: Database) -> None:
    run, _ = await ask(database, await connected(database))
    assert await runs.ask_cancel(database, run.id, NOW)
    cancelled = await found(database, run.id)
    assert (cancelled.state, cancelled.ended_at) == (RunState.CANCELLED, NOW)
    assert not await runs.start(database, run.id, token="t", now=NOW)
    assert not await runs.ask_cancel(database, run.id, NOW)


async def test_cancelling_stops_a_running_run_at_its_next_step(database: Database) -> None:
    run_id = await started(database, await connected(database))
    assert await runs.ask_cancel(database, run_id, NOW)
    run = await found(database, run_id)
    assert (run.state, run.cancel_requested) == (RunState.RUNNING, True)
    assert not await runs.progress(database, run_id, token="t", **STEP)
    await ended(database, run_id, "cancelled")


async def test_a_run_that_could_not_be_handed_to_a_worker_can_be_ended(database: Database) -> None:
    run, _ = await ask(database, await connected(database))
    await ended(database, run.id, "failed", token="")
    assert (await found(database, run.id)).state is RunState.FAILED


async def test_the_last_success_is_of_that_kind_and_succeeded(database: Database) -> None:
    connection_id = await connected(database)
    good = await started(database, connection_id)
    await ended(database, good)
    await ended(database, await started(database, connection_id), "failed")
    await ended(database, await started(database, connection_id, "settings"))
    last = await runs.last_success(database, connection_id)
    assert last is not None
    assert last.id == good
    assert await runs.last_success(database, connection_id, "quick") is None
    assert await runs.get(database, 404) is None


async def test_what_a_sync_usually_takes_is_the_median_of_the_last_ten_successes(database: Database) -> None:
    connection_id = await connected(database)
    assert await runs.usual_seconds(database, connection_id, "full") is None
    for seconds in (9_999, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28):
        run_id = await started(database, connection_id)
        await ended(database, run_id, now=NOW + timedelta(seconds=seconds))
    assert await runs.usual_seconds(database, connection_id, "full") == 19


async def test_after_a_restart_the_runs_without_a_heartbeat_are_found_and_closed_as_unknown(database: Database) -> None:
    one, two = await connected(database, "one"), await connected(database, "two")
    dead, alive = await started(database, one, token="dead"), await started(database, two, now=NOW + HOUR)
    restarted = Database(database.engine.url.set(drivername=database.dialect).render_as_string(hide_password=False))
    (orphan,) = await runs.orphans(restarted, NOW + HOUR)
    assert orphan.id == dead
    await ended(restarted, orphan.id, "unknown", token=orphan.token, now=NOW + HOUR)
    assert await runs.orphans(restarted, NOW + HOUR) == []
    assert [run.id for run in await runs.unfinished(restarted)] == [alive]
    assert (await ask(restarted, one))[1]
    await restarted.dispose()
