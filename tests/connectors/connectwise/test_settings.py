from dataclasses import replace

import pytest

from connectors.connectwise.settings import api_host, read_settings
from connectors.errors import BadSettings
from tests.connectors.connectwise.connecting import SECRETS, setup


def test_a_site_and_a_company_are_enough() -> None:
    settings = read_settings(setup(site="na.myconnectwise.net"))
    assert settings.site == "https://na.myconnectwise.net"
    assert settings.company == "examplemsp"
    assert settings.api_version == "2026.4"
    assert not settings.is_local


@pytest.mark.parametrize(
    ("site", "whole"),
    [
        (
            "https://na.myconnectwise.net/v2025_1/ConnectWise.aspx?locale=en_US#startscreen",
            "https://na.myconnectwise.net",
        ),
        ("cw.example.com:8443", "https://cw.example.com:8443"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
    ],
)
def test_people_may_paste_the_address_of_the_page_that_they_have_open(site: str, whole: str) -> None:
    assert read_settings(setup(site=site)).site == whole


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "site is missing"),
        ({"site": "  "}, "site is missing"),
        ({"site": "na.myconnectwise.net", "company": " "}, "company is missing"),
        ({"site": "na.myconnectwise.net", "colour": "red"}, "no setting colour"),
        ({"site": "na.myconnectwise.net", "codebase": "v2025 1"}, "codebase"),
        ({"site": "na.myconnectwise.net", "codebase": "../x"}, "codebase"),
        ({"site": "na.myconnectwise.net", "api_version": "newest"}, "api_version"),
        ({"site": "na.myconnectwise.net", "api_version": "2026.4; q=1"}, "api_version"),
        ({"site": "http://na.myconnectwise.net"}, "plain http"),
        ({"base_url": "https://x:y@psa.example.com"}, "user name or password"),
        ({"base_url": "https://psa.example.com?x"}, "nothing after it"),
    ],
)
def test_settings_that_cannot_work_say_what_to_do(given: dict[str, str], says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        read_settings(setup(**given))


@pytest.mark.parametrize("secret", sorted(SECRETS))
@pytest.mark.parametrize(
    ("value", "says"), [("", "is missing"), ("  ", "is missing"), ("can ary", "copy it once more"), ("canaryż", "copy")]
)
def test_a_secret_that_cannot_work_is_named_and_never_shown(secret: str, value: str, says: str) -> None:
    broken = replace(setup(site="na.myconnectwise.net"), secrets={**SECRETS, secret: value})
    with pytest.raises(BadSettings, match=f"{secret} .*{says}") as raised:
        read_settings(broken)
    assert not value.strip() or value not in str(raised.value)


def test_a_line_break_at_the_end_of_a_pasted_secret_does_no_harm() -> None:
    pasted = replace(setup(site="na.myconnectwise.net"), secrets={**SECRETS, "private_key": "PRIVATEcanary\n"})
    assert read_settings(pasted).private_key == "PRIVATEcanary"


def test_an_unknown_secret_is_named_without_its_value() -> None:
    with pytest.raises(BadSettings, match="no secret pasword") as raised:
        read_settings(replace(setup(site="na.myconnectwise.net"), secrets={**SECRETS, "pasword": "canary"}))
    assert "canary" not in str(raised.value)


def test_secrets_are_not_in_the_repr() -> None:
    settings = read_settings(setup(site="na.myconnectwise.net"))
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "api"),
    [
        ("na.myconnectwise.net", "api-na.myconnectwise.net"),
        ("api-na.myconnectwise.net", "api-na.myconnectwise.net"),
        ("staging.connectwisedev.com", "api-staging.connectwisedev.com"),
        ("cw.example.com", "cw.example.com"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_the_vendors_clouds_are_called_at_their_api_host(host: str, api: str) -> None:
    assert api_host(host) == api


def test_this_machine_is_called_without_a_proxy() -> None:
    assert read_settings(setup(base_url="http://127.0.0.1:9000")).is_local
    assert read_settings(setup(base_url="http://[::1]:9000")).is_local
