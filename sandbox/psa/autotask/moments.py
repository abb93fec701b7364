"""How the API writes moments and days (AT §3)."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """UTC, but without saying so, and with a fraction."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.113"
