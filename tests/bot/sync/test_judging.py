"""With the real rules: an explanation cannot drift from what the sync does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.queries.connections import Connection
from bot.store.record import read_agreement, write_agreement
from bot.sync.judging import Bench, case_of, judge_one
from connectors.contract import filter_from
from connectors.records import EMPTY_REF, Account, Agreement, Option, Ref, Table
from rules.engine import Engine
from rules.model import Cached
from tests.bot.sync.fakes import (
    ACTIVE,
    CLIENT,
    GRANTED,
    INACTIVE,
    MONTHLY,
    NOON,
    PROSPECT,
    SPEC,
    TABLES,
    account,
    agreement,
)

TODAY = NOON.date()
TYPE = Ref(id="30", name="Managed")
CYCLES = Table(name="billing cycles", rows=(Option(id="20", name="Monthly", flags={"billingOptions": "Monthly"}),))
REAL_TABLES = replace(TABLES, billing_cycles=CYCLES)
BENCH = Bench(
    connection=Connection(
        id=1, name="cw-prod", psa="connectwise", settings={}, paused=False, time_zone="UTC", created_at=NOON
    ),
    spec=SPEC,
    tables=REAL_TABLES,
    filter=filter_from(REAL_TABLES, {}),
    now=NOON,
)
DAYS = st.none() | st.integers(min_value=-3, max_value=3).map(lambda days: TODAY + timedelta(days=days))
ACCOUNTS = st.builds(
    account,
    st.just("1"),
    status=st.sampled_from([ACTIVE, INACTIVE, None]),
    types=st.none() | st.lists(st.sampled_from([CLIENT, PROSPECT]), unique=True).map(tuple),
    deleted=st.sampled_from([False, True, None]),
)
AGREEMENTS = st.builds(
    agreement,
    st.integers(min_value=0, max_value=99),
    st.just("1"),
    status=st.sampled_from(["Active", "Cancelled", "Expired", None]),
    cancelled=st.sampled_from([False, True, None]),
    starts_on=DAYS,
    ends_on=DAYS,
    open_ended=st.sampled_from([True, None]),
    one_time=st.sampled_from([False, True, None]),
    billing_cycle=st.sampled_from([MONTHLY, EMPTY_REF, None]),
    type=st.sampled_from([TYPE, None]),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


def good(**changes: object) -> Agreement:
    told = {"status": "Active", "cancelled": False, "one_time": False, "open_ended": True, "type": TYPE}
    return agreement(1, 1, starts_on=date(2026, 1, 1), **(told | changes))


def test_one_good_agreement_makes_an_account_visible(engine: Engine) -> None:
    judged = judge_one(engine, BENCH, account(1), [good()])
    assert (judged.visible, judged.reasons, judged.qualifying) == (True, (), 1)


@pytest.mark.parametrize(
    ("agreements", "reasons"),
    [
        ([], ("agreement-exists",)),
        ([good(billing_cycle=EMPTY_REF)], ("agreement-billing-cycle",)),
        (
            [good(one_time=True), good(id="a2", status="Cancelled", cancelled=True)],
            ("agreement-is-recurring", "agreement-is-active"),
        ),
    ],
)
def test_the_reasons_that_are_stored_are_the_rules_that_failed(
    engine: Engine, agreements: list[Agreement], reasons: tuple[str, ...]
) -> None:
    judged = judge_one(engine, BENCH, account(1), agreements)
    assert judged.visible is False
    assert set(judged.reasons) == set(reasons)
    assert judged.qualifying == 0


@settings(max_examples=150, deadline=None)
@given(one=ACCOUNTS, agreements=st.lists(AGREEMENTS, min_size=1, max_size=3, unique_by=lambda each: each.id))
def test_a_sync_and_a_live_diagnosis_never_disagree_about_the_same_records(
    engine: Engine, one: Account, agreements: list[Agreement]
) -> None:
    kept = judge_one(engine, BENCH, one, [read_agreement(write_agreement(each)) for each in agreements])
    asked = replace(
        case_of(BENCH, one, agreements),
        cached=Cached(present=True, as_of=NOON, run=1, visible=kept.visible, account=one, agreements=tuple(agreements)),
        probes=(GRANTED,),
        last_full_sync_started_at=NOON,
    )
    assert engine.diagnose(asked).visible is kept.visible
