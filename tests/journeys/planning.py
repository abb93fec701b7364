"""What the journeys of schedules do over and over: open the form, save it, move the clock, look at what ran."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.planned import SCHEDULE
from bot.store.queries import connections, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import SyncRun
from tests.journeys.town import Town, texts, words

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
    first = made.replace(hour=7, minute=0, second=0, microsecond=0)  # it is made a second or more past the full minute
    now = town.bot.clock.now()
    return next(fire for week in range(1, 9) if (fire := first + week * 7 * DAY) > now)


def shows(message: dict[str, Any], moment: datetime) -> bool:
    """In each reader's own time zone."""
    return f'"timestamp": {int(moment.timestamp())}' in json.dumps(message["blocks"])


async def alerts(town: Town, text: str) -> list[dict[str, Any]]:
    return [one for one in await town.messages(ALERTS) if text in words(one)]


def blocks(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"]]


def text_of(view: dict[str, Any]) -> str:
    return "\n".join(texts(view["blocks"]))


async def redrawn(town: Town, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while not wanted(view := await modal(town)):
            await asyncio.sleep(0.02)
    return view
