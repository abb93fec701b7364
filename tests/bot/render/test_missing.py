"""The answer to /psa missing: the verdict first, nothing twice, nothing cut in silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages import Button, Message, Picker
from bot.render.missing import Asked, before, forgotten, missing, verified
from connectors.errors import BadSettings
from connectors.records import Because
from rules.model import Cached, Live, Verdict
from tests.bot.daily import HOSTILE, fits_slack
from tests.bot.render.answers import BLOCKED, CYCLE, DATES, VISIBLE, WORDS, absent, told, with_verdict
from tests.bot.render.scenes import (
    FOUR_DAYS_AGO,
    STEPS,
    about,
    answer,
    answered,
    case,
    chain,
    diagnosis,
    labels,
    lines,
    result,
    running,
    several,
    unknown,
)
from tests.bot.sync.fakes import GRANTED, NOON, account, agreement


def test_verdict_then_evidence_then_fix_then_what_was_not_tested() -> None:
    said = lines(told(BLOCKED))
    assert said[0] == "❌ Acme Ltd is in ConnectWise but hidden: no agreement bills on a recurring cycle."
    order = [
        "Cache · 4 days ago: there, hidden, 1 agreement",
        "Live · now: RecId 4711, status Active, type Client, 1 agreement",
        "❌ Agreement billing cycle · Managed (https://na.example/88)",
        "Its billing cycle is None.",
        *(f"{number}. {step}" for number, step in enumerate(STEPS, 1)),
        "✅ 2 checks passed. Not tested: whether a vendor account is mapped to this company.",
    ]
    places = [said.index(line) for line in order]
    assert places == sorted(places)


@pytest.mark.requirement("R8")
def test_every_answer_says_how_old_its_copy_is_and_when_the_next_sync_comes() -> None:
    assert any(
        "last full sync Tue 17 Nov 2026 12:09 UTC, 3 days ago · next: manual only" in line
        for line in lines(told(BLOCKED))
    )
    assert any("never synced · next: manual only" in line for line in lines(told(replace(BLOCKED, last_sync=None))))


@pytest.mark.requirement("R8", "R115")
def test_an_answer_says_when_the_next_sync_comes_that_it_is_paused_and_that_its_copy_is_too_old() -> None:
    planned = replace(BLOCKED, next_sync_at=NOON + timedelta(days=2))
    assert any("next: Mon 23 Nov 2026 12:00 UTC" in line for line in lines(told(planned)))
    assert any("next: paused" in line for line in lines(told(replace(planned, paused=True))))
    old = replace(BLOCKED, old_after=timedelta(days=8))
    assert any("3 days ago, which is older than 8 days · next" in line for line in lines(told(old)))


def test_a_connection_that_is_set_up_wrongly_offers_no_sync() -> None:
    found = replace(
        result(),
        verdict=Verdict.CANNOT_TELL,
        trouble=BadSettings("No site."),
        summary="cw-prod cannot be asked: No site.",
    )
    assert lines(told(found))[0] == "❔ cw-prod cannot be asked: No site."
    assert labels(told(found)) == ["missing.check_again", "missing.share"]


def test_a_record_that_is_gone_is_not_linked() -> None:
    gone = case(live=Live(present=False), account=None, agreements=(), probes=(GRANTED,))
    said = lines(told(result(answered(diagnosis(verdict=Verdict.GONE_IN_PSA, summary="Gone."), gone))))
    assert not any("Open in" in line for line in said)
    assert "Live · now: not there" in said


def test_a_record_that_is_not_shown_is_not_said_to_be_gone_where_the_right_to_read_is_not_proven() -> None:
    unseen = case(live=Live(present=False), account=None, agreements=())
    said = lines(told(result(answered(diagnosis(verdict=Verdict.CANNOT_TELL, summary="Cannot tell."), unseen))))
    assert "Live · now: not shown to the API user, whose right to read is not proven" in said


@pytest.mark.parametrize(
    ("cached", "words"),
    [
        (Cached(present=False, as_of=None, run=None), "Cache: never synced"),
        (Cached(present=False, as_of=FOUR_DAYS_AGO, run=1), "Cache · 4 days ago: not there"),
        (
            Cached(present=True, as_of=FOUR_DAYS_AGO, run=1),
            "Cache · 4 days ago: there, visibility unknown, 0 agreements",
        ),
        (
            Cached(
                present=True,
                as_of=FOUR_DAYS_AGO,
                run=1,
                visible=True,
                agreements=(agreement(1, 1), agreement(2, 1)),
                last_seen={"a2": FOUR_DAYS_AGO},
            ),
            "Cache · 4 days ago: there, visible, 1 agreement, and 1 that ConnectWise no longer returned",
        ),
    ],
)
def test_the_copy_is_told_with_its_age(cached: Cached, words: str) -> None:
    assert words in lines(told(result(answered(diagnosis(), case(cached=cached)))))


def test_what_the_psa_did_not_tell_of_an_account_is_left_out() -> None:
    bare = case(account=account(4711, status=None, types=None), agreements=None)
    assert "Live · now: RecId 4711, agreements could not be read" in lines(told(result(answered(diagnosis(), bare))))
    nameless = case(account=None)
    assert "Live · now: found, 1 agreement" in lines(told(result(answered(diagnosis(), nameless))))


def test_accounts_of_one_name_stand_side_by_side() -> None:
    recycled = case(
        account=account(2277, deleted=True, changed_at=None),
        agreements=(),
        cached=Cached(present=False, as_of=FOUR_DAYS_AGO, run=1),
    )
    twins = result(
        answered(diagnosis(verdict=Verdict.DUPLICATE_OR_RECYCLED)), answered(diagnosis(), recycled, id="2277")
    )
    said = lines(told(twins))
    assert "RecId 4711: status Active, type Client, 1 agreement, last updated 22 Oct 2026, in our cache" in said
    assert "RecId 2277: status Active, type Client, in the recycle bin, 0 agreements, not in our cache" in said


def test_several_matches_are_listed_and_the_rest_is_counted_and_can_be_picked() -> None:
    message = told(several(42))
    said = lines(message)
    assert "• Acme 9 9, Active" in said
    assert "… and 32 more. Type more of the name." in said
    picker = message.actions[0]
    assert isinstance(picker, Picker)
    assert (len(picker.choices), picker.choices[41].value) == (42, "q:17:41")


def test_names_that_are_close_are_told() -> None:
    near = several(2).candidates
    assert "Close to it: Acme 0 (0), Acme 1 (1)." in lines(told(replace(BLOCKED, nearest=near)))


@pytest.mark.requirement("R241")
def test_an_answer_given_during_a_sync_says_which_version_it_used() -> None:
    said = lines(told(replace(BLOCKED, running=running())))
    assert any(line.startswith("A sync has been running since Sat 21 Nov 2026 12:00 UTC") for line in said)


def test_without_any_connection_it_says_how_to_add_one() -> None:
    message = told(answer())
    assert message.summary == "No PSA is connected yet."
    assert "psa-bot connections add NAME --psa KIND" in lines(message)[1]
    assert "connectwise" in lines(message)[1]
    assert message.actions == ()


@pytest.mark.requirement("R14")
def test_where_only_a_sync_is_missing_the_sync_is_the_first_button() -> None:
    message = told(with_verdict(Verdict.NOT_SYNCED_YET))
    assert labels(message) == ["missing.sync_one", "missing.sync_full", "missing.check_again", "missing.share"]
    first = message.actions[0]
    assert isinstance(first, Button)
    assert first.style == "primary"


def test_where_something_has_to_be_repaired_first_checking_again_is() -> None:
    assert labels(told(BLOCKED))[0] == "missing.check_again"
    assert labels(told(VISIBLE)) == ["missing.check_again", "missing.share"]


@pytest.mark.parametrize(
    ("usual", "words"),
    [
        (None, "A first one can take 10 to 30 minutes."),
        (timedelta(seconds=0), "It usually takes 1 second."),
        (timedelta(seconds=90), "It usually takes 90 seconds."),
        (timedelta(minutes=12, seconds=4), "It usually takes 12 minutes."),
    ],
)
def test_a_full_sync_is_confirmed_with_what_it_costs(usual: timedelta | None, words: str) -> None:
    (full,) = [each for each in told(BLOCKED, usual=usual).actions if each.action == "missing.sync_full"]
    assert isinstance(full, Button)
    assert full.confirm is not None
    assert full.confirm.text == f"It reads all companies and agreements of cw-prod. {words}"


@pytest.mark.requirement("R12")
def test_after_a_sync_it_says_what_it_was_before() -> None:
    assert lines(told(VISIBLE, before=before("BLOCKED")))[1] == "Before this sync: hidden."
    assert before(None) == before("NONSENSE") == ""
    assert all(before(verdict.value) for verdict in Verdict if verdict is not Verdict.AMBIGUOUS)


def test_several_questions_that_waited_get_a_line_each() -> None:
    oops = Message(summary="Something went wrong on my side.")
    button = Button(action="missing.check_again", label="Check Acme again", value="q:17")
    asked = [
        Asked(query="Acme", found=answer(VISIBLE), before="not synced yet"),
        Asked(query="Globex", found=None, instead=oops),
        Asked(query="Nobody", found=answer()),
    ]
    message = verified(WORDS, asked, [button])
    assert lines(message) == [
        "3 questions waited for this sync:",
        "• ✅ Acme Ltd is visible. Before: not synced yet.",
        "• ❔ Globex: Something went wrong on my side.",
        "• ❔ Nobody: It could not be asked again.",
    ]
    assert message.actions == (button,)


@pytest.mark.requirement("R211")
def test_a_card_that_is_too_old_offers_a_fresh_one() -> None:
    message = forgotten(WORDS, "/psa")
    assert "Ask again for a fresh one: /psa missing NAME." in lines(message)[1]
    assert labels(message) == ["menu.missing"]
    fits_slack(message)


@pytest.mark.parametrize("count", [0, 1, 12, 50, 400])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_any_name_and_any_number_of_agreements_fits_one_message(name: str, count: int) -> None:
    failing = [about(str(n), name, rule, reason=f"{name} {n}") for n in range(count) for rule in (CYCLE, DATES)]
    chains = [chain(str(n), name, CYCLE, DATES) for n in range(count)]
    named = account(4711, name=name)
    owned = tuple(agreement(n, 4711, name=name) for n in range(count))
    summary = f"{name} is hidden: its agreement {' '.join(name.split())} ended."
    judged = diagnosis(
        *failing, unknown("a", Because.PERMISSION, reason=name), agreements=chains, summary=summary, enough=[CYCLE]
    )
    one = answered(judged, case(account=named, agreements=owned))
    found = replace(result(one, one), nearest=several(5, name).candidates, connection=name)
    beside = replace(several(50, name), connection=name), absent(Verdict.NOT_FOUND, name)
    message = missing(WORDS, answer(found, *beside, query=name), "q:17")
    fits_slack(message)
    assert len(lines(message)[0]) < 300
    assert "is hidden: its agreement" in lines(message)[0]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_choice_fits_one_message(name: str) -> None:
    fits_slack(told(several(50, name)))
    fits_slack(verified(WORDS, [Asked(query=name, found=None)] * 5, ()))


def test_one_answer_fits_a_phone() -> None:
    failing = [about(str(n), f"Agreement {n}", rule) for n in range(50) for rule in (CYCLE, DATES)]
    assert len(lines(told(result(answered(diagnosis(*failing)))))) <= 40  # two screens
