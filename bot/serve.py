"""``psa-bot serve``: Slack, the clock and the jobs in one process."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.app import Bot, opened
from bot.config import ConfigError, Settings
from bot.exits import Exit, say
from bot.messages import Place
from bot.postings import Postings, Sources
from bot.probes import Ear, Pulse, served
from bot.resuming import SETTLED, take_up
from bot.schedule import Schedule
from bot.slack.calls import Outcome
from bot.slack.front import Front, Line, Memory, front, line_to_slack
from bot.slack.web import socket_mode
from bot.store.database import Database
from bot.store.migrate import is_current, migrate
from bot.store.queries import audit, channels
from bot.store.queries.channels import Delivery

LOG: Final = logging.getLogger(__name__)
STOPS: Final = (signal.SIGINT, signal.SIGTERM)
GRACE_SECONDS: Final = 5.0  # for requests that are being answered; acknowledging takes milliseconds
# Measured while two snapshots of 50,000 accounts are read and written: 2,703 collections in 1.8 s became 23 in 0.2 s,
# the longest wait of the event loop fell from 775-1,073 to 580 ms, and memory stayed at 276 MB.
GC_THRESHOLDS: Final = (50_000, 20, 50)


async def serve(settings: Settings) -> Exit:
    """Until SIGTERM or SIGINT; what is under way is finished. Brings the schema up to date on SQLite."""
    need_slack(settings)
    await until_stopped(_serve(replace(settings, serves=True)))
    return Exit.DONE


def need_slack(settings: Settings) -> None:
    if not settings.slack_bot_token:
        raise ConfigError("SLACK_BOT_TOKEN is not set. Install the app from manifest.json and set its bot token.")
    if not settings.slack_signing_secret and not settings.slack_app_token:
        raise ConfigError("Set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode).")


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Until it ends, or a signal cancels it: then it unwinds, and waits for what it has to finish. Raises what
    ``work`` raises. A second signal cuts the waiting short.
    """
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    for number in STOPS:
        loop.add_signal_handler(number, task.cancel)
    try:
        await asyncio.wait({task})
    finally:
        for number in STOPS:
            loop.remove_signal_handler(number)
    if not task.cancelled():
        task.result()


async def _serve(settings: Settings) -> None:
    async with opened(settings) as bot:
        if bot.db.dialect == "sqlite":
            await migrate(bot.db)
        elif not await is_current(bot.db):
            raise ConfigError("The database is not at the newest schema. Run: psa-bot migrate")
        async with running(bot) as address:
            calm_collector()
            say(f"Serving on {address}")
            await asyncio.Event().wait()


def calm_collector() -> None:
    """What was built at the start stays for good, so the collector need not look at it over and over; and it looks
    less often at what a sync reads.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[str]:
    """Serves while the block runs; yields the address. Slack may be down."""
    settings, memory = bot.settings, _memory(bot)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(line_to_slack(settings, memory, bot.clock.now))
        face = await stack.enter_async_context(
            front(settings, line, memory, bot.conversation, bot.words, bot.clock.now)
        )
        stack.push_async_callback(bot.queue.close)  # syncs end while their followers can still tell of it
        schedule = _schedule(bot, face, line)
        ear = await stack.enter_async_context(_hearing(settings, face, line))
        app = served(bot, face, Pulse(bot=bot, line=line, schedule=schedule, ear=ear))
        # The port is also a lock: a second process on the same database must not end the first one's syncs.
        address = await stack.enter_async_context(_listening(app, settings))
        schedule.start()
        stack.callback(schedule.stop)
        face.background.start(schedule.tick(bot.clock.now()))
        yield address


def _schedule(bot: Bot, face: Front, line: Line) -> Schedule:
    sources = Sources(alerts=bot.alerts, digest=bot.digest, watch=bot.watch, engine=bot.engine)
    postings = Postings(bot.db, sources, bot.words, line.notifier, bot.settings.command)

    async def sweep() -> None:
        await bot.recovery.sweep()
        await bot.watch.catch_up()
        await take_up(bot, face, older_than=SETTLED)

    return Schedule(bot.db, bot.clock, postings, ZoneInfo(bot.settings.time_zone), sweep=sweep)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeliveries:
    """The notifier's record of posts, in the store."""

    db: Database

    async def claim(self, key: str, now: datetime) -> Delivery:
        return await channels.claim(self.db, key, now)

    async def delivered(self, key: str, ts: str) -> None:
        await channels.delivered(self.db, key, ts)

    async def release(self, key: str) -> None:
        await channels.release(self.db, key)


def _memory(bot: Bot) -> Memory:
    async def first_time(key: str, now: datetime) -> bool:
        return await channels.first_time(bot.db, key, now)

    async def note(*, who: str, action: str, target: str, outcome: str) -> None:
        await audit.write(bot.db, at=bot.clock.now(), who=who, action=action, target=target, outcome=outcome)

    async def troubled(place: Place, outcome: Outcome) -> None:
        extra = {"action": "undelivered", "channel": place.channel, "outcome": outcome.value}
        LOG.warning("A message could not be delivered.", extra=extra)
        await note(who="psa-bot", action="deliver", target=place.channel, outcome=outcome.value)

    return Memory(deliveries=StoredDeliveries(db=bot.db), first_time=first_time, audit=note, troubled=troubled)


@asynccontextmanager
async def _hearing(settings: Settings, face: Front, line: Line) -> AsyncIterator[Ear]:
    """In Socket Mode the connection is made beside everything else: slack_sdk tries until Slack answers."""
    ear = Ear(wanted=bool(settings.slack_app_token))
    if not ear.wanted:
        yield ear
        return

    async def listen() -> None:
        async with socket_mode(face.slack, settings.slack_app_token, line.client) as ear.socket:
            await asyncio.Event().wait()

    task = asyncio.create_task(listen())
    try:
        yield ear
    finally:
        task.cancel()
        await asyncio.wait({task})


@asynccontextmanager
async def _listening(app: web.Application, settings: Settings) -> AsyncIterator[str]:
    """Raises ConfigError where the port is taken."""
    host, port = settings.http_host, settings.http_port
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigError(
                f"Cannot listen on {host} port {port} ({error.strerror or type(error).__name__}): "
                "set PSA_BOT_HTTP_HOST and PSA_BOT_HTTP_PORT."
            ) from None
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
