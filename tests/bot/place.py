"""A local workspace and a simulated PSA for a bot that the test starts itself, when and as it wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import Bot, opened
from bot.config import Settings
from bot.demo import demo_settings, free_port
from bot.serve import running
from bot.store.migrate import migrate
from rules.engine import Engine
from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.web import LocalSlack
from sandbox.slack.workspace import Workspace
from sandbox.world import World

__all__ = ["engine", "place"]

PATIENCE = 30.0


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """What happens in the background, or in another process, is looked at until it has happened."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A local workspace and a simulated PSA, and the settings of a bot that has not started yet."""

    world: World
    psa: SimulatedConnectWise
    settings: Settings
    session: aiohttp.ClientSession
    local: dict[str, Any]

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(f"http://127.0.0.1:{self.settings.http_port}{path}") as answer:
            return answer.status, await answer.text()

    async def ready(self) -> dict[str, Any]:
        return dict(json.loads((await self.get("/readyz"))[1]))

    async def until_ready(self) -> None:
        async def is_ready() -> bool:
            return bool((await self.ready())["ready"])

        await until(is_ready)

    async def command(self, text: str) -> int:
        body = {"text": text, "channel": "#general", "user": "agent"}
        async with self.session.post(f"{self.local['page']}/_control/command", json=body) as answer:
            return int((await answer.json())["status"])

    async def says(self, words: str) -> dict[str, Any]:
        async with asyncio.timeout(15):
            while True:
                async with self.session.get(f"{self.local['page']}/_control/messages?channel=%23general") as answer:
                    for message in await answer.json():
                        if words in message["text"] + json.dumps(message["blocks"], ensure_ascii=False):
                            return dict(message)
                await asyncio.sleep(0.02)


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine.load()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    clock, port = SandboxClock(), free_port()
    slack = LocalSlack(Workspace(clock=clock), Deliveries(bot_url=f"http://127.0.0.1:{port}"))
    slack.api.rates.on = False
    psa = connectwise_world(clock, accounts=10)
    world = World(clock, slack, [psa])
    async with world.running() as addresses, aiohttp.ClientSession() as session:
        local = addresses.as_json()
        settings = replace(demo_settings(local, port, tmp_path), poll_seconds=0.02)
        yield Place(world=world, psa=psa, settings=settings, session=session, local=local)


@asynccontextmanager
async def started(place: Place, engine: Engine, *, listens: bool = True, **changed: Any) -> AsyncIterator[Bot]:
    """``changed`` are settings of the bot. One that does not listen is there for its database alone."""
    async with opened(replace(place.settings, **changed), engine=engine) as bot:
        await migrate(bot.db)
        if not listens:
            yield bot
            return
        async with running(bot):
            yield bot
