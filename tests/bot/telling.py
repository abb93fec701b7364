"""A connection that was synced, a channel that listens, and what it is told."""

from datetime import datetime

import pytest

from bot.alerts import Alerts, Bulletin
from bot.store.database import Database
from bot.store.queries.connections import Connection
from tests.bot.daily import (
    connected,
    listens,
    synced,
)

__all__ = ["only", "prod", "told"]


@pytest.fixture
async def prod(database: Database) -> Connection:
    """Synced on Monday, and #psa-alerts listens."""
    connection = await connected(database)
    await synced(database, connection)
    await listens(database)
    return connection


async def told(alerts: Alerts, now: datetime, ts: str | None = "1.0") -> list[tuple[str, str]]:
    """Everything that there is to tell, told; what and where."""
    bulletins = await alerts.review(now)
    for bulletin in bulletins:
        await alerts.told(bulletin, ts, now)
    return [(bulletin.news.value, bulletin.incident.channel) for bulletin in bulletins]


async def only(alerts: Alerts, now: datetime) -> Bulletin:
    (bulletin,) = await alerts.review(now)
    return bulletin
