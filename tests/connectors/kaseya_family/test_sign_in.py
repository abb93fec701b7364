"""The token: fetched once, kept fresh, never leaked (BMS §1)."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from connectors.errors import (
    ConnectorError,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    SignInFailed,
    WebPage,
    WhoMustAct,
)
from connectors.kaseya_family.one_time_code import code_at
from tests.connectors.answerer import HTML, Asked, Say
from tests.connectors.kaseya_family.connecting import (
    ACCOUNTS,
    REFRESH,
    SECRETS,
    SIGN_IN,
    TYPES,
    USER,
    Wired,
    bearer,
    failed,
    ok,
    tokens,
    wired,
)

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NO_NAME = ok({"productName": "Kaseya BMS"})


@pytest.fixture(autouse=True)
def answers(wire: Wired) -> None:
    wire.on(USER, NO_NAME)


async def test_the_form_holds_the_tenant_and_the_password_as_they_were_typed(wire: Wired) -> None:
    await wire.psa.check()
    form = wire.server.asked[0]
    assert (form.method, form.path) == ("POST", SIGN_IN)
    assert parse_qs(form.body) == {
        "grantType": ["password"],
        "userName": ["canary.user"],
        "password": [" Canary pass+&=1"],
        "tenant": ["Example MSP"],
    }
    assert bearer(wire.server.asked[1]) == "token-1"


async def test_sixteen_callers_sign_in_once(wire: Wired) -> None:
    wire.server.delay = 0.01
    await asyncio.gather(*(wire.psa.check() for _ in range(16)))
    assert wire.paths(SIGN_IN) == [SIGN_IN]
    assert wire.server.most_at_once == wire.psa.spec.parallel_calls
    assert wire.psa.usage.calls == len(wire.server.asked) == 17


async def test_a_token_is_renewed_a_minute_before_its_end_with_the_refresh_token(wire: Wired) -> None:
    await wire.psa.check()
    wire.time.advance(29 * 60 - 1)
    await wire.psa.check()
    wire.time.advance(2)
    wire.on(REFRESH, tokens(2, wire.time.now() + timedelta(minutes=30)))
    await asyncio.gather(*(wire.psa.check() for _ in range(8)))
    assert wire.paths("/v2/security/auth") == [SIGN_IN]
    assert [parse_qs(one.body) for one in wire.server.asked if one.path == REFRESH] == [
        {"accessToken": ["token-1"], "refreshToken": ["refresh-1"]}
    ]
    assert bearer(wire.server.asked[-1]) == "token-2"
    assert wire.psa.usage.calls == len(wire.server.asked)


@pytest.mark.parametrize("refusal", [failed("The refresh token is not valid."), Say(status=404), Say(status=500)])
async def test_where_no_token_can_be_renewed_the_user_signs_in_again(wire: Wired, refusal: Say) -> None:
    await wire.psa.check()
    wire.time.advance(30 * 60)
    wire.on(REFRESH, refusal)
    await wire.psa.check()
    assert wire.paths("/v2/security/auth") == [SIGN_IN, SIGN_IN]


async def test_a_refresh_token_that_ended_is_not_sent(wire: Wired) -> None:
    await wire.psa.check()
    wire.time.advance(2 * 24 * 3600)
    await wire.psa.check()
    assert REFRESH not in wire.paths()


@pytest.mark.parametrize("until", [None, "", "soon", "2001-01-01T00:00:00", 17])
async def test_a_token_whose_end_is_not_told_or_lies_behind_us_is_used_for_a_quarter_of_an_hour(
    wire: Wired, until: str | None
) -> None:
    wire.on(SIGN_IN, tokens(1, until, refreshToken=None))
    await wire.psa.check()
    await wire.psa.check()
    assert len(wire.paths(SIGN_IN)) == 1
    wire.time.advance(15 * 60 + 1)
    await wire.psa.check()
    assert len(wire.paths(SIGN_IN)) == 2


async def test_a_401_signs_in_once_more_for_all_who_met_it(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        return Say(status=401) if bearer(asked) == "token-1" else NO_NAME

    await wire.psa.check()
    wire.on(SIGN_IN, tokens(2, wire.time.now() + timedelta(minutes=30)))
    wire.on(USER, answer)
    wire.server.delay = 0.01
    await asyncio.gather(*(wire.psa.check() for _ in range(4)))
    assert len(wire.paths(SIGN_IN)) == 2
    assert REFRESH not in wire.paths()
    assert wire.psa.usage.calls == len(wire.server.asked)


async def test_a_401_right_after_signing_in_is_about_rights(wire: Wired) -> None:
    wire.on(USER, Say(status=401))
    with pytest.raises(PermissionDenied) as raised:
        await wire.psa.check()
    assert "Has API Access" in raised.value.right
    assert len(wire.paths(SIGN_IN)) == 1


@pytest.mark.parametrize("stale", [failed("The access token has expired."), failed("", code=401)])
async def test_a_token_that_is_called_stale_inside_a_200_is_renewed(wire: Wired, stale: Say) -> None:
    await wire.psa.check()
    wire.on(USER, stale, NO_NAME)
    await wire.psa.check()
    assert len(wire.paths(SIGN_IN)) == 2


async def test_a_fresh_token_that_is_called_stale_inside_a_200_is_a_missing_right(wire: Wired) -> None:
    wire.on(USER, failed("Unauthorized"))
    with pytest.raises(PermissionDenied):
        await wire.psa.check()
    assert len(wire.paths(SIGN_IN)) == 1


async def test_a_wrong_password_is_sent_once_and_not_by_each_who_waited(wire: Wired) -> None:
    wire.server.delay = 0.01
    wire.on(SIGN_IN, failed("Invalid user name or password"))
    refused = await asyncio.gather(*(wire.psa.check() for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in refused] == [SignInFailed] * 4
    assert wire.paths() == [SIGN_IN]
    error = refused[0]
    assert isinstance(error, SignInFailed)
    assert error.who_must_act is WhoMustAct.OPERATOR
    assert error.call == f"POST {SIGN_IN}"
    assert "tenant" in error.message
    assert error.message.endswith("It says: “Invalid user name or password”.")
    assert "Secret.Place" not in repr(vars(error))


async def test_after_a_refused_sign_in_the_next_question_tries_again(wire: Wired) -> None:
    wire.on(SIGN_IN, failed("Invalid user name or password"), tokens(1))
    with pytest.raises(SignInFailed):
        await wire.psa.check()
    await wire.psa.check()


async def test_a_user_who_is_asked_for_a_code_is_told_of_both_ways_out(wire: Wired) -> None:
    wire.on(SIGN_IN, failed("MFA verification code is required."))
    with pytest.raises(SignInFailed, match=r"Api Employee.*totp_secret"):
        await wire.psa.check()


async def test_the_code_of_the_moment_is_sent_where_its_seed_is_known() -> None:
    async with wired({**SECRETS, "totp_secret": SEED}) as wire:
        wire.on(USER, NO_NAME)
        await wire.psa.check()
        assert parse_qs(wire.server.asked[0].body)["mfaCode"] == [code_at(SEED, wire.time.now())]


async def test_missing_api_access_names_the_right(wire: Wired) -> None:
    wire.on(SIGN_IN, failed("The user does not have API access."))
    with pytest.raises(PermissionDenied) as raised:
        await wire.psa.check()
    assert "Has API Access" in raised.value.right


async def test_a_server_that_takes_no_urlencoded_form_gets_a_multipart_one(wire: Wired) -> None:
    wire.on(SIGN_IN, Say(status=415), tokens(1))
    await wire.psa.check()
    first, second = wire.server.asked[:2]
    assert first.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert second.headers["Content-Type"].startswith("multipart/form-data")
    assert "Canary pass+&=1" in second.body
    assert wire.psa.usage.calls == len(wire.server.asked) == 3


@pytest.mark.parametrize(
    "spelled", [{"AccessToken": "token-9"}, {"Success": True, "Result": {"AccessToken": "token-9"}}]
)
async def test_the_case_of_keys_and_a_missing_envelope_do_not_matter(wire: Wired, spelled: dict[str, object]) -> None:
    wire.on(SIGN_IN, Say(body=spelled))
    await wire.psa.check()
    assert bearer(wire.server.asked[1]) == "token-9"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Say(status=503), PsaDown),
        (Say(status=429, headers={"Retry-After": "90"}), RateLimited),
        (failed("Too many requests."), RateLimited),
        (HTML, WebPage),
        (Say(status=404), NotFound),
        (Say(status=302, headers={"Location": "https://elsewhere.example.com/"}), NotFound),
        (Say(status=400, body={"error": "invalid_grant"}), SignInFailed),
        (ok(None), SignInFailed),
        (ok({"accessToken": ""}), SignInFailed),
        (Say(body="[1]", headers={"Content-Type": "application/json"}), SignInFailed),
    ],
)
async def test_what_else_the_sign_in_may_answer(wire: Wired, answer: Say, expected: type[ConnectorError]) -> None:
    wire.on(SIGN_IN, answer)
    with pytest.raises(expected):
        await wire.psa.check()
    assert wire.psa.usage.calls == len(wire.server.asked)


async def test_a_sign_in_that_meets_a_busy_server_is_tried_again_like_any_call(wire: Wired) -> None:
    wire.on(SIGN_IN, Say(status=429, headers={"Retry-After": "7"}), Say(status=502), tokens(1))
    await wire.psa.check()
    assert 7.0 in wire.time.slept
    assert wire.psa.usage.calls == len(wire.server.asked) == 4


async def test_a_cancelled_sign_in_leaves_the_way_free(wire: Wired) -> None:
    wire.server.delay = 30
    asking = asyncio.create_task(wire.psa.check())
    async with asyncio.timeout(5):
        while not wire.server.asked:
            await asyncio.sleep(0.001)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    wire.server.delay = 0.0
    await wire.psa.check()


async def test_tokens_and_secrets_are_in_no_repr_and_no_error(wire: Wired) -> None:
    await wire.psa.check()
    wire.on(TYPES, failed("canary.user sent token-1 and refresh-1 with ' Canary pass+&=1'"))
    with pytest.raises(ConnectorError) as raised:
        await wire.psa.tables()
    told = "".join(map(repr, (raised.value, vars(raised.value), vars(wire.psa), vars(vars(wire.psa)["_api"]))))
    for secret in (*SECRETS.values(), "token-1", "refresh-1"):
        assert secret not in told
    assert "…" in raised.value.message


async def test_a_host_that_is_not_there_gives_way_to_the_next_one(wire: Wired) -> None:
    """Two hosts are printed for Vorex (BMS §1)."""
    address = wire.psa._address
    address._bases = ("http://127.0.0.1:1", wire.server.url)
    wire.on(ACCOUNTS, ok([], total=0))
    await wire.psa.check()
    assert address.base == wire.server.url
    assert not address.next_after(wire.server.url)
    assert address.next_after("http://127.0.0.1:1")
