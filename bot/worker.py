"""``psa-bot worker``: runs syncs and the clock, beside ``psa-bot serve`` and any number of its own kind."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.app import Bot, opened
from bot.clock import Clock
from bot.config import ConfigError, Settings
from bot.exits import Exit, say
from bot.jobs.alive import alive
from bot.lifetime import calm_collector, listening, need_current, until_stopped
from bot.probes import Ear, Pulse, probed
from bot.remembering import memory
from bot.schedule import Duties, Schedule
from bot.slack.front import Line, line_to_slack
from bot.speaking import postings
from bot.store.queries import processes

OF_A_TICK: Final = 0.8  # of all workers' ticks, as many count as one worker has
NEEDS_POSTGRESQL: Final = (
    "psa-bot worker needs PostgreSQL: set PSA_BOT_DATABASE_URL to postgresql://…. "
    "On SQLite, psa-bot serve runs the jobs and the clock itself."
)


async def work(settings: Settings, clock: Clock | None = None) -> Exit:
    """Until SIGTERM or SIGINT; syncs that do not end within the grace are handed back, and go on elsewhere."""
    if settings.database_url.startswith("sqlite"):
        raise ConfigError(NEEDS_POSTGRESQL)
    if not settings.slack_bot_token:
        raise ConfigError("SLACK_BOT_TOKEN is not set: alerts and digests are posted from here.")
    await until_stopped(_work(replace(settings, works=True), clock))
    return Exit.DONE


async def _work(settings: Settings, clock: Clock | None) -> None:
    async with opened(settings, clock=clock) as bot:
        await need_current(bot)
        async with working(bot) as address:
            calm_collector()
            say(f"Working as {bot.process}{f', health on {address}' if address else ''}")
            await asyncio.Event().wait()


@asynccontextmanager
async def working(bot: Bot) -> AsyncIterator[str]:
    """Works while the block runs; yields the address of the health probes, empty where no port is set for them."""
    async with AsyncExitStack() as stack:
        rhythm = bot.settings.rhythm
        await stack.enter_async_context(alive(bot.db, bot.clock, bot.process, beat_seconds=rhythm.beat, works=True))
        line = await stack.enter_async_context(line_to_slack(bot.settings, memory(bot), bot.clock.now))
        schedule = _schedule(bot, line)
        address = await stack.enter_async_context(_health(Pulse(bot=bot, line=line, schedule=schedule, ear=Ear.none())))
        stack.push_async_callback(bot.queue.close, rhythm.grace)
        await bot.queue.start()
        await stack.enter_async_context(_beside(schedule.tick(bot.clock.now())))
        schedule.start()
        stack.push_async_callback(schedule.finish)
        yield address


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """At the end it is cut short, and has given back what it holds of the database."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def _schedule(bot: Bot, line: Line) -> Schedule:
    duties = Duties(
        sweep=bot.recovery.sweep,
        end_own=bot.recovery.end_own,
        start_due=bot.due_syncs.start,
        catch_up=bot.watch.catch_up,
        postings=postings(bot, line),
    )
    every = bot.settings.rhythm.tick
    in_turn = partial(processes.turn, bot.db, every=timedelta(seconds=every * OF_A_TICK))
    zone = ZoneInfo(bot.settings.time_zone)
    return Schedule(bot.db, bot.clock, zone, duties, in_turn=in_turn, every_seconds=every)


@asynccontextmanager
async def _health(pulse: Pulse) -> AsyncIterator[str]:
    settings = pulse.bot.settings
    if settings.health_port is None:
        yield ""
        return
    async with listening(probed(pulse), settings.http_host, settings.health_port) as address:
        yield address
