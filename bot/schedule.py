"""When things run; no logic. APScheduler only ticks: what is due is worked out anew, and the database counts fires."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
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


Work = Callable[[datetime], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Part:
    """Ticks by itself: a PSA or a Slack that is slow must not keep dead syncs from being found."""

    what: str
    work: Work
    in_turn: bool = True  # else every process does it at every tick
    going_on: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """``sweep`` looks for syncs whose process died, ``start_due`` asks for those whose time has come.

    ``catch_up`` looks at those that nobody looked at afterwards, ``postings`` says it. What is None, another does.
    ``end_own`` is about this process alone, and so is never another's turn.
    """

    sweep: Callable[[], Awaitable[object]]
    end_own: Callable[[], Awaitable[object]] | None = None
    start_due: Work | None = None
    catch_up: Callable[[], Awaitable[object]] | None = None
    postings: Postings | None = None


class Schedule:
    """One tick does whatever became due since the last one, also after the process was down or the clock was moved."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        zone: ZoneInfo,
        duties: Duties,
        *,
        in_turn: InTurn = always,
        every_seconds: float,
    ) -> None:
        self._db = db
        self._clock = clock
        self._zone = zone
        self._every_seconds = every_seconds
        self._in_turn = in_turn
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._parts = list(self._parts_of(duties))
        self._undelivered: dict[str, tuple[int, datetime]] = {}  # channel: how often it was tried, and when again
        self.last_tick: datetime | None = None  # the heartbeat that /readyz reads

    def _parts_of(self, duties: Duties) -> Iterator[Part]:
        sweep, end_own, catch_up, postings = duties.sweep, duties.end_own, duties.catch_up, duties.postings
        yield Part("sweep", lambda _: sweep())
        if end_own is not None:
            yield Part("own syncs", lambda _: end_own(), in_turn=False)
        if duties.start_due is not None:
            yield Part("due syncs", duties.start_due)
        if catch_up is not None:
            yield Part("catching up", lambda _: catch_up())
        if postings is not None:
            yield Part("postings", lambda now: self._say(postings, now))

    def start(self) -> None:
        for part in self._parts:
            self._scheduler.add_job(
                self._do_now, "interval", args=[part], seconds=self._every_seconds, coalesce=True, max_instances=1
            )
        self._scheduler.start()

    async def finish(self) -> None:
        """Lets the tick that is under way end, for a while; none begins any more."""
        if self._scheduler.running:
            self._scheduler.pause()
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS), AsyncExitStack() as over:
                for part in self._parts:
                    await over.enter_async_context(part.going_on)
        self.stop()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self, now: datetime) -> None:
        """``now`` is an argument: nothing below asks what time it is. What breaks is logged, and tried again."""
        for part in self._parts:
            await self._do(part, now)

    async def _do(self, part: Part, now: datetime) -> None:
        async with part.going_on:
            await _safely(part.what, self._if_ours(part, now))
        if part is self._parts[0]:
            self.last_tick = now

    async def _if_ours(self, part: Part, now: datetime) -> None:
        whose = self._in_turn if part.in_turn else always
        async with whose(part.what, now) as ours:
            if ours:
                await part.work(now)

    async def _do_now(self, part: Part) -> None:
        await self._do(part, self._clock.now())

    async def _say(self, postings: Postings, now: datetime) -> None:
        await _safely("alerts", postings.alert(now))
        await _safely("regressions", postings.regressions(now))
        await _safely("overdue", postings.overdue(now))
        await _safely("digests", self._digests(postings, now))

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
