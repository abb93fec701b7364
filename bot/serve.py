"""``psa-bot serve``: Slack, health and metrics; on SQLite also the jobs and the clock, all in one process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.app import Bot, opened
from bot.config import ConfigError, Settings
from bot.exits import Exit, say
from bot.jobs.alive import alive
from bot.lifetime import calm_collector, listening, need_current, until_stopped
from bot.probes import Ear, Pulse, served
from bot.remembering import memory
from bot.resuming import SETTLED, take_up
from bot.schedule import Duties, Schedule
from bot.slack.front import USUAL_PACE, Front, Line, Pace, front, line_to_slack
from bot.slack.web import socket_mode
from bot.speaking import postings
from bot.store.migrate import migrate


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


async def _serve(settings: Settings) -> None:
    async with opened(settings) as bot:
        if bot.db.dialect == "sqlite":
            await migrate(bot.db)
        else:
            await need_current(bot)
        async with running(bot) as address:
            calm_collector()
            say(f"Serving on {address}")
            await asyncio.Event().wait()


@asynccontextmanager
async def running(bot: Bot, pace: Pace = USUAL_PACE) -> AsyncIterator[str]:
    """Serves while the block runs; yields the address. Slack may be down."""
    settings, remembered = bot.settings, memory(bot)
    async with AsyncExitStack() as stack:
        rhythm = settings.rhythm
        await stack.enter_async_context(alive(bot.db, bot.clock, bot.process, beat_seconds=rhythm.beat, works=False))
        line = await stack.enter_async_context(line_to_slack(settings, remembered, bot.clock.now, pace=pace))
        face = await stack.enter_async_context(
            front(settings, line, remembered, bot.conversation, bot.words, bot.clock.now, pace=pace)
        )
        stack.push_async_callback(bot.queue.close, rhythm.grace)  # syncs end while their followers can still tell of it
        schedule = _schedule(bot, face, line)
        ear = await stack.enter_async_context(_hearing(settings, face, line))
        app = served(face, Pulse(bot=bot, line=line, schedule=schedule, ear=ear))
        # The port is also a lock: a second process on the same database must not end the first one's syncs.
        address = await stack.enter_async_context(listening(app, settings.http_host, settings.http_port))
        schedule.start()
        stack.push_async_callback(schedule.finish)
        face.background.start(schedule.tick(bot.clock.now()))
        yield address


def _schedule(bot: Bot, face: Front, line: Line) -> Schedule:
    """On PostgreSQL the workers do what the clock asks for; this process only takes up what nobody tells of."""
    all_of_it = bot.db.dialect == "sqlite"

    async def sweep() -> None:
        if all_of_it:
            await bot.recovery.sweep()
        await take_up(bot, face, older_than=SETTLED)

    duties = Duties(
        sweep=sweep,
        start_due=bot.due_syncs.start if all_of_it else None,
        catch_up=bot.watch.catch_up if all_of_it else None,
        postings=postings(bot, line) if all_of_it else None,
    )
    zone = ZoneInfo(bot.settings.time_zone)
    return Schedule(bot.db, bot.clock, zone, duties, every_seconds=bot.settings.rhythm.tick)


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
