"""The truth table: copy, live record and rules against the verdict, row by row."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.records import Access, Because
from rules.engine import Engine
from rules.model import Cached, Live, State, Verdict
from tests.rules.cases import (
    COMPANIES,
    INACTIVE,
    PROSPECT,
    account,
    agreement,
    case,
    expired,
    not_in_copy,
    not_recurring,
    ref,
    synced,
    unreadable,
)

PROSPECTIVE = account(types=(ref(PROSPECT),))
LEFT = account(status=ref(INACTIVE))
RECYCLED = account(deleted=True)
TWIN = account(id="2277", deleted=True)
LIVE_TWIN = account(id="5200", deleted=False)
UNSURE_TWIN = account(id="3000", deleted=None)
FAILING = (not_recurring(),)
NOBODY: dict[str, Any] = {"live": Live(present=False), "account": None, "agreements": None, "twins": None}
UNPROVEN = replace(COMPANIES, access=Access.EMPTY)
NO_AGREEMENTS: dict[str, Any] = {"agreements": None, "agreements_because": Because.PERMISSION}
DOWN: dict[str, Any] = {"live": unreadable(), "agreements": None, "twins": None, "probes": None}

ROWS: list[tuple[str, dict[str, Any], Verdict, bool | None]] = [
    ("in the copy, live, passes", {}, Verdict.VISIBLE, True),
    ("in the copy of unknown visibility, passes", {"cached": synced(visible=None)}, Verdict.VISIBLE, True),
    ("not in the copy, live, passes", {"cached": not_in_copy()}, Verdict.NOT_SYNCED_YET, True),
    (
        "never synced, live, passes",
        {"cached": Cached(present=False, as_of=None, run=None), "last_full_sync_started_at": None},
        Verdict.NOT_SYNCED_YET,
        True,
    ),
    ("copied as hidden, passes by now", {"cached": synced(visible=False)}, Verdict.NOT_SYNCED_YET, True),
    ("not in the copy, fails", {"cached": not_in_copy(), "agreements": FAILING}, Verdict.BLOCKED, False),
    ("copied as hidden, fails", {"cached": synced(visible=False), "agreements": FAILING}, Verdict.BLOCKED, False),
    ("not in the copy, no agreement", {"cached": not_in_copy(), "agreements": ()}, Verdict.BLOCKED, False),
    ("type left out", {"cached": not_in_copy(), "account": PROSPECTIVE}, Verdict.EXCLUDED_BY_DESIGN, False),
    ("status left out", {"cached": not_in_copy(), "account": LEFT}, Verdict.EXCLUDED_BY_DESIGN, False),
    (
        "type left out and no agreement passes",
        {"cached": not_in_copy(), "account": PROSPECTIVE, "agreements": FAILING},
        Verdict.EXCLUDED_BY_DESIGN,
        False,
    ),
    ("shown in the copy, fails now", {"agreements": (expired(),)}, Verdict.STALE_ELIGIBILITY, False),
    ("shown in the copy, type left out by now", {"account": PROSPECTIVE}, Verdict.STALE_ELIGIBILITY, False),
    ("in the copy, recycled by now", {"account": RECYCLED}, Verdict.DUPLICATE_OR_RECYCLED, False),
    ("not in the copy, recycled", {"account": RECYCLED, "cached": not_in_copy()}, Verdict.DUPLICATE_OR_RECYCLED, False),
    (
        "recycled, agreements unread",
        {"account": RECYCLED} | NO_AGREEMENTS,
        Verdict.DUPLICATE_OR_RECYCLED,
        False,
    ),
    ("visible, and a twin is recycled", {"twins": (TWIN,)}, Verdict.DUPLICATE_OR_RECYCLED, True),
    ("visible, and a twin is active", {"twins": (LIVE_TWIN,)}, Verdict.VISIBLE, True),
    ("visible, and a twin is not decidable", {"twins": (UNSURE_TWIN,)}, Verdict.VISIBLE, True),
    (
        "blocked, and a twin is recycled",
        {"twins": (TWIN,), "agreements": FAILING, "cached": not_in_copy()},
        Verdict.BLOCKED,
        False,
    ),
    ("in the copy, gone, right proven", NOBODY, Verdict.GONE_IN_PSA, False),
    ("in the copy, gone, right unproven", NOBODY | {"probes": (UNPROVEN,)}, Verdict.CANNOT_TELL, None),
    ("in the copy, gone, right not probed", NOBODY | {"probes": None}, Verdict.CANNOT_TELL, None),
    ("nowhere, right proven", NOBODY | {"cached": not_in_copy()}, Verdict.NOT_FOUND, False),
    ("nowhere, right unproven", NOBODY | {"cached": not_in_copy(), "probes": (UNPROVEN,)}, Verdict.CANNOT_TELL, None),
    ("nowhere, right not probed", NOBODY | {"cached": not_in_copy(), "probes": ()}, Verdict.CANNOT_TELL, None),
    ("in the copy, not readable", DOWN, Verdict.CANNOT_TELL, None),
    ("not in the copy, not readable", DOWN | {"account": None, "cached": not_in_copy()}, Verdict.CANNOT_TELL, None),
    ("in the copy, agreements unread", NO_AGREEMENTS, Verdict.CANNOT_TELL, None),
    ("a deciding rule is unknown", {"account": account(deleted=None)}, Verdict.CANNOT_TELL, None),
    (
        "a deciding rule is unknown, and another fails",
        {"account": account(deleted=None), "agreements": FAILING, "cached": not_in_copy()},
        Verdict.BLOCKED,
        False,
    ),
    (
        "one agreement is unknown, the other fails",
        {"agreements": (not_recurring(), agreement(id="89", status=None))},
        Verdict.CANNOT_TELL,
        None,
    ),
    (
        "one agreement is unknown, the other passes",
        {"agreements": (agreement(), agreement(id="89", status=None))},
        Verdict.VISIBLE,
        True,
    ),
]


@pytest.mark.requirement("R1", "R5", "R9", "R37")
@pytest.mark.parametrize(("changes", "verdict", "visible"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_truth_table(engine: Engine, changes: dict[str, Any], verdict: Verdict, visible: bool | None) -> None:
    diagnosis = engine.diagnose(case(**changes))

    assert (diagnosis.verdict, diagnosis.visible) == (verdict, visible)


def test_every_verdict_that_the_rules_can_give_is_in_the_table() -> None:
    elsewhere = {Verdict.AMBIGUOUS, Verdict.FOUND_BUT_HIDDEN, Verdict.MAPPING_DECISION}

    assert {row[2] for row in ROWS} == set(Verdict) - elsewhere


@pytest.mark.parametrize(("changes", "verdict"), [(row[1], row[2]) for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_summary_is_one_sentence_with_the_name_and_the_psa(
    engine: Engine, changes: dict[str, Any], verdict: Verdict
) -> None:
    summary = engine.diagnose(case(**changes, query="Acme Ltd")).summary

    assert "Acme Ltd" in summary or (verdict is Verdict.CANNOT_TELL and "this company" in summary)
    assert "ConnectWise" in summary or verdict in {
        Verdict.STALE_ELIGIBILITY,
        Verdict.DUPLICATE_OR_RECYCLED,
        Verdict.CANNOT_TELL,
    }
    assert summary.endswith(".")
    assert summary.count(". ") == 0


@pytest.mark.parametrize("changes", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_decides_is_told_and_the_sync_agrees_with_the_explanation(engine: Engine, changes: dict[str, Any]) -> None:
    told = case(**changes)
    diagnosis, judged = engine.diagnose(told), engine.judge(told)
    failing = {one.rule for one in diagnosis.findings if one.state is State.FAIL and one.blocks}

    if told.live.present:
        assert judged.visible is diagnosis.visible
        assert set(judged.reasons) <= {one.rule for one in diagnosis.findings if one.state is not State.PASS}
    if diagnosis.visible is False and told.live.present:
        assert set(diagnosis.enough_to_fix) <= failing
        unknown = [one for one in diagnosis.findings if one.state is State.UNKNOWN and one.blocks]
        assert diagnosis.enough_to_fix or unknown
    if diagnosis.verdict is Verdict.CANNOT_TELL:
        assert diagnosis.enough_to_fix == ()
