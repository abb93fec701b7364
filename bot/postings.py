"""What the clock makes us say: alerts and digests, from the journey through render to the channel."""

import logging
from datetime import datetime
from typing import Final

from bot.alerts import Alerts, Bulletin
from bot.digest import Digest
from bot.messages import Notifier, Place
from bot.render import bulletins
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import channels
from bot.store.queries.channels import Subscription

LOG: Final = logging.getLogger(__name__)


class Postings:
    """Posting the same thing twice edits what stands: the notifier's key sees to it."""

    def __init__(self, db: Database, alerts: Alerts, digest: Digest, words: Words, notifier: Notifier) -> None:
        self._db = db
        self._alerts = alerts
        self._digest = digest
        self._words = words
        self._notifier = notifier

    async def alert(self, now: datetime) -> int:
        """Brings every channel's incidents up to date; how many messages were posted or edited."""
        told = 0
        for bulletin in await self._alerts.review(now):
            try:
                told += await self._tell(bulletin, now)
            except Exception:  # one that cannot be told must not keep the others back
                extra = {"action": "alert", "incident": bulletin.incident.id}
                LOG.exception("An alert could not be told.", extra=extra)
                await self._alerts.told(bulletin, None, now)
        return told

    async def digest(self, subscription: Subscription, fire_at: datetime, *, since: datetime) -> bool:
        """False: it could not be delivered, and may be tried again. Posted once, however often it is asked for.

        It tells how things are, and what changed from ``since`` (the fire before) until the fire.
        """
        schedule = f"digest:{subscription.channel}"
        if await channels.has_fired(self._db, schedule, fire_at):
            return True
        report = await self._digest.report(since=since, until=fire_at)
        message = bulletins.digest(self._words, report)
        key = f"{schedule}:{fire_at:%Y-%m-%dT%H:%M}"
        if await self._notifier.post(Place(channel=subscription.channel), message, key=key) is None:
            return False
        await channels.fire_once(self._db, schedule, fire_at)
        return True

    async def _tell(self, bulletin: Bulletin, now: datetime) -> bool:
        incident = bulletin.incident
        message = bulletins.alert(self._words, bulletin, now)
        place = await self._notifier.post(Place(channel=incident.channel), message, key=f"incident:{incident.id}")
        await self._alerts.told(bulletin, place.ts if place else None, now)
        return place is not None
