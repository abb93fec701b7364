"""Who is no longer visible, in words that fit Slack whatever a PSA wrote."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.messages import Message, plain
from bot.render.watch import MOST_NAMED, MOST_REASONS, regressions
from bot.render.words import Words
from bot.store.queries.connections import Connection
from bot.store.queries.history import Regression
from bot.watch import Nearby, Report
from rules.engine import Engine
from tests.bot.daily import HOSTILE, MONDAY, fits_slack
from tests.bot.render.standings import GOOD

ENGINE = Engine.load()
CONNECTION = Connection(
    id=1,
    name="cw-prod",
    psa="connectwise",
    settings={},
    paused=False,
    time_zone="UTC",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def lost(name: str, *rules: str, verdict: str = "") -> Regression:
    return Regression(account_id=name[:20], name=name, verdict=verdict, rules=rules)


def told(*found: Regression, near: Nearby | None = None) -> Message:
    report = Report(connection=CONNECTION, run=GOOD, regressions=found, nearby=near or Nearby())
    message = regressions(Words(), ENGINE, report, "/psa")
    fits_slack(message)
    return message


def test_the_headline_counts_and_each_reason_names_its_customers() -> None:
    message = told(
        lost("Globex", "agreement-billing-cycle"),
        lost("Initech", "account-is-active", verdict="EXCLUDED_BY_DESIGN"),
        lost("Umbrella", verdict="DUPLICATE_OR_RECYCLED"),
        lost("Wonka", verdict="NOT_FOUND"),
        lost("Oscorp"),
    )
    words = plain(message.blocks)
    assert message.summary == "cw-prod: 5 companies are no longer visible."
    assert "The agreement bills on a recurring cycle (1): Globex" in words
    assert "In the recycle bin, or merged into another (1): Umbrella" in words
    assert "Deleted: ConnectWise says that there is no such company (1): Wonka" in words
    assert "ConnectWise no longer returns them (1): Oscorp" in words
    assert "/psa missing Globex @cw-prod" in words


@pytest.mark.requirement("R31")
def test_a_lost_right_comes_first_and_says_that_probably_nothing_was_deleted() -> None:
    near = Nearby(
        rights_lost=("Finance > Agreements: Inquire All",),
        version=("2026.1", "2026.4"),
        credentials_changed_at=MONDAY,
        filter_changed=True,
    )
    words = plain(told(lost("Globex", verdict="CANNOT_TELL"), near=near).blocks)
    assert words.index("Probably nothing was deleted") < words.index("Globex")
    assert "Finance > Agreements: Inquire All" in words
    assert "The version changed from 2026.1 to 2026.4." in words
    assert "The credentials were changed" in words
    assert "The filter of this connection changed." in words


def test_one_is_spoken_of_in_the_singular() -> None:
    assert told(lost("Globex")).summary == "cw-prod: 1 company is no longer visible."


def test_many_names_and_many_reasons_are_counted() -> None:
    names = [lost(f"Company {number}", "agreement-billing-cycle") for number in range(MOST_NAMED + 3)]
    reasons = [lost(f"Customer {number}", f"own-rule-{number}") for number in range(MOST_REASONS + 2)]
    words = plain(told(*names, *reasons).blocks)
    assert "and 3 more" in words
    assert "more reasons" in words


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_psa_wrote_stays_text(name: str) -> None:
    message = told(lost(name, name), replace(lost(name), account_id="2"), near=Nearby(rights_lost=(name,)))
    assert message.summary
