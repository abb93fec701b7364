from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sync.since import KEPT_AS, since_when, told_up_to
from tests.bot.sync.fakes import NOON
from tests.bot.sync.test_times import RUN

MINUTE = timedelta(minutes=1)
OVERLAP = 10 * MINUTE
LAST = replace(RUN, started_at=NOON)


def known(moment: datetime | None) -> dict[str, str]:
    return told_up_to(moment, None)


@pytest.mark.requirement("X10")
def test_changes_are_asked_for_from_a_little_before_the_last_sync_began() -> None:
    assert since_when(LAST, None, OVERLAP) == NOON - OVERLAP
    assert since_when(replace(LAST, started_at=None, requested_at=NOON), None, OVERLAP) == NOON - OVERLAP


@given(
    ours_is_ahead=st.integers(-600, 600),
    changes=st.lists(st.integers(-3000, 0), min_size=1),
)
def test_no_change_is_missed_however_far_our_clock_and_that_of_the_psa_are_apart(
    ours_is_ahead: int, changes: list[int]
) -> None:
    """The last sync begins at noon of the PSA; what changes from then on has to be asked for."""
    before = replace(RUN, counts=known(NOON + max(changes) * MINUTE))
    last = replace(LAST, started_at=NOON + ours_is_ahead * MINUTE)
    assert since_when(last, before, OVERLAP) <= NOON - OVERLAP


def test_a_change_that_is_dated_in_the_future_does_not_keep_others_from_being_asked_for() -> None:
    before = replace(RUN, counts=known(NOON + timedelta(days=900)))
    assert since_when(LAST, before, OVERLAP) == NOON - OVERLAP


def test_the_latest_change_that_is_known_is_handed_on_by_a_sync_that_found_none() -> None:
    found = replace(RUN, counts=known(NOON))
    assert told_up_to(None, found) == found.counts
    assert told_up_to(NOON - MINUTE, found) == found.counts
    assert told_up_to(NOON + MINUTE, found) == {KEPT_AS: "2026-11-21T12:01:00+00:00"}
    assert told_up_to(None, None) == {}
