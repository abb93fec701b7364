"""/psa schedule, from what people do to what they read; over removals, races and values that are none of ours."""

from datetime import UTC, datetime

import pytest

from bot.forms import Form, OneOf
from bot.journeys import Answer, Started
from bot.messages import Message, Picker
from bot.schedules.timetable import Weekday
from bot.store.queries import connections, schedules
from bot.store.queries.runs import RunKind
from bot.store.queries.schedules import SyncSchedule
from tests.bot.chat import ADMIN, AGENT, Chat, said
from tests.bot.render.scenes import labels

WEEKLY = {"weekly": ("on",), "monthly": ("none",), "at": ("07:00",), "peak": ("",)}
STRANGE = ["", "s:", "s:x:full:0", "s:999:full:0", "q:17", "s:" + "9" * 400]


async def in_force(chat: Chat) -> SyncSchedule | None:
    return await schedules.in_force(chat.stage.db, chat.stage.connection, RunKind.FULL)


def value(chat: Chat, version: int = 0) -> str:
    return f"s:{chat.stage.connection.id}:full:{version}"


@pytest.mark.requirement("R109")
async def test_a_form_is_filled_in_saved_and_shown(chat: Chat) -> None:
    talk = chat.conversation.schedules
    assert "manual only" in said(await talk.show(None, AGENT))
    form = await talk.form(value(chat), AGENT)
    assert isinstance(form, Form)
    assert form.memory == value(chat)
    again = await talk.changed(form.memory, {**WEEKLY, "peak": ("9-",)})
    assert isinstance(again, Form)
    assert talk.wrong(form.memory, WEEKLY) == {}
    saved = said(await talk.save(form.memory, WEEKLY, AGENT))
    assert saved.startswith("Saved by Dana Agent.")
    assert "weekly on Saturdays, at 07:00 UTC" in saved
    assert "Set by Dana Agent" in saved
    found = await in_force(chat)
    assert found is not None
    assert (found.timetable.weekly, found.by) == (Weekday.SATURDAY, "U0AGENT")


@pytest.mark.requirement("X10")
async def test_quick_syncs_are_chosen_kept_where_the_form_is_drawn_anew_and_saved(chat: Chat) -> None:
    talk = chat.conversation.schedules
    filled = {**WEEKLY, "weekly": (), "quick": ("4",)}
    drawn = await talk.changed(value(chat), filled)
    assert isinstance(drawn, Form)
    assert [part.chosen for part in drawn.parts if isinstance(part, OneOf) and part.name == "quick"] == ["4"]
    assert "every 3 days, with a quick sync every 4 hours" in said(await talk.save(value(chat), filled, AGENT))
    assert "manual only" in said(await talk.undo(value(chat, 1), AGENT))


async def test_who_set_it_is_mentioned_where_the_name_is_not_known_any_more(chat: Chat) -> None:
    await chat.conversation.schedules.save(value(chat), WEEKLY, AGENT)
    chat.restart()
    assert "Set by @U0AGENT" in said(await chat.conversation.schedules.show("cw-prod", ADMIN))


async def test_one_of_several_connections_is_chosen(chat: Chat) -> None:
    await chat.another_connection()
    answer = await chat.conversation.schedules.show(None, AGENT)
    assert "cw-east: manual only" in said(answer)
    (picker,) = answer.message.actions
    assert isinstance(picker, Picker)
    chosen = await chat.conversation.schedules.chosen(picker.choices[0].value, AGENT)
    assert said(chosen).startswith("cw-east · ConnectWise")
    assert said(await chat.conversation.schedules.show("CW-East", AGENT)).startswith("cw-east")
    assert "There are: cw-east, cw-prod." in said(await chat.conversation.schedules.show("nowhere", AGENT))


async def test_without_any_connection_it_says_how_to_add_one(chat: Chat) -> None:
    await connections.remove(chat.stage.db, chat.stage.connection.id)
    assert "No PSA is connected yet." in said(await chat.conversation.schedules.show(None, AGENT))


@pytest.mark.parametrize("strange", [*STRANGE, "s:1", "s:1:one:0", "s:1:nonsense:0"])
async def test_a_value_that_is_none_of_ours_changes_nothing(chat: Chat, strange: str) -> None:
    talk = chat.conversation.schedules
    for answer in (
        await talk.form(strange, AGENT),
        await talk.changed(strange, WEEKLY),
        await talk.save(strange, WEEKLY, AGENT),
        await talk.suggested(strange, AGENT),
        await talk.undo(strange, AGENT),
    ):
        assert not isinstance(answer, Form)
        assert "That connection was removed" in said(answer)
    assert await in_force(chat) is None


@pytest.mark.parametrize("strange", STRANGE)
async def test_a_connection_that_never_was_is_not_shown(chat: Chat, strange: str) -> None:
    assert "That connection was removed" in said(await chat.conversation.schedules.chosen(strange, AGENT))


async def test_a_connection_that_was_removed_meanwhile_says_so_everywhere(chat: Chat) -> None:
    await connections.remove(chat.stage.db, chat.stage.connection.id)
    talk = chat.conversation.schedules
    form, changed = await talk.form(value(chat), AGENT), await talk.changed(value(chat), WEEKLY)
    assert isinstance(form, Message)
    assert isinstance(changed, Message)
    for answer in (
        form,
        changed,
        await talk.chosen("s:1", AGENT),
        await talk.save(value(chat), WEEKLY, AGENT),
        await talk.suggested(value(chat), AGENT),
        await talk.undo(value(chat, 1), AGENT),
        await talk.sync("s:1", AGENT, in_peak=False),
    ):
        assert "That connection was removed" in said(answer)


async def test_a_suggestion_and_an_undo_that_come_too_late_change_nothing(chat: Chat) -> None:
    talk = chat.conversation.schedules
    await talk.save(value(chat), WEEKLY, ADMIN)
    for answer in (
        await talk.suggested(value(chat), AGENT),
        await talk.undo(value(chat), AGENT),
        await talk.save(value(chat), WEEKLY, AGENT),
    ):
        assert "Somebody changed the schedule of cw-prod meanwhile" in said(answer)
        assert labels(answer.message) == ["schedule.show"]
    found = await in_force(chat)
    assert found is not None
    assert (found.version, found.by) == (1, "U0ADMIN")


@pytest.mark.requirement("R224")
async def test_a_suggestion_is_taken_and_taken_back(chat: Chat) -> None:
    talk = chat.conversation.schedules
    assert "weekly on Saturdays" in said(await talk.suggested(value(chat), AGENT))
    assert said(await talk.undo(value(chat, 1), AGENT)).startswith("Taken back by Dana Agent.")


@pytest.mark.requirement("R229", "R232")
async def test_a_question_waits_for_the_sync_that_was_insisted_on_in_the_peak_hours(chat: Chat) -> None:
    talk = chat.conversation
    chat.stage.clock.moment = datetime(2026, 11, 23, 17, tzinfo=UTC)  # noon in New York
    await talk.schedules.save(value(chat), {**WEEKLY, "peak": ("09:00-18:00",)}, AGENT)
    asked = await chat.asks("Company 5")
    refused = await talk.sync_full(asked.question or "", AGENT)
    assert isinstance(refused, Answer)
    assert "These are the peak hours of cw-prod" in said(refused)
    (anyway,) = refused.message.actions
    again = await talk.schedules.sync(getattr(anyway, "value", ""), AGENT, in_peak=False)
    assert "These are the peak hours of cw-prod" in said(again)
    started = await talk.schedules.sync(getattr(anyway, "value", ""), AGENT, in_peak=True)
    assert isinstance(started, Started)
    assert "Company 5 is visible" in (await chat.result(started)).summary
