"""Values as they come out of any PSA's JSON, read without believing them. None: not told, or not of this kind."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.errors import InvalidData


def text(value: Any) -> str | None:
    """PostgreSQL stores no null byte, so it is shown as the replacement character."""
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else None


def flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def number(value: Any) -> Decimal | None:
    """Also one that is written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def moment(value: Any) -> datetime | None:
    """Aware, in UTC. Without a zone it is taken for UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def identity(value: Any) -> str | None:
    """Opaque: a number or a text, and nought is one like any other."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None


def required_identity(value: Any, *, psa: str, noun: str) -> str:
    """InvalidData: the record has none, and nothing can be kept about it."""
    found = identity(value)
    if found is None:
        raise InvalidData(f"{psa} sent a {noun} without an id.")
    return found
