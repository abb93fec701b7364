"""A sync in words: how far it is, how it ended, why it was not started, and what became of a decision."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.messages import Message
from bot.render import resync
from bot.render.resync import Told, sync, unanswered
from bot.render.runs import duration
from bot.render.words import Words
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.outcome import (
    Accepted,
    Cancelling,
    CoolingDown,
    InTheWay,
    Joined,
    NotAllowed,
    Over,
    Paused,
    Rejected,
    UnknownConnection,
)
from bot.sync.times import timing
from tests.bot.daily import DENIED, DOWN, HOSTILE, MONDAY, TIMEOUT, fits_slack
from tests.bot.render.scenes import labels, lines
from tests.bot.test_cases import CONNECTION, SYNC

WORDS = Words()
NOW = MONDAY + timedelta(minutes=6)
STARTED = replace(SYNC, id=812, started_at=MONDAY, ended_at=None, requested_by="U0AGENT", calls=41)
COUNTS = {
    "accounts": {"fetched": 1502, "visible": 1498, "cannot_tell": 3, "left_out": {"prospect": 31002, "recycled": 0}},
    "agreements": {"fetched": 5329, "qualifying": 3811},
}


def run(state: RunState = RunState.SUCCEEDED, **changes: Any) -> SyncRun:
    return replace(STARTED, state=state, ended_at=MONDAY + timedelta(minutes=12, seconds=4), **changes)


def told(one: SyncRun, **changes: Any) -> Told:
    known = Told(run=one, connection="cw-prod", psa="connectwise", now=NOW, who="Dana Agent")
    return replace(known, **changes)


def said(one: SyncRun, **changes: Any) -> list[str]:
    return lines(sync(WORDS, told(one, **changes)))


@pytest.mark.requirement("R175", "R176")
def test_a_running_sync_says_who_started_it_how_far_it_is_and_what_answers_use_meanwhile() -> None:
    reading = replace(STARTED, phase="reading companies", phase_number=2, phase_count=5, rows=4120)
    assert said(reading, timing=timing(reading, 724.0, NOW)) == [
        "🔄 Dana Agent started a full sync of cw-prod.",
        "Phase: 2/5 reading companies",
        "Read so far: 4,120 rows",
        "Time: 6 min of usually 12 min 4 s",
        "Questions are answered from the version before it until it is done.",
    ]
    assert labels(sync(WORDS, told(reading))) == ["run.cancel"]


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(
    ("minutes", "usual", "words"),
    [
        (6, None, "Time: 6 min of 10 min to 30 min the first time"),
        (31, None, "Time: 31 min of 10 min to 30 min the first time, slower than expected"),
        (6, 120.0, "Time: 6 min of usually 2 min, slower than expected"),
    ],
)
def test_a_sync_past_its_expected_time_is_called_slow(minutes: int, usual: float | None, words: str) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    assert words in said(STARTED, now=now, timing=timing(STARTED, usual, now))


def test_a_sync_that_waits_for_its_turn_says_so() -> None:
    queued = replace(STARTED, state=RunState.QUEUED, started_at=None, requested_at=NOW)
    assert "Phase: waiting for its turn" in said(queued)
    assert "Time: under 1 s" in said(queued)


def test_people_whose_name_is_not_known_are_mentioned() -> None:
    message = sync(WORDS, told(STARTED, who="", user="U0AGENT"))
    assert lines(message)[0] == "🔄 @U0AGENT started a full sync of cw-prod."
    assert message.summary == "🔄 @U0AGENT started a full sync of cw-prod."
    fits_slack(message)
    assert "started by @U0AGENT" in said(run(), who="", user="U0AGENT")[-1]


def test_a_success_tells_its_numbers_in_the_psas_words_and_offers_nothing() -> None:
    message = sync(WORDS, told(run(counts=COUNTS, changes={"added": 6, "became_hidden": 2})))
    assert lines(message) == [
        "✅ The full sync of cw-prod is done.",
        "Visible: 1,498 of 1,502 companies read, 3 cannot be told",
        "Agreements: 3,811 of 5,329 qualify",
        "Changes: 6 new, 2 became hidden",
        "Left out on purpose: 31,002 prospects and other types",
        "Run 812, started by Dana Agent, 12 min 4 s, 41 calls.",
    ]
    assert message.actions == ()
    assert "Changes: none" in said(run())


@pytest.mark.parametrize(
    ("state", "error", "headline", "actions"),
    [
        (RunState.FAILED, DENIED, "🟥 The full sync of cw-prod failed.", ["alert.retry", "run.help"]),
        (RunState.INCOMPLETE, DOWN, "⚠️ The full sync of cw-prod did not get through.", ["alert.retry", "run.help"]),
        (RunState.REFUSED, DENIED, "⛔ The full sync of cw-prod was not believed.", ["run.reject", "run.accept"]),
        (RunState.CANCELLED, None, "➖ The full sync of cw-prod was cancelled.", []),
        (RunState.UNKNOWN, None, "❔ The full sync of cw-prod ended without a word.", ["alert.retry", "run.help"]),
    ],
)
def test_whatever_did_not_succeed_keeps_the_old_data_and_says_so(
    state: RunState, error: dict[str, str] | None, headline: str, actions: list[str]
) -> None:
    message = sync(WORDS, told(run(state, error=error)))
    read = lines(message)
    assert read[0] == headline
    assert any(line.endswith("The data from before it is still used.") for line in read)
    assert error is None or any(error["message"] in line for line in read)
    assert labels(message) == actions


def test_a_failure_says_who_must_act() -> None:
    assert "Who must act: The host of ConnectWise" in said(run(RunState.INCOMPLETE, error=DOWN))
    assert "Who must act: Nobody, if it passes; else the host of the PSA" in said(
        run(RunState.INCOMPLETE, error=TIMEOUT), psa=""
    )


def test_a_sync_of_one_customer_is_called_that_and_one_of_a_new_kind_by_its_kind() -> None:
    assert said(run(kind=RunKind.ONE))[0] == "✅ The sync of one customer of cw-prod is done."
    assert said(run(kind=RunKind.QUICK))[0] == "✅ The quick sync of cw-prod is done."


def test_a_sync_that_never_began_took_no_time() -> None:
    assert said(run(RunState.CANCELLED, started_at=None))[-1] == "Run 812, started by Dana Agent, 41 calls."


def test_whoever_waited_for_a_sync_that_failed_is_told_that_nothing_changed_and_why() -> None:
    one = unanswered(WORDS, told(run(RunState.FAILED, error=DENIED)), [("q:17", "Acme")])
    assert lines(one) == [
        "🟥 The full sync of cw-prod failed, so nothing has changed for “Acme”.",
        DENIED["message"],
        "The data from before it is still used.",
    ]
    assert labels(one) == ["alert.retry", "run.help", "missing.check_again"]
    many = unanswered(WORDS, told(run(RunState.CANCELLED)), [(f"q:{n}", f"Name {n}") for n in range(8)])
    assert lines(many)[0] == "➖ The full sync of cw-prod was cancelled, so nothing has changed for 8 questions."
    assert "• Name 7" in lines(many)
    very_many = unanswered(WORDS, told(run(RunState.CANCELLED)), [(f"q:{n}", f"Name {n}") for n in range(25)])
    assert lines(very_many)[-1] == "• … and 5 more"
    assert [action.label for action in many.actions if hasattr(action, "label")][0] == "Check Name 0 again"  # noqa: RUF015 - clearer
    assert len(many.actions) == 5


def outcome(what: Any, **more: Any) -> Message:
    return resync.not_started(WORDS, what, **more)


@pytest.mark.requirement("R233")
def test_a_second_press_is_told_who_started_it_and_when() -> None:
    joined = Joined(run=STARTED, connection=CONNECTION, by="U0AGENT", since=MONDAY)
    message = outcome(joined, who="Dana Agent")
    assert (
        lines(message)[0] == "🔄 A sync of cw-prod is running since Mon 16 Nov 2026 07:00 UTC, started by Dana Agent."
    )
    assert labels(message) == ["run.cancel"]
    assert "started by @U0AGENT." in lines(outcome(joined, user="U0AGENT"))[0]


def test_a_press_right_after_a_sync_is_told_how_long_to_wait_and_how_the_last_one_ended() -> None:
    good = CoolingDown(until=NOW + timedelta(seconds=45), last=run(), connection=CONNECTION, may_force=True)
    assert lines(outcome(good, now=NOW))[:2] == [
        "⏳ cw-prod was synced just now.",
        "The next one can start in 45 s, so that the PSA is not asked the same twice.",
    ]
    bad = replace(good, last=replace(run(RunState.FAILED), ended_at=None))
    assert lines(outcome(bad))[0] == "⏳ The last sync of cw-prod failed just now."
    assert "can start Mon 16 Nov 2026 07:06 UTC" in lines(outcome(bad))[1]


@pytest.mark.parametrize(
    ("what", "headline", "next_step"),
    [
        (
            Paused(connection=CONNECTION),
            "cw-prod is paused, so nothing was synced.",
            "psa-bot connections resume cw-prod",
        ),
        (UnknownConnection(name="x", known=("a", "b")), "There is no connection “x”.", "There are: a, b."),
        (UnknownConnection(name="x", known=()), "There is no connection “x”.", "There are: none yet."),
        (NotAllowed(), "You may not start a sync here.", "Ask an administrator"),
    ],
)
def test_each_reason_for_no_sync_has_a_next_step(what: Any, headline: str, next_step: str) -> None:
    first, second = lines(outcome(what))
    assert headline in first
    assert next_step in second


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (Cancelling(run=STARTED), "Run 812 is being cancelled."),
        (Accepted(run=STARTED), "Accepted: the data that was set aside is in use now."),
        (Rejected(run=STARTED), "Rejected: the data of run 812 was thrown away."),
        (InTheWay(run=STARTED), "Run 812 is reading newer data right now."),
        (Over(run=STARTED), "Run 812 is over, or somebody decided before you."),
        (Over(run=None), "That run is over, or somebody decided before you."),
        (NotAllowed(), "You may not decide about syncs here."),
    ],
)
def test_each_decision_is_answered(what: Any, words: str) -> None:
    message = resync.decided(WORDS, what)
    assert words in lines(message)[0]
    assert message.summary == words


def test_which_connection_to_sync_is_asked_with_what_to_type() -> None:
    said_ = lines(resync.which_connection(WORDS, ["a", "b"], "/psa"))
    assert said_[2:] == ["• /psa resync @a", "• /psa resync @b"]
    many = lines(resync.which_connection(WORDS, [f"c{n}" for n in range(50)], "/psa"))
    assert "30 more are not shown" in many[1]
    none = lines(resync.which_connection(WORDS, [], "/psa"))
    assert "psa-bot connections add NAME --psa KIND" in none[1]


def test_a_long_list_of_connections_is_counted() -> None:
    assert lines(resync.unknown_connection(WORDS, "x", [f"c{n}" for n in range(25)]))[1].endswith("c19 and 5 more.")


def test_what_was_removed_is_told_kindly() -> None:
    assert lines(resync.removed_connection(WORDS, ["a"])) == [
        "🔍 That connection was removed, so there is nothing to sync.",
        "There are: a.",
    ]
    assert lines(resync.removed_connection(WORDS, []))[1] == "There is none left."
    assert "was removed" in lines(resync.over(WORDS))[0]
    assert "none was found" in lines(resync.no_account(WORDS))[0]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "under 1 s"),
        (timedelta(seconds=-5), "under 1 s"),
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(hours=1, seconds=5), "1 h"),
        (timedelta(days=2, hours=7, minutes=30), "2 d 7 h"),
    ],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(length: timedelta, words: str) -> None:
    assert duration(length) == words


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_every_message_about_syncs_fits_slack_whatever_the_names_are(name: str) -> None:
    error = {**DENIED, "message": name}
    for state in (RunState.SUCCEEDED, RunState.FAILED, RunState.REFUSED, RunState.CANCELLED, RunState.UNKNOWN):
        ended = told(run(state, error=error, counts=COUNTS), connection=name, who=name)
        fits_slack(sync(WORDS, ended))
        fits_slack(unanswered(WORDS, ended, [(f"q:{n}", name) for n in range(200)]))
    fits_slack(sync(WORDS, told(replace(STARTED, phase=name), connection=name, who=name)))
    connection = replace(CONNECTION, name=name)
    fits_slack(outcome(Joined(run=STARTED, connection=connection, by="U0AGENT", since=MONDAY), who=name))
    fits_slack(outcome(CoolingDown(until=NOW, last=run(), connection=connection, may_force=False)))
    fits_slack(outcome(Paused(connection=connection)))
    fits_slack(resync.unknown_connection(WORDS, name, [name] * 100))
    fits_slack(resync.which_connection(WORDS, [name] * 100, "/psa"))
