"""A sync that did not happen or did not end, and data that gets old, in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages import plain
from bot.overdue import Overdue, Why
from bot.render.overdue import overdue
from bot.render.words import Words
from bot.store.queries.runs import RunKind
from bot.watchdog import Notice
from tests.bot.daily import DAY, HOUR, MONDAY, fits_slack
from tests.bot.render.scenes import labels, lines
from tests.bot.render.standings import incident
from tests.bot.test_cases import CONNECTION, SYNC

WORDS = Words()
BERLIN = replace(CONNECTION, time_zone="Europe/Berlin", created_at=MONDAY, paused=False)


def notice(cause: Why, **more: object) -> Notice:
    late = Overdue(connection=BERLIN, kind=RunKind.FULL, why=cause, since=MONDAY, next_at=MONDAY + 7 * DAY)
    known = Notice(
        incident=incident(),
        why=cause,
        connection="cw-prod",
        psa="connectwise",
        overdue=late,
        data_as_of=MONDAY - 7 * DAY,
    )
    return replace(known, **more)  # type: ignore[arg-type]  # each by its name


@pytest.mark.requirement("R227")
@pytest.mark.parametrize(
    ("why", "headline", "buttons"),
    [
        (
            Why.MISSED,
            "🟥 cw-prod: the full sync of Mon 16 Nov 07:00 UTC did not run.",
            ["schedule.sync", "schedule.show"],
        ),
        (
            Why.OLD,
            "🟨 cw-prod: the data is 9 days old, and only people start its syncs.",
            ["schedule.sync", "schedule.show"],
        ),
    ],
)
def test_what_is_overdue_says_what_to_do(why: Why, headline: str, buttons: list[str]) -> None:
    message = overdue(WORDS, notice(why), MONDAY + 9 * DAY)
    fits_slack(message)
    assert headline in plain(message.blocks)
    assert "1. Press Sync now." in lines(message)
    assert "• Data in use: of Mon 9 Nov 2026 07:00 UTC, 16 days ago" in lines(message)
    assert labels(message) == buttons


@pytest.mark.parametrize("begun", [True, False])
def test_a_sync_that_hangs_can_be_cancelled(begun: bool) -> None:
    run = replace(SYNC, id=812, started_at=MONDAY if begun else None, ended_at=None)
    late = Overdue(connection=BERLIN, kind=RunKind.FULL, why=Why.HUNG, since=MONDAY, run=run)
    message = overdue(WORDS, notice(Why.HUNG, overdue=late, data_as_of=None), MONDAY + 2 * HOUR)
    fits_slack(message)
    said = "\n".join(lines(message))
    assert "cw-prod: the full sync that was due Mon 16 Nov 07:00 UTC has not ended." in said
    assert ("It is still reading" in said, "It still waits for its turn" in said) == (begun, not begun)
    assert "none, it never synced" in said
    assert labels(message) == ["run.cancel"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "🟩 cw-prod: it was synced since, or its next sync has come."),
        ({"why": Why.HUNG}, "🟩 cw-prod: the sync that had not ended has ended."),
        ({"why": Why.OLD}, "🟩 cw-prod: it was synced, or has a schedule now."),
        ({"paused": True}, "➖ cw-prod: the connection is paused, so nothing is synced."),
        ({"removed": True, "data_as_of": None}, "➖ cw-prod: the connection was removed."),
    ],
)
def test_what_is_well_again_is_said_in_the_same_message(more: dict[str, object], words: str) -> None:
    message = overdue(WORDS, notice(Why.MISSED, **{"overdue": None, **more}), MONDAY + timedelta(days=1))
    fits_slack(message)
    assert lines(message)[0] == words
    assert "Nothing needs doing any more." in "\n".join(lines(message))
    assert message.actions == ()
