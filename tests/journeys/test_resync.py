"""The sync buttons: progress in the channel, then the question asked again and answered in the thread."""

import asyncio

import pytest

from bot.store.queries import audit, runs
from bot.store.queries.runs import RunState
from tests.journeys.town import Town, actions, words


@pytest.mark.requirement("R10", "R12", "R175", "R176")
async def test_sync_only_this_customer_ends_in_a_thread_that_says_before_and_after_and_mentions_who_asked(
    town: Town,
) -> None:
    answer = await town.type("/psa missing Acme")
    await town.click(answer, "missing.sync_one")
    verified = await town.says("Acme Ltd is visible")
    assert "Before this sync: not synced yet." in words(verified)
    card = await town.message(lambda one: one["ts"] == verified["thread_ts"])
    assert card["edited"]
    assert "is done" in words(card)
    assert "U0AGENT" in str(verified["blocks"])


async def test_a_full_sync_from_the_button_changes_the_answer_of_the_question(town: Town) -> None:
    answer = await town.type("/psa missing Acme")
    await town.click(answer, "missing.sync_full")
    await town.says("Acme Ltd is visible")
    again = await town.type("/psa missing Acme")
    assert again["text"].startswith("Acme Ltd is visible")


@pytest.mark.requirement("R36", "R12")
async def test_fix_sync_and_proof_for_a_billing_cycle_of_none(town: Town) -> None:
    answer = await town.type("/psa missing Globex")
    assert "hidden" in answer["text"]
    await town.fix("globex")
    await town.click(answer, "missing.sync_one")
    verified = await town.says("Globex Corporation is visible")
    assert "Before this sync: hidden." in words(verified)


@pytest.mark.requirement("R235")
async def test_check_again_answers_anew_without_a_sync(town: Town) -> None:
    answer = await town.type("/psa missing Globex")
    await town.fix("globex")
    await town.click(answer, "missing.check_again")
    await town.says("Globex Corporation is in ConnectWise, but not synced yet")
    assert len(await runs.latest(town.bot.db, 1, kinds=["full", "one"])) == 1


@pytest.mark.requirement("R233")
async def test_two_people_who_press_at_once_start_one_sync_and_the_second_is_told_who_started_it(town: Town) -> None:
    town.psa.latency_ms = 150
    first = await town.type("/psa missing Acme")
    second = await town.type("/psa missing Globex", user="admin", channel="#billing")
    await asyncio.gather(
        town.click(first, "missing.sync_full"),
        town.click(second, "missing.sync_full", user="admin"),
    )
    # Whoever comes second joins: the note is where that one asked, the answers are where the sync was started.
    joined = await town.says("is running since", "#general", "#billing")
    assert "started by" in words(joined)
    await town.says("Acme Ltd is visible", "#general", "#billing")
    assert len(await runs.latest(town.bot.db, 1, kinds=["full", "one"])) == 2


async def test_a_second_full_sync_right_after_the_first_is_put_off(town: Town) -> None:
    await town.type("/psa resync")
    await town.says("is done")
    await town.bot.queue.drain()
    put_off = await town.type("/psa resync")
    assert "was synced" in words(put_off)


async def test_resync_of_an_unknown_connection_names_those_there_are(town: Town) -> None:
    answer = await town.type("/psa resync @nowhere")
    assert "cw-prod" in words(answer)


@pytest.mark.requirement("R234")
async def test_a_cancelled_sync_leaves_the_old_data(town: Town) -> None:
    town.psa.latency_ms = 300
    answer = await town.type("/psa missing Acme")
    await town.click(answer, "missing.sync_full")
    card = await town.message(lambda one: "run.cancel" in actions(one))
    await town.click(card, "run.cancel")
    await town.says("was cancelled")
    [last, _] = await runs.latest(town.bot.db, 1, kinds=["full", "one"])
    assert last.state is RunState.CANCELLED
    town.psa.latency_ms = 0
    assert "not synced yet" in (await town.type("/psa missing Acme"))["text"]


async def test_a_sync_that_is_refused_agreements_fails_says_who_must_act_and_keeps_the_old_data(town: Town) -> None:
    await town.break_psa("forbidden-agreements")
    await town.type("/psa resync")
    card = await town.says("failed")
    assert "Who must act" in words(card)
    assert "Finance > Agreements" in words(card)
    await town.break_psa("none")
    assert "is visible" in (await town.type("/psa missing Stark"))["text"]


@pytest.mark.requirement("R239", "R241", "R242")
async def test_questions_are_answered_while_a_sync_runs_and_say_so(town: Town) -> None:
    town.psa.latency_ms = 200
    await town.type("/psa resync")
    answer = await town.type("/psa missing Stark")
    assert "is visible" in answer["text"]
    assert "this answer uses the version before it" in words(answer)
    await town.says("is done")


@pytest.mark.requirement("R251", "R226")
async def test_every_sync_is_audited_with_who_asked_for_it(town: Town) -> None:
    await town.type("/psa resync", user="admin")
    await town.says("is done")
    entries = await audit.recent(town.bot.db)
    assert any(entry.action == "resync" and entry.who == "U0ADMIN" and entry.outcome == "allowed" for entry in entries)


async def test_sharing_posts_the_same_answer_with_the_name_of_who_shared_it(town: Town) -> None:
    answer = await town.type("/psa missing Globex")
    await town.click(answer, "missing.share")
    shared = await town.message(lambda one: one["ephemeral_to"] is None and "Globex" in words(one))
    assert "Dana Agent" in words(shared)
    assert "Its billing cycle is None." in words(shared)
