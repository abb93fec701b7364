"""After a restart, whoever waits for a sync still gets the answer."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.app import Bot
from bot.demo import prepare
from bot.resuming import SETTLED
from bot.store.queries import connections, questions, runs
from bot.store.queries.runs import RunKind, RunState
from rules.engine import Engine
from sandbox.slack.faults import Fault
from tests.bot.place import Place, started, until

VISIBLE = "Stark Industries is visible"
NOTHING: dict[str, Any] = {"calls": 0, "bytes": 0, "counts": {}, "changes": {}, "error": None}


async def left_waiting(bot: Bot, state: RunState, *, ago: timedelta = timedelta(minutes=5)) -> int:
    """Dana asked about Stark and started a sync; then the process died, with the run in this state."""
    then = bot.clock.now() - ago
    question = await questions.save(
        bot.db, query="Stark", asked_by="U0AGENT", channel="C0GENERAL", now=then, connection="cw-prod"
    )
    connection = await connections.by_name(bot.db, "cw-prod")
    assert connection is not None
    run, _ = await runs.request(bot.db, connection_id=connection.id, kind=RunKind.FULL, by="U0AGENT", now=then)
    await questions.wait_for_run(bot.db, question.id, run.id)
    if state is not RunState.QUEUED:
        await runs.start(bot.db, run.id, token="serve/dead", now=then)
    if state not in {RunState.QUEUED, RunState.RUNNING}:
        await runs.finish(bot.db, run.id, token="serve/dead", state=state, now=then, **NOTHING)
    return run.id


async def tick(place: Place, bot: Bot) -> None:
    """As the schedule does every few seconds."""
    moved = {"now": bot.clock.now().isoformat()}
    async with place.session.post(f"http://127.0.0.1:{place.settings.http_port}/_testing/clock", json=moved) as done:
        assert done.status == 200


async def nobody_waits(bot: Bot) -> None:
    async def none_waits() -> bool:
        return not await questions.waiting(bot.db)

    await until(none_waits)


async def in_channel(place: Place) -> list[str]:
    async with place.session.get(f"{place.local['page']}/_control/messages?channel=%23general") as answer:
        return [json.dumps(message, ensure_ascii=False) for message in await answer.json()]


@pytest.mark.requirement("R12")
@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED])
async def test_a_question_that_waited_when_the_process_died_is_answered_by_the_next(
    place: Place, engine: Engine, state: RunState
) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine, listens=False) as bot:
        await left_waiting(bot, state)
    async with started(place, engine) as bot:
        if state is RunState.RUNNING:  # ended as unknown by one tick, run again and told of by the same
            await tick(place, bot)
        answer = await place.says(VISIBLE)
        assert answer["thread_ts"] is not None
        assert "U0AGENT" in json.dumps(answer["blocks"])
        await nobody_waits(bot)


async def test_a_sync_that_was_started_in_the_terminal_answers_who_joined_it_in_slack(
    place: Place, engine: Engine
) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine) as bot:
        await place.until_ready()
        await left_waiting(bot, RunState.SUCCEEDED)
        await tick(place, bot)
        await place.says(VISIBLE)


async def test_what_its_starter_is_about_to_tell_is_not_told_twice(place: Place, engine: Engine) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine) as bot:
        await place.until_ready()
        await left_waiting(bot, RunState.SUCCEEDED, ago=SETTLED / 2)
        await tick(place, bot)
        await tick(place, bot)
        assert len(await questions.waiting(bot.db)) == 1
        assert not [text for text in await in_channel(place) if VISIBLE in text]


async def test_what_was_told_once_is_not_told_again(place: Place, engine: Engine) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine) as bot:
        await place.until_ready()
        await left_waiting(bot, RunState.SUCCEEDED)
        await tick(place, bot)
        await tick(place, bot)
        await place.says(VISIBLE)
        await nobody_waits(bot)
        await tick(place, bot)
        assert len([text for text in await in_channel(place) if VISIBLE in text]) == 1


async def test_the_day_after_it_is_old_news(place: Place, engine: Engine) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine) as bot:
        await place.until_ready()
        await left_waiting(bot, RunState.SUCCEEDED, ago=timedelta(days=2))
        await tick(place, bot)
        assert len(await questions.waiting(bot.db)) == 1


async def test_where_the_bot_cannot_post_the_answer_comes_in_private(place: Place, engine: Engine) -> None:
    await prepare(place.settings, place.local, engine)
    place.world.slack.api.faults.order(
        Fault(method="chat.postMessage", kind="error", error="not_in_channel", times=None)
    )
    async with started(place, engine) as bot:
        await place.until_ready()
        await left_waiting(bot, RunState.SUCCEEDED)
        await tick(place, bot)
        answer = await place.says(VISIBLE)
        assert answer["ephemeral_to"] == "U0AGENT"
        await nobody_waits(bot)
