"""One call each, over a transport that is none: what a connector never does, whatever an answer says."""

from collections.abc import AsyncIterator

import pytest
from pytest_httpx import HTTPXMock

from connectors.connectwise.connector import build
from connectors.contract import Connector, Setup
from connectors.errors import BadSettings, ConnectorError, NotFound, WebPage, WhoMustAct

API = "https://psa.example.com/v4_6_release/apis/3.0"
SECRETS = {"public_key": "PUBLICcanary", "private_key": "PRIVATEcanary", "client_id": "CLIENTcanary"}


def connecting(base_url: str, *, allow_insecure_loopback: bool = False) -> Connector:
    settings = {"company": "examplemsp", "base_url": base_url}
    return build(Setup(settings=settings, secrets=SECRETS, allow_insecure_loopback=allow_insecure_loopback))


@pytest.fixture
async def psa() -> AsyncIterator[Connector]:
    connector = connecting(API)
    yield connector
    await connector.aclose()


async def test_a_call_goes_where_it_was_told_to_with_the_keys_in_a_header_and_nowhere_else(
    psa: Connector, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=f"{API}/system/info", json={"version": "v2026.1"})
    assert (await psa.check()).version == "v2026.1"
    [request] = httpx_mock.get_requests()
    assert request.method == "GET"
    assert request.headers["Authorization"].startswith("Basic ")
    assert request.headers["clientId"] == "CLIENTcanary"
    assert "canary" not in str(request.url)


@pytest.mark.requirement("R250")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_host_is_refused_and_the_keys_do_not_travel_there(
    psa: Connector, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(status_code=status, headers={"Location": "https://login.example.org/?next=api"})
    with pytest.raises(NotFound) as refused:
        await psa.check()
    assert refused.value.who_must_act is WhoMustAct.OPERATOR
    assert "check the site" in refused.value.message
    assert {request.url.host for request in httpx_mock.get_requests()} == {"psa.example.com"}


async def test_a_web_page_with_status_200_is_an_error(psa: Connector, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(html="<!DOCTYPE html><html><body>Please log in</body></html>")
    with pytest.raises(WebPage) as page:
        await psa.check()
    assert "web page where data was expected" in page.value.message


async def test_an_error_quotes_no_key_that_an_answer_echoes(psa: Connector, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=400, text="examplemsp+PUBLICcanary:PRIVATEcanary is not welcome")
    with pytest.raises(ConnectorError) as error:
        await psa.check()
    assert "canary" not in f"{error.value!r} {error.value} {error.value.message} {error.value.detail}"


@pytest.mark.requirement("R250")
@pytest.mark.parametrize(
    ("base_url", "allowed"),
    [
        ("http://psa.example.com/v4_6_release/apis/3.0", False),
        ("http://psa.example.com/v4_6_release/apis/3.0", True),
        ("http://127.0.0.1:8080/v4_6_release/apis/3.0", False),
        ("http://127.0.0.1.example.com/v4_6_release/apis/3.0", True),
    ],
)
def test_plain_http_is_refused_before_any_call(httpx_mock: HTTPXMock, base_url: str, allowed: bool) -> None:
    with pytest.raises(BadSettings, match="plain http://"):
        connecting(base_url, allow_insecure_loopback=allowed)
    assert httpx_mock.get_requests() == []
