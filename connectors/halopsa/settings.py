"""A HaloPSA connection's settings, checked before any call (HALO §1)."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.halopsa.spec import SPEC
from connectors.http import is_loopback
from connectors.settings import address, given, host, refuse_unknown, secret

API_PATH: Final = "/api"
NO_TENANT: Final = "not set"  # what an on-premises server shows in place of a tenant
_WHERE: Final = "Configuration > Integrations > HaloPSA API > View Applications"
_TENANT: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``api`` is the API root. ``tenant`` and ``auth_url`` are empty where HaloPSA itself is asked for them."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    api: str
    tenant: str = ""
    auth_url: str = ""
    on_premises: bool = False  # the tenant was given as "Not set"

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.api).hostname or "")

    @property
    def web(self) -> str:
        """Where people click, unless the instance says otherwise."""
        return self.api.removesuffix(API_PATH)


def read_settings(setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    refuse_unknown(SPEC, setup)
    tenant, auth = given(setup, "tenant"), address(setup, "auth_url")
    on_premises = tenant.casefold() == NO_TENANT
    return Settings(
        client_id=secret(SPEC, setup, "client_id", where=_WHERE),
        client_secret=secret(SPEC, setup, "client_secret", where=_WHERE),
        api=_api(setup),
        tenant="" if on_premises else _tenant(tenant),
        auth_url=auth.geturl() if auth else "",
        on_premises=on_premises,
    )


def _api(setup: Setup) -> str:
    """``base_url`` is the API root or the host in front of it. Of ``site`` the host counts: people paste pages."""
    root = address(setup, "base_url")
    if root is not None:
        return root.geturl() if root.path else f"{root.geturl()}{API_PATH}"
    if not given(setup, "site"):
        raise BadSettings("site is missing: give the Resource Server of your HaloPSA, such as acme.halopsa.com.")
    return f"{host(setup, 'site').geturl()}{API_PATH}"


def _tenant(text: str) -> str:
    if text and not _TENANT.fullmatch(text):
        raise BadSettings(
            "tenant is not what HaloPSA uses: copy Tenant from Configuration > Integrations > HaloPSA API."
        )
    return text
