"""A Syncro connection's settings, checked before any call (SYN §1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.http import is_loopback, safe_url
from connectors.syncro.spec import SPEC

API_PATH: Final = "/api/v1"
DOMAIN: Final = ".syncromsp.com"
# Some old accounts live one level deeper, at name.shield (SYN §1).
_SUBDOMAIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.shield)?")
_SECRET: Final = re.compile(r"[\x21-\x7e]+")  # also keeps line breaks out of headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``root`` is where the API begins, without a trailing slash."""

    subdomain: str
    root: str
    api_token: str = field(repr=False)

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.root).hostname or "")

    @property
    def web(self) -> str:
        """Where people click."""
        url = urlsplit(self.root)
        return f"{url.scheme}://{url.netloc}"


def read_settings(setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    given = {name: text.strip() for name, text in setup.settings.items() if text.strip()}
    _only_known("setting", setup.settings, (*SPEC.required_settings, *SPEC.optional_settings))
    _only_known("secret", setup.secrets, SPEC.secrets)
    for name, what in (("include_statuses", "statuses"), ("include_types", "types")):
        if name in given:
            raise BadSettings(f"{name}: Syncro's customers have no {what} to choose from. Leave it out.")
    subdomain = _subdomain(given.get("subdomain", ""))
    base_url = _address(setup, given.get("base_url", ""))
    return Settings(
        subdomain=subdomain,
        root=base_url or f"https://{subdomain}{DOMAIN}{API_PATH}",
        api_token=_secret("api_token", setup.secrets.get("api_token", "").strip()),
    )


def _subdomain(text: str) -> str:
    """People paste the address of the page that they have open."""
    if not text:
        raise BadSettings("subdomain is missing: give the name before .syncromsp.com in the address of your Syncro.")
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
    except ValueError:
        host = ""
    name = host.removesuffix(DOMAIN)
    if not _SUBDOMAIN.fullmatch(name):
        raise BadSettings(
            "subdomain is not what Syncro uses: give only the name before .syncromsp.com, such as examplemsp. "
            "Another host goes into base_url."
        )
    return name


def _address(setup: Setup, text: str) -> str:
    if not text:
        return ""
    url = safe_url(text, allow_insecure_loopback=setup.allow_insecure_loopback, setting="base_url")
    return url.geturl() if url.path else f"{url.geturl()}{API_PATH}"


def _only_known(what: str, given: Mapping[str, str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise BadSettings(f"Syncro has no {what} {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def _secret(name: str, text: str) -> str:
    if not text:
        raise BadSettings(f"{name} is missing: give it as a secret (Admin > API Tokens > New Token).")
    if not _SECRET.fullmatch(text):
        raise BadSettings(f"{name} holds a space, a line break or a letter that no token has: copy it once more.")
    return text
