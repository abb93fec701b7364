"""Where the API is: settings, companyinfo, and what happens when it moves (CW §1.2, §1.3)."""

import asyncio

import pytest

from connectors.connectwise.address import _root
from connectors.errors import ConnectorError, ErrorKind, NotFound, PsaDown, SignInFailed, WebPage, WhoMustAct
from tests.connectors.answerer import HTML, Answer, Say
from tests.connectors.connectwise.connecting import wired

COMPANY_INFO = "/login/companyinfo/examplemsp"
LIVE = Say(body={"version": "v2026.1.118920", "isCloud": True})
OLD = Say(body="<html>Not Found</html>", status=404, headers={"Content-Type": "text/html"})
NO_ROUTE = Say(body="Cannot route. Codebase/company is invalid", status=400)


def told(codebase: str, **more: object) -> Say:
    return Say(body={"CompanyName": "Example MSP", "Codebase": codebase, "IsCloud": "True", **more})


async def test_the_codebase_comes_from_companyinfo_which_gets_no_keys() -> None:
    async with wired(None) as wire:
        wire.server.on(COMPANY_INFO, told("v2025_1/"))
        wire.server.on("/v2025_1/apis/3.0/system/info", LIVE)
        assert (await wire.cw.check()).version == "v2026.1.118920"
        asked = wire.server.asked
    assert [one.path for one in asked] == [COMPANY_INFO, "/v2025_1/apis/3.0/system/info"]
    assert "Authorization" not in asked[0].headers
    assert "clientId" not in asked[0].headers
    assert asked[1].headers["clientId"] == "CLIENTcanary"
    assert asked[1].headers["Authorization"].startswith("Basic ")
    assert asked[1].headers["Accept"] == "application/vnd.connectwise.com+json; version=2026.4"


async def test_callers_at_the_same_time_share_one_search_and_its_result_for_an_hour() -> None:
    async with wired(None) as wire:
        wire.server.on(COMPANY_INFO, told("v2025_1/"))
        wire.server.on("/v2025_1/apis/3.0/system/info", LIVE)
        await asyncio.gather(*(wire.cw.check() for _ in range(6)))
        wire.time.advance(3599)
        await wire.cw.check()
        assert wire.server.paths().count(COMPANY_INFO) == 1
        wire.time.advance(2)
        await wire.cw.check()
        assert wire.server.paths().count(COMPANY_INFO) == 2


@pytest.mark.parametrize("gone", [OLD, Say(status=404), NO_ROUTE, HTML, Say(status=302)])
async def test_a_codebase_that_moved_is_looked_up_once_more_and_the_call_made_again(gone: Answer) -> None:
    async with wired(None) as wire:
        wire.server.on(COMPANY_INFO, told("v2025_1/"), told("v2026_1/"))
        wire.server.on("/v2025_1/apis/3.0/system/info", LIVE, gone)
        wire.server.on("/v2026_1/apis/3.0/system/info", LIVE)
        await wire.cw.check()
        results = await asyncio.gather(*(wire.cw.check() for _ in range(4)))
        assert len(results) == 4
        assert wire.server.paths().count(COMPANY_INFO) == 2


async def test_a_codebase_that_did_not_move_is_an_error_after_one_look() -> None:
    async with wired(None) as wire:
        wire.server.on(COMPANY_INFO, told("v2025_1/"))
        wire.server.on("/v2025_1/apis/3.0/system/info", OLD)
        with pytest.raises(NotFound, match="check the site, the company and the API keys") as raised:
            await wire.cw.check()
        assert raised.value.who_must_act is WhoMustAct.OPERATOR
        assert wire.server.paths().count(COMPANY_INFO) == 2
        assert len(wire.server.asked) == 3


async def test_a_company_that_nobody_knows_is_the_operators_to_correct() -> None:
    async with wired(None) as wire:
        wire.server.on(COMPANY_INFO, Say(body=None))
        with pytest.raises(SignInFailed, match="knows no company “examplemsp”") as raised:
            await wire.cw.check()
    assert raised.value.kind is ErrorKind.API_ERROR


@pytest.mark.parametrize("unavailable", [HTML, Say(status=404), Say(body="x", status=500), Say(body="["), Say(body=[])])
async def test_without_companyinfo_the_alias_serves(unavailable: Say) -> None:
    async with wired(None) as wire:
        wire.server.on(COMPANY_INFO, unavailable)
        wire.server.on("/v4_6_release/apis/3.0/system/info", LIVE)
        assert (await wire.cw.check()).version


@pytest.mark.parametrize(
    ("site", "told_fields", "root"),
    [
        (
            "https://na.myconnectwise.net",
            {"Codebase": "v2025_1/", "SiteUrl": "api-na.myconnectwise.net"},
            "https://api-na.myconnectwise.net/v2025_1/apis/3.0",
        ),
        (
            "https://aus.myconnectwise.net",
            {"Codebase": "v2025_1", "SiteUrl": "api-au.myconnectwise.net"},
            "https://api-au.myconnectwise.net/v2025_1/apis/3.0",
        ),
        ("https://na.myconnectwise.net", {}, "https://api-na.myconnectwise.net/v4_6_release/apis/3.0"),
        (
            "https://cw.example.com:8443",
            {"Codebase": "v4_6_release/"},
            "https://cw.example.com:8443/v4_6_release/apis/3.0",
        ),
        (
            "https://cw.example.com",
            {"Codebase": "../../", "SiteUrl": "x/y@evil"},
            "https://cw.example.com/v4_6_release/apis/3.0",
        ),
        ("https://cw.example.com", {"Codebase": None, "SiteUrl": 7}, "https://cw.example.com/v4_6_release/apis/3.0"),
        (
            "http://127.0.0.1:90",
            {"SiteUrl": "api-na.myconnectwise.net"},
            "https://api-na.myconnectwise.net/v4_6_release/apis/3.0",
        ),
        ("http://127.0.0.1:90", {"SiteUrl": "127.0.0.1:91"}, "http://127.0.0.1:91/v4_6_release/apis/3.0"),
    ],
)
def test_the_root_is_put_together_whatever_companyinfo_says(
    site: str, told_fields: dict[str, object], root: str
) -> None:
    assert _root(site, told_fields) == root


async def test_a_codebase_setting_makes_companyinfo_needless() -> None:
    async with wired(None, codebase="v2024_9/") as wire:
        wire.server.on("/v2024_9/apis/3.0/system/info", LIVE)
        await wire.cw.check()
        assert wire.server.paths() == ["/v2024_9/apis/3.0/system/info"]


async def test_a_base_url_that_is_the_api_root_is_used_as_it_is() -> None:
    async with wired("/v2025_1/apis/3.0/") as wire:
        wire.server.on("/v2025_1/apis/3.0/system/info", LIVE)
        await wire.cw.check()
        assert wire.server.paths() == ["/v2025_1/apis/3.0/system/info"]


async def test_a_base_url_with_a_codebase_setting_needs_no_trial() -> None:
    async with wired("", codebase="v2025_1") as wire:
        wire.server.on("/v2025_1/apis/3.0/system/info", LIVE)
        await wire.cw.check()
        assert wire.server.paths() == ["/v2025_1/apis/3.0/system/info"]


async def test_a_bare_base_url_is_tried_as_given() -> None:
    async with wired("/proxy") as wire:
        wire.server.on("/proxy/system/info", LIVE)
        await wire.cw.check()
        assert set(wire.server.paths()) == {"/proxy/system/info"}


@pytest.mark.parametrize("elsewhere", [OLD, NO_ROUTE, HTML])
async def test_a_bare_base_url_that_is_not_the_root_falls_back_to_the_alias(elsewhere: Say) -> None:
    async with wired("") as wire:
        wire.server.on("/system/info", elsewhere)
        wire.server.on("/v4_6_release/apis/3.0/system/info", LIVE)
        await wire.cw.check()
        await wire.cw.check()
        assert wire.server.paths().count("/system/info") == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [(Say(body={"code": "Unauthorized"}, status=401), SignInFailed), (Say(body="x", status=503), PsaDown)],
)
async def test_a_refusal_at_a_bare_base_url_is_no_reason_to_look_elsewhere(
    answer: Say, error: type[ConnectorError]
) -> None:
    async with wired("") as wire:
        wire.server.on("/system/info", answer)
        with pytest.raises(error):
            await wire.cw.check()
        assert set(wire.server.paths()) == {"/system/info"}


async def test_a_login_page_everywhere_is_told_as_one() -> None:
    async with wired("") as wire:
        wire.server.on("/system/info", HTML)
        wire.server.on("/v4_6_release/apis/3.0/system/info", HTML)
        with pytest.raises(WebPage, match="web page"):
            await wire.cw.check()


async def test_the_version_may_be_unknown() -> None:
    async with wired() as wire:
        wire.server.on("/v4_6_release/apis/3.0/system/info", Say(body={"version": None}))
        check = await wire.cw.check()
    assert check.version is None
    assert check.host.startswith("127.0.0.1:")
