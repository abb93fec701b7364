"""One token for all callers, fetched anew when it ends, is refused, or a right was."""

import asyncio
from datetime import timedelta

import pytest

from connectors.contract import Connector
from connectors.errors import (
    ConnectorError,
    InvalidData,
    NotFound,
    PermissionDenied,
    PsaDown,
    RateLimited,
    SignInFailed,
    WebPage,
)
from tests.connectors.answerer import HTML, Asked, Say
from tests.connectors.halopsa.connecting import CLIENTS, GIVEN, TOKEN, Wired, client, listed
from tests.connectors.simulators import Simulated

REVOKED = Say(status=401)
NOBODY = listed()


def tokens(*names: str, life: object = 3600) -> list[Say]:
    return [Say(body={"access_token": name, "expires_in": life}) for name in names]


async def test_sixteen_callers_at_once_share_one_sign_in(wire: Wired) -> None:
    wire.server.on(CLIENTS, NOBODY)
    wire.server.delay = 0.01
    await asyncio.gather(*(wire.halo.find_accounts("Acme") for _ in range(16)))
    assert (wire.count(TOKEN), wire.count(CLIENTS)) == (1, 16)
    assert {asked.headers["Authorization"] for asked in wire.server.asked if asked.path == CLIENTS} == {
        "Bearer TOKENcanary"
    }


async def test_a_token_is_replaced_before_it_ends_not_after(wire: Wired) -> None:
    wire.server.on(TOKEN, *tokens("first", "second"))
    wire.server.on(CLIENTS, NOBODY)
    for seconds in (0, 3509, 1):
        wire.time.advance(seconds)
        await wire.halo.find_accounts("Acme")
    used = [asked.headers["Authorization"] for asked in wire.server.asked if asked.path == CLIENTS]
    assert used == ["Bearer first", "Bearer first", "Bearer second"]


@pytest.mark.parametrize(("life", "after", "sign_ins"), [(10, 4, 1), (10, 6, 2), (None, 500, 1), ("soon", 700, 2)])
async def test_how_long_a_token_lives_is_what_halo_says(wire: Wired, life: object, after: float, sign_ins: int) -> None:
    wire.server.on(TOKEN, *tokens("first", life=life))
    wire.server.on(CLIENTS, NOBODY)
    await wire.halo.find_accounts("Acme")
    wire.time.advance(after)
    await wire.halo.find_accounts("Acme")
    assert wire.count(TOKEN) == sign_ins


async def test_a_token_that_was_revoked_is_replaced_once_and_by_one_caller(wire: Wired) -> None:
    def guarded(asked: Asked) -> Say:
        return NOBODY if asked.headers["Authorization"] == "Bearer second" else REVOKED

    wire.server.on(TOKEN, *tokens("first", "second", "third"))
    wire.server.on(CLIENTS, guarded)
    await asyncio.gather(*(wire.halo.find_accounts("Acme") for _ in range(4)))
    assert wire.count(TOKEN) == 2
    assert wire.halo.usage.calls == wire.count(CLIENTS)


async def test_an_api_that_takes_no_token_at_all_ends_in_an_error(wire: Wired) -> None:
    wire.server.on(CLIENTS, REVOKED)
    with pytest.raises(SignInFailed, match="client secret") as raised:
        await wire.halo.find_accounts("Acme")
    assert (wire.count(TOKEN), wire.count(CLIENTS)) == (2, 2)
    assert raised.value.call == "GET /Client"


@pytest.mark.parametrize(
    "answer",
    [Say(body={"error": "invalid_client"}, status=401), Say(body={"error": "invalid_client"}, status=400), REVOKED],
)
@pytest.mark.requirement("R220")
async def test_wrong_secrets_are_a_failed_sign_in_whatever_the_status(wire: Wired, answer: Say) -> None:
    wire.server.on(TOKEN, answer)
    with pytest.raises(SignInFailed, match="login type is Agent"):
        await wire.halo.check()
    assert wire.server.paths() == [TOKEN]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Say(body="", status=404), NotFound),
        (Say(status=302, headers={"Location": "/login"}), NotFound),
        (HTML, WebPage),
        (Say(body={"token": "odd"}), InvalidData),
        (Say(body={"access_token": "two\nlines"}), InvalidData),
        (Say(body={"access_token": ""}), InvalidData),
        (Say(body="[]"), InvalidData),
        (Say(body="{"), InvalidData),
    ],
)
async def test_a_sign_in_that_is_none_is_told_and_never_taken_for_an_answer(
    wire: Wired, answer: Say, kind: type[ConnectorError]
) -> None:
    wire.server.on(TOKEN, answer)
    with pytest.raises(kind):
        await wire.halo.account("41")
    assert wire.server.paths() == [TOKEN]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(Say(status=503), PsaDown), (Say(body="Rate Limit Reached", status=429), RateLimited)],
)
async def test_a_sign_in_that_is_only_busy_is_tried_again(wire: Wired, answer: Say, kind: type[ConnectorError]) -> None:
    wire.server.on(CLIENTS, NOBODY)
    wire.server.on(TOKEN, answer, GIVEN)
    assert list(await wire.halo.find_accounts("Acme")) == []
    wire.time.advance(4000)
    wire.server.on(TOKEN, answer)
    with pytest.raises(kind):
        await wire.halo.find_accounts("Acme")


async def test_an_error_of_the_sign_in_does_not_repeat_the_secret(wire: Wired) -> None:
    wire.server.on(TOKEN, Say(body={"error": "client IDcanary with SECRETcanary"}, status=401))
    with pytest.raises(SignInFailed) as raised:
        await wire.halo.check()
    assert "canary" not in raised.value.detail + raised.value.message


async def test_the_only_thing_ever_posted_is_the_sign_in(simulated: Simulated, connector: Connector) -> None:
    await connector.check()
    assert [(call.method, call.path, dict(call.query)) for call in simulated.psa.sign_ins] == [
        ("POST", "/auth/token", {"tenant": "examplemsp"})
    ]


async def test_a_scope_that_is_not_ticked_costs_that_right_and_not_the_sign_in(simulated: Simulated) -> None:
    connector = simulated.connect(secrets=simulated.psa.credentials("noinvoices"))
    assert await connector.find_accounts("Oceanic")
    simulated.time.advance(3600)
    with pytest.raises(PermissionDenied, match="read:invoices"):
        await connector.agreements_of("41")
    await connector.aclose()
    # All at once, each of five alone, the four that are ticked; then those four again.
    assert [call.status for call in simulated.psa.sign_ins] == [400, 200, 400, 200, 200, 200, 200, 200]


async def test_an_application_without_any_right_is_told_what_to_tick(wire: Wired) -> None:
    wire.server.on(TOKEN, Say(body={"error": "invalid_scope"}, status=400))
    for _ in range(2):
        with pytest.raises(SignInFailed, match="tick read:customers"):
            await wire.halo.find_accounts("Oceanic")
    assert wire.count(TOKEN) == 12


async def test_a_server_that_grants_each_scope_but_not_all_of_them_is_given_up(wire: Wired) -> None:
    no_scope = Say(body={"error": "invalid_scope"}, status=400)
    wire.server.on(TOKEN, no_scope, GIVEN, *[no_scope] * 4, no_scope)
    with pytest.raises(SignInFailed):
        await wire.halo.find_accounts("Oceanic")
    assert wire.count(TOKEN) == 7


async def test_secrets_that_are_withdrawn_between_two_scopes_end_the_search(wire: Wired) -> None:
    no_scope, nobody = (Say(body={"error": f"invalid_{what}"}, status=400) for what in ("scope", "client"))
    wire.server.on(TOKEN, no_scope, GIVEN, nobody, GIVEN)
    wire.server.on(CLIENTS, NOBODY)
    with pytest.raises(SignInFailed, match="login type"):
        await wire.halo.find_accounts("Oceanic")
    assert list(await wire.halo.find_accounts("Oceanic")) == []


async def test_a_right_that_was_granted_meanwhile_needs_no_new_connector(simulated: Simulated) -> None:
    simulated.psa.unfix("dharma")
    connector = simulated.connect()
    refused = [probe.id for probe in await connector.probe() if probe.access == "refused"]
    simulated.psa.fix("dharma")
    simulated.time.advance(61)
    granted = [probe.id for probe in await connector.probe() if probe.access == "granted"]
    await connector.aclose()
    assert "agreements" in refused
    assert "agreements" in granted


async def test_a_refusal_within_the_first_minute_keeps_the_token(wire: Wired) -> None:
    wire.server.on(CLIENTS, Say(status=403), NOBODY)
    with pytest.raises(ConnectorError):
        await wire.halo.find_accounts("Acme")
    await wire.halo.find_accounts("Acme")
    assert wire.count(TOKEN) == 1


async def test_an_application_that_was_switched_off_cannot_sign_in(simulated: Simulated) -> None:
    connector = simulated.connect(secrets=simulated.psa.credentials("retired"))
    with pytest.raises(SignInFailed):
        await connector.check()
    await connector.aclose()


async def test_tokens_that_end_on_the_server_are_replaced_there_too(simulated: Simulated) -> None:
    simulated.psa.tokens.life = timedelta(seconds=600)
    connector = simulated.connect()
    await connector.check()
    simulated.psa.clock.advance(601)
    await connector.check()
    await connector.aclose()
    assert len(simulated.psa.sign_ins) == 2


async def test_a_new_customer_is_found_with_the_same_token(wire: Wired) -> None:
    wire.server.on(CLIENTS, NOBODY, listed(client(41)))
    assert not await wire.halo.find_accounts("Acme")
    assert await wire.halo.find_accounts("Acme")
    assert wire.count(TOKEN) == 1
