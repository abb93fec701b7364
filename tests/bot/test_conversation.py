"""What people ask in chat, from their words to their message; over restarts and removals."""

import pytest

from bot.journeys import Answer, Started
from bot.messages import Message, Place
from bot.store.queries import audit, channels, connections
from bot.store.queries.runs import RunState
from connectors.errors import PermissionDenied
from tests.bot.chat import ADMIN, AGENT, GENERAL, VISITOR, Chat, said
from tests.bot.render.scenes import labels
from tests.bot.sync.fakes import account


@pytest.mark.requirement("R3")
async def test_a_question_is_answered_and_kept_with_what_its_buttons_need(chat: Chat) -> None:
    answer = await chat.asks("Company 5")
    assert "Company 5 is in ConnectWise, but not synced yet" in said(answer)
    question = await chat.question(answer)
    assert (question.connection, question.account_id, question.asked_by) == ("cw-prod", "5", "U0AGENT")
    assert question.answer == {"scope": None, "verdict": "NOT_SYNCED_YET", "leading": "cw-prod"}


async def test_where_an_answer_stands_is_kept(chat: Chat) -> None:
    answer = await chat.asks()
    await chat.conversation.answered(answer.question or "", Place(channel="C1", ts="9.0", thread_ts="1.0"))
    question = await chat.question(answer)
    assert (question.channel, question.message_ts, question.thread_ts) == ("C1", "9.0", "1.0")
    await chat.conversation.announced("r:1", None, AGENT)


async def test_an_unknown_connection_names_those_there_are(chat: Chat) -> None:
    assert "There are: cw-prod." in said(await chat.asks("Acme", connection="nowhere"))
    assert list(await chat.conversation.connections()) == ["cw-prod"]


@pytest.mark.requirement("R211")
@pytest.mark.parametrize("value", ["q:999", "q:", "nonsense", "q:" + "9" * 400, "q:-1"])
async def test_a_button_whose_question_is_gone_offers_a_fresh_start(chat: Chat, value: str) -> None:
    talk = chat.conversation
    for answer in (
        await chat.again(value),
        await talk.pick(value, "1", AGENT),
        await talk.suggested(value, "1", AGENT),
        await talk.share(value, AGENT),
        await talk.sync_full(value, AGENT),
        await talk.sync_one(value, AGENT),
    ):
        assert isinstance(answer, Answer)
        assert "This card is too old" in said(answer)
        assert labels(answer.message) == ["menu.missing"]


async def test_a_choice_is_remembered_for_the_next_check(chat: Chat) -> None:
    chat.stage.psa.everyone += [account(7, name="Zebra North"), account(8, name="Zebra South")]
    choice = await chat.asks("Zebra")
    assert labels(choice.message) == ["missing.pick", "missing.check_again"]
    picked = await chat.conversation.pick(choice.question or "", "8", AGENT)
    assert "Zebra South" in said(picked)
    again = await chat.again(choice.question or "")
    assert "Zebra South" in said(again)
    assert (await chat.question(choice)).answer["picked"] == "8"


async def test_without_a_choice_checking_again_asks_for_the_name_again(chat: Chat) -> None:
    """A twin that was shown must not disappear because the first answer knew its account."""
    answer = await chat.asks()
    chat.stage.psa.everyone.append(account(77, name="Company 1", deleted=True))
    assert "RecId 77" in said(await chat.again(answer.question or ""))
    assert "RecId 77" in said(await chat.conversation.suggested(answer.question or "", "", AGENT))


async def test_checking_again_asks_all_connections_again_and_a_choice_only_the_one_it_was_made_on(chat: Chat) -> None:
    await chat.another_connection()
    answer = await chat.asks()
    assert "And 1 other connection." in answer.message.summary
    again = await chat.again(answer.question or "")
    assert "And 1 other connection." in again.message.summary
    picked = await chat.conversation.pick(answer.question or "", "1", AGENT)
    assert "other connection" not in picked.message.summary


async def test_a_question_whose_connection_was_removed_says_so(chat: Chat) -> None:
    answer = await chat.asks("Company 1", connection="cw-prod")
    await connections.remove(chat.stage.db, chat.stage.connection.id)
    assert "There is no connection “cw-prod”" in said(await chat.again(answer.question or ""))
    assert "There is no connection “cw-prod”" in said(await chat.conversation.sync_full(answer.question or "", AGENT))


async def test_sharing_shows_what_was_seen_and_asks_nobody(chat: Chat) -> None:
    answer = await chat.asks()
    asked = len(chat.stage.psa.calls)
    shared = await chat.conversation.share(answer.question or "", AGENT)
    assert shared == answer.message
    assert len(chat.stage.psa.calls) == asked


async def test_after_a_restart_sharing_asks_anew_and_what_cannot_be_asked_is_told_in_private(chat: Chat) -> None:
    answer = await chat.asks("Company 1", connection="cw-prod")
    chat.restart()
    shared = await chat.conversation.share(answer.question or "", AGENT)
    assert isinstance(shared, Message)
    assert "Company 1" in said(shared)
    chat.restart()
    await connections.remove(chat.stage.db, chat.stage.connection.id)
    assert isinstance(await chat.conversation.share(answer.question or "", AGENT), Answer)


async def test_only_so_many_answers_are_kept_in_memory(chat: Chat) -> None:
    chat.restart(kept=1)
    first = await chat.asks("Company 1")
    await chat.asks("Company 2")
    asked = len(chat.stage.psa.calls)
    await chat.conversation.share(first.question or "", AGENT)
    assert len(chat.stage.psa.calls) > asked


async def test_which_connection_to_sync_is_asked_only_where_there_are_several(chat: Chat) -> None:
    assert isinstance(await chat.conversation.resync(None, AGENT), Started)
    await chat.another_connection()
    assert "/psa resync @cw-east" in said(await chat.conversation.resync(None, AGENT))
    assert "/psa resync quick @cw-east" in said(await chat.conversation.resync(None, AGENT, "quick"))
    nobody = await chat.asks("Nobody of that name")
    assert "/psa resync @cw-east" in said(await chat.conversation.sync_full(nobody.question or "", AGENT))


async def test_a_sync_of_no_customer_is_refused_kindly(chat: Chat) -> None:
    nobody = await chat.asks("Nobody of that name")
    assert "I do not know which customer to sync" in said(
        await chat.conversation.sync_one(nobody.question or "", AGENT)
    )


async def test_who_may_not_start_a_sync_is_told_so(chat: Chat) -> None:
    assert "You may not start a sync here." in said(await chat.conversation.resync(None, VISITOR))


async def test_a_second_sync_right_away_is_told_to_wait(chat: Chat) -> None:
    await chat.result(await chat.conversation.resync(None, AGENT))
    assert "can start in" in said(await chat.conversation.resync(None, ADMIN))


async def test_retrying_starts_the_same_sync_again(chat: Chat) -> None:
    chat.stage.psa.fails["accounts"] = PermissionDenied("refused")
    failed = await chat.stage.sync()
    assert failed.state is RunState.FAILED
    chat.stage.psa.fails.clear()
    assert "is done" in (await chat.result(await chat.conversation.retry(f"r:{failed.id}", AGENT))).summary


async def test_retrying_a_sync_of_a_removed_connection_says_what_there_is(chat: Chat) -> None:
    await chat.another_connection()
    await connections.remove(chat.stage.db, chat.stage.connection.id)
    told = said(await chat.conversation.retry("r:1", AGENT))
    assert "That connection was removed" in told
    assert "There are: cw-east." in told


async def test_a_refused_sync_is_accepted_or_rejected_once(chat: Chat) -> None:
    chat.stage.psa.everyone = []
    refused = await chat.stage.sync()
    assert refused.state is RunState.REFUSED
    assert "Rejected" in said(await chat.conversation.reject(f"r:{refused.id}", AGENT))
    assert "somebody decided before you" in said(await chat.conversation.accept(f"r:{refused.id}", AGENT))
    again = await chat.stage.sync()
    assert "Accepted" in said(await chat.conversation.accept(f"r:{again.id}", AGENT))


async def test_a_sync_can_be_cancelled_once(chat: Chat) -> None:
    waiting = await chat.stage.requested()
    assert "is being cancelled" in said(await chat.conversation.cancel(f"r:{waiting.id}", AGENT))
    assert "is over" in said(await chat.conversation.cancel(f"r:{waiting.id}", AGENT))
    assert "is over" in said(await chat.conversation.cancel("nonsense", AGENT))


async def test_status_and_subscriptions_are_told_and_audited_by_the_persons_id(chat: Chat) -> None:
    assert "cw-prod · ConnectWise · ok" in said(await chat.conversation.status(AGENT))
    subscribed = said(await chat.conversation.subscribe("digest", "9", None, AGENT))
    assert "Done. This channel gets the daily digest at 09:00." in subscribed
    assert "(Europe/London), set by @U0AGENT" in subscribed
    assert "It was set already" in said(await chat.conversation.subscribe("digest", "9", None, AGENT))
    assert "alert when a sync keeps failing" in said(await chat.conversation.subscribe("failures", None, None, AGENT))
    assert "is not a time of day" in said(await chat.conversation.subscribe("digest", "noon", None, AGENT))
    assert "no longer gets the daily digest" in said(await chat.conversation.unsubscribe("digest", None, AGENT))
    assert "did not get the daily digest" in said(await chat.conversation.unsubscribe("digest", None, AGENT))
    assert "alert when a sync keeps failing" in said(await chat.conversation.subscriptions(AGENT))
    one = said(await chat.conversation.subscribe("failures", None, "cw-prod", AGENT))
    assert "This channel gets an alert when a sync keeps failing, of cw-prod only." in one
    assert "an alert when a sync of cw-prod keeps failing, set by @U0AGENT" in one
    for unknown in (
        await chat.conversation.subscribe("failures", None, "nowhere", AGENT),
        await chat.conversation.unsubscribe("failures", "nowhere", AGENT),
    ):
        assert "There is no connection “nowhere”." in said(unknown)
    assert {entry.who for entry in await audit.recent(chat.stage.db) if "subscribe" in entry.action} == {"U0AGENT"}
    assert len(await channels.subscriptions(chat.stage.db, channel=GENERAL.channel)) == 1
