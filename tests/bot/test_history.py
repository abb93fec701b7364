"""When did a customer appear or vanish, in which run, by which field and which rule."""

from dataclasses import replace

import pytest

from bot.answers import UnknownConnection
from bot.conversation import Pasts
from bot.history import MOST_STEPS, Histories
from bot.messages import Message, Picker, plain
from bot.render import history as words_of
from bot.render.words import Words
from bot.store.queries import connections, runs
from bot.store.snapshot import What
from connectors.records import EMPTY_REF
from rules.engine import Engine
from tests.bot.chat import AGENT
from tests.bot.daily import HOSTILE, fits_slack
from tests.bot.sync.fakes import INACTIVE, MONTHLY, account, agreement
from tests.bot.sync.stage import BOX, Stage


@pytest.fixture
async def synced(stage: Stage) -> Stage:
    await stage.sync()
    return stage


async def run_of(stage: Stage, back: int = 0) -> int:
    """The newest run's number, or that of so many runs before: PostgreSQL counts on from test to test."""
    return (await runs.latest(stage.db, stage.connection.id))[back].id


def told(stage: Stage, engine: Engine) -> Pasts:
    return Pasts(stage.clock, Words(), engine, Histories(stage.db), "/psa")


async def said(stage: Stage, engine: Engine, query: str, connection: str | None = None) -> Message:
    message = (await told(stage, engine).show(query, connection, AGENT)).message
    fits_slack(message)
    return message


async def hide(stage: Stage, *, hidden: bool) -> None:
    cycle = EMPTY_REF if hidden else MONTHLY
    stage.psa.all_agreements[0] = replace(stage.psa.all_agreements[0], billing_cycle=cycle)
    await stage.sync()


@pytest.mark.requirement("R226")
async def test_a_customer_that_vanished_is_told_with_its_run_its_field_and_its_rule(
    synced: Stage, engine: Engine
) -> None:
    await hide(synced, hidden=True)
    message = await said(synced, engine, "company 1")
    words = plain(message.blocks)
    number = await run_of(synced)
    assert message.summary == f"Company 1 is hidden since run {number}."
    assert "What it fails: The agreement bills on a recurring cycle." in words
    assert "it became hidden by The agreement bills on a recurring cycle" in words
    assert f"agreement a1, billing cycle: Monthly → empty (run {number}, full sync)" in words
    assert f"first seen, in run {await run_of(synced, 1)}" in words
    assert "RecId 1" in words


async def test_a_customer_that_came_back_is_told_with_every_turn_newest_first(synced: Stage, engine: Engine) -> None:
    for hidden in (True, False):
        await hide(synced, hidden=hidden)
    past = (await Histories(synced.db).recall("Company 1", None, synced.clock.now())).pasts[0]
    assert [step.change.what for step in past.steps] == [What.BECAME_VISIBLE, What.BECAME_HIDDEN]
    words = plain((await said(synced, engine, "Company 1")).blocks)
    assert "no longer stopped by The agreement bills on a recurring cycle" in words


async def test_a_customer_that_is_gone_can_still_be_asked_for(synced: Stage, engine: Engine) -> None:
    del synced.psa.everyone[2]
    await synced.sync()
    message = await said(synced, engine, "Company 3")
    number = await run_of(synced)
    assert message.summary == f"Company 3 is gone: ConnectWise no longer returned it, first in run {number}."
    assert "it was no longer returned by ConnectWise" in plain(message.blocks)


async def test_a_customer_that_came_later_appeared_in_its_run(synced: Stage, engine: Engine) -> None:
    synced.psa.everyone.append(account(7))
    synced.psa.all_agreements.append(agreement(7, 7))
    await synced.sync()
    message = await said(synced, engine, "Company 7")
    assert message.summary == f"Company 7 is visible since run {await run_of(synced)}."


async def test_a_customer_that_never_changed_is_there_since_the_first_sync(synced: Stage, engine: Engine) -> None:
    message = await said(synced, engine, "Company 1")
    assert message.summary == f"Company 1 is visible since it was first synced, in run {await run_of(synced)}."


async def test_many_changes_are_cut_and_say_so(synced: Stage, engine: Engine) -> None:
    for turn in range(MOST_STEPS + 2):
        await hide(synced, hidden=turn % 2 == 0)
    assert "… and older changes." in plain((await said(synced, engine, "Company 1")).blocks)


async def test_several_of_one_name_are_a_choice_and_never_a_guess(synced: Stage, engine: Engine) -> None:
    message = await said(synced, engine, "Company")
    [picker] = message.actions
    assert isinstance(picker, Picker)
    assert "Several customers" in message.summary
    chosen = picker.choices[0].value
    assert chosen == f"h:{synced.connection.id}:1"
    picked = await told(synced, engine).pick(synced.connection.id, "1", AGENT)
    assert picked.message.summary.startswith("Company 1 is visible")


async def test_nobody_of_that_name_and_nothing_synced_are_two_answers(stage: Stage, engine: Engine) -> None:
    assert "Nothing was synced yet" in (await said(stage, engine, "Acme")).summary
    await stage.sync()
    assert (await said(stage, engine, "Zzyzx")).summary == "No sync ever brought a customer called “Zzyzx”."


async def test_a_choice_whose_connection_was_removed_finds_nobody(synced: Stage, engine: Engine) -> None:
    picked = await told(synced, engine).pick(99, "1", AGENT)
    assert "No sync ever brought" in picked.message.summary


async def test_two_connections_may_both_know_the_name(synced: Stage, engine: Engine) -> None:
    other = await connections.add(
        synced.db, BOX, name="at-east", psa="autotask", settings={}, secrets={}, now=synced.clock.now()
    )
    first = synced.connection
    synced.connection = other
    await synced.sync()
    synced.connection = first
    found = await Histories(synced.db).recall("Company 1", None, synced.clock.now())
    assert [past.connection.name for past in found.pasts] == ["at-east", "cw-prod"]
    only = await Histories(synced.db).recall("Company 1", "AT-East", synced.clock.now())
    assert [past.connection.name for past in only.pasts] == ["at-east"]


@pytest.mark.requirement("R226")
async def test_the_log_tells_each_sync_its_result_and_who_wanted_it(synced: Stage, engine: Engine) -> None:
    synced.psa.fails["tables"] = RuntimeError("broken")
    await synced.sync()
    message = await said(synced, engine, "")
    words = plain(message.blocks).splitlines()
    assert "❌" in words[1]
    assert "full sync failed" in words[1]
    assert "✅" in words[2]
    assert f"run {await run_of(synced, 1)}" in words[2]
    assert "@U0AGENT" in words[2]


async def test_an_unknown_connection_is_named_with_those_there_are(synced: Stage, engine: Engine) -> None:
    with pytest.raises(UnknownConnection):
        await Histories(synced.db).log("nope", synced.clock.now())
    for query in ("", "Company 1"):
        answer = await told(synced, engine).show(query, "nope", AGENT)
        assert "cw-prod" in plain(answer.message.blocks)


@pytest.mark.requirement("R230")
async def test_a_note_stands_beside_its_run_and_says_who_wrote_it(synced: Stage, engine: Engine) -> None:
    number = await run_of(synced)
    written = await told(synced, engine).note(number, "New board *Projects* <!channel>", AGENT)
    assert written.message.summary == f"Noted beside run {number}."
    words = plain((await said(synced, engine, "")).blocks)
    assert "📝 @U0AGENT: New board *Projects* <!channel>" in words
    nowhere = await told(synced, engine).note(99_999, "x", AGENT)
    assert nowhere.message.summary == "There is no run 99999."


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_a_psa_calls_its_customers_stays_text(stage: Stage, engine: Engine, name: str) -> None:
    stage.psa.everyone[0] = account(1, name=name)
    await stage.sync()
    stage.psa.everyone[0] = account(1, name=name, status=replace(INACTIVE, name=name))
    await stage.sync()
    found = await Histories(stage.db).of(stage.connection.id, "1", stage.clock.now())
    fits_slack(words_of.recalled(Words(), engine, found))
