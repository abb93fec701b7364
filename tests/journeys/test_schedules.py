"""Schedules, as people set them: shown, changed in a form, fired by the clock, taken back."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.planned import SCHEDULE
from bot.store.queries import audit, connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunState, SyncRun
from rules.engine import Engine
from tests.journeys.town import Town, a_town, actions, texts, words

DAY = timedelta(days=1)
ALERTS = "#psa-alerts"


async def connection(town: Town) -> Connection:
    found = await connections.by_name(town.bot.db, "cw-prod")
    assert found is not None
    return found


async def scheduled_runs(town: Town) -> list[SyncRun]:
    newest = await runs.latest(town.bot.db, (await connection(town)).id)
    return [run for run in newest if run.requested_by == SCHEDULE]


async def ended(town: Town, count: int) -> list[SyncRun]:
    """Newest first, once there are so many that the schedule asked for, and none goes on."""
    async with asyncio.timeout(20):
        while True:
            found = await scheduled_runs(town)
            if len(found) >= count and all(run.ended_at for run in found):
                return found
            await asyncio.sleep(0.02)


async def modals(town: Town, user: str) -> list[dict[str, Any]]:
    async with town.session.get(f"{town.page}/_control/views", params={"user": user}) as answer:
        return list((await answer.json())["modals"])


async def modal(town: Town, user: str = "agent") -> dict[str, Any]:
    """The one that stands open, once it can be filled in."""
    async with asyncio.timeout(10):
        while not ((standing := await modals(town, user)) and standing[-1]["submit"]):
            await asyncio.sleep(0.02)
    return standing[-1]


async def opened(town: Town) -> dict[str, Any]:
    await town.click(await town.type("/psa schedule"), "schedule.change")
    return await modal(town)


async def saved(town: Town, **values: Any) -> dict[str, Any]:
    view = await opened(town)
    told = await town.post("submit", view_id=view["id"], values=values, user="agent")
    assert told["status"] == 200, told
    assert "errors" not in told, told
    return await town.says("Saved by Dana Agent.")


async def move_to(town: Town, moment: datetime) -> None:
    await town.post("clock", to=moment.isoformat())


async def first_fire(town: Town) -> datetime:
    """The next 07:00 in UTC on the weekday of the connection's creation."""
    made = (await connection(town)).created_at
    now = town.bot.clock.now()
    return next(fire for week in range(1, 9) if (fire := made.replace(hour=7, minute=0) + week * 7 * DAY) > now)


def shows(message: dict[str, Any], moment: datetime) -> bool:
    """In each reader's own time zone."""
    return f'"timestamp": {int(moment.timestamp())}' in json.dumps(message["blocks"])


async def alerts(town: Town, text: str) -> list[dict[str, Any]]:
    return [one for one in await town.messages(ALERTS) if text in words(one)]


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


@pytest.mark.requirement("R109")
async def test_a_change_is_taken_back_once(town: Town) -> None:
    told = await saved(town, weekly=["on"])
    await town.click(told, "schedule.undo")
    undone = await town.says("Taken back by Dana Agent.")
    assert "manual only" in words(undone)
    await town.click(undone, "schedule.undo")
    again = await town.message(lambda one: "Taken back by" in words(one) and "📅" in words(one))
    assert again["ts"] == undone["ts"]
    found = await schedules.in_force(town.bot.db, await connection(town), "full")
    assert found is not None
    assert found.version == 3


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


async def test_a_suggestion_is_taken_with_one_press(town: Town) -> None:
    await town.click(await town.type("/psa schedule"), "schedule.suggested")
    told = await town.says("Saved by Dana Agent.")
    assert "weekly on" in words(told)
    assert "at 07:00 UTC" in words(told)


@pytest.mark.requirement("R111", "R112")
async def test_the_form_shows_the_next_runs_of_what_is_filled_in(town: Town) -> None:
    await move_to(town, datetime(2027, 1, 31, 12, tzinfo=UTC))
    view = await opened(town)
    assert "Manual only" in text_of(view)
    assert "nth" not in blocks(view)
    await town.post("click", view_id=view["id"], action_id="monthly", value="weekday", user="agent")
    drawn = await redrawn(town, lambda one: "nth" in blocks(one))
    assert "monthly on the last Friday, at 07:00 UTC" in text_of(drawn)
    assert "Fri 26 Feb 07:00 UTC" in text_of(drawn)
    await town.post("click", view_id=view["id"], action_id="monthly", value="date", user="agent")
    await redrawn(town, lambda one: "date" in blocks(one) and "nth" not in blocks(one))
    await town.post("click", view_id=view["id"], action_id="date", value="31", user="agent")
    drawn = await redrawn(town, lambda one: "Sun 28 Feb 07:00 UTC" in text_of(one))
    assert "In a month without that day it runs on the last one." in text_of(drawn)
    await town.post("click", view_id=view["id"], action_id="at", value="06:30", user="agent")
    await redrawn(town, lambda one: "Wed 31 Mar 06:30 UTC" in text_of(one))


async def test_what_is_wrong_is_said_at_its_field_and_the_form_stays(town: Town) -> None:
    view = await opened(town)
    for hostile in ("<!channel>", "9", "25:00-26:00", "*09:00*-18:00"):
        told = await town.post("submit", view_id=view["id"], values={"peak": hostile}, user="agent")
        assert told["errors"] == {"peak": "Write the hours as from and to, such as 09:00-18:00, or leave it empty."}
    assert (await modal(town))["id"] == view["id"]
    assert await schedules.in_force(town.bot.db, await connection(town), "full") is None
    assert "errors" not in await town.post("submit", view_id=view["id"], values={"peak": "9-18"}, user="agent")
    assert "Peak hours: 09:00 to 18:00 (UTC)." in words(await town.says("Saved by Dana Agent."))


async def test_who_changed_it_first_wins_and_the_other_is_told(town: Town) -> None:
    mine = await opened(town)
    await town.click(await town.type("/psa schedule", user="admin"), "schedule.change", user="admin")
    theirs = await modal(town, "admin")
    await town.post("submit", view_id=theirs["id"], values={"weekly": ["on"]}, user="admin")
    await town.says("Saved by Robin Admin.")
    await town.post("submit", view_id=mine["id"], values={"monthly": "none"}, user="agent")
    told = await town.says("Somebody changed the schedule of cw-prod meanwhile, so nothing was changed.")
    assert actions(told) == ["schedule.show"]
    await town.click(told, "schedule.show")
    await town.message(lambda one: one["ts"] == told["ts"] and "weekly on" in words(one))


@pytest.mark.requirement("R251")
async def test_who_may_not_start_syncs_may_look_but_change_nothing(tmp_path: Path, engine: Engine) -> None:
    async with a_town(tmp_path, engine, resync_allowed=("U0ADMIN",)) as town:
        shown = await town.type("/psa schedule")
        await town.click(shown, "schedule.change")
        async with asyncio.timeout(10):
            while not (standing := await modals(town, "agent")):
                await asyncio.sleep(0.02)
        assert "You may not change the schedule here." in text_of(standing[-1])
        assert standing[-1]["submit"] is None
        await town.click(shown, "schedule.suggested")
        await town.says("You may not change the schedule here.")
        denied = [one for one in await audit.recent(town.bot.db) if one.action == "change the schedule"]
        assert [one.outcome for one in denied] == ["denied: no", "denied: no"]


@pytest.mark.requirement("R229", "R232", "R233")
async def test_a_full_sync_in_the_peak_hours_has_to_be_insisted_on(town: Town) -> None:
    await saved(town, weekly=["on"], peak="09:00-18:00")
    noon = (town.bot.clock.now() + DAY).replace(hour=12)
    await move_to(town, noon)
    asked = await town.type("/psa missing Globex")
    await town.fix("globex")
    await town.click(asked, "missing.sync_full")
    told = await town.says("These are the peak hours of cw-prod, so no full sync was started.")
    assert "end in 5 h" in words(told) or "end in 6 h" in words(told)
    await town.click(told, "schedule.sync_anyway")
    await town.says("is done")
    await town.message(lambda one: bool(one["thread_ts"]) and "visible" in words(one))
    await move_to(town, noon.replace(hour=20))
    assert "started a full sync" in words(await town.type("/psa resync"))


def blocks(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"]]


def text_of(view: dict[str, Any]) -> str:
    return "\n".join(texts(view["blocks"]))


async def redrawn(town: Town, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while not wanted(view := await modal(town)):
            await asyncio.sleep(0.02)
    return view
