"""One-time codes of an authenticator app (RFC 6238): for tenants where the API user cannot go without (product 2.2)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Final

STEP: Final = 30  # seconds
DIGITS: Final = 6


def is_seed(text: str) -> bool:
    try:
        return len(_key(text)) >= 8
    except (binascii.Error, ValueError):
        return False


def code_at(seed: str, now: datetime) -> str:
    """The six digits that an authenticator app shows at that moment."""
    counter = int(now.timestamp()) // STEP
    digest = hmac.digest(_key(seed), counter.to_bytes(8), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def _key(text: str) -> bytes:
    """People copy seeds in groups, in small letters and without the padding."""
    letters = text.replace(" ", "").replace("-", "").rstrip("=").upper()
    return base64.b32decode(letters + "=" * (-len(letters) % 8))
