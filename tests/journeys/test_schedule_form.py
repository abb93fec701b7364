"""The form of a schedule: drawn while it is filled in, checked, saved, taken back; and the peak hours it sets."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.queries import audit, schedules
from rules.engine import Engine
from tests.journeys.planning import (
    DAY,
    blocks,
    connection,
    modal,
    modals,
    move_to,
    opened,
    redrawn,
    saved,
    text_of,
)
from tests.journeys.town import Town, a_town, actions, words


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
    assert "full sync of cw-prod" in words(await town.type("/psa resync"))  # begun, or done already
