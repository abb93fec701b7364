import pytest

from connectors.autotask.connector import build
from connectors.autotask.settings import api_root, read_settings
from connectors.contract import Setup
from connectors.errors import BadSettings
from tests.connectors.autotask.connecting import SECRETS

ROOT = "https://webservices3.autotask.net/ATServicesRest/V1.0"


@pytest.mark.parametrize(
    "given",
    [
        "https://webservices3.autotask.net",
        "https://webservices3.autotask.net/",
        "https://webservices3.autotask.net/ATServicesRest",
        "https://webservices3.autotask.net/ATServicesRest/",
        "https://webservices3.autotask.net/ATServicesRest/V1.0/",
    ],
)
def test_an_address_may_be_given_with_more_or_less_of_its_path(given: str) -> None:
    assert api_root(given) == ROOT
    assert read_settings(Setup(settings={"base_url": given}, secrets=SECRETS)).base_url == ROOT


def test_a_version_that_was_written_small_is_kept_as_it_is() -> None:
    assert api_root("https://x.autotask.net/atservicesrest/v1.0") == "https://x.autotask.net/atservicesrest/v1.0"


def test_no_setting_is_needed_at_all() -> None:
    settings = read_settings(Setup(settings={}, secrets=SECRETS))
    assert (settings.base_url, settings.zone_url, settings.is_local) == ("", "", False)


@pytest.mark.parametrize(
    ("secrets", "named"),
    [
        ({"username": ""}, "username is missing"),
        ({"integration_code": "two words"}, "integration_code holds"),
        ({"secret": "line\nbreak"}, "secret holds"),
        ({"username": "żółw@example.test"}, "username holds"),
    ],
)
def test_a_secret_that_cannot_be_one_is_named_without_its_value(secrets: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettings, match=named) as raised:
        build(Setup(settings={}, secrets={**SECRETS, **secrets}))
    assert not [text for text in secrets.values() if text and text in str(raised.value)]


@pytest.mark.parametrize("name", ["base_url", "zone_url"])
@pytest.mark.parametrize("address", ["http://psa.example.com", "https://bot:word@autotask.net", "https://x?y=1"])
def test_an_address_that_would_give_keys_away_is_refused(name: str, address: str) -> None:
    with pytest.raises(BadSettings, match=name):
        build(Setup(settings={name: address}, secrets=SECRETS, allow_insecure_loopback=True))


def test_secrets_stand_in_no_repr() -> None:
    settings = read_settings(Setup(settings={}, secrets=SECRETS))
    assert not [text for text in SECRETS.values() if text in repr(settings)]
