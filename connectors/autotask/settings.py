"""An Autotask connection's settings, checked before any call (AT §1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.autotask.spec import SPEC
from connectors.contract import Setup
from connectors.http import is_loopback
from connectors.settings import PRINTABLE, address, refuse_unknown, secret

VERSION: Final = "V1.0"  # pinned: VersionInformation also lists V2.0, which does not answer (AT §1.2)
SERVICES: Final = "ATServicesRest"
_WITH_VERSION: Final = re.compile(r"/v\d+\.\d+$", re.IGNORECASE)
_WHERE: Final = "Admin > Resources (Users) > the API user > Security"
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    # each travels in a header, where no line break may stand
    "username": PRINTABLE,
    "secret": re.compile(r"[\x20-\x7e]+"),
    "integration_code": PRINTABLE,
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
    def database(self) -> str:
        """All API users of one database share its calls (AT §4.1); they bear its domain in their names."""
        host = urlsplit(self.base_url or self.zone_url).netloc
        return f"{host} {self.username.rpartition('@')[2]}".strip()

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.base_url or self.zone_url).hostname or "")


def read_settings(setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    refuse_unknown(SPEC, setup)
    secrets = {name: secret(SPEC, setup, name, where=_WHERE, shape=_SHAPES[name]) for name in SPEC.secrets}
    return Settings(**secrets, zone_url=_root(setup, "zone_url"), base_url=_root(setup, "base_url"))


def api_root(url: str) -> str:
    """``https://webservices3.autotask.net/ATServicesRest/V1.0``, however much of it was given."""
    url = url.rstrip("/")
    if _WITH_VERSION.search(url):
        return url
    if not urlsplit(url).path:
        url = f"{url}/{SERVICES}"
    return f"{url}/{VERSION}"


def _root(setup: Setup, name: str) -> str:
    url = address(setup, name)
    return "" if url is None else api_root(url.geturl())
