from collections.abc import AsyncIterator

import pytest

from connectors.autotask import address as address_module
from connectors.autotask.address import HOSTS
from connectors.autotask.connector import build
from connectors.errors import InvalidData, NotFound, PermissionDenied, SignInFailed, WhoMustAct
from tests.connectors.answerer import HTML, Answerer, Asked, Say, answering
from tests.connectors.autotask.connecting import (
    API,
    NO_RIGHT,
    QUIET,
    SECRETS,
    THRESHOLD,
    UNAUTHORIZED,
    ZONE,
    Wired,
    setup,
    wired,
    zone,
)
from tests.connectors.faketime import FakeTime

VERSIONS = "/ATServicesRest/VersionInformation"


@pytest.fixture
async def wire() -> AsyncIterator[Wired]:
    async with wired(discovering=True) as one:
        yield one


async def test_the_zone_is_asked_for_by_the_users_name_and_without_any_key(wire: Wired) -> None:
    wire.server.on(THRESHOLD, QUIET)
    await wire.at.check()
    asked = wire.server.asked[0]
    assert asked.path == ZONE
    assert asked.query == {"user": SECRETS["username"]}
    assert not {"Secret", "UserName", "ApiIntegrationCode"} & set(asked.headers)


async def test_the_keys_travel_in_three_headers_and_nobody_is_impersonated(wire: Wired) -> None:
    wire.server.on(THRESHOLD, QUIET)
    await wire.at.check()
    headers = next(one.headers for one in wire.server.asked if one.path == THRESHOLD)
    told = (headers["ApiIntegrationCode"], headers["UserName"], headers["Secret"], headers["Content-Type"])
    assert told == ("CODEcanary", SECRETS["username"], SECRETS["secret"], "application/json")
    assert "ImpersonationResourceId" not in headers


async def test_the_zone_is_remembered_and_the_version_asked_for_once(wire: Wired) -> None:
    wire.server.on(THRESHOLD, QUIET)
    wire.server.on(VERSIONS, Say(body={"apiVersions": ["V1.0", "V2.0"]}))
    first, second = await wire.at.check(), await wire.at.check()
    assert first.version == second.version == "V1.0"
    assert wire.server.paths() == [ZONE, THRESHOLD, VERSIONS, THRESHOLD]


@pytest.mark.parametrize("answer", [Say(status=404), Say(body={"apiVersions": ["V2.0"]}), HTML, Say(body=[])])
async def test_a_version_that_is_not_told_is_no_failure(wire: Wired, answer: Say) -> None:
    wire.server.on(THRESHOLD, QUIET)
    wire.server.on(VERSIONS, answer)
    assert (await wire.at.check()).version is None


async def test_an_unknown_user_is_a_500_here_and_no_outage(wire: Wired) -> None:
    wire.server.on(ZONE, Say(body={"errors": ["Zone information could not be determined"]}, status=500))
    with pytest.raises(SignInFailed, match="username") as raised:
        await wire.at.check()
    assert raised.value.who_must_act is WhoMustAct.OPERATOR
    assert len(wire.server.asked) == 1


@pytest.mark.parametrize("answer", [Say(body=[]), HTML])
async def test_an_answer_that_is_no_zone_is_invalid(wire: Wired, answer: Say) -> None:
    wire.server.on(ZONE, answer)
    with pytest.raises(InvalidData):
        await wire.at.check()


async def test_a_zone_that_nobody_serves_is_said_to_be_a_wrong_address(wire: Wired) -> None:
    wire.server.on(ZONE, Say(status=404))
    with pytest.raises(NotFound, match="zone_url"):
        await wire.at.check()


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/ATServicesRest/",
        "https://webservices3.autotask.net.evil.example/",
        "http://webservices3.autotask.net/ATServicesRest/",
        "https://webservices3.autotask.net:bad/",
        "https://user@webservices3.autotask.net/",
        "",
        None,
    ],
)
async def test_a_zone_on_a_foreign_host_gets_no_keys(wire: Wired, url: str | None) -> None:
    wire.server.on(ZONE, zone(wire.server.url, url=url))
    with pytest.raises(NotFound, match="hosts"):
        await wire.at.check()
    assert wire.server.paths() == [ZONE]


async def test_a_web_address_on_a_foreign_host_is_not_linked_to(wire: Wired) -> None:
    wire.server.on(ZONE, zone(wire.server.url, webUrl="https://evil.example.com/"))
    assert (await wire.at._links()).web == f"{wire.server.url}/"


async def test_after_a_401_the_zone_is_asked_for_again_and_the_call_made_once_more(wire: Wired) -> None:
    moved = "/elsewhere/V1.0/ThresholdInformation"
    wire.server.on(ZONE, zone(wire.server.url), zone(wire.server.url, "/elsewhere"))
    wire.server.on(THRESHOLD, UNAUTHORIZED)
    wire.server.on(moved, QUIET)
    assert "812" in (await wire.at.check()).detail
    assert wire.server.paths()[:4] == [ZONE, THRESHOLD, ZONE, moved]


async def test_a_401_in_the_same_zone_is_a_refused_sign_in(wire: Wired) -> None:
    wire.server.on(THRESHOLD, UNAUTHORIZED)
    with pytest.raises(SignInFailed, match="secret"):
        await wire.at.check()
    assert wire.server.paths() == [ZONE, THRESHOLD, ZONE]


async def test_after_two_refusals_nobody_tries_for_some_minutes_but_a_connection_test(wire: Wired) -> None:
    fields = f"{API}/Companies/entityInformation/fields"
    wire.server.on(fields, UNAUTHORIZED)
    wire.server.on(THRESHOLD, QUIET)
    for _ in range(4):
        with pytest.raises(SignInFailed):
            await wire.at.find_accounts("Acme")
    assert wire.server.paths().count(fields) == 2
    wire.time.advance(301)
    with pytest.raises(SignInFailed):
        await wire.at.find_accounts("Acme")
    assert wire.server.paths().count(fields) == 3
    assert await wire.at.check()


async def test_a_wrong_tracking_identifier_is_a_500_that_is_not_tried_again(wire: Wired) -> None:
    wire.server.on(THRESHOLD, Say(body={"errors": ["IntegrationCode is invalid."]}, status=500))
    with pytest.raises(SignInFailed, match="integration code"):
        await wire.at.check()
    assert wire.server.paths() == [ZONE, THRESHOLD]


async def test_a_base_url_is_used_as_it_is_and_nothing_is_asked_for() -> None:
    async with wired() as wire:
        wire.server.on(THRESHOLD, NO_RIGHT)
        with pytest.raises(PermissionDenied):
            await wire.at.check()
        assert wire.server.paths() == [THRESHOLD]


async def test_the_web_client_of_a_given_zone_has_the_same_number() -> None:
    at = build(setup(FakeTime(), base_url="https://webservices14.autotask.net/ATServicesRest/"))
    assert (await at._links()).web == "https://ww14.autotask.net/"
    await at.aclose()


async def test_without_any_address_the_vendors_second_host_is_asked_when_the_first_is_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(_: Asked) -> Say:
        return Say(body="<html>maintenance</html>", status=503, headers={"Content-Type": "text/html"})

    async with answering() as first, answering() as second:
        hosts = [f"{server.url}/ATServicesRest/V1.0" for server in (first, second)]
        monkeypatch.setattr(address_module, "HOSTS", hosts)
        first.on(ZONE, down)
        second.on(ZONE, zone(second.url))
        second.on(THRESHOLD, QUIET)
        assert (await checked_at(second)).endswith(second.url.rpartition(":")[2])
    assert len(first.asked) == 5
    assert all(host.startswith("https://webservices") for host in HOSTS)


async def checked_at(server: Answerer) -> str:
    at = build(setup(FakeTime()))
    try:
        return (await at.check()).host
    finally:
        await at.aclose()
