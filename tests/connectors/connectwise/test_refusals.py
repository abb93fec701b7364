"""Every error body of CW §4.2, and what it becomes."""

import pytest

from connectors.connectwise.rights import RIGHTS, right_for
from connectors.errors import (
    BadRequest,
    ConnectorError,
    ErrorKind,
    InvalidData,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    SignInFailed,
    TimedOut,
    WhoMustAct,
)
from tests.connectors.answerer import HTML, SECURITY, Say
from tests.connectors.connectwise.connecting import AGREEMENTS, API, COMPANIES, Wired

INVALID = {
    "code": "InvalidObject",
    "message": "company object is invalid",
    "errors": [{"code": "OutOfRange", "message": "…", "resource": "company", "field": "yearEstablished"}],
}


def json_error(status: int, code: str, message: str) -> Say:
    return Say(body={"code": code, "message": message, "errors": None}, status=status)


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (Say(body=INVALID, status=400), BadRequest, "did not accept GET /company/companies"),
        (json_error(400, "ConnectWiseApi", "Invalid conditions: foo"), BadRequest, "answered 400"),
        (Say(body="Cannot route. Codebase/company is invalid", status=400), NotFound, "no API at this address"),
        (json_error(401, "ConnectWiseApi", "UserNotAuthenticated"), SignInFailed, "check the API credentials"),
        (json_error(401, "Unauthorized", "…"), SignInFailed, "API member is active"),
        (Say(status=401), SignInFailed, "check the API credentials"),
        (SECURITY, PermissionDenied, "Company Maintenance: Inquire"),
        (Say(body="<html>Forbidden</html>", status=403), PermissionDenied, "refused GET /company/companies"),
        (json_error(403, "Security", "SSL is required."), NotFound, "begins with api-"),
        (json_error(400, "Security", "SSL is required."), NotFound, "begins with api-"),
        (json_error(404, "ConnectWiseApi", "The endpoint does not exist."), NotFound, "This version"),
        (Say(body="<html>Not Found</html>", status=404), NotFound, "no API at this address"),
        (Say(status=404), NotFound, "no API at this address"),
        (json_error(405, "MethodNotAllowed", "no"), BadRequest, "answered 405"),
        (json_error(409, "Conflict", "no"), BadRequest, "answered 409"),
        (json_error(415, "UnsupportedMediaType", "no"), BadRequest, "answered 415"),
        (Say(body=[1, 2], status=400), BadRequest, "answered 400"),
        (Say(body="{", status=418), BadRequest, "answered 418"),
        (Say(body={"error": "ConnectWiseAPI", "message": "Too many requests."}, status=429), RateLimited, "wait"),
        (json_error(500, "InternalServerError", "Object reference not set"), PsaDown, "answered 500"),
        (json_error(500, "InternalServerError", "Timeout expired"), TimedOut, "may be slow"),
        (Say(body="<html>502</html>", status=502), PsaDown, "answered 502"),
        (Say(body="<html>timeout</html>", status=504), PsaDown, "answered 504"),
        (HTML, InvalidData, "web page"),
        (Say(body=""), InvalidData, "empty"),
        (Say(body='[{"id": 2'), InvalidData, "cut short"),
        (Say(body=None), InvalidData, "not the list"),
        (Say(body={"id": 1}), InvalidData, "not the list"),
        (Say(body=[{"id": 1}, "x"]), InvalidData, "not the list"),
        (Say(body=[{"name": "no id"}]), InvalidData, "without an id"),
        (Say(body=["x"], status=404), NotFound, "no API at this address"),
    ],
)
async def test_every_answer_that_is_no_list_is_told_by_its_kind(
    wire: Wired, answer: Say, error: type[ConnectorError], says: str
) -> None:
    wire.server.on(COMPANIES, answer)
    with pytest.raises(error, match=says) as raised:
        await wire.cw.find_accounts("Acme")
    assert type(raised.value) in {error, *error.__subclasses__()}
    assert raised.value.call in {"GET /company/companies", ""}


@pytest.mark.requirement("R220")
async def test_a_failed_sign_in_advises_to_check_the_credentials(wire: Wired) -> None:
    wire.server.on(
        f"{API}/system/info", Say(body={"code": "Unauthorized"}, status=401, headers={"x-cw-request-id": "r1"})
    )
    with pytest.raises(SignInFailed, match="check the API credentials") as raised:
        await wire.cw.check()
    assert raised.value.kind is ErrorKind.API_ERROR
    assert raised.value.who_must_act is WhoMustAct.OPERATOR
    assert raised.value.request_id == "r1"


@pytest.mark.parametrize("body", [[], None, "text", 7])
async def test_a_record_that_is_none_is_invalid(wire: Wired, body: object) -> None:
    wire.server.on(f"{COMPANIES}/5", Say(body=body if isinstance(body, list) else [body]))
    with pytest.raises(InvalidData, match="not the record"):
        await wire.cw.account("5")


@pytest.mark.requirement("R221")
async def test_a_refused_read_names_the_call_and_the_right(wire: Wired) -> None:
    wire.server.on(AGREEMENTS, SECURITY)
    wire.server.on(f"{API}/finance/billingCycles", Say(body=[]))
    with pytest.raises(PermissionDenied) as raised:
        await wire.cw.agreements_of("250")
    assert raised.value.call == "GET /finance/agreements"
    assert raised.value.right == "Finance > Agreements: Inquire (All)"
    assert raised.value.message == (
        "ConnectWise refused GET /finance/agreements: grant Finance > Agreements: Inquire (All) "
        "to the security role of the API member."
    )


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/company/companies", "companies"),
        ("/company/companies/4711", "companies"),
        ("/company/companies/count", "companies"),
        ("/company/companies/statuses", "table-company-status"),
        ("/company/companies/types/count", "table-company-type"),
        ("/company/companies/info/types", "table-company-type"),
        ("/finance/agreements/71/additions", "agreements"),
        ("/finance/agreements/types", "table-agreement-type"),
        ("/finance/agreements/types/info", "agreements"),
        ("/finance/billingCycles/info", "table-billing-cycle"),
        ("/service/boards/count", "table-service-board"),
    ],
)
def test_every_read_has_a_right_to_name(path: str, right: str) -> None:
    assert right_for(path) == next(one.right for one in RIGHTS if one.id == right)


async def test_a_refusal_that_no_source_explains_names_no_right(wire: Wired) -> None:
    wire.server.on(f"{API}/system/info", SECURITY)
    with pytest.raises(PermissionDenied, match="check the security role of the API member") as raised:
        await wire.cw.check()
    assert raised.value.right == ""


async def test_a_server_that_echoes_the_keys_does_not_get_them_into_the_log(wire: Wired) -> None:
    wire.server.on(
        f"{API}/system/info",
        lambda asked: Say(body=f"you sent {asked.headers['Authorization']} {asked.headers['clientId']}", status=400),
    )
    with pytest.raises(BadRequest) as raised:
        await wire.cw.check()
    assert raised.value.detail == "you sent Basic … …"
    assert repr(wire.cw._api._keys) == "Keys(…)"
    assert "canary" not in repr(vars(raised.value))


@pytest.mark.requirement("R247")
async def test_a_read_that_is_not_on_the_list_for_its_purpose_is_never_made(wire: Wired) -> None:
    with pytest.raises(BadRequest, match="may not read"):
        await wire.cw._api.get("settings", "/company/companies")
    with pytest.raises(BadRequest, match="may not read"):
        await wire.cw._api.follow("settings", "/finance/agreements", f"{wire.server.url}/x")
    with pytest.raises(BadRequest, match="may not read"):
        await wire.cw._api.get("one", "/company/companies/1/../../system/members")
    assert wire.server.asked == []
