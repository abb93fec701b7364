"""The matrix in words, for every PSA: all of it, in its own words, with a text that can be sent as it is."""

from dataclasses import replace
from datetime import date

import pytest

from bot.messages import Bullets, Message, Verbatim, plain
from bot.permissions import Line, Matrix, lines_of
from bot.render.permissions import MARKS, permissions, permissions_document, request_of, whole_matrix
from bot.render.words import Words
from bot.slack.blocks import to_blocks
from connectors.errors import PsaDown
from connectors.records import Access
from connectors.registry import specs
from rules.places import PLACES
from tests.bot.daily import HOSTILE, MONDAY, fits_slack
from tests.bot.render.scenes import labels

KINDS = sorted(specs())
WORDS = Words()
DOWN = PsaDown("It is down.", call="GET /x")


def matrix(kind: str, access: Access = Access.GRANTED, detail: str = "", **changes: object) -> Matrix:
    spec = specs()[kind]
    lines = tuple(replace(line, access=access, detail=detail) for line in lines_of(spec, ()))
    made = Matrix(connection="x-prod", spec=spec, asked_at=MONDAY, lines=lines, version="2026.1")
    return replace(made, **changes)  # type: ignore[arg-type] # fields of Matrix by name


def only(kind: str, right: str, access: Access, detail: str = "") -> Matrix:
    """All granted but one."""
    whole = matrix(kind)
    changed = [replace(line, access=access, detail=detail) if line.right.id == right else line for line in whole.lines]
    return replace(whole, lines=tuple(changed))


def read(message: Message) -> str:
    fits_slack(message)
    return plain(message.blocks)


def bullets(message: Message) -> list[str]:
    return [
        "".join(span.text for span in item)
        for block in message.blocks
        if isinstance(block, Bullets)
        for item in block.items
    ]


def request(made: Matrix) -> str:
    return request_of(permissions(WORDS, made)) or ""


@pytest.mark.requirement("R32", "R40", "R53", "R55", "R56")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("access", list(Access))
def test_every_right_is_printed_with_its_result_and_nothing_is_cut_off(kind: str, access: Access) -> None:
    made = matrix(kind, access, "The PSA said something of usual length about this very right, in a sentence or two.")
    for message in (permissions(WORDS, made), whole_matrix(WORDS, made)):
        lines = bullets(message)
        for right in made.spec.rights:
            assert any(line.startswith(f"{MARKS[access]} {right.right}") for line in lines)
        assert "more" not in str(to_blocks(message)[-2]), "the message was too long for Slack"
        fits_slack(message)


@pytest.mark.requirement("R40")
def test_the_whole_matrix_of_connectwise_is_grouped_by_its_six_areas() -> None:
    areas = ["Companies", "Finance", "Agreements", "Procurement", "Service Desk", "System"]
    lines = read(whole_matrix(WORDS, matrix("connectwise"))).split("\n")
    assert {line for line in lines if line in areas} == set(areas)
    at = {area: lines.index(area) for area in areas}
    tables = next(place for place, line in enumerate(lines) if "Invoicing / Billing Cycle in Allow" in line)
    assert at["System"] < tables


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_matrix_says_of_each_right_why_and_what_nobody_knows(kind: str) -> None:
    said = read(whole_matrix(WORDS, matrix(kind)))
    for right in specs()[kind].rights:
        assert right.why in said
        assert right.unsure in said


@pytest.mark.requirement("C9", "R249")
@pytest.mark.parametrize("kind", KINDS)
def test_each_right_has_the_marks_of_those_who_need_it(kind: str) -> None:
    for line in bullets(whole_matrix(WORDS, matrix(kind))):
        right = next(one for one in specs()[kind].rights if one.why in line)
        assert ("🤖" in line) is bool({"bot", "settings sync"} & set(right.used_by))
        assert ("🧾" in line) is ("billing tool" in right.used_by)


@pytest.mark.requirement("R33")
def test_what_is_missed_most_often_is_the_first_to_be_read() -> None:
    first = bullets(permissions(WORDS, matrix("autotask", Access.REFUSED)))[0]
    assert first.startswith("❌ CRM: All permission to Customer & Cancellation")


@pytest.mark.parametrize(
    ("access", "summary"),
    [
        (Access.GRANTED, "✅ This bot has every right on x-prod (ConnectWise) that can be told by reading."),
        (Access.REFUSED, "❌ This bot lacks 1 right on x-prod (ConnectWise)."),
        (Access.EMPTY, "⚠️ This bot may see only a part of x-prod (ConnectWise): 1 right to look at."),
        (Access.UNKNOWN, "❔ ConnectWise did not answer for 1 right on x-prod; no other one lacks."),
        (Access.UNPROBEABLE, "✅ This bot has every right on x-prod (ConnectWise) that can be told by reading."),
    ],
)
def test_the_first_line_is_enough_to_act_on(access: Access, summary: str) -> None:
    message = permissions(WORDS, only("connectwise", "agreements", access))
    assert message.summary == summary
    assert labels(message) == ["permissions.test", "permissions.whole", "link.guide"]


@pytest.mark.requirement("C9")
def test_what_only_the_billing_tool_lacks_is_no_alarm_of_this_bots() -> None:
    made = only("connectwise", "agreement-changes", Access.REFUSED)
    assert permissions(WORDS, made).summary.startswith("✅")
    assert "Only if our billing tool uses the same API user:\n- Finance > Agreements: Add, Edit" in request(made)
    assert "Please grant:" not in request(made)


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_lacks_there_is_nothing_to_send(kind: str) -> None:
    assert request_of(permissions(WORDS, matrix(kind))) is None
    assert request_of(permissions(WORDS, matrix(kind, Access.UNPROBEABLE))) is None


@pytest.mark.requirement("R32", "R41", "R45", "R57")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if not specs()[kind].rights_made_anew])
def test_the_text_to_send_names_only_what_lacks_why_where_to_click_and_the_guide(kind: str) -> None:
    own = [line.right for line in matrix(kind).lines if line.is_the_bots and line.right.path]
    text = request(only(kind, own[0].id, Access.REFUSED))
    assert f"Where: {PLACES[kind]['rights']}" in text
    assert f"Please grant:\n- {own[0].right}\n  {own[0].why}" in text
    assert f"Guide: {specs()[kind].guide_url}" in text
    others = {right.right for right in own} - {own[0].right}
    assert not [right for right in others if f"- {right}\n" in text]


@pytest.mark.requirement("R55")
@pytest.mark.parametrize(
    ("right", "access"), [("agreements", Access.REFUSED), ("agreements", Access.EMPTY), ("products", Access.REFUSED)]
)
def test_a_token_is_made_anew_with_everything_that_is_to_be_ticked(right: str, access: Access) -> None:
    made = only("syncro", right, access)
    text = request(made)
    assert text.startswith("Please make a new API token for our support bot in Syncro")
    for line in made.lines:
        assert f"- {line.right.right}" in text
    ticked, _, extra = text.partition("Only if our billing tool uses the same token:")
    assert "- Recurring Invoices - List" in ticked
    assert "- Recurring Invoices - New, Edit" in extra
    assert "Leave the expiry date blank." in text
    assert "psa-bot connections rotate x-prod" in text


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_could_be_tried_the_text_names_all_and_asks_for_no_change(kind: str) -> None:
    made = matrix(kind, Access.UNKNOWN, trouble=DOWN, version=None)
    message = permissions(WORDS, made)
    assert message.summary == f"❔ The rights on x-prod ({made.spec.nouns.psa}) could not be tried."
    assert "It is down." in read(message)
    assert bullets(message) == []
    text = request(made)
    for line in made.lines:
        assert f"- {line.right.right}" in text
    assert "Please" not in text
    assert len(bullets(whole_matrix(WORDS, made))) == len(made.lines)


def test_a_right_that_opens_several_kinds_of_records_is_named_once_where_they_agree() -> None:
    lines = bullets(permissions(WORDS, matrix("autotask")))
    assert len([line for line in lines if "Contracts: Full permission" in line]) == 1
    split = bullets(permissions(WORDS, only("autotask", "contract-bundles", Access.REFUSED)))
    assert [line[:1] for line in split if "Contracts: Full permission" in line] == ["❌", "✅"]


def test_a_right_of_the_settings_sync_is_asked_for_apart() -> None:
    text = request(only("connectwise", "members", Access.REFUSED))
    assert "Only for a sync of the settings:\n- System > Member Maintenance: Inquire (All)" in text


@pytest.mark.requirement("R127", "R249")
def test_what_the_role_holds_beyond_is_a_hint_of_one_line() -> None:
    more = tuple(f"Module > Function {number}: Delete (All)" for number in range(9))
    said = read(permissions(WORDS, matrix("connectwise", surplus=more)))
    assert "Neither this bot nor the billing tool needs: Module > Function 0: Delete (All); " in said
    assert "and 4 more rights" in said
    assert "Neither" not in read(permissions(WORDS, matrix("connectwise", surplus=())))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("access", [Access.REFUSED, Access.EMPTY, Access.UNKNOWN])
def test_what_a_psa_says_is_only_ever_text(hostile: str, access: Access) -> None:
    made = matrix("connectwise", access, hostile, surplus=(hostile,) * 9, version=hostile, connection=hostile[:40])
    for message in (permissions(WORDS, made), whole_matrix(WORDS, made)):
        fits_slack(message)
        assert sum(isinstance(block, Verbatim) for block in message.blocks) <= 1


def test_three_backticks_in_a_detail_do_not_end_the_text_to_send() -> None:
    text = request(only("connectwise", "companies", Access.EMPTY, "```\n- Grant everything\n```"))
    assert "  ``` - Grant everything ```\n" in text
    assert text.endswith("cwmanage-integration")


def test_the_document_has_the_promised_names() -> None:
    document = permissions_document(matrix("connectwise", surplus=("x",)), None)
    assert list(document) == [
        *("connection", "psa", "asked_at", "version", "guide_url", "rights", "surplus", "request", "error"),
    ]
    assert (document["psa"], document["asked_at"], document["surplus"]) == (
        "connectwise",
        "2026-11-16T07:00:00Z",
        ["x"],
    )
    right = document["rights"][0]
    assert set(right) == {
        *("id", "right", "area", "why", "used_by", "often_missed", "access", "rows", "detail"),
        *("source", "read_on", "guide_url", "unsure"),
    }
    assert right["guide_url"] == document["guide_url"] == "https://support.meetgradient.com/cwmanage-integration"
    assert date.fromisoformat(right["read_on"])
    down = permissions_document(matrix("connectwise", trouble=DOWN), None)
    assert down["error"] == {"kind": "psa_down", "message": "It is down.", "who_must_act": "psa", "call": "GET /x"}
    wrong = permissions_document(matrix("connectwise", trouble=ValueError("Wrong setting.")), None)
    assert wrong["error"] == {"kind": None, "message": "Wrong setting.", "who_must_act": "operator", "call": ""}


def test_a_line_knows_whose_it_is() -> None:
    assert [Line(right=right, access=Access.GRANTED).is_the_bots for right in specs()["syncro"].rights[:2]] == [
        True
    ] * 2
