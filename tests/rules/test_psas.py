"""What holds for every PSA alike: Autotask, HaloPSA, Syncro, Kaseya BMS and Pulseway beside ConnectWise."""

from datetime import date
from typing import Any

import pytest

from connectors.records import Access, AccessProbe, Account, Agreement, Because
from rules.engine import Engine
from rules.model import Cached, Diagnosis, Finding, Live, State, Verdict
from tests.rules.cases import DAY, NOW, TODAY, not_in_copy, unreadable
from tests.rules.psas import DATED, GIVES, NOUNS, OTHERS, account_of, agreement_of, case_of, copy_of

every_psa = pytest.mark.parametrize("psa", OTHERS)


def one(diagnosis: Diagnosis, rule: str) -> Finding:
    (finding,) = [each for each in diagnosis.findings if each.rule == rule]
    return finding


@every_psa
@pytest.mark.requirement("R16", "R56")
def test_a_healthy_customer_is_visible_and_nothing_is_left_to_say(engine: Engine, psa: str) -> None:
    diagnosis = engine.diagnose(case_of(psa))

    assert diagnosis.verdict is Verdict.VISIBLE
    assert {finding.state for finding in diagnosis.findings} == {State.PASS, State.NOT_NEEDED}
    assert engine.judge(case_of(psa)).qualifying == ("88",)


@every_psa
@pytest.mark.requirement("R16")
def test_only_the_rules_of_its_own_pack_are_asked(engine: Engine, psa: str) -> None:
    asked = {finding.rule for finding in engine.diagnose(case_of(psa)).findings}

    assert asked == {card.id for card in engine.pack(psa)} < {card.id for card in engine.cards}


@every_psa
@pytest.mark.requirement("R5", "R9", "R13", "X1")
def test_x1_what_was_added_since_the_sync_needs_a_sync(engine: Engine, psa: str) -> None:
    new = account_of(psa, created_at=NOW - DAY, changed_at=NOW - DAY)
    diagnosis = engine.diagnose(case_of(psa, account=new, cached=not_in_copy()))
    added = engine.diagnose(case_of(psa, cached=copy_of(psa, agreements=(), visible=False)))

    assert diagnosis.verdict is added.verdict is Verdict.NOT_SYNCED_YET
    assert diagnosis.summary.startswith(f"Acme Ltd is in {NOUNS[psa]['psa']}, but not synced yet: created Fri 20 Nov")
    assert f"{NOUNS[psa]['agreement']} Managed added" in added.summary


@every_psa
def test_what_keeps_no_date_of_its_last_change_is_compared_with_the_copy(engine: Engine, psa: str) -> None:
    def freshness(before: Agreement) -> State:
        told = engine.diagnose(case_of(psa, cached=copy_of(psa, agreements=(before,))))
        return one(told, "synced-since-change").state

    assert freshness(agreement_of(psa)) is State.PASS
    assert freshness(agreement_of(psa, url="https://elsewhere")) is State.PASS
    assert freshness(agreement_of(psa, recurring=False)) is State.FAIL
    assert freshness(agreement_of(psa, recurring=None)) is State.UNKNOWN


@every_psa
@pytest.mark.requirement("R25", "R54")
def test_a_customer_with_nothing_that_bills_it(engine: Engine, psa: str) -> None:
    diagnosis = engine.diagnose(case_of(psa, agreements=(), cached=copy_of(psa, agreements=())))
    finding = one(diagnosis, "agreement-exists")

    assert diagnosis.verdict is Verdict.STALE_ELIGIBILITY
    assert finding.reason == f"It has no {NOUNS[psa]['agreement']} at all."
    assert finding.title == f"It has a {NOUNS[psa]['agreement']}"
    assert finding.fix[0].startswith("Create a ")
    assert diagnosis.enough_to_fix == ("agreement-exists",)


@every_psa
def test_nothing_that_the_last_sync_had_is_gone_only_where_all_may_be_read(engine: Engine, psa: str) -> None:
    some = AccessProbe(id="agreements", right="contracts", call="GET /x", access=Access.EMPTY)
    gone = engine.diagnose(case_of(psa, agreements=()))
    unproven = engine.diagnose(case_of(psa, agreements=(), probes=(some,)))

    assert gone.verdict is Verdict.STALE_ELIGIBILITY
    assert unproven.verdict is Verdict.CANNOT_TELL
    assert "the API user may no longer read it" in one(unproven, "agreement-exists").reason


@every_psa
@pytest.mark.requirement("R56")
def test_an_inactive_customer_is_left_out_on_purpose(engine: Engine, psa: str) -> None:
    diagnosis = engine.diagnose(case_of(psa, account=account_of(psa, active=False), cached=not_in_copy()))

    assert diagnosis.verdict is Verdict.EXCLUDED_BY_DESIGN
    assert diagnosis.summary.endswith("left out on purpose: it is marked inactive.")
    assert NOUNS[psa]["psa"] in one(diagnosis, "account-is-active").fix[0]
    assert engine.judge(case_of(psa, account=account_of(psa, active=None))).visible is None


@every_psa
def test_a_kind_that_does_not_recur_hides_and_an_untold_one_is_unknown(engine: Engine, psa: str) -> None:
    once = case_of(psa, agreements=(agreement_of(psa, recurring=False, lines=()),), cached=not_in_copy())
    diagnosis = engine.diagnose(once)

    assert diagnosis.verdict is Verdict.BLOCKED
    assert diagnosis.summary.endswith(f"hidden: no {NOUNS[psa]['agreement']} is of a recurring kind.")
    assert engine.judge(once).reasons == ("agreement-is-recurring",)
    assert engine.judge(case_of(psa, agreements=(agreement_of(psa, recurring=None),))).visible is None


@pytest.mark.parametrize("psa", DATED)
@pytest.mark.requirement("R27", "R29")
@pytest.mark.parametrize(
    ("changes", "rule", "reason"),
    [
        ({"status": "Inactive"}, "agreement-is-active", "Its status is Inactive, not Active."),
        ({"status": "Cancelled"}, "agreement-is-active", "It is cancelled."),
        ({"status": "Expired"}, "agreement-is-active", "It has expired."),
        ({"status": "Pending"}, "agreement-is-active", "It is pending, and not active yet."),
        ({"pending": True}, "agreement-is-active", "It is pending, and not active yet."),
        ({"ends_on": TODAY - DAY}, "agreement-in-date-range", "It ended on 20 Nov 2026, yesterday."),
        ({"starts_on": date(2027, 1, 1)}, "agreement-in-date-range", "It starts on 1 Jan 2027, in 41 days."),
    ],
)
def test_the_ways_of_not_being_active_are_told_apart(
    engine: Engine, psa: str, changes: dict[str, Any], rule: str, reason: str
) -> None:
    diagnosis = engine.diagnose(case_of(psa, agreements=(agreement_of(psa, **changes),), cached=not_in_copy()))
    finding = one(diagnosis, rule)

    assert (diagnosis.verdict, finding.state, finding.reason) == (Verdict.BLOCKED, State.FAIL, reason)
    assert "full sync" in finding.fix[-1]
    assert diagnosis.enough_to_fix == (rule, "synced-since-change")[:1]


@pytest.mark.parametrize("psa", DATED)
@pytest.mark.requirement("R29")
def test_the_last_day_and_the_first_count_and_no_first_day_is_fine(engine: Engine, psa: str) -> None:
    def visible(**dates: Any) -> bool | None:
        return engine.judge(case_of(psa, agreements=(agreement_of(psa, **dates),))).visible

    assert visible(starts_on=TODAY, ends_on=TODAY) is True
    assert visible(starts_on=date.min, ends_on=None, open_ended=True) is True
    assert visible(starts_on=None) is None


@pytest.mark.parametrize("psa", DATED)
def test_an_inactive_one_that_is_over_needs_both_repairs(engine: Engine, psa: str) -> None:
    over = agreement_of(psa, status="Inactive", ends_on=TODAY - DAY)

    assert engine.diagnose(case_of(psa, agreements=(over,))).enough_to_fix == (
        "agreement-is-active",
        "agreement-in-date-range",
    )


@every_psa
def test_while_the_psa_is_down_nothing_is_judged_as_failed(engine: Engine, psa: str) -> None:
    down = case_of(psa, live=unreadable(), account=None, agreements=None, twins=None, probes=None, psa_version=None)
    diagnosis = engine.diagnose(down)

    assert diagnosis.verdict is Verdict.CANNOT_TELL
    assert State.FAIL not in {finding.state for finding in diagnosis.findings}


@every_psa
def test_a_record_of_which_nothing_is_told_is_never_a_failure(engine: Engine, psa: str) -> None:
    bare = case_of(
        psa,
        account=Account(id="4711", name="Acme Ltd"),
        agreements=(Agreement(id="88", name="Managed"),),
        tables=None,
        filter=None,
        psa_version=None,
    )
    diagnosis = engine.diagnose(bare)

    assert [finding.rule for finding in diagnosis.findings if finding.state is State.FAIL] == []
    assert diagnosis.visible is None


@every_psa
@pytest.mark.requirement("R30", "R53", "R55", "R56")
def test_a_refused_right_is_named_in_the_psas_own_words_with_where_to_grant_it(engine: Engine, psa: str) -> None:
    refused = AccessProbe(id="agreements", right="Contracts: view", call="GET /x", access=Access.REFUSED)
    diagnosis = engine.diagnose(
        case_of(psa, agreements=None, agreements_because=Because.PERMISSION, probes=(refused,), cached=not_in_copy())
    )
    right, exists = one(diagnosis, "permissions"), one(diagnosis, "agreement-exists")

    assert diagnosis.verdict is Verdict.CANNOT_TELL
    assert (right.state, right.blocks) == (State.FAIL, True)
    assert NOUNS[psa]["psa"].split()[0] in right.fix[0]
    assert "Contracts: view" in right.fix[1]
    assert exists.fix[0] == right.fix[0]


@every_psa
@pytest.mark.requirement("X29")
def test_x29_a_right_that_is_limited_makes_not_found_a_cannot_tell(engine: Engine, psa: str) -> None:
    limited = AccessProbe(id="companies", right="accounts", call="GET /x", access=Access.EMPTY)
    nobody: dict[str, Any] = {"live": Live(present=False), "account": None, "agreements": None, "query": "Akme"}
    unproven = engine.diagnose(case_of(psa, cached=not_in_copy(), probes=(limited,), **nobody))
    proven = engine.diagnose(case_of(psa, cached=not_in_copy(), **nobody))

    assert (unproven.verdict, proven.verdict) == (Verdict.CANNOT_TELL, Verdict.NOT_FOUND)
    assert len(one(unproven, "account-is-readable").fix) == 3


@every_psa
@pytest.mark.requirement("R37")
def test_of_two_of_one_name_the_active_one_is_named(engine: Engine, psa: str) -> None:
    old = account_of(psa, id="58", active=False)
    finding = one(engine.diagnose(case_of(psa, twins=(old,))), "account-name-is-unique")
    unsure = one(
        engine.diagnose(case_of(psa, twins=(account_of(psa, id="58", active=None),))), "account-name-is-unique"
    )

    assert finding.reason.endswith(f"Only {NOUNS[psa]['account_id']} 4711 is active.")
    assert finding.fix == (f"Map to {NOUNS[psa]['account_id']} 4711.",)
    assert [row["state"] for row in finding.evidence["same_name"]] == ["active", "inactive"]
    assert "It could not be told whether 58 is active" in unsure.reason


@every_psa
@pytest.mark.requirement("X19")
def test_x19_no_message_speaks_of_another_psa_or_its_nouns(engine: Engine, psa: str) -> None:
    everything = (
        agreement_of(psa, status="Inactive", recurring=False, ends_on=TODAY - DAY, lines=()),
        agreement_of(psa, id="89", paused=True, pending=True),
    )
    never = Cached(present=False, as_of=None, run=None)
    sick = account_of(psa, active=False, types=())
    texts = []
    for told in (
        case_of(psa, account=sick, agreements=everything, cached=never, twins=(account_of(psa, id="58"),)),
        case_of(psa, agreements=None, agreements_because=Because.PERMISSION, psa_version=None),
        case_of(psa, live=unreadable(), account=None, agreements=None, twins=None),
    ):
        diagnosis = engine.diagnose(told)
        texts += [diagnosis.summary, *diagnosis.not_tested]
        for finding in diagnosis.findings:
            texts += [finding.title, finding.reason, *finding.fix]
    said = " ".join(texts)

    strangers = {nouns["psa"].split()[0] for kind, nouns in NOUNS.items() if kind != psa} - {
        NOUNS[psa]["psa"].split()[0]
    }
    assert not [name for name in strangers if name in said]
    assert "ompany" not in said.replace("organization or company", "")
    assert " agreement" not in said


@every_psa
def test_a_rule_whose_need_the_psa_lacks_is_not_needed(engine: Engine, psa: str) -> None:
    silent = engine.diagnose(case_of(psa, gives=frozenset()))
    needing = {card.id for card in engine.cards if psa in card.psas and (card.needs or card.needs_any)}

    assert {one(silent, rule).state for rule in needing} == {State.NOT_NEEDED}
    assert len(GIVES[psa]) > 3
