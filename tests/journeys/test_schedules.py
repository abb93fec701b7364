"""Schedules, as people set them, fired by the clock."""

from datetime import timedelta

import pytest

from bot.store.queries import audit
from bot.store.queries.runs import RunState
from tests.journeys.planning import (
    ALERTS,
    DAY,
    alerts,
    blocks,
    connection,
    ended,
    first_fire,
    move_to,
    opened,
    redrawn,
    saved,
    scheduled_runs,
    shows,
    text_of,
)
from tests.journeys.town import Town, actions, words


@pytest.mark.requirement("R109", "R110", "R113", "R115", "R8", "R116", "R226")
async def test_a_schedule_is_set_in_a_form_shown_with_its_next_runs_and_fired_by_the_clock(town: Town) -> None:
    shown = await town.type("/psa schedule")
    assert "manual only" in words(shown)
    assert actions(shown) == ["schedule.change", "schedule.suggested"] * 2  # for the settings sync as well
    assert "next: manual only" in words(await town.type("/psa missing Acme"))
    told = await saved(town, weekly=["on"])
    fire = await first_fire(town)
    assert f"{fire:%a} {fire.day} {fire:%b} 07:00 UTC" in words(told)
    assert actions(told)[:2] == ["schedule.change", "schedule.undo"]
    entry = next(one for one in await audit.recent(town.bot.db) if one.action == "change schedule")
    assert (entry.who, entry.target, entry.outcome) == ("U0AGENT", "cw-prod full", "done")
    assert shows(await town.type("/psa status"), fire)
    assert f"next: {fire:%a} {fire.day} {fire:%b %Y} 07:00 UTC" in words(await town.type("/psa missing Acme"))
    await move_to(town, fire - timedelta(seconds=30))
    assert await scheduled_runs(town) == []
    await move_to(town, fire)
    (run,) = await ended(town, 1)
    assert (run.state, run.kind, run.requested_by) == (RunState.SUCCEEDED, "full", "schedule")
    await move_to(town, fire + timedelta(hours=5))
    assert len(await ended(town, 1)) == 1


@pytest.mark.requirement("R113")
async def test_a_sync_whose_time_came_while_nobody_was_there_is_made_up_once(town: Town) -> None:
    await saved(town, weekly=["on"])
    fire = await first_fire(town)
    for hours in (5, 6, 10):
        await move_to(town, fire + timedelta(hours=hours))
    (run,) = await ended(town, 1)
    assert run.requested_at >= fire + timedelta(hours=5)
    assert await alerts(town, "did not run") == []


@pytest.mark.requirement("R227")
async def test_one_that_was_missed_for_longer_is_told_and_the_message_is_edited_once_it_was_synced(town: Town) -> None:
    await saved(town, weekly=["on"])
    fire = await first_fire(town)
    await move_to(town, fire + 2 * DAY)
    told = await town.says(f"the full sync of {fire:%a} {fire.day} {fire:%b} 07:00 UTC did not run.", ALERTS)
    assert shows(told, fire + 7 * DAY)
    assert await scheduled_runs(town) == []
    await town.click(told, "schedule.sync")
    await town.says("is done", ALERTS)
    await move_to(town, fire + 2 * DAY + timedelta(minutes=5))
    edited = await town.message(lambda one: one["ts"] == told["ts"] and "synced since" in words(one), ALERTS)
    assert "Nothing needs doing any more." in words(edited)
    assert len(await alerts(town, "did not run") + await alerts(town, "synced since")) == 1


@pytest.mark.requirement("X10", "X28", "R109")
async def test_quick_syncs_run_in_between_and_a_full_one_first_where_the_last_is_too_old(town: Town) -> None:
    noon = (town.bot.clock.now() + DAY).replace(hour=12, minute=30, second=0, microsecond=0)
    await move_to(town, noon)
    view = await opened(town)
    assert "next quick sync" not in text_of(view)
    await town.post("click", view_id=view["id"], action_id="quick", value="4", user="agent")
    fire = noon.replace(hour=16, minute=0)
    said = f"The next quick sync: {fire:%a} {fire.day} {fire:%b} 16:00 UTC"
    drawn = await redrawn(town, lambda one: said in text_of(one))
    assert "every 3 days, with a quick sync every 4 hours" in text_of(drawn)
    assert "errors" not in await town.post("submit", view_id=drawn["id"], values={}, user="agent")
    told = await town.says("Saved by Dana Agent.")
    assert said in words(told)
    assert shows(await town.type("/psa status"), fire)
    await move_to(town, fire)
    (first,) = await ended(town, 1)
    assert (first.kind, first.state) == ("full", RunState.SUCCEEDED)  # the last one was of five days ago
    await move_to(town, fire + timedelta(hours=4))
    second, _ = await ended(town, 2)
    assert (second.kind, second.state) == ("quick", RunState.SUCCEEDED)
    await move_to(town, fire + timedelta(hours=5))
    assert len(await ended(town, 2)) == 2
    await town.click(told, "schedule.undo")
    assert "manual only" in words(await town.says("Taken back by Dana Agent."))
    await move_to(town, fire + timedelta(hours=8))
    assert len(await ended(town, 2)) == 2


@pytest.mark.requirement("R114")
async def test_where_both_switches_land_on_one_day_one_sync_runs(town: Town) -> None:
    fire = await first_fire(town)
    view = await opened(town)
    await town.post("click", view_id=view["id"], action_id="monthly", value="date", user="agent")
    drawn = await redrawn(town, lambda one: "date" in blocks(one))
    values = {"weekly": ["on"], "monthly": "date", "date": str(fire.day)}
    assert "errors" not in await town.post("submit", view_id=drawn["id"], values=values, user="agent")
    told = await town.says("Saved by Dana Agent.")
    assert "Where both fall on one day it runs once." in words(told)
    assert words(told).count(f"{fire:%a} {fire.day} {fire:%b} 07:00 UTC") == 1
    for minutes in (0, 1, 2):
        await move_to(town, fire + timedelta(minutes=minutes))
    assert len(await ended(town, 1)) == 1


@pytest.mark.requirement("R227")
async def test_one_that_failed_is_tried_again_every_day_at_its_hour_until_it_succeeds(town: Town) -> None:
    await saved(town, weekly=["on"])
    fire = await first_fire(town)
    await town.break_psa("forbidden-agreements")
    await move_to(town, fire)
    await ended(town, 1)
    await move_to(town, fire + timedelta(minutes=1))
    alert = await town.says("cw-prod: the full sync failed", ALERTS)
    assert shows(await town.type("/psa status"), fire + DAY)
    assert "The last one failed. It is tried again" in words(await town.type("/psa schedule"))
    await move_to(town, fire + DAY)
    await ended(town, 2)
    await town.break_psa("none")
    await move_to(town, fire + 2 * DAY)
    states = [run.state for run in await ended(town, 3)]
    assert states == [RunState.SUCCEEDED, RunState.FAILED, RunState.FAILED]
    await move_to(town, fire + 3 * DAY)
    assert len(await ended(town, 3)) == 3
    await town.message(lambda one: one["ts"] == alert["ts"] and "works again" in words(one), ALERTS)
    assert shows(await town.type("/psa status"), fire + 7 * DAY)


@pytest.mark.requirement("R115")
async def test_manual_only_misses_nothing_but_says_when_the_data_gets_old(town: Town) -> None:
    now = town.bot.clock.now()
    await move_to(town, now + 3 * DAY)
    assert await alerts(town, "only people start its syncs") == []
    await move_to(town, now + 6 * DAY)
    told = await town.says("cw-prod: the data is", ALERTS)
    assert "days old, and only people start its syncs." in words(told)
    assert "which is older than 8 days · next: manual only" in words(await town.type("/psa missing Acme"))
    assert await alerts(town, "did not run") == []
    await move_to(town, now + 20 * DAY)
    assert await scheduled_runs(town) == []
    assert len(await alerts(town, "only people start its syncs")) == 1


@pytest.mark.requirement("R224", "C4")
async def test_the_settings_sync_has_a_schedule_of_its_own(town: Town) -> None:
    value = f"s:{(await connection(town)).id}:settings:0"
    await town.click(await town.type("/psa schedule"), "schedule.suggested", value=value)
    told = await town.says("Saved by Dana Agent.")
    assert "The settings sync: monthly on the 1st, at 07:00 UTC." in words(told)
    assert "The full sync: manual only." in words(told)
    now = town.bot.clock.now()
    first = (now.replace(day=1, hour=7, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    await move_to(town, first)
    (run,) = await ended(town, 1)
    assert (run.kind, run.state) == ("settings", RunState.SUCCEEDED)
