"""Schedules in words: the card, the form, the peak hours, and what did not happen."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from bot.forms import Form, OneOf, TextLine, Ticks, TimeOfDay
from bot.messages import Button
from bot.planned import Plan
from bot.render import resync, schedule_form, schedules
from bot.render.schedule_form import Draft
from bot.render.timetables import described, ordinal
from bot.render.words import Words
from bot.schedules.hours import Hours
from bot.schedules.timetable import MANUAL, Nth, OnDate, OnWeekday, Timetable, Weekday
from bot.scheduling import Agenda, Outdated
from bot.slack.limits import problems
from bot.slack.modals import view_of
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState
from bot.store.queries.schedules import SyncSchedule
from bot.sync.outcome import PeakHours
from sandbox.slack.blockkit.surfaces import view_problems
from tests.bot.daily import DAY, HOUR, MONDAY, fits_slack
from tests.bot.render.scenes import labels, lines
from tests.bot.render.standings import bad
from tests.bot.slack.test_modals import HERE
from tests.bot.test_cases import CONNECTION

WORDS = Words()
OFFICE = Hours(begin=time(9), end=time(18))
BERLIN = replace(CONNECTION, time_zone="Europe/Berlin", created_at=MONDAY, paused=False)
WEEKLY = Timetable(weekly=Weekday.MONDAY)
BOTH = Timetable(weekly=Weekday.MONDAY, monthly=OnDate(day=31))
BETWEEN = Timetable(weekly=Weekday.MONDAY, quick=4)
NOW = MONDAY + HOUR


def plan(
    timetable: Timetable | None = WEEKLY, peak: Hours | None = None, connection: Connection = BERLIN, **more: object
) -> Plan:
    schedule = (
        None
        if timetable is None
        else SyncSchedule(
            connection_id=connection.id,
            kind=RunKind.FULL,
            version=4,
            timetable=timetable,
            peak=peak,
            by="U0AGENT",
            changed_at=MONDAY,
        )
    )
    known = Plan(connection=connection, kind=RunKind.FULL, schedule=schedule, recent=())
    return replace(known, **more)  # type: ignore[arg-type]  # each by its name


def card(*plans: Plan, did: str = "", now: datetime = NOW) -> list[str]:
    agenda = Agenda(connection=plans[0].connection, plans=plans, at=now)
    message = schedules.schedule(WORDS, agenda, [("", "U0AGENT") for _ in plans], did)
    fits_slack(message)
    return lines(message)


def fields(form: Form) -> list[str]:
    return [part.name for part in form.parts if isinstance(part, Ticks | OneOf | TimeOfDay | TextLine)]


@pytest.mark.parametrize(
    ("timetable", "words"),
    [
        (MANUAL, "manual only"),
        (WEEKLY, "weekly on Mondays, at 07:00 UTC"),
        (Timetable(monthly=OnDate(day=2), at=time(6, 5)), "monthly on the 2nd, at 06:05 UTC"),
        (
            Timetable(monthly=OnWeekday(nth=Nth.LAST, weekday=Weekday.FRIDAY)),
            "monthly on the last Friday, at 07:00 UTC",
        ),
        (
            Timetable(monthly=OnWeekday(nth=Nth.SECOND, weekday=Weekday.TUESDAY)),
            "monthly on the second Tuesday, at 07:00 UTC",
        ),
        (BOTH, "weekly on Mondays and monthly on the 31st, at 07:00 UTC"),
        (BETWEEN, "weekly on Mondays, at 07:00 UTC, with a quick sync every 4 hours"),
        (Timetable(quick=1), "every 3 days, with a quick sync every hour"),
    ],
)
def test_a_timetable_in_words(timetable: Timetable, words: str) -> None:
    assert described(timetable) == words


def test_every_day_of_a_month_has_its_ending() -> None:
    said = " ".join(ordinal(day) for day in (1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 24, 30, 31))
    assert said == "1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 24th 30th 31st"


@pytest.mark.requirement("R109", "R113", "R114")
def test_the_card_tells_the_days_the_next_five_runs_and_who_set_it() -> None:
    assert card(plan(BOTH, OFFICE), did="Saved by Dana Agent.") == [
        "Saved by Dana Agent.",
        "cw-prod · ConnectWise",
        "📅 The full sync: weekly on Mondays and monthly on the 31st, at 07:00 UTC.",
        "• Mon 23 Nov 07:00 UTC · for you Mon 23 Nov 2026 07:00 UTC",
        "• Mon 30 Nov 07:00 UTC · for you Mon 30 Nov 2026 07:00 UTC",
        "• Mon 7 Dec 07:00 UTC · for you Mon 7 Dec 2026 07:00 UTC",
        "• Mon 14 Dec 07:00 UTC · for you Mon 14 Dec 2026 07:00 UTC",
        "• Mon 21 Dec 07:00 UTC · for you Mon 21 Dec 2026 07:00 UTC",
        "In a month without that day it runs on the last one.",
        "Where both fall on one day it runs once.",
        "⚠️ 07:00 UTC is for a part of the year within the peak hours, 09:00 to 18:00 (Europe/Berlin).",
        "Set by @U0AGENT, Mon 16 Nov 2026 07:00 UTC.",
        "Peak hours: 09:00 to 18:00 (Europe/Berlin). A full sync that somebody starts then has to be confirmed.",
    ]


@pytest.mark.requirement("C12")
def test_a_time_that_is_always_within_the_peak_hours_is_warned_of() -> None:
    noon = replace(WEEKLY, at=time(11))
    assert "⚠️ 11:00 UTC is always within the peak hours, 09:00 to 18:00 (Europe/Berlin)." in card(plan(noon, OFFICE))


@pytest.mark.requirement("R115", "R224")
def test_manual_only_is_said_and_a_schedule_suggested() -> None:
    nobody = plan(None)
    said = card(nobody)
    assert said[1].startswith("🖐 The full sync: manual only. It runs when somebody starts it.")
    assert not any("Set by" in line for line in said)
    message = schedules.schedule(WORDS, Agenda(connection=BERLIN, plans=(nobody,), at=NOW), [("", "")])
    assert labels(message) == ["schedule.change", "schedule.suggested"]
    suggest = message.actions[1]
    assert isinstance(suggest, Button)
    assert suggest.confirm is not None
    assert suggest.confirm.text == "The full sync of cw-prod then runs weekly on Mondays, at 07:00 UTC."


def test_a_schedule_that_failed_says_when_it_is_tried_again() -> None:
    failed = bad(RunState.FAILED)
    tried = plan(recent=(replace(failed, requested_at=MONDAY + 7 * DAY, ended_at=MONDAY + 7 * DAY + HOUR),))
    said = card(tried, now=MONDAY + 7 * DAY + 2 * HOUR)
    assert "❌ The last one failed. It is tried again Tue 24 Nov 2026 07:00 UTC." in said


def test_a_paused_connection_says_that_nothing_runs() -> None:
    assert "paused: nothing runs until it is resumed" in card(plan(connection=replace(BERLIN, paused=True)))[0]


def test_buttons_of_another_kind_of_sync_say_which() -> None:
    settings = replace(plan(), kind=RunKind.SETTINGS)
    message = schedules.schedule(
        WORDS, Agenda(connection=BERLIN, plans=(plan(), settings), at=NOW), [("", ""), ("", "")]
    )
    said = [(button.label, button.value) for button in message.actions if isinstance(button, Button)]
    assert said == [
        ("Change…", "s:1:full:4"),
        ("Undo", "s:1:full:4"),
        ("Settings sync: Change…", "s:1:settings:4"),
        ("Settings sync: Undo", "s:1:settings:4"),
    ]


@pytest.mark.parametrize("count", [2, 30, 150])
def test_many_connections_are_listed_and_the_rest_counted(count: int) -> None:
    agendas = [
        Agenda(
            connection=(one := replace(BERLIN, id=number, name=f"cw-{number}")), plans=(plan(connection=one),), at=NOW
        )
        for number in range(1, count + 1)
    ]
    message = schedules.several(WORDS, agendas)
    fits_slack(message)
    said = lines(message)
    assert said[1] == "• cw-1: weekly on Mondays, at 07:00 UTC; next Mon 23 Nov 2026 07:00 UTC"
    assert any(f"{count - 20} more connections" in line for line in said) is (count > 20)
    assert labels(message) == ["schedule.show"]


def test_a_connection_without_a_schedule_has_no_next_run_in_the_list() -> None:
    agendas = [Agenda(connection=BERLIN, plans=(plan(None),), at=NOW)] * 2
    assert lines(schedules.several(WORDS, agendas))[1] == "• cw-prod: manual only"


def test_who_came_second_is_told_that_nothing_was_changed() -> None:
    message = schedules.outdated(WORDS, Outdated(connection=BERLIN, kind=RunKind.FULL))
    fits_slack(message)
    assert labels(message) == ["schedule.show"]


@pytest.mark.requirement("R229", "R232")
@pytest.mark.parametrize(("question", "value"), [(None, "s:1"), (17, "s:1:17")])
def test_the_peak_hours_say_how_long_they_last_and_offer_to_go_on(question: int | None, value: str) -> None:
    outcome = PeakHours(connection=BERLIN, hours=OFFICE, question=question)
    message = resync.not_started(WORDS, outcome, now=MONDAY.replace(hour=14, minute=15))
    fits_slack(message)
    assert "They are 09:00 to 18:00 (Europe/Berlin), and end in 2 h 45 min." in "\n".join(lines(message))
    (button,) = message.actions
    assert isinstance(button, Button)
    assert (button.action, button.value) == ("schedule.sync_anyway", value)
    assert "end in" not in "\n".join(lines(resync.not_started(WORDS, outcome)))


@pytest.mark.parametrize(
    ("timetable", "expected"),
    [
        (MANUAL, ["weekly", "monthly", "at", "quick", "peak"]),
        (BETWEEN, ["weekly", "monthly", "at", "quick", "peak"]),
        (BOTH, ["weekly", "monthly", "date", "at", "quick", "peak"]),
        (
            Timetable(monthly=OnWeekday(nth=Nth.LAST, weekday=Weekday.FRIDAY)),
            ["weekly", "monthly", "nth", "weekday", "at", "quick", "peak"],
        ),
    ],
)
def test_the_form_has_the_fields_that_are_needed_and_slack_takes_it(timetable: Timetable, expected: list[str]) -> None:
    form = schedule_form.form(WORDS, plan(), Draft(timetable=timetable, peak=OFFICE), "s:1:full:4", NOW)
    assert fields(form) == expected
    view = view_of(form, HERE)
    assert [str(problem) for problem in view_problems(view)] == []
    assert problems(view["blocks"], "modal") == []


def test_the_form_of_the_settings_sync_has_no_peak_hours() -> None:
    settings = replace(plan(), kind=RunKind.SETTINGS)
    form = schedule_form.form(WORDS, settings, Draft(timetable=MANUAL, peak=None), "", NOW)
    assert fields(form) == ["weekly", "monthly", "at"]


@pytest.mark.parametrize(
    "timetable", [MANUAL, WEEKLY, BOTH, BETWEEN, Timetable(quick=12), Timetable(monthly=OnDate(day=2), at=time(6))]
)
def test_what_the_form_shows_comes_back_as_it_was(timetable: Timetable) -> None:
    draft = Draft(timetable=timetable, peak=OFFICE)
    form = schedule_form.form(WORDS, plan(), draft, "", NOW)
    filled = {
        part.name: part.chosen
        if isinstance(part, Ticks)
        else ((part.text,) if isinstance(part, TextLine) else (part.chosen,))
        for part in form.parts
        if isinstance(part, Ticks | OneOf | TimeOfDay | TextLine)
    }
    assert schedule_form.wrong(filled) == {}
    assert schedule_form.draft_of(filled, plan()) == draft


HOSTILE_FILLED = {
    "weekly": ("<!channel>",),
    "monthly": ("weekday",),
    "nth": ("31st",),
    "weekday": ("caturday",),
    "date": ("99",),
    "at": ("99:99",),
    "quick": ("5",),
    "peak": ("x" * 5000,),
}


def test_what_no_form_of_ours_could_send_is_named_field_by_field_and_breaks_nothing() -> None:
    assert set(schedule_form.wrong(HOSTILE_FILLED)) == {"date", "weekday", "at", "quick", "peak"}
    draft = schedule_form.draft_of(HOSTILE_FILLED, plan())
    assert draft == Draft(timetable=Timetable(weekly=Weekday.MONDAY, monthly=None), peak=None)
    form = schedule_form.form(WORDS, plan(), draft, "", NOW, HOSTILE_FILLED["peak"][0])
    assert [str(problem) for problem in view_problems(view_of(form, HERE))] == []
