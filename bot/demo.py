"""``psa-bot demo``: the sandbox as a process beside the bot, with connections that were last synced four days ago."""

import asyncio
import json
import shutil
import socket
import sys
import webbrowser
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.app import Bot, opened
from bot.config import Settings
from bot.exits import CommandError, Exit, complain, say
from bot.lifetime import until_stopped
from bot.resync import Started
from bot.serve import running
from bot.store.migrate import migrate
from bot.store.queries import connections
from bot.store.queries.runs import RunKind, RunState
from bot.store.secrets import new_key
from rules.engine import Engine

HERE: Final = Path(__file__).resolve().parents[1]  # other folders may have a "sandbox" of their own
FOLDER: Final = HERE / ".demo"
SYNCED_BEFORE: Final = timedelta(days=4)
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 5.0

Json = Mapping[str, Any]


async def demo(port: int, *, open_browser: bool, companies: int | None = None) -> Exit:
    """Runs until Ctrl-C, and stops everything that it started. ``companies``: how many made-up ones, for tests."""
    if port:
        need_free(port)
    await until_stopped(_demo(port, open_browser=open_browser, companies=companies))
    complain("Stopped.")
    return Exit.DONE


def has_display(env: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Is there a screen that a browser could open on? Only Linux may have none."""
    return platform in {"darwin", "win32"} or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


async def _demo(port: int, *, open_browser: bool, companies: int | None) -> None:
    say("Starting the local workspace and the simulated PSAs …")
    bot_port = free_port()
    async with sandbox(port, f"http://127.0.0.1:{bot_port}", companies) as beside:
        local = beside.addresses
        settings = demo_settings(local, bot_port, fresh_folder(local["page"]))
        engine = Engine.load()
        await prepare(settings, local, engine)
        async with opened(settings, engine=engine) as bot, running(bot):
            welcome(local["page"])
            if open_browser:
                await asyncio.to_thread(webbrowser.open, local["page"])
            await beside.process.wait()
            raise CommandError("The local workspace ended by itself.", Exit.NO)


def need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken, perhaps by another demo. Choose another one: make demo PORT=3300", Exit.CONFIG
            ) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_folder(page: str) -> Path:
    """Emptied at the start. One per port: two demos at once do not take each other's database away."""
    folder = FOLDER / str(urlsplit(page).port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The sandbox's process, and the line of JSON that it printed: addresses, and credentials for them."""

    process: Process
    addresses: Json


@asynccontextmanager
async def sandbox(port: int, bot_url: str, companies: int | None = None) -> AsyncIterator[Beside]:
    """However the block ends, the process ends with it."""
    few = [] if companies is None else ["--connectwise", str(companies)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", str(port), "--bot-url", bot_url, *few),
        stdout=asyncio.subprocess.PIPE,
        cwd=HERE,
    )
    try:
        yield Beside(process=process, addresses=await _first_line(process))
    finally:
        await ended(process)


async def _first_line(process: Process) -> Json:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        async with asyncio.timeout(START_SECONDS):
            return dict(json.loads(await process.stdout.readline()))
    except (ValueError, TimeoutError):
        raise CommandError("The local workspace did not start: see above for the reason.", Exit.NO) from None


async def ended(process: Process, *, patience: float = STOP_SECONDS) -> None:
    """Asked kindly first. Ctrl-C in a terminal has reached it already."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def demo_settings(local: Json, bot_port: int, folder: Path = FOLDER) -> Settings:
    slack = local["slack"]
    return Settings(
        database_url=f"sqlite:///{folder / 'psa-bot.db'}",
        secret_keys=(new_key(),),
        http_port=bot_port,
        slack_bot_token=slack["bot_token"],
        slack_signing_secret=slack["signing_secret"],
        slack_api_url=local["slack_api"],
        testing=True,
        allow_insecure_loopback=True,
        cooldown_seconds=5,
        poll_seconds=0.4,
        serves=True,
    )


async def prepare(settings: Settings, local: Json, engine: Engine) -> None:
    """The past: a sync of four days ago, so that what happened since is missing."""
    now = datetime.now(UTC)
    before = seven_before(now - SYNCED_BEFORE)
    await move_clock(local["page"], before)
    async with opened(settings, engine=engine) as bot:
        bot.clock.move_to(before)
        await migrate(bot.db)
        started = [await add_and_start(bot, connection) for connection in local["connections"]]
        for run in started:  # they run side by side
            await succeeded(bot, run)
        for connection in local["connections"]:
            await succeeded(bot, await start(bot, connection["name"], RunKind.SETTINGS))
        bot.clock.move_to(now)
        await bot.subscriptions.add(local["alerts_channel"], "failures", None, by="the demo")
        await bot.subscriptions.add(local["alerts_channel"], "digest", "08:00", by="the demo")
    await move_clock(local["page"], now)


def seven_before(moment: datetime) -> datetime:
    """Seven in the morning that day, or the day before: at whatever hour the demo starts, it was four days ago."""
    seven = moment.replace(hour=7, minute=0, second=0, microsecond=0)
    return seven if seven <= moment else seven - timedelta(days=1)


async def add_and_start(bot: Bot, connection: Json) -> Started:
    name = connection["name"]
    await connections.add(
        bot.db,
        bot.box,
        name=name,
        psa=connection["psa"],
        settings=connection["settings"],
        secrets=connection["secrets"],
        now=bot.clock.now(),
    )
    return await start(bot, name, RunKind.FULL)


async def start(bot: Bot, name: str, kind: RunKind) -> Started:
    outcome = await bot.resync.request(name, kind, by="the demo")
    if not isinstance(outcome, Started):
        raise CommandError(f"The first sync of {name} did not start.", Exit.NO)
    return outcome


async def succeeded(bot: Bot, started: Started) -> None:
    """Waits for a sync to end, and to end well."""
    name, run = started.connection.name, started.run
    async for row in bot.resync.follow(run.id):
        run = row
    if run.state is not RunState.SUCCEEDED:
        why = str((run.error or {}).get("message", "There is no further reason."))
        raise CommandError(f"The first sync of {name} ended as {run.state}. {why}", Exit.NO)


async def move_clock(page: str, moment: datetime) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{page}/_control/clock", json={"to": moment.isoformat()}) as answer,
    ):
        answer.raise_for_status()


def welcome(page: str) -> None:
    say(f"\n  The local workspace: {page}\n")
    say("  Type  /psa missing Acme  in it. The panel on the right plays more stories. Ctrl-C stops everything.\n")
