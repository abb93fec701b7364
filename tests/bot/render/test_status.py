"""What /psa status and /psa subscriptions say."""

from dataclasses import replace

import pytest

from bot.render.bulletins import subscriptions
from bot.store.queries.channels import Subscription
from bot.store.queries.runs import RunKind
from tests.bot.daily import ALERTS, DAY, DENIED, MONDAY, fits_slack
from tests.bot.render.scenes import labels, lines
from tests.bot.render.standings import WORDS, digested, failing, fresh, shown, standing
from tests.bot.test_cases import CONNECTION, SYNC


def test_status_names_the_psa_by_its_own_name_and_says_what_runs() -> None:
    going_on = replace(SYNC, ended_at=None, phase="reading companies")
    message = shown(standing(running=going_on))
    assert message.summary == "1 connection: 1 ok"
    assert lines(message) == [
        "1 connection",
        "🟩 cw-prod · ConnectWise · ok",
        "• Last full sync: Mon 16 Nov 2026 07:00 UTC, 3 days ago, took 12 min 4 s",
        "• 1,498 visible, 4 hidden",
        "• Next run: manual only",
        "• Now: full sync: reading companies",
        "• Calls by syncs: 0 of 300 in the last minute",
    ]
    waiting = replace(SYNC, ended_at=None, phase="", kind=RunKind.ONE)
    assert "• Now: sync of one customer: waiting for its turn" in lines(shown(standing(running=waiting)))


def test_status_tells_of_a_quick_sync_since_the_last_full_one() -> None:
    quick = replace(SYNC, kind=RunKind.QUICK, ended_at=MONDAY + 2 * DAY)
    said = lines(shown(standing(quick=quick)))
    assert "• Since then a quick sync: Wed 18 Nov 2026 07:00 UTC, 1 day ago" in said
    assert not any("quick sync" in line for line in lines(shown(standing())))


@pytest.mark.requirement("R8", "R115")
def test_status_and_digest_say_when_the_next_sync_comes_or_why_none_does() -> None:
    planned = standing(next_sync_at=MONDAY + 7 * DAY)
    paused = standing("off", "paused", connection=replace(CONNECTION, name="off", paused=True))
    said = lines(shown(planned, standing("by-hand"), paused))
    nexts = [line for line in said if line.startswith("• Next run: ")]
    assert nexts == ["• Next run: Mon 23 Nov 2026 07:00 UTC", "• Next run: manual only", "• Next run: paused"]
    rows = lines(digested(planned, standing("by-hand"), paused))[1:]
    assert [row.rpartition("next run: ")[2] for row in rows] == ["Mon 23 Nov 2026 07:00 UTC", "manual only", "paused"]


def test_status_shows_failures_first_with_their_reason() -> None:
    message = shown(standing(), failing(), fresh())
    assert message.summary == "3 connections: 1 failing, 1 never synced, 1 ok"
    said = lines(message)
    assert said[0] == "3 connections · 2 need somebody"
    assert [line.split(" ")[1] for line in said if " · ConnectWise · " in line] == ["halo-uk", "new", "cw-prod"]
    assert f"• ❌ Failed once since Thu 19 Nov 2026 06:00 UTC: {DENIED['message']}" in said
    assert "• Last full sync: never" in said
    assert labels(message) == ["menu.status"]


def test_status_of_many_connections_counts_the_rest_and_of_none_says_how_to_add_one() -> None:
    said = lines(shown(*(standing(f"c{n}") for n in range(50))))
    assert said[-1] == "… and 40 more: 40 ok."
    none = shown()
    assert none.summary == "No PSA is connected yet."
    assert "psa-bot connections add NAME --psa KIND" in lines(none)[-1]


def test_subscriptions_say_the_hour_in_its_zone_and_mention_who_set_them() -> None:
    one = Subscription(id=1, channel=ALERTS, kind="digest", at="08:00", by="U0AGENT", created_at=MONDAY)
    other = replace(one, kind="failures", at="", by="the demo")
    message = subscriptions(WORDS, [one, other], "/psa", "Done.", "Europe/London")
    assert lines(message) == [
        "Done.",
        "This channel gets:",
        "• the daily digest at 08:00 (Europe/London), set by @U0AGENT Mon 16 Nov 2026 07:00 UTC",
        "• an alert when a sync keeps failing, set by the demo Mon 16 Nov 2026 07:00 UTC",
    ]
    fits_slack(message)
    assert "(" not in lines(subscriptions(WORDS, [one], "/psa"))[1]


def test_a_channel_without_subscriptions_is_told_how_to_get_them() -> None:
    message = subscriptions(WORDS, [], "/billing")
    assert message.summary == "What this channel gets."
    assert "/billing subscribe digest at 08:00" in lines(message)[0]
