"""Failures by status, and failures inside a 200 (BMS §3)."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import (
    BadRequest,
    ConnectorError,
    ErrorKind,
    InvalidData,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    WebPage,
)
from connectors.http import Reply
from connectors.kaseya_family.answers import SIGNS, Answers, NoSuchRecord, failure_of, folded
from tests.connectors.answerer import HTML, Say
from tests.connectors.kaseya_family.connecting import TYPES, USER, Wired, failed, ok

ANSWERS = Answers(psa="Kaseya BMS", hide=lambda text: text)
RECORD = "/v2/crm/accounts/summary/7"


def reply(body: Any, status: int = 200, content_type: str = "application/json") -> Reply:
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply(call=f"GET {TYPES}", url="https://x/", status=status, body=text.encode(), content_type=content_type)


def failure(message: str | None, code: int = 0) -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "message": message, "stackStrace": "at Secret()"}, "result": None}


@pytest.mark.parametrize(
    ("message", "code", "expected"),
    [
        ("You do not have permission to perform this action.", 0, PermissionDenied),
        ("Access denied", 0, PermissionDenied),
        ("User is not authorized.", 0, PermissionDenied),
        ("nope", 403, PermissionDenied),
        ("Account was not found", 0, NoSuchRecord),
        ("Contract does not exist", 0, NoSuchRecord),
        ("Too many requests", 0, RateLimited),
        ("x", 429, RateLimited),
        ("The system is under maintenance", 0, PsaDown),
        ("Object reference not set to an instance of an object.", 0, BadRequest),
        (None, 0, BadRequest),
    ],
)
def test_a_failure_inside_a_200_is_told_by_its_words(message: str, code: int, expected: type[ConnectorError]) -> None:
    with pytest.raises(expected) as raised:
        ANSWERS.opened(reply(failure(message, code)), TYPES)
    assert "Secret" not in repr(vars(raised.value))
    assert raised.value.message.endswith((".", "back."))


def test_the_vendors_own_words_are_shown_where_nothing_better_is_known() -> None:
    with pytest.raises(BadRequest, match=r"refused GET .*: “Object reference not set”"):
        ANSWERS.opened(reply(failure("Object  reference\n not set")), TYPES)


@pytest.mark.parametrize(
    ("status", "path", "expected"),
    [
        (401, TYPES, PermissionDenied),
        (403, TYPES, PermissionDenied),
        (404, RECORD, NoSuchRecord),
        (404, TYPES, NotFound),
        (302, TYPES, NotFound),
        (400, TYPES, BadRequest),
    ],
)
def test_a_refusal_by_status(status: int, path: str, expected: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as raised:
        ANSWERS.opened(reply("", status), path)
    assert type(raised.value) is expected


def test_a_404_on_a_list_means_that_it_is_not_offered() -> None:
    with pytest.raises(NotFound, match="does not offer"):
        ANSWERS.opened(reply("<html></html>", 404, "text/html"), TYPES)


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/v2/crm/accounts/lookup", "CRM > Accounts: View"),
        ("/v2/finance/contracts/summary", "Finance > Contracts: View"),
        ("/v2/finance/invoices/summary", "Finance > Invoices: View"),
        ("/v2/admin/finance/services/lookup", "Admin > Finance > Services: View"),
        ("/v2/system/accounttypes/lookup", "Admin: View"),
        ("/v2/elsewhere", "Admin > Security > Roles > Admin: the special feature Has API Access"),
    ],
)
@pytest.mark.requirement("R56")
def test_a_refused_path_names_the_right_that_opens_it(path: str, right: str) -> None:
    with pytest.raises(PermissionDenied) as raised:
        ANSWERS.opened(reply("", 403), path)
    assert raised.value.right == right
    assert right in raised.value.message


@pytest.mark.parametrize(
    ("body", "result", "total"),
    [
        ({"success": True, "result": [1], "totalRecords": 9}, [1], 9),
        ({"Success": True, "Result": [1], "TotalRecords": 9}, [1], 9),
        ({"result": [1]}, [1], None),
        ({"success": True}, None, None),
        ({"success": True, "result": [], "totalRecords": "9"}, [], None),
        ({"success": True, "result": [], "totalRecords": True}, [], None),
        ({"id": 7}, {"id": 7}, None),
        ([1], [1], None),
    ],
)
def test_an_answer_is_opened_with_and_without_envelope(body: Any, result: Any, total: int | None) -> None:
    answer = ANSWERS.opened(reply(body), TYPES)
    assert (answer.result, answer.total) == (result, total)


@pytest.mark.parametrize("body", [{"result": {"id": 1}}, {"result": [1]}, {"result": "x"}])
def test_a_list_that_is_none_makes_no_sense(body: Any) -> None:
    with pytest.raises(InvalidData):
        ANSWERS.rows(ANSWERS.opened(reply(body), TYPES), f"GET {TYPES}")


def test_an_error_that_is_only_a_text_is_read_as_well() -> None:
    found = failure_of(reply({"success": False, "error": "Invalid user name"}))
    assert found is not None
    assert found.text == "Invalid user name"


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '{"success": true}', "<html>"])
def test_what_is_no_failure_is_none(body: str) -> None:
    assert failure_of(reply(body)) is None


def test_a_long_page_is_not_read_twice() -> None:
    assert failure_of(reply(failure("x" * 5000))) is None


@pytest.mark.parametrize(("message", "busy"), [("API calls quota exceeded", True), ("Name not found", False)])
def test_too_many_calls_inside_a_200_are_told(message: str, busy: bool) -> None:
    assert SIGNS.busy(reply(failure(message))) is busy


async def test_a_429_that_says_nothing_is_given_a_minute(wire: Wired) -> None:
    wire.on(USER, Say(status=429), ok({}))
    await wire.psa.check()
    assert len(wire.time.slept) == 1
    assert 45 <= wire.time.slept[0] <= 60


async def test_a_sign_in_page_with_status_200_is_no_data(wire: Wired) -> None:
    wire.on(USER, HTML)
    with pytest.raises(WebPage):
        await wire.psa.check()


async def test_a_server_without_userinfo_is_checked_by_another_read(wire: Wired) -> None:
    wire.on(USER, Say(status=404))
    wire.on(TYPES, ok([]))
    check = await wire.psa.check()
    assert (check.version, check.detail) == (None, "")
    assert check.host == wire.server.url.removeprefix("http://")


async def test_a_server_that_fails_inside_a_200_keeps_saying_what(wire: Wired) -> None:
    wire.on(USER, failed("Object reference not set."))
    with pytest.raises(ConnectorError) as raised:
        await wire.psa.check()
    assert raised.value.kind is ErrorKind.API_ERROR


KEYS = ("success", "Success", "result", "error", "totalRecords", "message", "code", "id")
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(KEYS), part, max_size=4),
    max_leaves=12,
)


@given(ANY_JSON)
@settings(max_examples=200, deadline=None)
def test_any_json_is_an_answer_or_an_error_of_ours(body: Any) -> None:
    with suppress(ConnectorError):
        answer = ANSWERS.opened(reply(body), RECORD)
        assert isinstance(ANSWERS.rows(answer, "GET /x"), list)
    folded(body)
