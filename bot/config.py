"""Settings, read once from the environment; every problem says which variable to set, and to what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.http.address import is_loopback

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigError(Exception):
    """Configuration is missing or wrong. The message says what to do; the command line exits with 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Seconds. How often a process is heard of, from when on it counts as dead (five beats missed), how often the clock
    ticks, and how long a sync may still run when its process stops. A dead process's syncs are begun anew within a
    minute: ``silent`` and a ``tick``, with time to spare.
    """

    beat: float = 4.0
    silent: float = 20.0
    tick: float = 15.0
    grace: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """interface.md §3. ``secret_keys`` is empty when none is set: storing a secret is then refused."""

    database_url: str = field(default="sqlite:///./psa-bot.db", repr=False)  # it may hold a password
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    command: str = "/psa"
    http_host: str = "127.0.0.1"
    http_port: int = 3000
    health_port: int | None = None  # where a worker answers its health probes
    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api_url: str = "https://slack.com/api/"
    rules_dir: Path | None = None
    testing: bool = False
    now: datetime | None = None
    allow_insecure_loopback: bool = False
    resync_allowed: tuple[str, ...] = ()  # Slack user ids and user-group ids; empty: everybody
    cooldown_seconds: int = 60
    poll_seconds: float = 1.0
    psa_seconds: float = 30.0  # how long a question waits for one PSA
    serves: bool = False  # this process is `psa-bot serve`
    works: bool = False  # this process is `psa-bot worker`
    rhythm: Rhythm = field(default_factory=Rhythm)
    syncs_at_once: int = 4  # in one process
    time_zone: str = "UTC"
    log_level: str = "WARNING"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Raises ConfigError with the variable's name and what it should hold."""
    testing = env.get("PSA_BOT_TESTING") == "1"
    rules_dir = env.get("PSA_BOT_RULES_DIR")
    return Settings(
        database_url=env.get("PSA_BOT_DATABASE_URL") or "sqlite:///./psa-bot.db",
        secret_keys=_words(env, "PSA_BOT_SECRET_KEY"),
        command=_command(env.get("PSA_BOT_COMMAND") or "/psa"),
        http_host=env.get("PSA_BOT_HTTP_HOST") or "127.0.0.1",
        http_port=_port(env, "PSA_BOT_HTTP_PORT", _port(env, "PORT", 3000)),
        health_port=_port(env, "PSA_BOT_HTTP_PORT", 0) or None,
        slack_bot_token=env.get("SLACK_BOT_TOKEN", "").strip(),
        slack_signing_secret=env.get("SLACK_SIGNING_SECRET", "").strip(),
        slack_app_token=env.get("SLACK_APP_TOKEN", "").strip(),
        slack_api_url=_api_url(env.get("SLACK_API_URL") or "https://slack.com/api/"),
        rules_dir=Path(rules_dir) if rules_dir else None,
        testing=testing,
        now=_moment(env.get("PSA_BOT_NOW")) if testing else None,
        allow_insecure_loopback=env.get("PSA_BOT_ALLOW_INSECURE_LOOPBACK") == "1",
        resync_allowed=_words(env, "PSA_BOT_RESYNC_ALLOWED"),
        cooldown_seconds=_whole(env, "PSA_BOT_COOLDOWN_SECONDS", 60),
        time_zone=_zone(env.get("PSA_BOT_TIME_ZONE") or "UTC"),
        log_level=_level(env.get("PSA_BOT_LOG") or "WARNING"),
    )


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in env.get(name, "").split(",") if word.strip())


def _command(text: str) -> str:
    if not text.startswith("/") or " " in text or len(text) > 32:
        raise ConfigError(f"PSA_BOT_COMMAND is {text!r}: set it to one word that begins with a slash, such as /psa.")
    return text


def _api_url(text: str) -> str:
    """The tokens travel there: in the clear only within this machine (R250)."""
    try:
        url = urlsplit(text)
        host, _ = url.hostname or "", url.port
    except ValueError:
        host = ""
    if not host or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(host))):
        raise ConfigError(f"SLACK_API_URL is {text!r}: set it to an https:// address; http:// only for this machine.")
    return text.rstrip("/") + "/"


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, such as Europe, is an OSError
        raise ConfigError(f"PSA_BOT_TIME_ZONE is {name!r}: set it to a zone such as Europe/London.") from None


def _level(name: str) -> str:
    if name.upper() not in LEVELS:
        raise ConfigError(f"PSA_BOT_LOG is {name!r}: set it to one of {', '.join(LEVELS)}.")
    return name.upper()


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    port = _whole(env, name, default)
    if port > 65535:
        raise ConfigError(f"{name} is {port}: set it to a port up to 65535.")
    return port


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()):
        raise ConfigError(f"{name} is {text!r}: set it to a whole number.")
    return int(text)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"PSA_BOT_NOW is {text!r}: set it to a time such as 2026-11-21T10:00:00Z.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
