"""A person cancels a sync, wherever it stands: the old copy stays, and whoever waits for it is told."""

import asyncio

import pytest

from bot.store.queries import questions, runs
from bot.store.queries.runs import RunState
from tests.bot.chat import Chat, chat
from tests.bot.render.scenes import lines
from tests.bot.sync.fakes import Naps, account
from tests.bot.sync.stage import Stage, until
from tests.faults.crew import never_two_at_once
from tests.faults.watching import changed_in_the_psa, copy_of, nobody_sees_half

__all__ = ["chat"]

CALLS = [
    *((kind, read) for kind in ("full", "quick") for read in ("tables", "accounts", "agreements", "probe")),
    ("settings", "settings_tables"),
]


def held(stage: Stage, read: str) -> asyncio.Event:
    """The PSA lets a sync wait there."""
    if read == "probe":  # which is only called where the reading lost too much to be believed
        now = stage.clock.now()
        stage.psa.everyone = [account(number, deleted=True, changed_at=now) for number in range(1, 7)]
    gate = asyncio.Event()
    stage.psa.calls.clear()
    stage.psa.gates = {read: gate}
    return gate


@pytest.mark.requirement("R185", "R234")
@pytest.mark.parametrize(("kind", "read"), CALLS)
async def test_at_whichever_call_it_is_cancelled_the_old_copy_stands_and_the_next_sync_succeeds(
    stage: Stage, kind: str, read: str
) -> None:
    await stage.sync()
    await stage.sync("settings")
    changed_in_the_psa(stage)
    before = await copy_of(stage)
    gate = held(stage, read)
    run = await stage.requested(kind)
    async with nobody_sees_half(stage):
        going = asyncio.create_task(stage.new_runner(sleep=Naps(stage.clock)).run(run.id))
        await until(lambda: read in stage.psa.calls)
        assert await runs.ask_cancel(stage.db, run.id, stage.clock.now())
        ended = await asyncio.wait_for(going, 10)
        assert ended is not None
        assert (ended.state, ended.error) == (RunState.CANCELLED, None)
        assert await copy_of(stage) == before
        assert (await stage.recovery().sweep()).again == ()
        gate.set()
        changed_in_the_psa(stage)
        assert (await stage.sync(kind)).state is RunState.SUCCEEDED
    assert await copy_of(stage) != before
    assert await never_two_at_once(stage.db, stage.connection)


@pytest.mark.requirement("R12", "R234")
@pytest.mark.parametrize("kind", ["full", "quick", "settings"])
async def test_who_waits_for_it_is_told_that_nothing_has_changed(chat: Chat, kind: str) -> None:
    run = await chat.stage.requested(kind)
    question = await chat.question(await chat.asks("Company 5"))
    await questions.wait_for_run(chat.stage.db, question.id, run.id)
    assert await runs.ask_cancel(chat.stage.db, run.id, chat.stage.clock.now())
    news = await chat.news(f"r:{run.id}")
    told = news[-1].result
    assert told is not None
    assert f"The {kind} sync of cw-prod was cancelled, so nothing has changed for “Company 5”." in "\n".join(
        lines(told)
    )
    assert await questions.waiting_on(chat.stage.db, run.id) == []
