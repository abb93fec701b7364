"""Quick syncs in between in words: the card, the list and the form."""

import json
from dataclasses import replace

import pytest

from bot.forms import OneOf
from bot.render import schedule_form, schedules
from bot.render.schedule_form import Draft
from bot.scheduling import Agenda
from bot.slack.modals import view_of
from bot.store.queries.runs import RunState
from tests.bot.daily import DAY, HOUR, MONDAY
from tests.bot.render.scenes import lines
from tests.bot.render.standings import bad
from tests.bot.render.test_schedules import BERLIN, BETWEEN, NOW, OFFICE, WEEKLY, WORDS, card, fields, plan
from tests.bot.slack.test_modals import HERE

WHY = "only a full one finds what was removed."


@pytest.mark.requirement("X10")
def test_the_form_offers_quick_syncs_and_shows_the_next_one() -> None:
    form = schedule_form.form(WORDS, plan(), Draft(timetable=BETWEEN, peak=None), "", NOW)
    (select,) = [part for part in form.parts if isinstance(part, OneOf) and part.name == "quick"]
    assert [option.label for option in select.options][:3] == ["None", "Every hour", "Every 2 hours"]
    assert (select.chosen, select.live) == ("4", True)
    said = json.dumps(view_of(form, HERE), ensure_ascii=False)
    assert "⚡ The next quick sync: Mon 16 Nov 12:00 UTC" in said


@pytest.mark.requirement("X10")
@pytest.mark.parametrize("psa", ["halopsa", "syncro", "kaseya-bms", "pulseway"])
def test_a_psa_that_cannot_tell_what_changed_has_no_quick_syncs_in_its_form(psa: str) -> None:
    halo = plan(connection=replace(BERLIN, psa=psa))
    form = schedule_form.form(WORDS, halo, Draft(timetable=WEEKLY, peak=None), "", NOW)
    assert "quick" not in fields(form)
    assert schedule_form.draft_of({"weekly": ("on",), "quick": ("4",)}, halo).timetable == WEEKLY


@pytest.mark.requirement("X10", "X28")
def test_the_card_tells_how_often_a_quick_sync_runs_and_when_the_next_one_does() -> None:
    assert card(plan(replace(BETWEEN, weekly=None), OFFICE)) == [
        "cw-prod · ConnectWise",
        "📅 The full sync: every 3 days, with a quick sync every 4 hours.",
        "• ⚡ The next quick sync: Mon 16 Nov 12:00 UTC · for you Mon 16 Nov 2026 12:00 UTC",
        f"A full sync runs in place of a quick one when the last is 3 days old (2 outside the peak hours): {WHY}",
        "Set by @U0AGENT, Mon 16 Nov 2026 07:00 UTC.",
        "Peak hours: 09:00 to 18:00 (Europe/Berlin). A full sync that somebody starts then has to be confirmed.",
    ]


def test_beside_days_a_quick_sync_is_told_after_the_next_runs() -> None:
    said = card(plan(BETWEEN))
    assert said[6:8] == [
        "• Mon 21 Dec 07:00 UTC · for you Mon 21 Dec 2026 07:00 UTC",
        "• ⚡ The next quick sync: Mon 16 Nov 12:00 UTC · for you Mon 16 Nov 2026 12:00 UTC",
    ]
    assert said[8] == f"A full sync runs in place of a quick one when the last is 3 days old: {WHY}"


def test_in_the_list_the_next_sync_may_be_a_quick_one() -> None:
    agendas = [Agenda(connection=BERLIN, plans=(plan(BETWEEN),), at=NOW)] * 2
    line = "weekly on Mondays, at 07:00 UTC, with a quick sync every 4 hours; next Mon 16 Nov 2026 12:00 UTC"
    assert lines(schedules.several(WORDS, agendas))[1] == f"• cw-prod: {line}"


def test_a_failed_full_sync_is_told_beside_the_quick_ones_that_go_on() -> None:
    failed = replace(bad(RunState.FAILED), requested_at=MONDAY + 7 * DAY, ended_at=MONDAY + 7 * DAY + HOUR)
    said = card(plan(BETWEEN, recent=(failed,)), now=MONDAY + 7 * DAY + 2 * HOUR)
    assert "❌ The last one failed. It is tried again Tue 24 Nov 2026 07:00 UTC." in said
