"""What HaloPSA's refusals mean, and how its own limit of calls is learned."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import (
    BadRequest,
    ConnectorError,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    TimedOut,
    WebPage,
    WhoMustAct,
)
from connectors.halopsa.answers import calls_allowed, said
from tests.connectors.answerer import HTML, Say
from tests.connectors.halopsa.connecting import CLIENTS, INVOICES, Wired, client, listed

RATE = "Rate Limit Reached - {} Requests per rolling {} window."
EXCEPTION = {"ClassName": "System.Exception", "Message": "An error occurred.", "StackTraceString": "at Halo"}


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (Say(status=403), PermissionDenied, "read:customers"),
        (Say(body={"Message": "You do not have permission."}, status=400), PermissionDenied, "read:customers"),
        (Say(body={"[0].name": ["The name field is required."]}, status=400), BadRequest, "did not accept GET /Client"),
        (Say(body={"resultCode": 7, "errorMessage": "Odd."}, status=400), BadRequest, "answered 400"),
        (Say(body={"Message": "No route."}, status=404), NotFound, "version of HaloPSA does not know"),
        (Say(body="<html></html>", status=404), NotFound, "Resource Server, not the portal"),
        (Say(status=302, headers={"Location": "/auth"}), NotFound, "Resource Server, not the portal"),
        (Say(status=408), TimedOut, "ran out of time"),
        (Say(body=EXCEPTION, status=500), PsaDown, "answered 500"),
        (Say(body={"Message": "Execution Timeout Expired."}, status=500), TimedOut, "ran out of time"),
        (HTML, WebPage, "web page"),
    ],
)
@pytest.mark.requirement("R220", "R221", "R222", "R223")
async def test_every_refusal_says_what_to_do(wire: Wired, answer: Say, kind: type[ConnectorError], says: str) -> None:
    wire.server.on(CLIENTS, answer)
    with pytest.raises(kind, match=says) as raised:
        await wire.halo.find_accounts("Acme")
    assert raised.value.call == "GET /Client"


@pytest.mark.requirement("R53", "R221")
async def test_a_refused_list_of_recurring_invoices_names_the_right_that_opens_it(wire: Wired) -> None:
    wire.server.on(INVOICES, Say(status=403))
    with pytest.raises(PermissionDenied) as raised:
        await wire.halo.agreements_of("41")
    assert raised.value.right == "Application: read:invoices. Role: Invoices Read"
    assert raised.value.who_must_act is WhoMustAct.OPERATOR


async def test_a_refused_call_that_no_right_is_known_for_points_at_both_places(wire: Wired) -> None:
    wire.server.on("/api/Status", Say(status=403))
    with pytest.raises(PermissionDenied, match="application's permissions and the role of its agent"):
        await wire.halo._api.get("settings", "/Status")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "invalid_client", "error_description": "Wrong."}', "invalid_client Wrong."),
        (b'{"id": ["Not a number."], "ok": 1}', "id: Not a number."),
        (b'"Rate Limit Reached"', "Rate Limit Reached"),
        (b"plain \xff", "plain \ufffd"),
        (b"[1]", ""),
        (b"", ""),
    ],
)
def test_the_words_of_an_error_are_found_in_every_shape(body: bytes, words: str) -> None:
    assert said(body) == words


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_error_body_is_too_odd_to_be_read(body: bytes) -> None:
    assert isinstance(said(body), str)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        (RATE.format(300, "5 minute"), 280),
        (RATE.format(450, "5 minute"), 420),
        ("500 requests per rolling 300 seconds", 466),
        ("60 requests", 56),
        ("1 request", None),
        ("1 requests per 1 hour", 1),
        ("10 requests per 0 minute", None),
        ("Please wait", None),
    ],
)
def test_the_limit_is_read_out_of_the_servers_own_text(text: str, calls: int | None) -> None:
    assert calls_allowed(text, 300) == calls


@pytest.mark.parametrize("body", [RATE.format(300, "5 minute"), {"Message": RATE.format(300, "5 minute")}])
async def test_a_429_that_does_not_say_how_long_is_waited_for_at_least_half_a_minute(wire: Wired, body: object) -> None:
    wire.server.on(CLIENTS, Say(body=body, status=429), listed(client(1)))
    assert await wire.halo.find_accounts("Acme")
    assert 30 <= sum(wire.time.slept) <= 40


async def test_a_429_that_stays_is_told_within_some_minutes(wire: Wired) -> None:
    wire.server.on(CLIENTS, Say(body=RATE.format(300, "5 minute"), status=429))
    with pytest.raises(RateLimited) as raised:
        await wire.halo.find_accounts("Acme")
    assert raised.value.transient
    assert 45 <= sum(wire.time.slept) <= 120


@pytest.mark.parametrize(("limit", "seconds"), [(6, 290), (300, 0)])
async def test_from_then_on_the_servers_own_limit_holds(wire: Wired, limit: int, seconds: float) -> None:
    wire.server.on(
        CLIENTS, Say(body=RATE.format(limit, "5 minute"), status=429, headers={"Retry-After": "0"}), listed()
    )
    await wire.halo.find_accounts("Acme")
    wire.time.slept.clear()
    for _ in range(5):
        await wire.halo.find_accounts("Acme")
    assert sum(wire.time.slept) >= seconds
    assert seconds or not wire.time.slept


async def test_the_simulated_window_is_never_filled_by_this_connector(wire: Wired) -> None:
    wire.server.on(CLIENTS, listed())
    begun = wire.time.now()
    for _ in range(330):
        await wire.halo.find_accounts("Acme")
    assert (wire.time.now() - begun).total_seconds() >= 300
