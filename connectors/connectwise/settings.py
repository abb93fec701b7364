"""A ConnectWise connection's settings, checked before any call (CW §1.1, §1.2)."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.connectwise.spec import SPEC
from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.http import is_loopback
from connectors.settings import address, given, host, refuse_unknown, secret

# The OpenAPI that our field names come from. Without a pin each server would answer with its own newest model.
API_VERSION: Final = "2026.4"
API_PATH: Final = "apis/3.0"
# The vendor's clouds answer at api-<region>; the web host says "SSL is required" (CW §1.2).
_CLOUDS: Final = (".myconnectwise.net", ".connectwisedev.com")
_WHERE: Final = "System > Members > API Members > API Keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``site`` and ``base_url`` are whole addresses without a trailing slash; one of them is set."""

    company: str
    public_key: str = field(repr=False)
    private_key: str = field(repr=False)
    client_id: str = field(repr=False)
    site: str = ""
    base_url: str = ""
    codebase: str = ""
    api_version: str = API_VERSION

    @property
    def host(self) -> str:
        return urlsplit(self.base_url or self.site).netloc

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.base_url or self.site).hostname or "")


def read_settings(setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    refuse_unknown(SPEC, setup)
    secrets = {name: secret(SPEC, setup, name, where=_WHERE) for name in SPEC.secrets}
    if not given(setup, "company"):
        raise BadSettings("company is missing: give the company that you type when you log in to ConnectWise.")
    site, root = given(setup, "site"), address(setup, "base_url")
    if not site and root is None:
        raise BadSettings("site is missing: give the host of your ConnectWise, such as na.myconnectwise.net.")
    return Settings(
        company=given(setup, "company"),
        **secrets,
        site=host(setup, "site").geturl() if site else "",
        base_url=root.geturl() if root else "",
        codebase=_shaped("codebase", given(setup, "codebase").strip("/"), r"[A-Za-z0-9._-]*", "v4_6_release"),
        api_version=_shaped("api_version", given(setup, "api_version") or API_VERSION, r"\d{4}\.\d{1,2}", API_VERSION),
    )


def api_host(netloc: str) -> str:
    """The vendor's clouds take calls on their api- host only; every other host is left alone."""
    in_cloud = netloc.casefold().endswith(_CLOUDS) and not netloc.casefold().startswith("api-")
    return f"api-{netloc}" if in_cloud else netloc


def web_host(netloc: str) -> str:
    """Where people click; the API's host without its prefix (CW §1.2)."""
    return netloc.removeprefix("api-")


def _shaped(name: str, text: str, shape: str, example: str) -> str:
    if not re.fullmatch(shape, text):
        raise BadSettings(f"{name} is not what ConnectWise uses: it looks like {example}.")
    return text
