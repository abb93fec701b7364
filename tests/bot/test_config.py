"""Settings: every problem names the variable, and no secret is ever shown."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import LEVELS, ConfigError, Settings, read_settings

CANARY = "canary-4711"


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    assert read_settings({}) == Settings()
    empty = dict.fromkeys(("PSA_BOT_DATABASE_URL", "PSA_BOT_COMMAND", "PORT", "SLACK_API_URL", "PSA_BOT_RULES_DIR"), "")
    assert read_settings(empty) == Settings()
    assert (Settings().http_host, Settings().http_port) == ("127.0.0.1", 3000)
    assert (Settings().database_url, Settings().command) == ("sqlite:///./psa-bot.db", "/psa")


def test_every_variable_is_read() -> None:
    read = read_settings(
        {
            "PSA_BOT_DATABASE_URL": "sqlite:////var/lib/psa-bot.db",
            "PSA_BOT_SECRET_KEY": " new , old ,",
            "PSA_BOT_COMMAND": "/crm",
            "PSA_BOT_HTTP_HOST": "192.0.2.1",
            "PSA_BOT_HTTP_PORT": "8080",
            "SLACK_BOT_TOKEN": " xoxb-1\n",
            "SLACK_SIGNING_SECRET": "secret",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "https://slack.example.com/api",
            "PSA_BOT_RULES_DIR": "/etc/rules",
            "PSA_BOT_RESYNC_ALLOWED": "U1, S2",
            "PSA_BOT_COOLDOWN_SECONDS": "5",
            "PSA_BOT_TIME_ZONE": "Europe/London",
            "PSA_BOT_ALLOW_INSECURE_LOOPBACK": "1",
            "PSA_BOT_LOG": "info",
        }
    )
    assert read == Settings(
        database_url="sqlite:////var/lib/psa-bot.db",
        secret_keys=("new", "old"),
        command="/crm",
        http_host="192.0.2.1",
        http_port=8080,
        health_port=8080,
        slack_bot_token="xoxb-1",
        slack_signing_secret="secret",
        slack_app_token="xapp-1",
        slack_api_url="https://slack.example.com/api/",
        rules_dir=Path("/etc/rules"),
        resync_allowed=("U1", "S2"),
        cooldown_seconds=5,
        time_zone="Europe/London",
        allow_insecure_loopback=True,
        log_level="INFO",
    )


def test_the_platforms_port_counts_where_there_is_no_other() -> None:
    assert read_settings({"PORT": "5000"}).http_port == 5000
    assert read_settings({"PORT": "5000", "PSA_BOT_HTTP_PORT": "8080"}).http_port == 8080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PSA_BOT_COMMAND", "psa"),
        ("PSA_BOT_COMMAND", "/psa missing"),
        ("PSA_BOT_COMMAND", "/" + 32 * "a"),
        ("PSA_BOT_HTTP_PORT", "70000"),
        ("PSA_BOT_HTTP_PORT", "-1"),
        ("PSA_BOT_HTTP_PORT", "٣٠٠٠"),
        ("PORT", "http"),
        ("PSA_BOT_COOLDOWN_SECONDS", "a minute"),
        ("PSA_BOT_TIME_ZONE", "Europe"),
        ("PSA_BOT_TIME_ZONE", "../etc/passwd"),
        ("PSA_BOT_TIME_ZONE", "Mars/Olympus"),
        ("PSA_BOT_LOG", "LOUD"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "https://"),
        ("SLACK_API_URL", "https://[slack"),
        ("SLACK_API_URL", "ftp://slack.com/api"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_the_variables_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*: set it to "):
        read_settings({name: value})


@pytest.mark.requirement("R250")
def test_tokens_travel_in_the_clear_only_within_this_machine() -> None:
    with pytest.raises(ConfigError, match="only for this machine"):
        read_settings({"SLACK_API_URL": "http://slack.example.com/api/"})
    for here in ("http://127.0.0.1:3200/api/", "http://localhost:3200/api/", "http://[::1]:3200/api/"):
        assert read_settings({"SLACK_API_URL": here}).slack_api_url == here


def test_the_time_can_only_be_set_in_tests() -> None:
    noon = {"PSA_BOT_NOW": "2026-11-21T12:00:00+02:00"}
    assert read_settings(noon).now is None
    assert read_settings({**noon, "PSA_BOT_TESTING": "1"}).now == datetime(2026, 11, 21, 10, tzinfo=UTC)
    naive = {"PSA_BOT_NOW": "2026-11-21T10:00:00", "PSA_BOT_TESTING": "1"}
    assert read_settings(naive).now == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert read_settings({"PSA_BOT_TESTING": "1"}).now is None
    with pytest.raises(ConfigError, match="PSA_BOT_NOW"):
        read_settings({"PSA_BOT_NOW": "noon", "PSA_BOT_TESTING": "1"})


@pytest.mark.requirement("R100")
def test_no_secret_is_in_what_settings_look_like() -> None:
    secrets = ("PSA_BOT_SECRET_KEY", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")
    env = dict.fromkeys(secrets, CANARY) | {"PSA_BOT_DATABASE_URL": f"postgresql://bot:{CANARY}@db/psa"}
    assert CANARY not in repr(read_settings(env))


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(["PSA_BOT_COMMAND", "PSA_BOT_HTTP_PORT", "PSA_BOT_TIME_ZONE", "PSA_BOT_LOG", "SLACK_API_URL"]),
    value=st.text(max_size=40),
)
def test_any_text_is_either_taken_or_refused_with_what_to_do(name: str, value: str) -> None:
    refused = ""
    try:
        read = read_settings({name: value})
        assert read.log_level in LEVELS
        assert read.http_port in range(65536)
    except ConfigError as error:
        refused = str(error)
    assert not refused or refused.startswith(f"{name} is ")
