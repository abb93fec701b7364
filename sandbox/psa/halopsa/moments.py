"""How the API writes moments and days (HALO §4, §9)."""

from datetime import UTC, datetime
from typing import Final

NO_DAY: Final = "1900-01-01T00:00:00"  # how an empty date is written


def stamp(moment: datetime) -> str:
    """UTC, but without saying so, and with a fraction."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.1"
