"""ConnectWise: the Allow list of agreement types with their parents, and additions where somebody read them."""

from decimal import Decimal
from typing import Any

import pytest

from connectors.records import EMPTY_REF, Ref
from rules.engine import Engine
from rules.model import State, Verdict
from tests.rules.cases import LEGACY, MANAGED, agreement, case, ref, synced, with_rows
from tests.rules.psas import line

HIDING = with_rows("agreement_types", (MANAGED, LEGACY))
GROUP = Ref(id="80", name="Group")


def states(engine: Engine, rule: str, **changes: Any) -> list[State]:
    return [one.state for one in engine.diagnose(case(**changes)).findings if one.rule == rule]


@pytest.mark.requirement("R6", "R42")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, State.PASS),
        ({"tables": HIDING}, State.PASS),
        ({"tables": None}, State.NOT_NEEDED),
        ({"tables": HIDING, "agreements": None}, State.UNKNOWN),
        ({"tables": HIDING, "agreements": (), "cached": synced(agreements=())}, State.NOT_NEEDED),
        ({"tables": HIDING, "agreements": (agreement(parent=EMPTY_REF),)}, State.PASS),
        ({"tables": HIDING, "agreements": (agreement(parent=GROUP),)}, State.UNKNOWN),
        ({"tables": HIDING, "agreements": (agreement(parent=GROUP), agreement(id="80"))}, State.PASS),
        (
            {
                "tables": HIDING,
                "agreements": (agreement(parent=GROUP),),
                "cached": synced(agreements=(agreement(id="80", name="Group", type=ref(LEGACY)),)),
            },
            State.FAIL,
        ),
        (
            {
                "tables": HIDING,
                "agreements": (agreement(parent=GROUP),),
                "cached": synced(agreements=(agreement(id="80", name="Group"),)),
            },
            State.PASS,
        ),
    ],
)
def test_the_types_of_agreements_and_of_their_parents_are_looked_up_in_the_allow_list(
    engine: Engine, changes: dict[str, Any], expected: State
) -> None:
    found = states(engine, "agreement-type-is-allowed", **changes)

    assert expected in found
    assert State.FAIL in found or expected is not State.FAIL


@pytest.mark.requirement("R42")
def test_an_agreement_of_the_copy_whose_type_was_taken_out_says_which_type_to_allow(engine: Engine) -> None:
    gone = agreement(id="61", name="Old hosting", type=ref(LEGACY))
    diagnosis = engine.diagnose(case(tables=HIDING, cached=synced(agreements=(agreement(), gone))))
    (finding,) = [one for one in diagnosis.findings if one.rule == "agreement-type-is-allowed"]

    assert diagnosis.verdict is Verdict.VISIBLE
    assert (finding.state, finding.blocks) == (State.FAIL, False)
    assert finding.reason.startswith("Agreement Old hosting is of the type Legacy Hosting")
    assert "Move the type Legacy Hosting into the Allow list" in finding.fix[1]


def test_additions_are_only_judged_where_they_were_read(engine: Engine) -> None:
    def judged(lines: Any) -> tuple[list[State], bool | None]:
        told = {"agreements": (agreement(lines=lines),)}
        return states(engine, "agreement-has-lines", **told), engine.judge(case(**told)).visible

    assert judged(None) == ([State.NOT_NEEDED], True)
    assert judged((line(quantity=Decimal(1)),)) == ([State.PASS], True)
    assert judged((line(quantity=Decimal(0)),)) == ([State.FAIL], False)
