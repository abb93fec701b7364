"""What the clock makes us say: alerts, regressions and digests, from the journey through render to the channel."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.alerts import Alerts, Bulletin
from bot.digest import Digest
from bot.messages import Notifier, Place
from bot.render import bulletins
from bot.render import watch as watched
from bot.render.overdue import overdue
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import channels
from bot.store.queries.channels import Subscription
from bot.watch import Report, Watch
from bot.watchdog import Watchdog
from rules.engine import Engine

NEWS_FOR: Final = timedelta(days=1)  # who was lost longer ago than this is told by the digest and by history
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where what is posted comes from."""

    alerts: Alerts
    watchdog: Watchdog
    digest: Digest
    watch: Watch
    engine: Engine


class Postings:
    """Posting the same thing twice edits what stands: the notifier's key sees to it."""

    def __init__(self, db: Database, sources: Sources, words: Words, notifier: Notifier, command: str) -> None:
        self._db = db
        self._alerts = sources.alerts
        self._watchdog = sources.watchdog
        self._digest = sources.digest
        self._watch = sources.watch
        self._engine = sources.engine
        self._words = words
        self._notifier = notifier
        self._command = command

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

    async def regressions(self, now: datetime) -> int:
        """Tells every channel that listens who is no longer visible, once per sync; how many messages were posted."""
        listening = await channels.subscriptions(self._db, kind="failures")
        if not listening:
            return 0
        reports = await self._watch.reports(since=now - NEWS_FOR, until=now)
        told = [await self._lost(report, each) for report in reports for each in listening if _heard(each, report)]
        return sum(told)

    async def _lost(self, report: Report, subscription: Subscription) -> bool:
        schedule, ended = f"regressions:{subscription.channel}:{report.run.id}", report.run.ended_at
        if ended is None or await channels.has_fired(self._db, schedule, ended):
            return False
        message = watched.regressions(self._words, self._engine, report, self._command)
        if await self._notifier.post(Place(channel=subscription.channel), message, key=schedule) is None:
            return False
        return await channels.fire_once(self._db, schedule, ended)

    async def overdue(self, now: datetime) -> int:
        """The same, for syncs that did not happen or did not end, and for data that gets old."""
        told = 0
        for notice in await self._watchdog.review(now):
            place = Place(channel=notice.incident.channel)
            message = overdue(self._words, notice, now)
            delivered = await self._notifier.post(place, message, key=f"incident:{notice.incident.id}")
            await self._watchdog.told(notice, delivered.ts if delivered else None, now)
            told += delivered is not None
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


def _heard(subscription: Subscription, report: Report) -> bool:
    """Not of another connection, nor what happened before the channel asked to be told."""
    ended_at = report.run.ended_at
    in_time = ended_at is not None and subscription.created_at <= ended_at
    return in_time and subscription.hears_of(report.connection.id)
