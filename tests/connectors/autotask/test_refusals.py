import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.autotask.answers import SIGNS, refusal, told
from connectors.errors import (
    BadRequest,
    ConnectorError,
    ErrorKind,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    SignInFailed,
    WhoMustAct,
)
from connectors.http import Reply
from tests.connectors.answerer import Say
from tests.connectors.autotask.connecting import NO_RIGHT, Wired, page

COMPANIES = "/Companies/query"


def reply(body: bytes, status: int = 500, content_type: str = "application/json") -> Reply:
    return Reply(call="POST /Contracts/query", url="https://x/", status=status, body=body, content_type=content_type)


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (500, "The logged in Resource does not have the adequate permissions to query this.", PermissionDenied),
        (403, "Forbidden", PermissionDenied),
        (500, "IntegrationCode is invalid.", SignInFailed),
        (500, "Zone information could not be determined", SignInFailed),
        (401, "Unauthorized", SignInFailed),
        (500, "No matching records found for this query.", NotFound),
        (500, "Unable to find foo in the Company Entity.", BadRequest),
        (404, "Not Found", NotFound),
        (405, "The requested resource does not support http method 'GET'.", BadRequest),
    ],
)
def test_the_text_is_read_before_the_status(status: int, text: str, kind: type[ConnectorError]) -> None:
    body = f'{{"errors": ["{text}"]}}'.encode()
    error = refusal(reply(body, status), "/Contracts/query", "detail")
    assert type(error) is kind
    assert error.message.endswith(".")
    assert (error.status, error.call) == (status, "POST /Contracts/query")


@pytest.mark.requirement("R30")
def test_a_missing_right_is_named_in_autotasks_own_words() -> None:
    error = refusal(reply(b'{"errors": ["adequate permissions"]}'), "/ContractServices/query", "")
    assert isinstance(error, PermissionDenied)
    assert error.right == "Contracts: Full permission"
    assert error.right in error.message
    assert error.who_must_act is WhoMustAct.OPERATOR


def test_a_right_that_no_source_names_is_not_made_up() -> None:
    error = refusal(reply(b'{"errors": ["adequate permissions"]}'), "/Nothing/query", "")
    assert isinstance(error, PermissionDenied)
    assert error.right == ""


def test_texts_are_found_in_any_error_body() -> None:
    assert told(reply(b'{"errors": ["One", "Two"]}')) == "one two"
    assert told(reply(b'{"Errors": "One"}')) == "one"
    assert told(reply(b'{"message": "One"}')) == "one"
    assert told(reply(b"plain ITGENATR005")) == "plain itgenatr005"
    assert told(reply(b"<html>adequate permissions</html>", content_type="text/html")) == ""
    assert told(reply(b'{"errors": ["One"]}', status=200)) == ""
    assert told(reply(b'{"other": 1}')) == ""


@given(st.binary(max_size=200), st.integers(min_value=200, max_value=599))
@settings(max_examples=100, deadline=None)
def test_any_body_can_be_looked_at(body: bytes, status: int) -> None:
    one = reply(body, status)
    assert isinstance(told(one), str)
    assert isinstance(SIGNS.lasting(one), bool)
    assert isinstance(refusal(one, "/Companies/query", ""), ConnectorError)


@pytest.mark.requirement("R221")
async def test_a_permission_error_is_not_hammered(wire: Wired) -> None:
    wire.knows()
    wire.on(COMPANIES, NO_RIGHT)
    with pytest.raises(PermissionDenied) as raised:
        await wire.at.find_accounts("Acme")
    assert raised.value.kind is ErrorKind.PERMISSION_DENIED
    assert wire.server.paths().count("/ATServicesRest/V1.0/Companies/query") == 1


async def test_another_500_is_an_outage_and_tried_again(wire: Wired) -> None:
    wire.knows()
    wire.on(COMPANIES, Say(body={"errors": ["Something broke."]}, status=500))
    with pytest.raises(PsaDown):
        await wire.at.find_accounts("Acme")
    assert wire.server.paths().count("/ATServicesRest/V1.0/Companies/query") == 5


@pytest.mark.parametrize("status", [429, 500, 403])
async def test_too_many_threads_are_told_by_their_text_whatever_the_status(wire: Wired, status: int) -> None:
    text = "Itgenatr005: The Autotask API thread threshold of 3 threads has been exceeded."
    wire.knows()
    wire.on(COMPANIES, Say(body={"errors": [text]}, status=status), page())
    assert list(await wire.at.find_accounts("Acme")) == []
    assert 3.7 <= sum(wire.time.slept) <= 5


async def test_a_threshold_without_a_time_is_waited_for_longer_and_longer_then_told(wire: Wired) -> None:
    wire.knows()
    wire.on(COMPANIES, Say(body={"errors": ["Too many."]}, status=429))
    with pytest.raises(RateLimited):
        await wire.at.find_accounts("Acme")
    first, second, third = wire.time.slept
    assert 3.7 <= first <= 5
    assert 11 <= second <= 15
    assert 22 <= third <= 30


async def test_a_server_that_echoes_the_secret_does_not_get_it_into_the_log(wire: Wired) -> None:
    wire.knows()
    wire.on(COMPANIES, Say(body={"errors": ["Bad SECRET canary$1 of CODEcanary"]}, status=400))
    with pytest.raises(BadRequest) as raised:
        await wire.at.find_accounts("Acme")
    assert "canary" not in raised.value.detail.replace("…", "")
