"""The answer of several connections: one is told in full, the others share a few lines."""

from dataclasses import replace

import pytest

from bot.render.missing import leading
from rules.model import Verdict
from tests.bot.render.answers import BLOCKED, absent, told, with_verdict
from tests.bot.render.scenes import answer, lines, several


def test_of_several_connections_the_one_to_act_on_is_told_in_full_and_the_others_in_a_line() -> None:
    found = answer(
        absent(Verdict.NOT_FOUND, "a"),
        with_verdict(Verdict.VISIBLE, "b"),
        with_verdict(Verdict.BLOCKED, "c"),
        replace(several(3), connection="d"),
    )
    message = told(found)
    said = lines(message)
    assert said[0] == "❌ BLOCKED on c."
    assert message.summary == "BLOCKED on c. And 2 other connections."
    assert said[-3:] == [
        "• ✅ b: VISIBLE on b.",
        "• 🔍 d: 3 companies match “Acme” on cw-prod. Choose the one you mean. Ask again with @d at the end.",
        "• 🔍 Not on a",
    ]


def test_the_connections_that_do_not_have_it_share_a_line_and_the_notice_leaves_them_out() -> None:
    message = told(answer(absent(Verdict.NOT_FOUND, "a"), BLOCKED, absent(Verdict.NOT_FOUND, "c")))
    assert message.summary == BLOCKED.summary
    assert lines(message)[-1] == "• 🔍 Not on a, c"


def test_where_nobody_has_it_one_says_so_in_full() -> None:
    said = lines(told(answer(absent(Verdict.NOT_FOUND, "a"), absent(Verdict.NOT_FOUND, "b"))))
    assert said[0] == "🔍 NOT_FOUND on a."
    assert said[-1] == "• 🔍 Not on b"


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict.CANNOT_TELL, "• … and 4 more connections"),
        (Verdict.NOT_FOUND, "• 🔍 Not on c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 4 more connections"),
    ],
)
def test_of_very_many_connections_the_rest_is_counted(verdict: Verdict, line: str) -> None:
    found = answer(BLOCKED, *(absent(verdict, f"c{n}") for n in range(14)))
    assert lines(told(found))[-1] == line


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
