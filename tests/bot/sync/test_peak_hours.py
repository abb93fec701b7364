"""A full sync while people work in the PSA has to be insisted on."""

import asyncio
from datetime import UTC, datetime, time

import pytest

from bot.resync import Joined, PeakHours, ResyncSettings, Started
from bot.schedules.hours import Hours
from bot.schedules.timetable import MANUAL
from bot.store.queries import audit, runs, schedules
from tests.bot.sync.stage import Stage


async def with_peak_hours(stage: Stage) -> None:
    """Nine to six in New York, and never by itself."""
    hours = Hours(begin=time(9), end=time(18))
    stage.clock.moment = datetime(2026, 11, 23, 15, tzinfo=UTC)  # ten in the morning there
    await schedules.change(
        stage.db,
        stage.connection,
        "full",
        timetable=MANUAL,
        peak=hours,
        by="U0ADMIN",
        now=stage.clock.now(),
        after=0,
    )


@pytest.mark.requirement("R229", "R232")
async def test_a_full_sync_in_the_peak_hours_of_the_connections_zone_has_to_be_insisted_on(stage: Stage) -> None:
    await with_peak_hours(stage)
    resync = stage.resync()
    outcome = await resync.request("cw-prod", "full", by="U0AGENT", question_id=17)
    assert outcome == PeakHours(connection=stage.connection, hours=Hours(begin=time(9), end=time(18)), question=17)
    assert await runs.latest(stage.db, stage.connection.id) == []
    (entry,) = await audit.recent(stage.db, 1)
    assert (entry.who, entry.target, entry.outcome, entry.detail) == ("U0AGENT", "cw-prod full", "allowed", "PeakHours")
    assert isinstance(await resync.request("cw-prod", "full", by="U0AGENT", in_peak=True), Started)


@pytest.mark.requirement("R229")
@pytest.mark.parametrize("hour", [13, 23])
async def test_outside_the_peak_hours_nobody_is_asked(lite: Stage, hour: int) -> None:
    await with_peak_hours(lite)
    lite.clock.moment = lite.clock.moment.replace(hour=hour)
    assert isinstance(await lite.resync().request("cw-prod", "full", by="U0AGENT"), Started)


@pytest.mark.requirement("R232")
async def test_a_sync_of_one_customer_the_schedule_and_the_operator_are_not_asked(lite: Stage) -> None:
    await with_peak_hours(lite)
    resync = lite.resync(ResyncSettings(cooldown_seconds=0))
    assert isinstance(await resync.request("cw-prod", "one", by="U0AGENT", account_id="1"), Started)
    assert isinstance(await resync.request("cw-prod", "full", by="U0AGENT", interactive=False), Started)
    await lite.queue.drain()
    assert isinstance(await resync.request("cw-prod", "full", by="command line", force=True), Started)
    await lite.queue.drain()


async def test_who_comes_while_it_runs_joins_also_in_the_peak_hours(lite: Stage) -> None:
    await with_peak_hours(lite)
    gate = lite.psa.gates["accounts"] = asyncio.Event()
    resync = lite.resync()
    await resync.request("cw-prod", "full", by="U0AGENT", in_peak=True)
    assert isinstance(await resync.request("cw-prod", "full", by="U0ADMIN"), Joined)
    gate.set()
    await lite.queue.drain()
