"""What channels are told on their own: short, with who must act and the next step, and nothing hidden in a count."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts import News
from bot.messages import Button
from bot.overview import LOOKED_AT, Standing
from bot.render.bulletins import MOST_IN_FULL, alert, subscriptions
from bot.store.queries.channels import Subscription
from bot.store.queries.runs import RunState, SyncRun
from tests.bot.daily import ALERTS, DAY, DENIED, DOWN, HOSTILE, KEYS, MONDAY, OURS, TIMEOUT, fits_slack
from tests.bot.render.scenes import labels, lines
from tests.bot.render.standings import GOOD, NOW, WORDS, bad, bulletin, digested, failing, fresh, shown, standing, told


@pytest.mark.requirement("R227")
def test_an_alert_says_what_failed_who_must_act_how_old_the_data_is_and_the_next_step() -> None:
    message = told()
    assert message.summary == f"halo-uk: the full sync failed. {DENIED['message']}"
    assert lines(message) == [
        "🟥 halo-uk: the full sync failed.",
        DENIED["message"],
        "• Who must act: Whoever manages this connection: its keys, settings and rights",
        "• Data in use: of Mon 16 Nov 2026 07:00 UTC, 3 days ago",
        "• Failed: once, Thu 19 Nov 2026 06:00 UTC",
        "1. Give the API user the right that is named above, in ConnectWise.",
        "2. Press Retry.",
        "Cause: permission denied · GET /finance/agreements · run 838. This message is edited when something changes.",
    ]
    assert labels(message) == ["alert.retry"]


def test_repeated_failures_are_counted_with_the_first_and_the_last() -> None:
    said = lines(told(failures=3, since=NOW - 2 * DAY))
    assert "• Failed: 3 times, first Tue 17 Nov 2026 07:00 UTC, last Thu 19 Nov 2026 06:00 UTC" in said
    assert f"• Failed: at least {LOOKED_AT} times" in lines(told(failures=LOOKED_AT))[4]


@pytest.mark.parametrize(
    ("run", "headline", "who", "step"),
    [
        (bad(error=KEYS), "failed.", "Whoever manages this connection", "psa-bot connections test halo-uk"),
        (bad(error=OURS), "failed.", "The people who run this bot", "the number of the run"),
        (
            bad(RunState.INCOMPLETE, DOWN),
            "did not get through.",
            "The host of ConnectWise",
            "Look whether ConnectWise works",
        ),
        (bad(RunState.INCOMPLETE, TIMEOUT), "did not get through.", "Nobody, if it passes", "or ask its host"),
        (bad(RunState.UNKNOWN, OURS), "ended without a word.", "The people who run this bot", "the number of the run"),
        (bad(RunState.UNKNOWN, None), "ended without a word.", "The people who run this bot", "the number of the run"),
        (bad(RunState.REFUSED, DENIED), "was not believed.", "Whoever manages this connection", "keep the old data"),
    ],
)
def test_each_cause_has_its_own_step(run: SyncRun, headline: str, who: str, step: str) -> None:
    said = lines(told(run))
    assert said[0] == f"🟥 halo-uk: the full sync {headline}"
    assert any(line.startswith(f"• Who must act: {who}") for line in said)
    assert any(step in line for line in said)


def test_a_passing_trouble_that_stayed_says_how_often() -> None:
    run = bad(RunState.INCOMPLETE, DOWN)
    assert lines(told(run, failures=3))[0] == "🟥 halo-uk: the full sync did not get through 3 times in a row."


def test_a_refused_sync_can_be_accepted_after_a_question_or_rejected_or_tried_again() -> None:
    message = told(bad(RunState.REFUSED, DENIED))
    assert labels(message) == ["run.reject", "run.accept", "alert.retry"]
    accept = message.actions[1]
    assert isinstance(accept, Button)
    assert (accept.value, accept.style) == ("r:838", "danger")
    assert accept.confirm is not None
    assert "What ConnectWise did not return is then taken for gone" in accept.confirm.text


def test_an_alert_about_a_connection_that_never_synced_says_so() -> None:
    assert "• Data in use: none, it never synced" in lines(told(data_as_of=None))


@pytest.mark.requirement("R227")
def test_a_resolved_alert_says_how_long_it_lasted_and_keeps_no_buttons() -> None:
    run = replace(GOOD, id=840, ended_at=NOW)
    message = told(run, news=News.RESOLVED, failures=3, since=NOW - timedelta(days=2, hours=7, minutes=5))
    assert lines(message) == [
        "🟩 halo-uk: the full sync works again.",
        "Resolved after 2 d 7 h, by run 840. 3 failures, one cause: permission denied.",
    ]
    assert message.actions == ()
    two = told(run, news=News.RESOLVED, failures=2, causes=("timeout", "psa_down"))
    assert lines(two)[1].endswith("2 failures: timeout, psa down.")


def test_a_paused_connection_says_how_to_resume_and_a_removed_one_that_all_is_done() -> None:
    paused = lines(alert(WORDS, replace(bulletin(), run=None, news=News.PAUSED), NOW))
    assert paused[0] == "⏸ halo-uk: the connection is paused, so nothing is synced."
    assert "psa-bot connections resume halo-uk" in paused[1]
    removed = alert(WORDS, replace(bulletin(), run=None, news=News.REMOVED, psa="gone-psa"), NOW)
    assert lines(removed)[0] == "➖ halo-uk: the connection was removed."
    assert removed.actions == ()


@pytest.mark.requirement("R227")
def test_an_all_green_digest_is_one_line_each() -> None:
    message = digested(standing(), standing("at-east"))
    assert message.summary == "PSA sync: all well"
    assert lines(message) == [
        "PSA sync · Thu 19 Nov 2026 07:00 UTC · 2 connections · all well",
        "• 🟩 cw-prod ok: 1,498 visible, 4 hidden, synced 3 days ago; next run: manual only",
        "• 🟩 at-east ok: 1,498 visible, 4 hidden, synced 3 days ago; next run: manual only",
    ]


def test_a_digest_says_what_changed_and_who_is_needed() -> None:
    message = digested(failing(count=3), standing(), added=6, became_hidden=2)
    assert message.summary == "PSA sync: 1 of 2 connections needs somebody"
    said = lines(message)
    assert said[0].endswith("2 connections · 1 needs somebody")
    assert said[1].startswith(
        f"• 🟥 halo-uk failing (3 times since Thu 19 Nov 2026 06:00 UTC): {DENIED['message']} 1,498"
    )
    assert "since yesterday 6 new, 2 became hidden" in said[2]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (fresh(), "⬜ new never synced: nothing here yet; next run: manual only"),
        (standing("old", "stale"), "🟨 old data is old: 1,498 visible"),
        (standing("off", "paused"), "⏸ off paused: 1,498 visible"),
        (
            standing("try", "retrying", streak=(bad(RunState.INCOMPLETE, None),)),
            "🟨 try did not get through, is tried again (once since Thu 19 Nov 2026 06:00 UTC): The full sync did",
        ),
    ],
)
def test_each_state_is_told_in_words_and_not_by_colour_alone(one: Standing, words: str) -> None:
    assert lines(digested(one))[1].startswith(f"• {words}")


def test_a_digest_of_many_connections_counts_what_it_does_not_show() -> None:
    many = [failing(), *(standing(f"c{n}") for n in range(40)), standing("off", "paused")]
    said = lines(digested(*many))
    assert len(said) == MOST_IN_FULL + 2
    assert said[-1] == "… and 32 more: 31 ok, 1 paused."


def test_a_digest_without_connections_is_short() -> None:
    message = digested()
    assert message.summary == "PSA sync: no PSA is connected yet"
    assert lines(message)[-1] == "No PSA is connected yet."
    assert "all well" not in lines(message)[0]


@pytest.mark.parametrize("count", [0, 1, 49, 200])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_every_bulletin_fits_slack_whatever_the_names_are(name: str, count: int) -> None:
    error = {**DENIED, "message": name, "call": name[:100]}
    standings = [failing(name, error), fresh(name), standing(name)] * count
    fits_slack(digested(*standings, added=3))
    fits_slack(shown(*standings))
    subscribed = [Subscription(id=1, channel=ALERTS, kind="digest", at="08:00", by=name, created_at=MONDAY)] * count
    fits_slack(subscriptions(WORDS, subscribed, "/psa", name, name[:50]))


@pytest.mark.parametrize("news", list(News))
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_every_alert_fits_slack_whatever_the_names_are(name: str, news: News) -> None:
    for state in (RunState.FAILED, RunState.REFUSED):
        fits_slack(told(bad(state, {**DENIED, "message": name, "call": name}), connection=name, news=news))
