"""Why a sync took longer than usual, told from the answers' times and from the rows; and when help is offered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.queries.runs import RunKind, SyncRun
from bot.sync.slowness import FEW, latency, why_slow
from bot.sync.times import expected, timing
from tests.bot.sync.stage import Stage
from tests.bot.test_cases import SYNC


def ran(p50: int | None = None, rows: int = 100) -> SyncRun:
    counts: dict[str, Any] = {} if p50 is None else {"answers": {"p50_ms": p50, "p95_ms": p50 * 2}}
    return replace(SYNC, counts=counts, rows=rows)


@pytest.mark.requirement("R216")
def test_slow_answers_are_named_with_what_is_usual() -> None:
    assert why_slow(ran(2100), ran(300), "ConnectWise") == "ConnectWise answers in 2.1 s, usually in 0.3 s"


@pytest.mark.requirement("R218")
def test_more_rows_than_usual_are_named() -> None:
    assert why_slow(ran(300, rows=52_310), ran(300, rows=4_120), "X") == "it read 52,310 rows, usually 4,120"


@pytest.mark.parametrize("before", [None, ran(), ran(300), ran(290, rows=0)])
def test_what_neither_explains_is_not_explained(before: SyncRun | None) -> None:
    assert why_slow(ran(310), before, "X") == ""


@given(st.lists(st.floats(0, 600), max_size=50))
@pytest.mark.requirement("R216")
def test_the_percentiles_lie_among_the_answers(seconds: list[float]) -> None:
    told = latency(seconds)
    if len(seconds) < FEW:
        assert told == {}
    else:
        p50, p95 = told["answers"]["p50_ms"], told["answers"]["p95_ms"]
        assert round(min(seconds) * 1000) <= p50 <= p95 <= round(max(seconds) * 1000)


@pytest.mark.requirement("R174")
def test_a_settings_sync_is_expected_to_take_one_to_two_minutes_until_something_was_learned() -> None:
    band = expected(RunKind.SETTINGS, None)
    assert (band.low, band.high, band.slow_after) == (60, 120, 300)


@pytest.mark.requirement("R219")
@pytest.mark.parametrize(
    ("kind", "minutes", "offered"),
    [("settings", 4, False), ("settings", 6, True), ("full", 6, False), ("full", 31, True)],
)
def test_help_is_offered_after_five_minutes_of_settings_and_for_any_sync_that_is_slow(
    kind: str, minutes: int, offered: bool
) -> None:
    run = replace(SYNC, kind=RunKind(kind), ended_at=None)
    assert run.started_at is not None
    assert timing(run, None, run.started_at + timedelta(minutes=minutes)).help_offered is offered


async def test_a_run_keeps_how_long_its_own_answers_took_and_not_those_before_it(lite: Stage) -> None:
    lite.psa.usage.calls, lite.psa.seconds = 3, 0.25
    lite.psa.usage.seconds.extend([9.0, 9.0, 9.0])
    run = await lite.sync()
    assert run.counts["answers"] == {"p50_ms": 250, "p95_ms": 250}
    again = await lite.sync("settings")
    assert "answers" not in again.counts  # it took one call only


async def test_a_slow_run_says_why_once_it_is_over(lite: Stage) -> None:
    lite.psa.seconds = 0.1
    await lite.sync()
    lite.psa.seconds = 2.0
    run = await lite.requested()
    started = lite.clock.now()
    ended = await lite.runner.run(run.id)
    assert ended is not None
    late = replace(ended, started_at=started - timedelta(hours=1))
    found = await lite.resync().timing(late)
    assert (found.slow, found.because) == (True, "The PSA answers in 2.0 s, usually in 0.1 s")
