from dataclasses import replace

import pytest

from connectors.errors import BadSettings
from connectors.syncro.auth import Token
from connectors.syncro.settings import read_settings
from tests.connectors.syncro.connecting import TOKEN, setup


@pytest.mark.parametrize(
    ("given", "subdomain"),
    [
        ("examplemsp", "examplemsp"),
        (" ExampleMSP ", "examplemsp"),
        ("examplemsp.syncromsp.com", "examplemsp"),
        ("https://examplemsp.syncromsp.com/customers/4711?tab=x#y", "examplemsp"),
        ("old-msp.shield", "old-msp.shield"),
        ("https://old-msp.shield.syncromsp.com", "old-msp.shield"),
    ],
)
def test_people_may_paste_the_address_of_the_page_that_they_have_open(given: str, subdomain: str) -> None:
    settings = read_settings(setup(subdomain=given))
    assert settings.root == f"https://{subdomain}.syncromsp.com/api/v1"
    assert settings.web == f"https://{subdomain}.syncromsp.com"
    assert not settings.is_local


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/api/v1"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000/api/v1"),
        ("https://syncro.example.com/api/v2", "https://syncro.example.com/api/v2"),
    ],
)
def test_another_host_may_be_given_with_or_without_the_path_of_the_api(base_url: str, root: str) -> None:
    settings = read_settings(setup(base_url=base_url))
    assert settings.root == root
    assert settings.is_local == ("127.0.0.1" in base_url)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"subdomain": " "}, "subdomain is missing"),
        ({"subdomain": "https://example.com"}, "base_url"),
        ({"subdomain": "a b"}, "only the name"),
        ({"subdomain": "-msp"}, "only the name"),
        ({"subdomain": "https://[::1"}, "only the name"),
        ({"subdomain": "x.y.z.syncromsp.com"}, "only the name"),
        ({"colour": "red"}, "no setting colour"),
        ({"include_types": "Customer"}, "no types"),
        ({"include_statuses": "Active"}, "no statuses"),
        ({"base_url": "http://syncro.example.com"}, "plain http"),
        ({"base_url": "https://x:y@syncro.example.com"}, "user name or password"),
    ],
)
def test_settings_that_cannot_work_say_what_to_do(given: dict[str, str], says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        read_settings(setup(**given))


def test_the_two_filters_may_stand_there_empty() -> None:
    assert read_settings(setup(include_types="", include_statuses=" ")).subdomain == "examplemsp"


@pytest.mark.parametrize(
    ("value", "says"), [("", "is missing"), ("can ary", "copy it once more"), ("canaryż", "copy"), ("Bearer x", "copy")]
)
def test_a_token_that_cannot_work_is_named_and_never_shown(value: str, says: str) -> None:
    with pytest.raises(BadSettings, match=f"api_token .*{says}") as raised:
        read_settings(replace(setup(), secrets={"api_token": value}))
    assert not value or value not in str(raised.value)


def test_a_line_break_at_the_end_of_a_pasted_token_does_no_harm() -> None:
    assert read_settings(replace(setup(), secrets={"api_token": f"{TOKEN}\n"})).api_token == TOKEN


def test_an_unknown_secret_is_named_without_its_value() -> None:
    with pytest.raises(BadSettings, match="no secret password") as raised:
        read_settings(replace(setup(), secrets={"password": "canary"}))
    assert "canary" not in str(raised.value)


def test_the_token_is_in_no_repr() -> None:
    assert TOKEN not in repr(read_settings(setup())) + repr(Token(TOKEN)) + repr(setup())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"you sent {TOKEN}", "you sent …"),
        ('{"user_token":"abc-123","user_id":1}', '{"user_token":"…","user_id":1}'),
        ('{"user_token": "abc-1', '{"user_token": "…'),
        ("/my_profile?portal_key=abc&x=1", "/my_profile?portal_key=…&x=1"),
    ],
)
def test_neither_our_key_nor_one_of_theirs_stays_in_a_text_for_the_log(text: str, kept: str) -> None:
    assert Token(TOKEN).without_secrets(text) == kept
