"""A quick sync must not look like a full one: it says what it cannot see."""

from dataclasses import replace

import pytest

from bot.render.resync import Told, sync
from bot.render.words import Words
from bot.store.queries.runs import RunKind, RunState
from connectors.registry import specs
from tests.bot.daily import MONDAY
from tests.bot.render.scenes import lines
from tests.bot.test_cases import SYNC

COUNTS = {
    "accounts": {
        "in_psa": None,
        "fetched": 9,
        "visible": 10,
        "hidden": 2,
        "cannot_tell": 0,
        "left_out": {"inactive": 1},
    },
    "agreements": {"fetched": 5, "qualifying": 4, "without_account": 0},
    "needs_full": False,
}
DONE = replace(
    SYNC, id=812, kind=RunKind.QUICK, started_at=MONDAY, ended_at=MONDAY, counts=COUNTS, changes={"changed": 3}
)


def said(**changes: object) -> list[str]:
    run = replace(DONE, **changes)  # type: ignore[arg-type] # fields of a run by name
    return lines(sync(Words(), Told(run=run, connection="cw-prod", psa="connectwise", now=MONDAY, who="Dana Agent")))


@pytest.mark.requirement("X10", "X28")
def test_it_says_what_it_read_what_changed_and_that_it_proves_no_deletion() -> None:
    assert said()[:6] == [
        "✅ The quick sync of cw-prod is done.",
        "Visible: 10 of 12 companies that something changed for",
        "Agreements: 4 of 5 qualify",
        "Changes: 3 changed",
        "Left out on purpose: 1 inactive",
        f"• {specs()['connectwise'].quick.why}",
    ]


def test_where_the_filter_was_changed_it_says_that_a_full_one_is_needed() -> None:
    text = "\n".join(said(counts={**COUNTS, "needs_full": True}))
    assert "only a full sync applies that to all companies" in text


def test_one_that_failed_claims_nothing_at_all() -> None:
    text = "\n".join(said(state=RunState.FAILED, error={"message": "ConnectWise is down."}))
    assert "ConnectWise is down." in text
    assert "merged" not in text
