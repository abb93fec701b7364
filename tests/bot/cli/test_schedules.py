"""``psa-bot schedule``: shown, set, and taken back in the terminal."""

import asyncio
from dataclasses import replace

import pytest

from bot.store.queries import audit, connections
from tests.bot.cli.terminal import Terminal
from tests.bot.daily import MONDAY

SUNDAY_NIGHT = MONDAY.replace(day=15, hour=23)


@pytest.fixture
def connected(terminal: Terminal) -> Terminal:
    """Two connections, made on a Sunday; the clock stands on the Monday after."""

    async def add() -> None:
        async with terminal.bot() as bot:
            for name in ("cw-prod", "cw-east"):
                await connections.add(
                    bot.db,
                    bot.box,
                    name=name,
                    psa="connectwise",
                    settings={},
                    secrets={},
                    now=SUNDAY_NIGHT,
                    time_zone="Europe/Berlin",
                )

    asyncio.run(add())
    return replace(terminal, env={**terminal.env, "PSA_BOT_TESTING": "1", "PSA_BOT_NOW": MONDAY.isoformat()})


@pytest.mark.requirement("R115")
def test_what_nobody_set_is_manual_only(connected: Terminal) -> None:
    ran = connected.types("schedule", "show")
    assert ran.code == 0
    nothing = "  full sync: manual only\n  settings sync: manual only\n"
    assert ran.out == f"cw-east\n{nothing}cw-prod\n{nothing}"
    (found,) = connected.types("schedule", "show", "cw-prod", "--json").json["connections"]
    assert found["schedules"][0] | {"kind": "full"} == {
        "kind": "full",
        "manual": True,
        "weekly": None,
        "monthly": None,
        "at": "07:00",
        "quick": None,
        "next_sync_at": None,
        "next": [],
        "next_quick_sync_at": None,
        "version": 0,
        "by": None,
        "changed_at": None,
    }


@pytest.mark.requirement("R109", "R112")
def test_a_schedule_is_set_shown_with_its_next_runs_and_taken_back(connected: Terminal) -> None:
    ran = connected.types("schedule", "set", "cw-prod", "--weekly", "on", "--monthly", "31", "--peak", "9-18")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "cw-prod",
        "  full sync: weekly on Sundays and monthly on the 31st, at 07:00 UTC",
        "    Sun 22 Nov 07:00 UTC",
        "    Sun 29 Nov 07:00 UTC",
        "    Mon 30 Nov 07:00 UTC",
        "    Sun 6 Dec 07:00 UTC",
        "    Sun 13 Dec 07:00 UTC",
        "    In a month without that day it runs on the last one.",
        "    Where both fall on one day it runs once.",
        "    ⚠️ 07:00 UTC is for a part of the year within the peak hours, 09:00 to 18:00 (Europe/Berlin).",
        "  settings sync: manual only",
        "  peak hours: 09:00 to 18:00 (Europe/Berlin)",
    ]
    (found,) = connected.types("schedule", "set", "cw-prod", "--at", "06:30", "--json").json["connections"]
    assert (found["peak"], found["time_zone"]) == ("09:00-18:00", "Europe/Berlin")
    plan = found["schedules"][0]
    assert (plan["weekly"], plan["monthly"], plan["at"], plan["version"]) == ("sun", "31", "06:30", 2)
    assert plan["next_sync_at"] == plan["next"][0] == "2026-11-22T06:30:00Z"
    undone = connected.types("schedule", "undo", "cw-prod", "--json").json["connections"][0]["schedules"][0]
    assert (undone["at"], undone["version"], undone["by"]) == ("07:00", 3, "command line")


@pytest.mark.requirement("X10")
def test_quick_syncs_in_between_are_set_shown_and_put_off_again(connected: Terminal) -> None:
    ran = connected.types("schedule", "set", "cw-prod", "--quick", "4")
    assert ran.out.splitlines()[1:3] == [
        "  full sync: every 3 days, with a quick sync every 4 hours",
        "    next quick sync: Mon 16 Nov 08:00 UTC",
    ]
    assert "    A full sync runs in place of a quick one when the last is 3 days old: only a full one" in ran.out
    shown = connected.types("schedule", "set", "cw-prod", "--weekly", "on", "--json").json["connections"][0]
    plan = shown["schedules"][0]
    assert (plan["quick"], plan["manual"], plan["weekly"]) == (4, False, "sun")
    assert plan["next_quick_sync_at"] == plan["next_sync_at"] == "2026-11-16T08:00:00Z"
    assert (
        "  full sync: weekly on Sundays, at 07:00 UTC\n"
        in connected.types("schedule", "set", "cw-prod", "--quick", "off").out
    )
    undone = connected.types("schedule", "undo", "cw-prod", "--json").json["connections"][0]["schedules"][0]
    assert undone["quick"] == 4


@pytest.mark.requirement("X10")
def test_where_there_are_no_quick_syncs_it_says_why(connected: Terminal) -> None:
    ran = connected.types("schedule", "set", "cw-prod", "--kind", "settings", "--quick", "4")
    assert (ran.code, ran.err) == (2, "Quick syncs run between the full ones: leave --kind out.\n")

    async def add() -> None:
        async with connected.bot() as bot:
            await connections.add(
                bot.db, bot.box, name="halo", psa="halopsa", settings={}, secrets={}, now=SUNDAY_NIGHT
            )

    asyncio.run(add())
    ran = connected.types("schedule", "set", "halo", "--quick", "4")
    assert ran.code == 2
    assert ran.err.startswith("There is no quick sync for HaloPSA. HaloPSA documents no way to ask")
    assert connected.types("schedule", "set", "halo", "--quick", "off").code == 0


def test_switches_are_put_off_again(connected: Terminal) -> None:
    connected.types("schedule", "set", "cw-prod", "--weekly", "on", "--monthly", "last fri", "--peak", "9-18")
    ran = connected.types("schedule", "set", "cw-prod", "--weekly", "off", "--monthly", "off", "--peak", "off")
    assert ran.out == "cw-prod\n  full sync: manual only\n  settings sync: manual only\n"


@pytest.mark.parametrize(
    ("argument", "value", "hint"),
    [
        ("--monthly", "32", "2nd fri"),
        ("--at", "7", "such as 07:00"),
        ("--peak", "noon", "such as 09:00-18:00"),
        ("--quick", "5", "every 1, 2, 3, 4, 6, 8 or 12 hours"),
    ],
)
def test_a_day_or_time_that_is_none_is_wrong_usage(connected: Terminal, argument: str, value: str, hint: str) -> None:
    ran = connected.types("schedule", "set", "cw-prod", argument, value)
    assert ran.code == 2
    assert hint in ran.err


def test_a_connection_that_is_not_there_and_a_change_that_never_was_are_said(connected: Terminal) -> None:
    assert connected.types("schedule", "show", "nowhere").code == 2
    assert connected.types("schedule", "set", "nowhere", "--weekly", "on").code == 2
    ran = connected.types("schedule", "undo", "cw-prod")
    assert (ran.code, ran.err) == (1, "Nobody ever set a schedule for the full sync of cw-prod.\n")


def test_without_a_connection_it_says_how_to_add_one(terminal: Terminal) -> None:
    assert terminal.types("schedule", "show").out == "No connection yet: psa-bot connections add\n"


@pytest.mark.requirement("C4")
def test_the_settings_sync_has_a_schedule_of_its_own(connected: Terminal) -> None:
    ran = connected.types("schedule", "set", "cw-prod", "--kind", "settings", "--monthly", "1")
    assert ran.out.splitlines()[:4] == [
        "cw-prod",
        "  full sync: manual only",
        "  settings sync: monthly on the 1st, at 07:00 UTC",
        "    Tue 1 Dec 07:00 UTC",
    ]


@pytest.mark.requirement("R251")
def test_a_change_from_the_terminal_is_audited(connected: Terminal) -> None:
    connected.types("schedule", "set", "cw-prod", "--weekly", "on")

    async def newest() -> audit.Entry:
        async with connected.bot() as bot:
            return (await audit.recent(bot.db))[0]

    entry = asyncio.run(newest())
    assert (entry.who, entry.action, entry.target) == ("command line", "change schedule", "cw-prod full")
