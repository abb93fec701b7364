from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.run import RunKind
from bot.sync.due import FULL_AT_LEAST_EVERY, full_is_due, kind_due
from connectors.contract import Quick
from tests.bot.sync.fakes import NOON
from tests.bot.sync.test_times import RUN

OFFERED, NONE = Quick(accounts=True, why="Changes."), Quick(why="No changes.")
FULL = replace(RUN, id=7, kind=RunKind.FULL, started_at=NOON)
QUICK = replace(RUN, id=8, kind=RunKind.QUICK, started_at=NOON + timedelta(hours=1))


@pytest.mark.requirement("X10", "X28")
@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)))
def test_a_full_sync_is_due_every_three_days_and_a_quick_one_will_do_in_between(passed: timedelta) -> None:
    due = kind_due(OFFERED, FULL, QUICK, NOON + passed)
    assert due is (RunKind.FULL if passed >= FULL_AT_LEAST_EVERY else RunKind.QUICK)


def test_it_is_due_at_once_where_there_is_no_quick_one_or_nothing_was_ever_read_in_full() -> None:
    assert full_is_due(NONE, FULL, None, NOON)
    assert full_is_due(OFFERED, None, None, NOON)


def test_it_is_due_at_once_where_a_quick_one_found_the_filter_changed_until_one_has_run() -> None:
    found = replace(QUICK, counts={"needs_full": True})
    assert full_is_due(OFFERED, FULL, found, NOON + timedelta(hours=2))
    assert not full_is_due(OFFERED, replace(FULL, id=9), found, NOON + timedelta(hours=2))
    assert not full_is_due(OFFERED, FULL, replace(QUICK, counts={"needs_full": False}), NOON + timedelta(hours=2))


def test_it_is_due_where_the_clock_was_set_back_before_the_last_one() -> None:
    assert full_is_due(OFFERED, FULL, None, NOON - timedelta(hours=1))
