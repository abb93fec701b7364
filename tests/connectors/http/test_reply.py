from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import BadSettings, InvalidData, WebPage, WhoMustAct
from connectors.http import Reply, decoded, is_loopback, next_link, safe_url

HERE = "https://api-na.myconnectwise.net/v2025_1/apis/3.0/company/companies?page=1"


def reply(body: bytes, content_type: str = "application/json", **links: str) -> Reply:
    return Reply(call="GET /x", url=HERE, status=200, body=body, content_type=content_type, links=links)


@pytest.mark.parametrize(
    ("body", "value"), [(b"[]", []), (b"null", None), (b'{"id": 1}', {"id": 1}), (b' "\xc5\xbc" ', "ż")]
)
def test_json_is_decoded_whatever_it_is(body: bytes, value: object) -> None:
    assert decoded(reply(body)) == value


@pytest.mark.requirement("R223")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'[{"id": 1', "cut short"),
        (b'"\xff\xfe"', "cut short"),
        (b"Service unavailable", "cut short"),
        (b"[" * 100_000, "cut short"),
    ],
)
def test_what_is_no_json_is_invalid_data(body: bytes, says: str) -> None:
    with pytest.raises(InvalidData, match=says) as raised:
        decoded(reply(body), "ConnectWise")
    assert raised.value.message.startswith("ConnectWise")
    assert raised.value.who_must_act is WhoMustAct.US


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json"])
def test_a_login_page_is_for_the_operator(content_type: str) -> None:
    with pytest.raises(WebPage) as raised:
        decoded(reply(b" <!DOCTYPE html><title>ConnectWise</title>", content_type))
    assert raised.value.who_must_act is WhoMustAct.OPERATOR
    assert len(raised.value.detail) <= 200


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_body_is_ever_another_exception(body: bytes) -> None:
    with suppress(InvalidData):
        decoded(reply(body))
    assert len(reply(body).beginning) <= 200


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("https://api-na.myconnectwise.net/v2025_1/apis/3.0/company/companies?page=2", True),
        ("?page=2", True),
        ("/v2025_1/apis/3.0/company/companies?page=2", True),
        ("https://api-na.myconnectwise.net:443/x?page=2", False),
        ("http://api-na.myconnectwise.net/x?page=2", False),
        ("https://evil.example.com/x?page=2", False),
        ("//evil.example.com/x", False),
        ("https://api-na.myconnectwise.net@evil.example.com/x", False),
        ("https://[broken", False),
        ("https://api-na.myconnectwise.net:x/", False),
        ("", False),
    ],
)
def test_a_next_link_is_followed_on_the_same_host_only(target: str, followed: bool) -> None:
    assert (next_link(reply(b"[]", next=target)) is not None) is followed


def test_no_link_is_no_next_page() -> None:
    assert next_link(reply(b"[]", prev="?page=1")) is None


@pytest.mark.requirement("R250")
@pytest.mark.parametrize(
    ("text", "allowed", "says"),
    [
        ("http://psa.example.com", True, "plain http"),
        ("http://127.0.0.1:8080", False, "plain http"),
        ("http://127.0.0.1.example.com", True, "plain http"),
        ("ftp://psa.example.com", False, "not an address"),
        ("https://", False, "not an address"),
        ("https://psa.example.com?x=1", False, "nothing after it"),
        ("https://psa.example.com#top", False, "nothing after it"),
        ("https://psa example.com", False, "not an address"),
        ("https://psa.example.com:port", False, "not an address"),
        ("https://[::1", False, "not an address"),
        ("https://user:hunter2@psa.example.com", False, "user name or password"),
    ],
)
def test_an_address_that_is_unsafe_or_none_is_refused(text: str, allowed: bool, says: str) -> None:
    with pytest.raises(BadSettings, match=says) as raised:
        safe_url(text, allow_insecure_loopback=allowed, setting="site")
    assert "hunter2" not in str(raised.value)
    assert str(raised.value).startswith("site")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("psa.example.com", "https://psa.example.com"),
        (" https://psa.example.com:8443/cw/ ", "https://psa.example.com:8443/cw"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_a_host_or_an_address_is_taken_as_it_is(text: str, whole: str) -> None:
    assert safe_url(text, allow_insecure_loopback=True, setting="site").geturl() == whole


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.1", False), ("localhost.evil.com", False)],
)
def test_only_this_machine_is_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local
