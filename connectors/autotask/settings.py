"""An Autotask connection's settings, checked before any call (AT §1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.autotask.spec import SPEC
from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.http import is_loopback, safe_url

VERSION: Final = "V1.0"  # pinned: VersionInformation also lists V2.0, which does not answer (AT §1.2)
SERVICES: Final = "ATServicesRest"
_WITH_VERSION: Final = re.compile(r"/v\d+\.\d+$", re.IGNORECASE)
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    # each travels in a header, where no line break may stand
    "username": re.compile(r"[\x21-\x7e]+"),
    "secret": re.compile(r"[\x20-\x7e]+"),
    "integration_code": re.compile(r"[\x21-\x7e]+"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``base_url`` is the API root itself; ``zone_url`` is only where the zone is asked for. Both may be empty."""

    username: str = field(repr=False)
    secret: str = field(repr=False)
    integration_code: str = field(repr=False)
    zone_url: str = ""
    base_url: str = ""

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.base_url or self.zone_url).hostname or "")


def read_settings(setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    _only_known("setting", setup.settings, (*SPEC.required_settings, *SPEC.optional_settings))
    _only_known("secret", setup.secrets, SPEC.secrets)
    secrets = {name: _secret(name, setup.secrets.get(name, "").strip()) for name in SPEC.secrets}
    return Settings(**secrets, zone_url=_address(setup, "zone_url"), base_url=_address(setup, "base_url"))


def api_root(address: str) -> str:
    """``https://webservices3.autotask.net/ATServicesRest/V1.0``, however much of it was given."""
    address = address.rstrip("/")
    if _WITH_VERSION.search(address):
        return address
    if not urlsplit(address).path:
        address = f"{address}/{SERVICES}"
    return f"{address}/{VERSION}"


def _address(setup: Setup, name: str) -> str:
    text = setup.settings.get(name, "").strip()
    if not text:
        return ""
    url = safe_url(text, allow_insecure_loopback=setup.allow_insecure_loopback, setting=name)
    return api_root(url.geturl())


def _only_known(what: str, given: Mapping[str, str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise BadSettings(f"Autotask has no {what} {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def _secret(name: str, text: str) -> str:
    if not text:
        where = "Admin > Resources (Users) > the API user > Security"
        raise BadSettings(f"{name} is missing: give it as a secret ({where}).")
    if not _SHAPES[name].fullmatch(text):
        raise BadSettings(f"{name} holds a line break or a letter that Autotask does not give out: copy it once more.")
    return text
