from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.sync.times import expected, timing
from tests.bot.sync.fakes import NOON

RUN = SyncRun(
    id=812,
    connection_id=1,
    kind=RunKind.FULL,
    state=RunState.RUNNING,
    phase="reading",
    phase_number=1,
    phase_count=3,
    rows=0,
    requested_by="U0AGENT",
    requested_at=NOON,
    started_at=NOON,
    ended_at=None,
    heartbeat_at=NOON,
    account_id=None,
    calls=0,
    bytes=0,
    counts={},
    changes={},
    error=None,
    attempt=1,
    cancel_requested=False,
    token="t",
)


@pytest.mark.requirement("R11", "C1")
def test_a_full_sync_is_expected_to_take_ten_to_thirty_minutes_until_something_was_learned() -> None:
    band = expected(RunKind.FULL, None)
    assert (band.low, band.high) == (600, 1800)


@pytest.mark.requirement("R11", "C1")
def test_the_band_is_learned_from_what_this_connection_usually_needs() -> None:
    band = expected(RunKind.FULL, 100)
    assert (band.low, band.high, band.slow_after) == (50, 150, 230)


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(("minutes", "slow"), [(29, False), (30, False), (31, True)])
def test_past_the_upper_bound_a_run_is_slow_and_not_silent(minutes: int, slow: bool) -> None:
    assert timing(RUN, None, NOON + timedelta(minutes=minutes)).slow is slow


def test_a_run_that_ended_took_what_it_took() -> None:
    ended = replace(RUN, ended_at=NOON + timedelta(seconds=90))
    assert timing(ended, 80, NOON + timedelta(days=1)).elapsed == 90


def test_a_run_that_waits_has_taken_no_time() -> None:
    waiting = replace(RUN, started_at=None)
    assert timing(waiting, None, NOON + timedelta(hours=2)).elapsed == 0


@settings(max_examples=50, deadline=None)
@given(usual=st.floats(min_value=0.01, max_value=1e5))
def test_a_usual_time_is_never_slow(usual: float) -> None:
    assert not timing(RUN, usual, NOON + timedelta(seconds=usual)).slow
