"""How a sync goes and ends for whoever waits for it: verified, honestly unanswered, or gone with its connection."""

import asyncio

import pytest

from bot.answers import Answer as Found
from bot.journeys import Started
from bot.messages import Button
from bot.missing import Missing
from bot.store.queries import connections, questions, runs
from connectors.errors import PermissionDenied
from tests.bot.chat import ADMIN, AGENT, Chat, said
from tests.bot.render.scenes import labels, lines
from tests.bot.sync.fakes import account


@pytest.mark.requirement("R12", "R175", "R176")
async def test_a_sync_of_one_customer_ends_in_the_answer_before_and_after_for_who_asked(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    started = await chat.conversation.sync_one(answer.question or "", AGENT)
    assert isinstance(started, Started)
    assert "Dana Agent started a sync of one customer of cw-prod." in said(started.card)
    verified = await chat.result(started)
    assert "Company 5 is visible" in said(verified)
    assert "Before this sync: not synced yet." in said(verified)
    assert verified.mentions == ("U0AGENT",)


@pytest.mark.requirement("R14")
async def test_what_it_was_before_and_after_a_sync_is_kept_so_that_it_can_be_counted(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    await chat.result(await chat.conversation.sync_full(answer.question or "", AGENT))
    question = await chat.question(answer)
    kept = {name: question.answer[name] for name in ("before", "verdict", "run")}
    assert kept == {"before": "NOT_SYNCED_YET", "verdict": "VISIBLE", "run": 2}
    assert question.run_id is None


async def test_the_card_is_up_to_date_before_the_answers_are_asked_for(chat: Chat) -> None:
    started = await chat.conversation.resync(None, AGENT)
    assert isinstance(started, Started)
    *_, ended, last = await chat.news(started.run)
    assert "is done" in ended.card.summary
    assert ended.result is None
    assert last.result is not None


async def test_several_questions_that_wait_for_one_sync_are_all_answered_and_all_askers_called(chat: Chat) -> None:
    first = await chat.asks("Company 5")
    second = await chat.asks("Company 6", ADMIN)
    gate = chat.stage.psa.gates["accounts"] = asyncio.Event()
    started = await chat.conversation.sync_full(first.question or "", AGENT)
    joined = await chat.conversation.sync_full(second.question or "", ADMIN)
    assert "started by Dana Agent" in said(joined)
    gate.set()
    verified = await chat.result(started)
    assert "2 questions waited for this sync" in said(verified)
    assert "Company 5 is visible: it passes every rule in ConnectWise and is synced. Before: not synced yet." in said(
        verified
    )
    assert "Company 6 is visible" in said(verified)
    assert verified.mentions == ("U0AGENT", "U0ADMIN")
    assert [each.value for each in verified.actions if isinstance(each, Button)] == [first.question, second.question]


async def test_a_sync_that_failed_tells_whoever_waited_that_nothing_changed_and_why(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    chat.stage.psa.fails["accounts"] = PermissionDenied("ConnectWise refused GET /company/companies.")
    asked = chat.stage.psa.calls.count("find_accounts")
    told = await chat.result(await chat.conversation.sync_full(answer.question or "", AGENT))
    assert "failed, so nothing has changed for “Company 5”." in said(told)
    assert "ConnectWise refused GET /company/companies." in said(told)
    assert labels(told) == ["alert.retry", "run.help", "missing.check_again"]
    assert told.mentions == ("U0AGENT",)
    assert chat.stage.psa.calls.count("find_accounts") == asked
    assert (await chat.question(answer)).run_id is None


class BreaksWhenAsked(Missing):
    async def ask(
        self, query: str, *, connection: str | None = None, account_id: str | None = None, fresh: bool = False
    ) -> Found:
        raise RuntimeError("a bug")


async def test_one_question_that_breaks_keeps_nobody_else_waiting(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    first, second = await chat.asks("Company 5"), await chat.asks("Company 6")
    started = await chat.conversation.sync_full(first.question or "", AGENT)
    await chat.conversation.sync_full(second.question or "", AGENT)
    chat.restart(asks=BreaksWhenAsked)
    told = await chat.result(started)
    assert said(told).count("Something went wrong on my side.") == 2
    assert "A question could not be asked again." in caplog.text
    assert "a bug" not in said(told)


async def test_the_only_question_that_breaks_is_told_with_an_error_id(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    started = await chat.conversation.sync_one(answer.question or "", AGENT)
    chat.restart(asks=BreaksWhenAsked)
    assert "error id E-" in said(await chat.result(started))


async def test_a_connection_that_we_fail_at_is_told_with_an_error_id_in_the_answer(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    started = await chat.conversation.sync_one(answer.question or "", AGENT)
    chat.stage.psa.fails["find_accounts"] = RuntimeError("a bug")
    told = said(await chat.result(started))
    assert "cw-prod cannot be asked: Something went wrong on my side." in told
    assert "error id E-" in told


async def test_a_question_that_became_ambiguous_is_verified_for_the_account_that_was_synced(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    started = await chat.conversation.sync_one(answer.question or "", AGENT)
    chat.stage.psa.everyone.append(account(55, name="Company 5"))
    assert "Company 5 is visible" in said(await chat.result(started))


async def test_a_removed_connection_ends_the_card_of_its_running_sync(chat: Chat) -> None:
    started = await chat.conversation.resync("cw-prod", AGENT)
    assert isinstance(started, Started)
    await connections.remove(chat.stage.db, chat.stage.connection.id)
    last = (await chat.news(started.run))[-1]
    assert "The connection was removed" in last.card.summary
    assert last.result == last.card


async def test_a_question_on_a_connection_that_was_removed_meanwhile_is_answered_kindly(chat: Chat) -> None:
    await chat.another_connection()
    answer = await chat.asks("Company 5", connection="cw-prod")
    question = await chat.question(answer)
    run = await chat.stage.sync()
    await questions.wait_for_run(chat.stage.db, question.id, run.id)
    await questions.answered(chat.stage.db, question.id, answer={"scope": "gone"}, connection="gone")
    last = (await chat.news(f"r:{run.id}"))[-1].result
    assert last is not None
    assert "There is no connection “gone”" in said(last)


async def test_after_a_restart_people_are_mentioned_and_their_questions_answered(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    started = await chat.conversation.sync_one(answer.question or "", AGENT)
    assert isinstance(started, Started)
    chat.restart()
    news = await chat.news(started.run)
    assert "@U0AGENT" in said(news[-1].card)
    assert "Before this sync: not synced yet." in said(news[-1].result or news[-1].card)


async def test_whoever_is_no_chat_user_is_named_and_not_called(chat: Chat) -> None:
    run = await chat.stage.sync()
    row, _ = await runs.request(
        chat.stage.db, connection_id=1, kind="full", by="the terminal", now=chat.stage.clock.now()
    )
    await chat.stage.runner.run(row.id)
    last = (await chat.news(f"r:{row.id}"))[-1]
    assert last.result is not None
    assert last.result.mentions == ()
    assert "started by the terminal" in said(last.card)
    assert run.id < row.id


@pytest.mark.requirement("R219", "R223")
async def test_support_gets_the_facts_of_a_run_without_a_secret_or_a_customer(chat: Chat) -> None:
    chat.stage.psa.fails["accounts"] = PermissionDenied("ConnectWise refused it.", call="GET /company/companies")
    run = await chat.stage.sync()
    said = lines((await chat.conversation.help_with(f"r:{run.id}", AGENT)).message)
    assert any("permission_denied GET /company/companies ConnectWise refused it." in line for line in said)
    assert not [line for line in said if "canary" in line or "Company 1" in line]
    gone = await chat.conversation.help_with("r:999", AGENT)
    assert "removed" in gone.message.summary
