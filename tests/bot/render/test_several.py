"""The answer of several connections: all in a line each, one in full, and a way on to every other."""

from dataclasses import replace

import pytest

from bot.answers import Answer, Broken, Result
from bot.messages import Button, Message, Picker
from bot.render.missing import late
from bot.render.several import leading
from connectors.errors import BadSettings, TimedOut
from rules.model import Verdict
from tests.bot.daily import HOSTILE, fits_slack
from tests.bot.render.answers import BLOCKED, WORDS, absent, told, with_verdict
from tests.bot.render.scenes import answer, labels, lines, several

SLOW = replace(
    absent(Verdict.CANNOT_TELL, "halo-uk"),
    trouble=TimedOut("HaloPSA did not answer within 30 seconds."),
    elapsed_ms=30000,
)
FOUR = answer(
    absent(Verdict.NOT_FOUND, "a"),
    with_verdict(Verdict.VISIBLE, "b"),
    with_verdict(Verdict.BLOCKED, "c"),
    replace(several(3), connection="d"),
)


def waiting(found: Answer, *names: str) -> Answer:
    return replace(found, waiting=names)


def values(message: Message) -> list[str]:
    return [
        f"{each.label} {each.value}" for each in message.actions if isinstance(each, Button) and ":" in each.value[2:]
    ]


@pytest.mark.requirement("R98", "R140", "C14")
def test_each_has_a_line_with_mark_name_verdict_and_reason_and_the_one_to_act_on_is_told_in_full() -> None:
    message = told(FOUR)
    assert lines(message)[:6] == [
        "❌ BLOCKED on c.",
        "4 connections asked, 0.4 s:",
        "• ❌ c: hidden, in full below",
        "• 🔍 d: several match. 3 companies match “Acme” on cw-prod. Choose the one you mean.",
        "• ✅ b: VISIBLE on b.",
        "• 🔍 a: not found",
    ]
    assert message.summary == "BLOCKED on c. And 2 other connections."
    assert values(message) == ["Details a q:17:a", "Details b q:17:b", "Details d q:17:d"]
    fits_slack(message)


def test_the_one_that_a_person_wants_to_see_is_told_in_full_and_the_others_stay_in_sight() -> None:
    message = told(FOUR, shown="b")
    assert lines(message)[0] == "✅ VISIBLE on b."
    assert "• ✅ b: visible, in full below" in lines(message)
    assert "Details c q:17:c" in values(message)


def test_one_that_could_not_tell_says_why_and_can_be_tried_again() -> None:
    message = told(answer(with_verdict(Verdict.VISIBLE, "b"), SLOW))
    assert lines(message)[1] == "2 connections asked, 30.0 s:"
    assert "• ❔ halo-uk: cannot tell. HaloPSA did not answer within 30 seconds." in lines(message)
    assert values(message) == ["Retry halo-uk q:17:halo-uk"]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (BadSettings("No site."), "• ❔ x: cannot tell. No site."),
        (
            Broken("E-12"),
            "• ❔ x: cannot tell. Something went wrong on my side. The operator of this bot needs the error id E-12.",
        ),
    ],
)
def test_why_one_could_not_be_asked_stands_in_its_line(trouble: BadSettings | Broken, said: str) -> None:
    found = replace(absent(Verdict.CANNOT_TELL, "x"), trouble=trouble)
    assert said in lines(told(answer(BLOCKED, found)))


def test_where_the_psa_answered_and_nobody_can_tell_the_details_say_why_and_nothing_is_said_twice() -> None:
    found = replace(absent(Verdict.CANNOT_TELL, "x"), summary="Cannot tell whether “Acme” is there: no right.")
    message = told(answer(BLOCKED, found))
    assert "• ❔ x: Cannot tell whether “Acme” is there: no right." in lines(message)
    assert values(message) == ["Details x q:17:x"]


def test_those_that_have_not_answered_yet_are_named_last() -> None:
    said = lines(told(waiting(answer(BLOCKED), "halo-uk", "at-east")))
    assert said[1:5] == [
        "1 of 3 connections have answered:",
        "• ❌ cw-prod: hidden, in full below",
        "• ⏳ halo-uk: has not answered yet",
        "• ⏳ at-east: has not answered yet",
    ]


def test_a_paused_one_says_so_in_its_line_and_on_its_card() -> None:
    paused = replace(BLOCKED, paused=True)
    said = lines(told(answer(paused, with_verdict(Verdict.VISIBLE, "b"))))
    assert "• ❌ cw-prod: hidden, paused, in full below" in said
    assert any("cw-prod (ConnectWise) is paused: nothing is synced until somebody resumes it." in line for line in said)
    assert any("is paused" in line for line in lines(told(paused)))


def test_a_single_connection_needs_no_list() -> None:
    assert not any("connections asked" in line for line in lines(told(BLOCKED)))


def test_those_that_do_not_have_it_share_a_line_and_the_notice_leaves_them_out() -> None:
    message = told(answer(absent(Verdict.NOT_FOUND, "a"), BLOCKED, absent(Verdict.NOT_FOUND, "c")))
    assert message.summary == BLOCKED.summary
    assert "• 🔍 a, c: not found" in lines(message)


def test_where_nobody_has_it_one_says_so_in_full() -> None:
    said = lines(told(answer(absent(Verdict.NOT_FOUND, "a"), absent(Verdict.NOT_FOUND, "b"))))
    assert said[:4] == [
        "🔍 NOT_FOUND on a.",
        "2 connections asked, 0.4 s:",
        "• 🔍 a: not found, in full below",
        "• 🔍 b: not found",
    ]


def test_of_very_many_the_rest_is_counted_by_what_it_said_and_a_menu_leads_to_all() -> None:
    found = answer(BLOCKED, *(with_verdict(Verdict.VISIBLE, f"c{n}") for n in range(40)), SLOW)
    message = told(found)
    assert "• … and 30 more: 29 visible, 1 cannot tell" in lines(message)
    [menu] = [each for each in message.actions if isinstance(each, Picker)]
    assert (menu.action, len(menu.choices), menu.choices[0].value) == ("missing.details", 40, "q:17:c0")
    fits_slack(message)


def test_a_few_that_have_it_get_buttons_and_those_that_do_not_share_a_menu() -> None:
    absent_ones = [absent(Verdict.NOT_FOUND, f"n{n}") for n in range(4)]
    message = told(answer(BLOCKED, with_verdict(Verdict.VISIBLE, "b"), *absent_ones))
    assert values(message) == ["Details b q:17:b"]
    [menu] = [each for each in message.actions if isinstance(each, Picker)]
    assert [choice.value for choice in menu.choices] == [f"q:17:n{n}" for n in range(4)]
    fits_slack(message)


def test_of_very_many_that_do_not_have_it_the_rest_is_counted() -> None:
    found = answer(BLOCKED, *(absent(Verdict.NOT_FOUND, f"c{n}") for n in range(14)))
    names = ", ".join(f"c{n}" for n in range(12))
    assert f"• 🔍 {names} and 2 more connections: not found" in lines(told(found))


def test_of_many_that_could_not_tell_all_are_tried_again_at_once() -> None:
    found = answer(BLOCKED, *(replace(SLOW, connection=f"c{n}") for n in range(9)))
    retries = [each for each in told(found).actions if each.action == "missing.retry"]
    assert [(each.label, each.value) for each in retries if isinstance(each, Button)] == [
        ("Retry 9 connections", "q:17")
    ]


@pytest.mark.parametrize(
    ("verdicts", "first"),
    [
        ((Verdict.NOT_FOUND, Verdict.CANNOT_TELL, Verdict.VISIBLE, Verdict.BLOCKED), Verdict.BLOCKED),
        ((Verdict.NOT_FOUND, Verdict.CANNOT_TELL, Verdict.VISIBLE), Verdict.VISIBLE),
        ((Verdict.NOT_FOUND, Verdict.CANNOT_TELL), Verdict.CANNOT_TELL),
        ((Verdict.NOT_FOUND, Verdict.AMBIGUOUS), Verdict.AMBIGUOUS),
        ((Verdict.VISIBLE, Verdict.GONE_IN_PSA), Verdict.GONE_IN_PSA),
    ],
)
def test_what_somebody_can_act_on_leads(verdicts: tuple[Verdict, ...], first: Verdict) -> None:
    found = leading([absent(verdict, "cw-prod") for verdict in verdicts])
    assert found is not None
    assert found.verdict is first
    assert leading([]) is None


def test_an_account_that_is_known_leads_before_one_that_is_not() -> None:
    found = leading([absent(Verdict.CANNOT_TELL, "a"), with_verdict(Verdict.CANNOT_TELL, "b")])
    assert found is not None
    assert found.connection == "b"


def test_a_late_one_that_changes_little_is_a_line_with_its_reason_and_a_way_on() -> None:
    message = late(WORDS, answer(BLOCKED, SLOW), "q:18", ["halo-uk"])
    assert lines(message) == [
        '❔ halo-uk about "Acme": cannot tell',
        "HaloPSA did not answer within 30 seconds.",
    ]
    assert message.summary == "halo-uk: cannot tell. HaloPSA did not answer within 30 seconds."
    assert values(message) == ["Retry halo-uk q:18:halo-uk"]


def test_a_late_one_that_matters_more_is_told_in_full() -> None:
    message = late(WORDS, answer(absent(Verdict.NOT_FOUND, "a"), BLOCKED), "q:18", ["cw-prod"])
    assert lines(message)[0].startswith("❌ Acme Ltd is in ConnectWise but hidden")
    assert "missing.sync_full" in labels(message)


def test_several_late_ones_have_a_line_each_and_the_rest_is_counted() -> None:
    late_ones = [with_verdict(Verdict.VISIBLE, f"c{n}") for n in range(14)]
    message = late(WORDS, answer(BLOCKED, *late_ones), "q:18", [each.connection for each in late_ones])
    assert message.summary == "14 slower connections have answered."
    assert lines(message)[:2] == ['The slower connections about "Acme":', "• ✅ c0: VISIBLE on c0."]
    assert lines(message)[-1] == "• … and 2 more connections"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_of_a_connection_fits_and_stays_text(name: str) -> None:
    hostile: list[Result] = [
        replace(SLOW, connection=name),
        with_verdict(Verdict.VISIBLE, name),
        replace(BLOCKED, connection=name),
    ]
    fits_slack(told(answer(*hostile, *hostile, *hostile, query=name)))
    fits_slack(told(waiting(answer(BLOCKED), name)))
    fits_slack(late(WORDS, answer(BLOCKED, *hostile[:2], query=name), "q:18", [name]))
