"""A HaloPSA connection's settings, checked before any call (HALO §1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from connectors.contract import Setup
from connectors.errors import BadSettings
from connectors.halopsa.spec import SPEC
from connectors.http import is_loopback, safe_url

API_PATH: Final = "/api"
NO_TENANT: Final = "not set"  # what an on-premises server shows in place of a tenant
_SECRET: Final = re.compile(r"[\x21-\x7e]+")
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
    given = {name: text.strip() for name, text in setup.settings.items() if text.strip()}
    secrets = {name: text.strip() for name, text in setup.secrets.items()}
    _only_known("setting", setup.settings, (*SPEC.required_settings, *SPEC.optional_settings))
    _only_known("secret", setup.secrets, SPEC.secrets)
    for name in SPEC.secrets:
        _check_secret(name, secrets.get(name, ""))
    tenant = given.get("tenant", "")
    on_premises = tenant.casefold() == NO_TENANT
    return Settings(
        client_id=secrets["client_id"],
        client_secret=secrets["client_secret"],
        api=_api(setup, given),
        tenant="" if on_premises else _tenant(tenant),
        auth_url=_address(setup, "auth_url", given["auth_url"]) if "auth_url" in given else "",
        on_premises=on_premises,
    )


def _api(setup: Setup, given: Mapping[str, str]) -> str:
    """``base_url`` is the API root or the host in front of it. Of ``site`` the host counts: people paste pages."""
    if "base_url" in given:
        address = _address(setup, "base_url", given["base_url"])
        return address if urlsplit(address).path else f"{address}{API_PATH}"
    if "site" not in given:
        raise BadSettings("site is missing: give the Resource Server of your HaloPSA, such as acme.halopsa.com.")
    bare = re.split(r"[?#]", given["site"], maxsplit=1)[0]
    url = safe_url(bare, allow_insecure_loopback=setup.allow_insecure_loopback, setting="site")
    return f"{url.scheme}://{url.netloc}{API_PATH}"


def _address(setup: Setup, name: str, text: str) -> str:
    return safe_url(text, allow_insecure_loopback=setup.allow_insecure_loopback, setting=name).geturl()


def _tenant(text: str) -> str:
    if text and not _TENANT.fullmatch(text):
        raise BadSettings(
            "tenant is not what HaloPSA uses: copy Tenant from Configuration > Integrations > HaloPSA API."
        )
    return text


def _only_known(what: str, given: Mapping[str, str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise BadSettings(f"HaloPSA has no {what} {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def _check_secret(name: str, text: str) -> None:
    if not text:
        raise BadSettings(
            f"{name} is missing: give it as a secret (Configuration > Integrations > HaloPSA API > View Applications)."
        )
    if not _SECRET.fullmatch(text):
        raise BadSettings(
            f"{name} holds a space, a line break or a letter that HaloPSA does not give out: copy it once more."
        )
