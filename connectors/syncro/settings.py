"""A Syncro connection's settings, checked before any call (SYN §1)."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.http import is_loopback
from connectors.settings import address, given, refuse_unknown, secret
from connectors.syncro.spec import SPEC

API_PATH: Final = "/api/v1"
DOMAIN: Final = ".syncromsp.com"
# Some old accounts live one level deeper, at name.shield (SYN §1).
_SUBDOMAIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.shield)?")


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
    refuse_unknown(SPEC, setup)
    for name, what in (("include_statuses", "statuses"), ("include_types", "types")):
        if given(setup, name):
            raise BadSettings(f"{name}: Syncro's customers have no {what} to choose from. Leave it out.")
    subdomain = _subdomain(given(setup, "subdomain"))
    return Settings(
        subdomain=subdomain,
        root=_root(setup) or f"https://{subdomain}{DOMAIN}{API_PATH}",
        api_token=secret(SPEC, setup, "api_token", where="Admin > API Tokens > New Token"),
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


def _root(setup: Setup) -> str:
    url = address(setup, "base_url")
    if url is None:
        return ""
    return url.geturl() if url.path else f"{url.geturl()}{API_PATH}"
