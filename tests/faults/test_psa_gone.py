"""The PSA stops answering at each call that a sync makes: the old copy stands, and the next sync makes up for it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from bot.app import Bot, opened
from bot.demo import prepare
from bot.resync import Started
from bot.store.queries import questions, runs, snapshots
from bot.store.queries.runs import RunKind, RunState, SyncRun
from connectors.errors import ConnectorError, PsaDown, RateLimited, TimedOut, Unreachable
from connectors.records import Because
from rules.engine import Engine
from tests.bot.place import Place
from tests.bot.sync.fakes import account, agreement
from tests.bot.sync.stage import Stage
from tests.faults.crew import never_two_at_once
from tests.faults.watching import changed_in_the_psa, copy_of, nobody_sees_half

GONE: Final = (PsaDown("Down."), Unreachable("Away."), RateLimited("Busy."), TimedOut("Slow."))
READS: Final = (("tables", 0), ("accounts", 0), ("accounts", 2), ("agreements", 0), ("agreements", 2), ("probe", 0))
# Of which sync, which read, how many of its calls go well before, and how the next one fails.
CALLS: Final = [
    (kind, read, good, error)
    for number, kind in enumerate(("full", "quick"))
    for (read, good), error in zip(READS, (GONE[number:] + GONE * 2)[: len(READS)], strict=True)
] + [("settings", "settings_tables", 0, error) for error in GONE]


@pytest.fixture
async def synced(stage: Stage) -> Stage:
    await stage.sync()
    await stage.sync("settings")
    changed_in_the_psa(stage)
    return stage


def is_gone(stage: Stage, read: str, good: int, error: ConnectorError) -> None:
    if read == "probe":  # which is only called where the reading lost too much to be believed
        now = stage.clock.now()
        stage.psa.everyone = [account(number, deleted=True, changed_at=now) for number in range(1, 7)]
    stage.psa.calls.clear()
    stage.psa.fails, stage.psa.good = {read: error}, good


def is_back(stage: Stage) -> None:
    changed_in_the_psa(stage)
    stage.psa.fails = {}


async def of_kind(stage: Stage, kind: str) -> list[SyncRun]:
    return await runs.latest(stage.db, stage.connection.id, kinds=[kind])


@pytest.mark.requirement("R184", "R185", "R222", "R227")
@pytest.mark.parametrize(("kind", "read", "good", "error"), CALLS, ids=str)
async def test_at_whichever_call_it_is_gone_the_old_copy_stands_and_the_next_sync_succeeds(
    synced: Stage, kind: str, read: str, good: int, error: ConnectorError
) -> None:
    before = await copy_of(synced)
    is_gone(synced, read, good, error)
    async with nobody_sees_half(synced):
        ended = await synced.sync(kind)
        assert ended.state is RunState.INCOMPLETE
        assert ended.error == {
            "kind": error.kind,
            "message": error.message,
            "who_must_act": error.who_must_act,
            "call": "",
        }
        assert await copy_of(synced) == before
        is_back(synced)
        assert (await synced.sync(kind)).state is RunState.SUCCEEDED
    assert await copy_of(synced) != before
    assert await never_two_at_once(synced.db, synced.connection)


@pytest.mark.requirement("R222", "R227", "R12")
@pytest.mark.parametrize("error", GONE, ids=lambda error: type(error).__name__)
async def test_a_full_sync_is_tried_again_by_itself_and_who_waits_for_it_waits_on(
    synced: Stage, error: ConnectorError
) -> None:
    is_gone(synced, "accounts", 2, error)
    run = await synced.requested()
    question = await questions.save(
        synced.db, query="Acme", asked_by="U0AGENT", channel="C0GENERAL", now=synced.clock.now()
    )
    await questions.wait_for_run(synced.db, question.id, run.id)
    await synced.runner.run(run.id)
    is_back(synced)
    synced.clock.pass_by(900)
    (again,) = (await synced.recovery().sweep()).again
    await synced.queue.drain()
    assert ((await synced.again(again)).state, again.attempt) == (RunState.SUCCEEDED, 2)
    assert [one.id for one in await questions.waiting_on(synced.db, again.id)] == [question.id]


@pytest.mark.requirement("R184", "R185")
@pytest.mark.parametrize("error", GONE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("read", ["counts", "account"])
async def test_what_is_only_worth_knowing_does_not_end_a_sync(synced: Stage, read: str, error: ConnectorError) -> None:
    """How many there are, and why an agreement has no account."""
    synced.psa.all_agreements.append(agreement(99, 99, name="New"))
    is_gone(synced, read, 0, error)
    async with nobody_sees_half(synced):
        ended = await synced.sync()
    assert ended.state is RunState.SUCCEEDED
    assert read in synced.psa.calls


@pytest.mark.requirement("R184")
async def test_a_settings_sync_that_gets_some_of_the_tables_keeps_the_version_before(synced: Stage) -> None:
    before = await copy_of(synced)
    first, *others = synced.psa.told_settings
    synced.psa.told_settings = [*others, replace(first, rows=None, because=Because.PSA_DOWN)]
    ended = await synced.sync("settings")
    assert (ended.state, (ended.error or {})["who_must_act"]) == (RunState.INCOMPLETE, "psa")
    assert await copy_of(synced) == before
    synced.psa.told_settings = [first, *others]
    assert (await synced.sync("settings")).state is RunState.SUCCEEDED


@pytest.mark.requirement("R184", "R185", "R222")
@pytest.mark.parametrize(
    ("fault", "kind"), [("down", "psa_down"), ("rate-limited", "rate_limited"), ("server-error", "timeout")]
)
async def test_over_http_the_same_holds_at_each_of_the_first_calls(
    place: Place, engine: Engine, fault: str, kind: str
) -> None:
    await prepare(place.settings, place.local, engine)
    async with opened(place.settings, engine=engine, sleep=no_time) as bot:
        before = await snapshots.names(bot.db, 1)
        for after in range(0, 12, 3):
            place.psa.break_with(fault, after=after)
            run = await synced_by(bot)
            assert (run.state, (run.error or {})["kind"]) == (RunState.INCOMPLETE, kind)
            assert await snapshots.names(bot.db, 1) == before
        place.psa.break_with("none")
        assert (await synced_by(bot)).state is RunState.SUCCEEDED


async def no_time(seconds: float) -> None:
    await asyncio.sleep(0)


async def synced_by(bot: Bot) -> SyncRun:
    bot.clock.move_to(bot.clock.now() + timedelta(hours=1))  # past the cool-down
    outcome = await bot.resync.request("cw-prod", RunKind.FULL, by="U0AGENT", in_peak=True, interactive=False)
    assert isinstance(outcome, Started)
    await bot.queue.drain()
    ended = await runs.get(bot.db, outcome.run.id)
    assert ended is not None
    return ended
