"""Which addresses a connection may name: https, or this very machine when that is allowed."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from connectors.errors import BadSettings

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")


def safe_url(text: str, *, allow_insecure_loopback: bool, setting: str) -> SplitResult:
    """A host or URL out of a setting, without a trailing slash (R250)."""
    text = text.strip()
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host, _ = url.hostname or "", url.port
    except ValueError:
        raise BadSettings(f"{setting} is not an address: give a host such as psa.example.com.") from None
    if "@" in url.netloc:
        raise BadSettings(f"{setting} holds a user name or password: secrets do not belong into an address.")
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(host) or url.query or url.fragment:
        raise BadSettings(f"{setting} is not an address: give a host or an https:// address, and nothing after it.")
    if url.scheme == "http" and not (allow_insecure_loopback and is_loopback(host)):
        raise BadSettings(f"{setting} is a plain http:// address, which would send the keys in the clear: use https.")
    return url._replace(path=url.path.rstrip("/"))


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
