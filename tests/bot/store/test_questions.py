"""Questions asked in Slack."""

from bot.store.database import Database
from bot.store.queries import connections, questions, runs
from bot.store.queries.questions import Question

from .records import NOW, connected, started


async def saved(db: Database, query: str = "Acme") -> Question:
    return await questions.save(
        db, query=query, asked_by="U0AGENT", channel="C0GENERAL", now=NOW, connection="cw-prod", answer={"ids": ["1"]}
    )


async def found(db: Database, question_id: int) -> Question:
    question = await questions.get(db, question_id)
    assert question is not None
    return question


async def test_a_question_is_found_as_it_was_saved(database: Database) -> None:
    question = await saved(database)
    assert await questions.get(database, question.id) == question
    assert (question.query, question.asked_by, question.created_at) == ("Acme", "U0AGENT", NOW)
    assert (question.account_id, question.run_id, question.response_url_used) == (None, None, False)
    assert question.answer == {"ids": ["1"]}
    assert await questions.get(database, question.id + 1) is None


async def test_where_its_answer_stands_is_remembered(database: Database) -> None:
    question = await saved(database)
    await questions.place(
        database, question.id, channel="C0ALERTS", message_ts="2.0", thread_ts="1.0", response_url_used=True
    )
    placed = await found(database, question.id)
    assert (placed.channel, placed.message_ts, placed.thread_ts) == ("C0ALERTS", "2.0", "1.0")
    assert placed.response_url_used


async def test_a_new_answer_replaces_the_old_one_and_keeps_what_it_does_not_name(database: Database) -> None:
    question = await saved(database)
    await questions.answered(database, question.id, answer={"verdict": "BLOCKED"}, account_id="4711")
    answered = await found(database, question.id)
    assert answered.answer == {"verdict": "BLOCKED"}
    assert (answered.connection, answered.account_id) == ("cw-prod", "4711")


async def test_the_questions_that_wait_for_a_sync_are_found_in_the_order_they_were_asked(database: Database) -> None:
    run_id = await started(database, await connected(database))
    first, second, third = [await saved(database, query) for query in ("Acme", "Globex", "Initech")]
    for question in (second, first, third):
        await questions.wait_for_run(database, question.id, run_id)
    await questions.wait_for_run(database, third.id, None)
    assert [question.query for question in await questions.waiting_on(database, run_id)] == ["Acme", "Globex"]


async def test_a_question_outlives_the_sync_that_it_waited_for(database: Database) -> None:
    connection_id = await connected(database)
    question = await saved(database)
    await questions.wait_for_run(database, question.id, await started(database, connection_id))
    await connections.remove(database, connection_id)
    assert (await found(database, question.id)).run_id is None


async def test_every_question_that_waits_is_found_for_whoever_takes_over(database: Database) -> None:
    connection_id = await connected(database)
    run_id = await started(database, connection_id)
    first, second, _ = [await saved(database, query) for query in ("Acme", "Globex", "Initech")]
    for question in (first, second):
        await questions.wait_for_run(database, question.id, run_id)
    assert [question.query for question in await questions.waiting(database)] == ["Acme", "Globex"]


async def test_an_answered_question_waits_no_longer_unless_it_waits_for_a_newer_sync(database: Database) -> None:
    connection_id = await connected(database)
    old = await started(database, connection_id)
    queued, _ = await runs.request(
        database, connection_id=connection_id, kind="one", by="U0AGENT", now=NOW, account_id="4711"
    )
    newer = queued.id
    answered, asked_again = await saved(database), await saved(database)
    await questions.wait_for_run(database, answered.id, old)
    await questions.wait_for_run(database, asked_again.id, newer)
    for question in (answered, asked_again):
        await questions.wait_no_longer(database, question.id, old)
    assert (await found(database, answered.id)).run_id is None
    assert (await found(database, asked_again.id)).run_id == newer
