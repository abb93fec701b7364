"""The findings of an answer: one rule once, its records listed, its steps not repeated."""

from dataclasses import replace

import pytest

from connectors.errors import PsaDown
from connectors.records import Because
from rules.model import Live, State, Verdict
from tests.bot.render.answers import CYCLE, DATES, told
from tests.bot.render.scenes import (
    STEPS,
    about,
    answered,
    case,
    chain,
    diagnosis,
    finding,
    labels,
    lines,
    passed,
    result,
    right,
    unknown,
)


def test_twelve_agreements_that_fail_one_rule_are_one_check_with_its_steps_once() -> None:
    failing = [about(str(n), f"Agreement {n}") for n in range(12)]
    chains = [chain(str(n), f"Agreement {n}", CYCLE) for n in range(12)]
    said = lines(told(result(answered(diagnosis(*failing, agreements=chains, enough=[CYCLE])))))
    assert sum(line.startswith("❌ Agreement billing cycle") for line in said) == 1
    assert said.count(f"1. {STEPS[0]}") == 1
    assert said.count("Its billing cycle is None.") == 1
    assert sum("https://na.example/" in line and line.startswith("•") for line in said) == 5
    assert "• … and 7 more agreements" in said


def test_records_of_one_rule_with_reasons_of_their_own_each_say_theirs() -> None:
    failing = [about(str(n), f"Agreement {n}", DATES, reason=f"It ended in 202{n}.") for n in range(3)]
    said = lines(told(result(answered(diagnosis(*failing)))))
    assert "• Agreement 1 (https://na.example/1): It ended in 2021." in said
    assert said.count(f"1. {STEPS[0]}") == 1


def test_the_agreement_that_takes_the_fewest_repairs_comes_first_and_is_named() -> None:
    failing = [about("1", "Old", DATES), about("1", "Old"), about("2", "New")]
    chains = [chain("1", "Old", DATES, CYCLE), chain("2", "New", CYCLE)]
    said = lines(told(result(answered(diagnosis(*failing, agreements=chains, enough=[CYCLE])))))
    assert "Enough to fix: “Agreement billing cycle”, on New." in said
    checks = [line for line in said if line.startswith("❌ Agreement")]
    assert checks == ["❌ Agreement billing cycle", "❌ Agreement in date range · Old (https://na.example/1)"]
    assert said.index("• New (https://na.example/2)") < said.index("• Old (https://na.example/1)")


def test_enough_to_fix_is_only_said_where_it_is_news() -> None:
    one = diagnosis(about("88", "Managed"), agreements=[chain("88", "Managed", CYCLE)], enough=[CYCLE])
    assert not any("Enough to fix" in line for line in lines(told(result(answered(one)))))
    both = diagnosis(finding("account-is-active"), finding("account-is-customer"), enough=["account-is-active"])
    assert "Enough to fix: “Account is active”." in lines(told(result(answered(both))))


@pytest.mark.requirement("R35")
def test_agreements_beside_one_that_passes_are_listed_and_alarm_nobody() -> None:
    beside = diagnosis(
        about("2", "One off"),
        about("2", "One off", DATES),
        about("3", "Unclear", state=State.UNKNOWN, because=Because.PERMISSION, reason="It could not be told."),
        *passed(CYCLE, "account-is-active"),
        verdict=Verdict.VISIBLE,
        summary="Acme Ltd is visible.",
        agreements=[
            chain("1", "Managed"),
            chain("2", "One off", CYCLE, DATES),
            chain("3", "Unclear", unknown=[CYCLE], qualifies=False),
        ],
    )
    said = lines(told(result(answered(beside))))
    assert not any("❌" in line or "❔" in line for line in said)
    assert "➖ 2 of 3 agreements are not pulled; one that passes is enough" in said
    assert "• One off (https://na.example/2): Its billing cycle is None." in said
    assert not any(STEPS[0] in line for line in said)
    assert any(line.startswith("✅ 1 check passed.") for line in said)


def test_many_checks_that_need_one_right_are_told_once_with_each_step_once() -> None:
    steps = ("Open the role.", "Set Inquire to All.", "Check again.")
    lacking = [unknown(f"rule-{n}", Because.PERMISSION, fix=steps, reason=f"Reason {n}.") for n in range(6)]
    lacking.append(
        unknown(
            "rule-6", Because.PERMISSION, fix=("Open the role.", "Allow the table.", "Run a sync."), reason="Reason 6."
        )
    )
    said = lines(told(result(answered(diagnosis(*lacking, verdict=Verdict.CANNOT_TELL)))))
    assert "❔ 7 checks need a right that the API user lacks" in said
    assert "• Rule 0: Reason 0." in said
    assert "• … and 2 more checks" in said
    start = said.index("1. Open the role.")
    assert said[start : start + 4] == [
        "1. Open the role.",
        "2. Set Inquire to All.",
        "3. Allow the table.",
        "4. Check again.",
    ]


def test_a_psa_that_is_down_is_one_line_and_not_twelve() -> None:
    down = [unknown(f"rule-{n}", Because.PSA_DOWN, fix=(), reason="ConnectWise could not be read.") for n in range(12)]
    unread = case(live=Live(present=None, because=Because.PSA_DOWN, detail="ConnectWise is down (503)."))
    found = result(answered(diagnosis(*down, verdict=Verdict.CANNOT_TELL), unread), trouble=PsaDown("down"))
    said = lines(told(found))
    assert "❔ 12 checks could not be made, because ConnectWise could not be read" in said
    assert sum("could not be read" in line for line in said) == 2
    assert "Live · now: could not be read. ConnectWise is down (503)." in said
    assert labels(told(found)) == ["missing.check_again", "missing.share"]


def test_an_unknown_of_another_kind_keeps_its_own_reason_and_its_error_id() -> None:
    broke = unknown("agreement-exists", Because.RULE_ERROR, error_id="E-1a2b", fix=(), reason="This rule broke.")
    said = lines(told(result(answered(diagnosis(broke, verdict=Verdict.CANNOT_TELL)))))
    assert "❔ Agreement exists" in said
    assert "This rule broke." in said
    assert "Error id: E-1a2b" in said


def test_a_check_that_failed_anywhere_did_not_pass() -> None:
    mixed = diagnosis(about("1", "Old"), *passed(CYCLE, "account-is-active"))
    assert any(line.startswith("✅ 1 check passed.") for line in lines(told(result(answered(mixed)))))


def test_advice_comes_after_what_blocks() -> None:
    said = lines(
        told(result(answered(diagnosis(finding("account-name-is-unique", blocks=False), about("88", "Managed")))))
    )
    marks = [line[0] for line in said if line[0] in "❌⚠"]
    assert marks == ["❌", "❌", "⚠"]


def test_rights_that_only_the_billing_tool_needs_are_not_asked_for() -> None:
    rights = [right(f"Right {n}") for n in range(7)] + [right("Products: Add", needed_by="your billing tool")]
    (line,) = [line for line in lines(told(result(answered(diagnosis(*rights))))) if "API user lacks" in line]
    assert line == "The API user lacks 7 rights: Right 0; Right 1; Right 2; Right 3; Right 4, and 2 more."


def test_where_no_account_was_found_only_the_right_to_read_is_worth_a_word() -> None:
    nobody = diagnosis(
        unknown("agreement-exists", Because.PERMISSION),
        finding("account-is-readable", reason="The API user may not read companies."),
        verdict=Verdict.CANNOT_TELL,
    )
    found = replace(result(), verdict=Verdict.CANNOT_TELL, diagnosis=nobody, trouble=PsaDown("ConnectWise refused it."))
    said = lines(told(found))
    assert "ConnectWise refused it." in said
    assert "The API user may not read companies." in said
    assert not any("Agreement exists" in line or "passed" in line or "Not tested" in line for line in said)
