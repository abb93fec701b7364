"""A connection's settings, checked before any call (BMS §1, PUL §1)."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from connectors.contract import Setup, Spec
from connectors.errors import BadSettings
from connectors.http import is_loopback
from connectors.kaseya_family.configuration import Undocumented
from connectors.kaseya_family.one_time_code import is_seed
from connectors.kaseya_family.product import Product
from connectors.settings import address, given, host, refuse_unknown

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PLACE: Final = "{id}"
_TICKETS: Final = "22"  # the module of tickets, by one public script (BMS §6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``bases``: where the API may answer, the likeliest first. ``web``: where people sign in. All end without a slash.

    ``account_url`` and ``contract_url`` are patterns with ``{id}``; empty: the pages' addresses are not known.
    """

    tenant: str
    username: str = field(repr=False)
    password: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)
    bases: tuple[str, ...]
    web: str
    account_url: str = ""
    contract_url: str = ""
    undocumented: Undocumented

    @property
    def account(self) -> str:
        return f"{urlsplit(self.bases[0]).netloc} {self.tenant}"

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.bases[0]).hostname or "")


def read_settings(product: Product, spec: Spec, setup: Setup) -> Settings:
    """Raises BadSettings with what to do; never with a value of a secret."""
    refuse_unknown(spec, setup)
    secrets = {name: text.strip("\r\n") for name, text in setup.secrets.items()}
    for name in spec.secrets:
        _check_secret(product, name, secrets.get(name, ""))
    bases, web = _addresses(product, setup)
    return Settings(
        tenant=_tenant(product, given(setup, "tenant")),
        username=secrets["username"].strip(),
        password=secrets["password"],
        totp_secret=_seed(secrets.get("totp_secret", "")),
        bases=bases,
        web=web,
        account_url=_pattern(setup, "account_url"),
        contract_url=_pattern(setup, "contract_url"),
        undocumented=_undocumented(setup),
    )


def _undocumented(setup: Setup) -> Undocumented:
    modules = tuple(re.split(r"[\s,]+", given(setup, "custom_field_modules") or _TICKETS))
    if not all(one.isascii() and one.isdigit() for one in modules):
        raise BadSettings("custom_field_modules is not a list of numbers: give those of the modules, such as 22.")
    tables = {name: given(setup, name) for name in ("ticket_types_table", "sources_table")}
    for name, text in tables.items():
        if text and not re.fullmatch(r"[A-Za-z]+", text):
            raise BadSettings(f"{name} is not the name of a table: give letters only.")
    return Undocumented(custom_field_modules=modules, **tables)


def _addresses(product: Product, setup: Setup) -> tuple[tuple[str, ...], str]:
    """``base_url`` is the API itself; ``server`` is what people see, or the API's host."""
    server, api = given(setup, "server"), address(setup, "base_url")
    gateway = _gateway(setup, server or product.usual_gateway) if server or product.usual_gateway else None
    if api is not None:
        seen = gateway if gateway and server else api
        return (api.geturl().removesuffix("/v2"),), _origin(seen, _in_front(seen.netloc))
    if gateway:
        return _derived(product, gateway), _origin(gateway, _in_front(gateway.netloc))
    raise BadSettings(
        f"server is missing: give the Gateway URL that My Settings in {product.name} shows, "
        f"such as {' or '.join(product.gateways)}."
    )


def _derived(product: Product, gateway: SplitResult) -> tuple[str, ...]:
    """``api.`` before the gateway's host (BMS §1); an address of numbers has no name to put it before."""
    host = gateway.netloc.casefold()
    if host.startswith("api.") or _is_number(gateway.hostname or ""):
        return (_origin(gateway, host),)
    known = product.other_apis.get(host, (f"api.{host}",))
    return tuple(_origin(gateway, one) for one in known)


def _gateway(setup: Setup, text: str) -> SplitResult:
    url = host(setup, "server", text)
    return url._replace(netloc=url.netloc.removeprefix("www."))


def _in_front(netloc: str) -> str:
    return netloc.removeprefix("api.")


def _origin(url: SplitResult, netloc: str) -> str:
    return f"{url.scheme}://{netloc}"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.casefold() == "localhost"
    return True


def _tenant(product: Product, text: str) -> str:
    """The company name of the sign-in; it may hold spaces (BMS §0)."""
    if not text:
        raise BadSettings(f"tenant is missing: give the company name that you type when you sign in to {product.name}.")
    if _CONTROL.search(text):
        raise BadSettings("tenant holds a line break or another sign that no company name has: type it once more.")
    return text


def _check_secret(product: Product, name: str, text: str) -> None:
    if not text.strip():
        raise BadSettings(f"{name} is missing: give that of the Api Employee of {product.name} (HR > Employees).")
    if _CONTROL.search(text):
        raise BadSettings(f"{name} holds a line break or another sign that cannot be typed: copy it once more.")


def _seed(text: str) -> str:
    if text and not is_seed(text):
        raise BadSettings(
            "totp_secret is not the seed of one-time codes: give the letters that stand below the QR code, not a code."
        )
    return text


def _pattern(setup: Setup, name: str) -> str:
    text = given(setup, name)
    if not text:
        return ""
    if text.count(_PLACE) != 1:
        raise BadSettings(f"{name} needs {_PLACE} once, where the record's number stands in the address of its page.")
    host(setup, name, text.replace(_PLACE, "1"))
    return text
