"""When things run; no logic. APScheduler only ticks: what is due is worked out anew, and the database counts fires."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock, patience
from bot.postings import Postings
from bot.store.database import Database
from bot.store.queries import channels
from bot.store.queries.channels import Subscription

LOG: Final = logging.getLogger(__name__)
FINISH_SECONDS: Final = 5.0
DAY: Final = timedelta(days=1)
MADE_UP_FOR: Final = timedelta(hours=12)  # a digest that is later than this is old news: the next one will do


# Whose turn it is, of all the processes that tick: True for this one.
InTurn = Callable[[str, datetime], AbstractAsyncContextManager[bool]]


@asynccontextmanager
async def always(what: str, now: datetime) -> AsyncIterator[bool]:
    """Where only one process ticks."""
    yield True


class Schedule:
    """One tick does whatever became due since the last one, also after the process was down or the clock was moved.

    ``postings`` None: another process says what the clock makes us say.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        postings: Postings | None,
        zone: ZoneInfo,
        *,
        sweep: Callable[[], Awaitable[object]],
        start_due: Callable[[datetime], Awaitable[object]] | None = None,
        in_turn: InTurn = always,
        every_seconds: float,
    ) -> None:
        self._db = db
        self._clock = clock
        self._postings = postings
        self._zone = zone
        self._every_seconds = every_seconds
        self._sweep = sweep  # looks for syncs whose process died
        self._in_turn = in_turn
        self._start_due = start_due  # asks for syncs whose time has come; None: another process does
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._looking = asyncio.Lock()
        self._speaking = asyncio.Lock()
        self._undelivered: dict[str, tuple[int, datetime]] = {}  # channel: how often it was tried, and when again
        self.last_tick: datetime | None = None  # the heartbeat that /readyz reads

    def start(self) -> None:
        """What is said has ticks of its own: a Slack that is slow must not keep dead syncs from being found."""
        for part in (self._look_now, self._speak_now):
            self._scheduler.add_job(part, "interval", seconds=self._every_seconds, coalesce=True, max_instances=1)
        self._scheduler.start()

    async def finish(self) -> None:
        """Lets the tick that is under way end, for a while; none begins any more."""
        if self._scheduler.running:
            self._scheduler.pause()
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS), self._looking, self._speaking:
                pass
        self.stop()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self, now: datetime) -> None:
        """``now`` is an argument: nothing below asks what time it is. What breaks is logged, and tried again."""
        await self._look(now)
        await self._speak(now)

    async def _look(self, now: datetime) -> None:
        async with self._looking:
            await _safely("sweep", self._sweep_in_turn(now))
            await _safely("due syncs", self._start_due_in_turn(now))
            self.last_tick = now

    async def _speak(self, now: datetime) -> None:
        async with self._speaking:
            await _safely("postings", self._post_in_turn(now))

    async def _sweep_in_turn(self, now: datetime) -> None:
        async with self._in_turn("sweep", now) as ours:
            if ours:
                await self._sweep()

    async def _start_due_in_turn(self, now: datetime) -> None:
        if self._start_due is None:
            return
        async with self._in_turn("due syncs", now) as ours:
            if ours:
                await self._start_due(now)

    async def _post_in_turn(self, now: datetime) -> None:
        if self._postings is None:
            return
        async with self._in_turn("postings", now) as ours:
            if ours:
                await _safely("alerts", self._postings.alert(now))
                await _safely("regressions", self._postings.regressions(now))
                await _safely("overdue", self._postings.overdue(now))
                await _safely("digests", self._digests(self._postings, now))

    async def _look_now(self) -> None:
        await self._look(self._clock.now())

    async def _speak_now(self) -> None:
        await self._speak(self._clock.now())

    async def _digests(self, postings: Postings, now: datetime) -> None:
        for subscription in await channels.subscriptions(self._db, kind="digest"):
            await _safely("digest", self._digest_if_due(postings, subscription, now))

    async def _digest_if_due(self, postings: Postings, subscription: Subscription, now: datetime) -> None:
        due = last_fire(subscription.at, self._zone, now)
        if due is None or due <= subscription.created_at:
            return
        tries, again_at = self._undelivered.get(subscription.channel, (0, now))
        if again_at > now:
            return
        self._undelivered[subscription.channel] = (tries + 1, now + patience(tries + 1))
        since = fire_on(due.astimezone(self._zone).date() - DAY, subscription.at, self._zone)
        if await postings.digest(subscription, due, since=since):
            del self._undelivered[subscription.channel]


async def _safely(what: str, work: Awaitable[object]) -> None:
    """One part that breaks must not stop the clock, nor the other parts."""
    try:
        await work
    except Exception:
        LOG.exception("A part of the schedule failed.", extra={"action": f"schedule.{what}"})


def last_fire(hour: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The newest fire of a daily local time such as 08:00 that is not after ``now`` and not too old to make up."""
    today = now.astimezone(zone).date()
    fires = (fire_on(day, hour, zone) for day in (today, today - DAY))
    return next((fire for fire in fires if now - MADE_UP_FOR <= fire <= now), None)


def fire_on(day: date, hour: str, zone: ZoneInfo) -> datetime:
    """Once per calendar day of the zone, on days of 23 and 25 hours too: an hour that the clocks skip comes as much
    later as they skip, and of an hour that comes twice, the first counts.
    """
    return datetime.combine(day, time.fromisoformat(hour), zone).astimezone(UTC)
