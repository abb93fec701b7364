"""How the API writes moments (BMS §9)."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Without a zone."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
