"""Is the PSA new enough? Versions are compared part by part: 2.99 is older than 2.146, and 2.146 than 2.206 (R51)."""

import re
from collections.abc import Sequence
from typing import Final

from rules.answers import Answer, failed, passed, unknown
from rules.literals import Facts

OLDEST: Final = (2, 146)  # HaloPSA, by the visibility article
_VERSION: Final = re.compile(r"\s*v?(\d{1,9}(?:\.\d{1,9}){1,7})(?![\w.])", re.IGNORECASE | re.ASCII)


def parts_of(version: str) -> tuple[int, ...] | None:
    """The numbers of v2.126.32; None where it does not begin with two numbers and a dot."""
    found = _VERSION.match(version)
    return tuple(int(part) for part in found[1].split(".")) if found else None


def version_is_enough(facts: Facts) -> Sequence[Answer]:
    written = facts.get("psa_version")
    parts = parts_of(str(written)) if written is not None else None
    oldest = ".".join(map(str, OLDEST))
    if parts is None:
        return unknown("psa_version", version=written, oldest=oldest)
    return (passed if parts >= OLDEST else failed)(version=written, oldest=oldest)
