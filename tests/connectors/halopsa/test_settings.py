"""What may be typed into a connection, and what is refused before any call."""

import pytest

from connectors.errors import BadSettings
from connectors.halopsa.settings import read_settings
from tests.connectors.halopsa.connecting import SECRETS, setup


@pytest.mark.parametrize(
    ("given", "api"),
    [
        ({"site": "acme.halopsa.com"}, "https://acme.halopsa.com/api"),
        ({"site": "https://acme.halopsa.com/api/"}, "https://acme.halopsa.com/api"),
        ({"site": "https://acme.halopsa.com/customers?clientid=4#x"}, "https://acme.halopsa.com/api"),
        ({"base_url": "https://psa.example.com"}, "https://psa.example.com/api"),
        ({"base_url": "https://psa.example.com/halo/api/"}, "https://psa.example.com/halo/api"),
        ({"site": "acme.halopsa.com", "base_url": "https://other.example/api"}, "https://other.example/api"),
    ],
)
def test_the_api_is_read_out_of_whatever_was_copied(given: dict[str, str], api: str) -> None:
    assert read_settings(setup(**given)).api == api


def test_people_click_on_the_host_in_front_of_the_api() -> None:
    settings = read_settings(setup(site="acme.halopsa.com", tenant="acme"))
    assert (settings.web, settings.tenant, settings.is_local) == ("https://acme.halopsa.com", "acme", False)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"site": " ", "tenant": "acme"}, "site is missing"),
        ({}, "site is missing"),
        ({"site": "http://acme.halopsa.com"}, "plain http"),
        ({"site": "acme.halopsa.com", "auth_url": "http://acme.halopsa.com/auth"}, "auth_url is a plain http"),
        ({"site": "acme.halopsa.com", "auth_url": "not an address"}, "auth_url is not an address"),
        ({"site": "acme.halopsa.com", "tenant": "a b"}, "tenant is not what HaloPSA uses"),
        ({"site": "acme.halopsa.com", "tenent": "acme"}, "no setting tenent"),
        ({"site": "https://user:word@acme.halopsa.com"}, "holds a user name or password"),
    ],
)
@pytest.mark.requirement("R250")
def test_settings_that_cannot_work_are_refused_with_what_to_do(given: dict[str, str], says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        read_settings(setup(**given))


@pytest.mark.parametrize("secret", ["two words", "line\nbreak", "żółć"])
def test_a_secret_that_nobody_gave_out_is_refused_without_being_repeated(secret: str) -> None:
    given = setup(site="acme.halopsa.com")
    broken = type(given)(settings=given.settings, secrets={**SECRETS, "client_secret": secret})
    with pytest.raises(BadSettings, match="client_secret") as raised:
        read_settings(broken)
    assert secret not in str(raised.value)


def test_no_secret_is_in_the_representation_of_the_settings() -> None:
    assert "canary" not in repr(read_settings(setup(site="acme.halopsa.com")))
