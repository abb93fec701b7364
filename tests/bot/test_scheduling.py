"""A schedule is changed, taken back and suggested; each change is audited."""

from datetime import time

import pytest

from bot.schedules.hours import Hours
from bot.schedules.timetable import MANUAL, OnDate, Timetable, Weekday
from bot.scheduling import Outdated, Scheduling, suggestion
from bot.store.database import Database
from bot.store.queries import audit
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from bot.store.queries.schedules import SyncSchedule
from tests.bot.daily import DAY, MONDAY
from tests.bot.sync.fakes import MovingClock

OFFICE = Hours(begin=time(9), end=time(18))
WEEKLY = Timetable(weekly=Weekday.SUNDAY)
BETWEEN = Timetable(weekly=Weekday.SUNDAY, quick=4)
BOTH = Timetable(weekly=Weekday.SUNDAY, monthly=OnDate(day=31), at=time(6))


@pytest.fixture
def scheduling(database: Database) -> Scheduling:
    return Scheduling(database, MovingClock(MONDAY))


async def change(
    scheduling: Scheduling, prod: Connection, timetable: Timetable, after: int, peak: Hours | None = None
) -> SyncSchedule | Outdated:
    return await scheduling.change(prod, RunKind.FULL, timetable, peak, by="U0AGENT", after=after)


async def in_force(scheduling: Scheduling, prod: Connection) -> tuple[Timetable, Hours | None]:
    plan = await scheduling.plan(prod, RunKind.FULL)
    return plan.timetable, plan.peak


@pytest.mark.requirement("R109", "R251")
async def test_each_change_is_audited_with_what_it_is_now(
    database: Database, prod: Connection, scheduling: Scheduling
) -> None:
    await change(scheduling, prod, BOTH, 0, OFFICE)
    await change(scheduling, prod, MANUAL, 0)
    await scheduling.undo(prod, RunKind.FULL, 1, by="U0ADMIN")
    found = [(one.who, one.action, one.target, one.outcome, one.detail) for one in await audit.recent(database, 3)]
    assert found == [
        ("U0ADMIN", "undo schedule", "cw-prod full", "done", "version 2: manual only, at 07:00"),
        ("U0AGENT", "change schedule", "cw-prod full", "outdated", ""),
        (
            "U0AGENT",
            "change schedule",
            "cw-prod full",
            "done",
            "version 1: weekly sun and monthly 31, at 06:00, peak hours 09:00-18:00",
        ),
    ]


async def test_taking_a_change_back_brings_what_was_before_with_its_peak_hours(
    prod: Connection, scheduling: Scheduling
) -> None:
    await change(scheduling, prod, WEEKLY, 0, OFFICE)
    await change(scheduling, prod, BOTH, 1)
    undone = await scheduling.undo(prod, RunKind.FULL, 2, by="U0AGENT")
    assert isinstance(undone, SyncSchedule)
    assert undone.version == 3
    assert await in_force(scheduling, prod) == (WEEKLY, OFFICE)
    await scheduling.undo(prod, RunKind.FULL, 3, by="U0AGENT")
    assert await in_force(scheduling, prod) == (BOTH, None)


@pytest.mark.requirement("R109", "X10")
async def test_quick_syncs_in_between_are_audited_and_taken_back_with_the_rest(
    database: Database, prod: Connection, scheduling: Scheduling
) -> None:
    await change(scheduling, prod, Timetable(quick=1), 0)
    await change(scheduling, prod, BETWEEN, 1, OFFICE)
    await change(scheduling, prod, WEEKLY, 2, OFFICE)
    await scheduling.undo(prod, RunKind.FULL, 3, by="U0AGENT")
    assert await in_force(scheduling, prod) == (BETWEEN, OFFICE)
    assert [one.detail for one in reversed(await audit.recent(database, 4))] == [
        "version 1: no days, at 07:00, quick every 1 h",
        "version 2: weekly sun, at 07:00, quick every 4 h, peak hours 09:00-18:00",
        "version 3: weekly sun, at 07:00, peak hours 09:00-18:00",
        "version 4: weekly sun, at 07:00, quick every 4 h, peak hours 09:00-18:00",
    ]


async def test_only_the_change_that_is_in_force_can_be_taken_back(prod: Connection, scheduling: Scheduling) -> None:
    await change(scheduling, prod, WEEKLY, 0)
    await change(scheduling, prod, BOTH, 1)
    outcome = await scheduling.undo(prod, RunKind.FULL, 1, by="U0AGENT")
    assert outcome == Outdated(connection=prod, kind=RunKind.FULL)
    assert await in_force(scheduling, prod) == (BOTH, None)


async def test_an_agenda_tells_each_kind_and_a_connection_without_a_schedule_is_manual(
    prod: Connection, scheduling: Scheduling
) -> None:
    (agenda,) = await scheduling.agendas()
    assert [plan.kind for plan in agenda.plans] == [RunKind.FULL, RunKind.SETTINGS]
    assert [plan.next_at(MONDAY) for plan in agenda.plans] == [None, None]
    await change(scheduling, prod, WEEKLY, 0)
    assert (await scheduling.agenda(prod)).of(RunKind.FULL).next_at(MONDAY) == MONDAY + 6 * DAY


@pytest.mark.requirement("R224", "C4")
def test_weekly_is_suggested_for_the_full_sync_and_monthly_for_the_settings(prod: Connection) -> None:
    assert suggestion(prod, RunKind.FULL) == WEEKLY
    assert suggestion(prod, RunKind.SETTINGS) == Timetable(monthly=OnDate(day=1))
