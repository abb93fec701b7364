"""Where the API and the sign-in are: named, told by AuthInfo, or at the usual place."""

import pytest

from connectors.errors import PsaDown
from tests.connectors.answerer import HTML, Say
from tests.connectors.halopsa.connecting import CLIENTS, GIVEN, TOKEN, listed, wired
from tests.connectors.simulators import Simulated

AUTH_INFO = "/api/AuthInfo"


@pytest.mark.parametrize(
    ("told", "path", "tenant"),
    [
        ({"auth_url": "{url}/elsewhere", "tenant_id": "acme"}, "/elsewhere/token", {"tenant": "acme"}),
        ({"auth_url": "{url}", "tenant_id": "uk-trial"}, "/token", {"tenant": "uk-trial"}),
        ({"auth_url": "{url}/auth/", "tenant_id": "Not set"}, "/auth/token", {}),
        ({"auth_url": "{url}/auth/token"}, "/auth/token", {}),
        ({"auth_url": "http://psa.example.com/auth", "tenant_id": "acme"}, "/auth/token", {"tenant": "acme"}),
        ({"auth_url": 7}, "/auth/token", {}),
        ({}, "/auth/token", {}),
        ([], "/auth/token", {}),
    ],
)
async def test_the_sign_in_is_where_halo_says(told: object, path: str, tenant: dict[str, str]) -> None:
    async with wired(site="{url}") as wire:
        if isinstance(told, dict):
            told = {
                name: text.format(url=wire.server.url) if text == str(text) else text for name, text in told.items()
            }
        wire.server.on(AUTH_INFO, Say(body=told))
        wire.server.on(path, GIVEN)
        wire.server.on(CLIENTS, listed())
        await wire.halo.find_accounts("Acme")
        await wire.halo.find_accounts("Acme")
        assert wire.server.paths() == [AUTH_INFO, path, CLIENTS, CLIENTS]
        assert dict(wire.server.asked[1].query) == tenant
        assert "Authorization" not in wire.server.asked[0].headers


@pytest.mark.parametrize("answer", [HTML, Say(status=404), Say(status=403), Say(body="{")])
async def test_a_server_that_does_not_say_is_asked_at_the_usual_place(answer: Say) -> None:
    async with wired(site="{url}", tenant="acme") as wire:
        wire.server.on(AUTH_INFO, answer)
        wire.server.on(CLIENTS, listed())
        await wire.halo.find_accounts("Acme")
        assert wire.server.paths() == [AUTH_INFO, TOKEN, CLIENTS]
        assert dict(wire.server.asked[1].query) == {"tenant": "acme"}


async def test_a_server_that_is_down_is_not_guessed_at() -> None:
    async with wired(site="{url}") as wire:
        wire.server.on(AUTH_INFO, Say(status=503))
        with pytest.raises(PsaDown):
            await wire.halo.check()
        assert set(wire.server.paths()) == {AUTH_INFO}


@pytest.mark.parametrize("tenant", ["Not set", "not SET"])
async def test_an_on_premises_server_has_no_tenant(tenant: str) -> None:
    async with wired(base_url="{url}/halo/api", auth_url="{url}/halo/auth", tenant=tenant) as wire:
        wire.server.on("/halo/auth/token", GIVEN)
        wire.server.on("/halo/api/Client", listed())
        await wire.halo.find_accounts("Acme")
        assert wire.server.paths() == ["/halo/auth/token", "/halo/api/Client"]
        assert dict(wire.server.asked[0].query) == {}


async def test_an_on_premises_server_may_still_say_where_its_sign_in_is() -> None:
    async with wired(site="{url}", tenant="Not set") as wire:
        wire.server.on(AUTH_INFO, Say(body={"tenant_id": "ignored"}))
        wire.server.on(CLIENTS, listed())
        await wire.halo.find_accounts("Acme")
        assert wire.server.paths() == [AUTH_INFO, TOKEN, CLIENTS]
        assert dict(wire.server.asked[1].query) == {}


async def test_a_named_sign_in_without_a_tenant_asks_for_the_tenant() -> None:
    async with wired(site="{url}", auth_url="{url}/auth/token") as wire:
        wire.server.on(AUTH_INFO, Say(body={"auth_url": "{url}/wrong", "tenant_id": "acme"}))
        wire.server.on(CLIENTS, listed())
        await wire.halo.find_accounts("Acme")
        assert wire.server.paths() == [AUTH_INFO, TOKEN, CLIENTS]
        assert dict(wire.server.asked[1].query) == {"tenant": "acme"}


@pytest.mark.parametrize("path", ["/auth", "/signin"])
async def test_the_simulated_tenant_is_found_from_its_site_alone(simulated: Simulated, path: str) -> None:
    simulated.psa.auth_path = path
    site = simulated.url
    connector = simulated.connect(settings={"site": f"{site}/customers?clientid=41"})
    assert (await connector.check()).version == "2.206.1"
    assert connector.usage.calls == len(simulated.psa.calls) == 2
    await connector.aclose()
