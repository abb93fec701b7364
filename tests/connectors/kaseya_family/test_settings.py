from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.kaseya_bms.spec import PRODUCT as BMS
from connectors.kaseya_bms.spec import SPEC as BMS_SPEC
from connectors.kaseya_family.settings import Settings, read_settings
from connectors.pulseway.spec import PRODUCT as PULSEWAY
from connectors.pulseway.spec import SPEC as PULSEWAY_SPEC
from tests.connectors.kaseya_family.connecting import SECRETS, setup


def read(one: Setup) -> Settings:
    return read_settings(BMS, BMS_SPEC, one)


@pytest.mark.parametrize(
    ("server", "bases", "web"),
    [
        ("bms.kaseya.com", ("https://api.bms.kaseya.com",), "https://bms.kaseya.com"),
        ("https://bmsemea.kaseya.com/", ("https://api.bmsemea.kaseya.com",), "https://bmsemea.kaseya.com"),
        ("https://bms.kaseya.com/react/home?x=1#y", ("https://api.bms.kaseya.com",), "https://bms.kaseya.com"),
        ("api.bmsapac.kaseya.com", ("https://api.bmsapac.kaseya.com",), "https://bmsapac.kaseya.com"),
        ("www.psa.example.com", ("https://api.psa.example.com",), "https://psa.example.com"),
        ("10.1.2.3:8443", ("https://10.1.2.3:8443",), "https://10.1.2.3:8443"),
        ("http://localhost:8080", ("http://localhost:8080",), "http://localhost:8080"),
        (
            "VorexLogin.com",
            ("https://api.vorexlogin.com", "https://api.vorexlogin.kaseya.com"),
            "https://VorexLogin.com",
        ),
    ],
)
def test_the_api_answers_in_front_of_the_gateway(server: str, bases: tuple[str, ...], web: str) -> None:
    settings = read(setup(server=server))
    assert (settings.bases, settings.web) == (bases, web)


def test_base_url_is_the_api_itself_and_the_server_still_says_where_people_click() -> None:
    alone = read(setup(base_url="https://api.psa.example.com/v2/"))
    assert (alone.bases, alone.web) == (("https://api.psa.example.com",), "https://psa.example.com")
    both = read(setup(base_url="https://gate.example.com/kaseya", server="psa.example.com"))
    assert (both.bases, both.web) == (("https://gate.example.com/kaseya",), "https://psa.example.com")


def test_bms_has_several_gateways_and_pulseway_one() -> None:
    with pytest.raises(BadSettings, match=r"server is missing.*bms\.kaseya\.com or bmsemea"):
        read(setup())
    settings = read_settings(PULSEWAY, PULSEWAY_SPEC, setup())
    assert (settings.bases, settings.web) == (("https://api.psa.pulseway.com",), "https://psa.pulseway.com")
    own = read_settings(PULSEWAY, PULSEWAY_SPEC, setup(base_url="https://psa-api.example.com"))
    assert own.web == "https://psa-api.example.com"


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"server": "x.example.com", "tenant": " "}, "tenant is missing"),
        ({"server": "x.example.com", "tenant": "A\nB"}, "tenant holds a line break"),
        ({"server": "http://x.example.com"}, "plain http"),
        ({"server": "user@x.example.com"}, "server holds a user name"),
        ({"server": "x.example.com", "account_url": "https://x.example.com/a"}, "account_url needs {id} once"),
        ({"server": "x.example.com", "contract_url": "http://x.example.com/{id}"}, "contract_url is a plain http"),
        ({"server": "x.example.com", "colour": "red"}, "no setting colour"),
    ],
)
def test_settings_that_cannot_work_say_what_to_do(given: dict[str, Any], match: str) -> None:
    with pytest.raises(BadSettings, match=match):
        read(setup(**given))


@pytest.mark.parametrize(
    ("secrets", "match"),
    [
        ({"username": "x"}, "password is missing"),
        ({**SECRETS, "password": "a\tb"}, "password holds"),
        ({**SECRETS, "totp_secret": "123456"}, "not the seed"),
        ({**SECRETS, "totp_secret": "not base32!"}, "not the seed"),
        ({**SECRETS, "token": "x"}, "no secret token"),
    ],
)
def test_secrets_that_cannot_work_are_named_and_never_shown(secrets: dict[str, str], match: str) -> None:
    with pytest.raises(BadSettings, match=match) as raised:
        read(setup(secrets=secrets, server="x.example.com"))
    assert "Canary" not in str(raised.value)


def test_the_end_of_a_line_is_no_part_of_a_password_and_a_space_is() -> None:
    one = setup(server="x.example.com")
    read_one = read(replace(one, secrets={"username": " u \n", "password": " p \r\n"}))
    assert (read_one.username, read_one.password) == ("u", " p ")
    assert " p " not in repr(read_one)


def test_patterns_of_pages_may_hold_a_query() -> None:
    pattern = "https://x.example.com/react/#/accounts?id={id}"
    assert read(setup(server="x.example.com", account_url=pattern)).account_url == pattern
