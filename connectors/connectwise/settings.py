"""A ConnectWise connection's settings, checked before any call (CW §1.1, §1.2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.connectwise.spec import SPEC
from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.http import is_loopback, safe_url

# The OpenAPI that our field names come from. Without a pin each server would answer with its own newest model.
API_VERSION: Final = "2026.4"
API_PATH: Final = "apis/3.0"
# The vendor's clouds answer at api-<region>; the web host says "SSL is required" (CW §1.2).
_CLOUDS: Final = (".myconnectwise.net", ".connectwisedev.com")
_SECRET: Final = re.compile(r"[\x21-\x7e]+")  # also keeps line breaks out of headers


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
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.base_url or self.site).hostname or "")


def read_settings(setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    given = {name: text.strip() for name, text in setup.settings.items() if text.strip()}
    secrets = {name: text.strip() for name, text in setup.secrets.items()}
    _only_known("setting", setup.settings, (*SPEC.required_settings, *SPEC.optional_settings))
    _only_known("secret", setup.secrets, SPEC.secrets)
    for name in SPEC.secrets:
        _check_secret(name, secrets.get(name, ""))
    if not given.get("company"):
        raise BadSettings("company is missing: give the company that you type when you log in to ConnectWise.")
    if not given.get("site") and not given.get("base_url"):
        raise BadSettings("site is missing: give the host of your ConnectWise, such as na.myconnectwise.net.")
    return Settings(
        company=given["company"],
        **secrets,
        site=_site(setup, given.get("site", "")),
        base_url=_address(setup, "base_url", given.get("base_url", "")),
        codebase=_shaped("codebase", given.get("codebase", "").strip("/"), r"[A-Za-z0-9._-]*", "v4_6_release"),
        api_version=_shaped("api_version", given.get("api_version", API_VERSION), r"\d{4}\.\d{1,2}", API_VERSION),
    )


def api_host(netloc: str) -> str:
    """The vendor's clouds take calls on their api- host only; every other host is left alone."""
    in_cloud = netloc.casefold().endswith(_CLOUDS) and not netloc.casefold().startswith("api-")
    return f"api-{netloc}" if in_cloud else netloc


def web_host(netloc: str) -> str:
    """Where people click; the API's host without its prefix (CW §1.2)."""
    return netloc.removeprefix("api-")


def _site(setup: Setup, text: str) -> str:
    """Only the host counts: people paste the address of the page that they have open."""
    if not text:
        return ""
    bare = re.split(r"[?#]", text, maxsplit=1)[0]
    url = safe_url(bare, allow_insecure_loopback=setup.allow_insecure_loopback, setting="site")
    return f"{url.scheme}://{url.netloc}"


def _address(setup: Setup, name: str, text: str) -> str:
    if not text:
        return ""
    return safe_url(text, allow_insecure_loopback=setup.allow_insecure_loopback, setting=name).geturl()


def _only_known(what: str, given: Mapping[str, str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise BadSettings(f"ConnectWise has no {what} {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def _check_secret(name: str, text: str) -> None:
    if not text:
        raise BadSettings(f"{name} is missing: give it as a secret (System > Members > API Members > API Keys).")
    if not _SECRET.fullmatch(text):
        raise BadSettings(f"{name} holds a space, a line break or a letter that no key has: copy it once more.")


def _shaped(name: str, text: str, shape: str, example: str) -> str:
    if not re.fullmatch(shape, text):
        raise BadSettings(f"{name} is not what ConnectWise uses: it looks like {example}.")
    return text
