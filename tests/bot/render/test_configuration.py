"""What a settings sync changed and verified, in lines that fit Slack whatever a PSA wrote."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.render import configuration
from bot.render.resync import Told, sync
from bot.render.words import Words
from bot.store.configuration import SettingsChange, Turn
from bot.store.queries.runs import RunKind, RunState, SyncRun
from connectors.records import SettingsKind
from tests.bot.daily import HOSTILE, MONDAY, fits_slack
from tests.bot.render.scenes import lines
from tests.bot.test_cases import SYNC

BOARDS = SettingsKind.BOARDS
COUNTS = {
    "tables": {"read": 20, "rows": 312, "refused": ["Members"], "not_exposed": [], "inactive": 12},
    "verified": [
        {"group": "boards", "state": "pass", "says": "6 of 6 in use are here"},
        {"group": "statuses", "state": "unknown", "says": "which status may follow which cannot be read by the API"},
    ],
}


def change(name: str, what: Turn = Turn.ADDED, kind: SettingsKind = BOARDS, **more: Any) -> SettingsChange:
    return SettingsChange(kind=kind, row_id="1", name=name, what=what, **more)


def done(**changes: Any) -> SyncRun:
    ended = MONDAY + timedelta(seconds=71)
    known = replace(SYNC, id=812, kind=RunKind.SETTINGS, started_at=MONDAY, ended_at=ended, counts=COUNTS)
    return replace(known, **changes)


def said(run: SyncRun, *found: SettingsChange) -> list[str]:
    told = Told(run=run, connection="cw-prod", psa="connectwise", now=MONDAY, who="Dana Agent", settings=found)
    message = sync(Words(), told)
    fits_slack(message)
    return lines(message)


@pytest.mark.requirement("R190", "R191", "R192", "R193", "R194", "R195", "R183")
def test_the_card_says_what_was_read_what_changed_what_was_verified_and_what_is_never_read() -> None:
    words = "\n".join(said(done(changes={"added": 1, "changed": 0, "removed": 0}), change("Projects")))
    for part in (
        "The settings sync of cw-prod is done.",
        "Read: 20 tables, 312 rows",
        "Changes: 1 added",
        "Not readable: Members",
        ": Projects",
        "✅ boards: 6 of 6 in use are here",
        "❔ statuses: which status may follow which",
        "Never read: tickets, history, passwords, financial data, attachments, time entries.",
    ):
        assert part in words


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (change("Projects"), "+ 1 boards: Projects"),
        (change("Waiting parts", Turn.REMOVED), "- 1 boards: Waiting parts"),
        (change("Urgent", Turn.CHANGED, before={"name": "P1"}, after={"name": "Urgent"}), "~ 1 boards: P1 → Urgent"),
        (change("P0", Turn.CHANGED, before={}, after={"active": False}), "~ 1 boards: P0 (now inactive)"),
        (change("P0", Turn.CHANGED, before={}, after={"active": True}), "~ 1 boards: P0 (active again)"),
        (change("P0", Turn.CHANGED, before={}, after={"property color": "red"}), "~ 1 boards: P0 (color)"),
    ],
)
def test_each_change_is_named(changed: SettingsChange, line: str) -> None:
    assert configuration.changes([changed], {}) == (line,)


def test_many_changes_are_counted() -> None:
    many = [change(f"Row {number}") for number in range(9)]
    assert configuration.changes(many, {})[0].endswith("Row 3 and 5 more")
    kinds = [change("x", what, kind) for kind in SettingsKind for what in (Turn.ADDED, Turn.REMOVED)]
    assert configuration.changes(kinds, {})[-1].startswith("… and changes in")


def test_a_settings_sync_that_failed_shows_no_details() -> None:
    error = {"kind": "invalid_data", "message": "Boards: two rows have the same id.", "who_must_act": "us", "call": ""}
    words = "\n".join(said(done(state=RunState.FAILED, error=error, counts={})))
    assert "two rows have the same id" in words
    assert "boards:" not in words


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_psa_calls_its_rows_stays_text(name: str) -> None:
    assert said(done(), change(name), change(name, Turn.CHANGED, before={"name": name}, after={"name": name}))
