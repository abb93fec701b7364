"""A whole town for a test: the local workspace, simulated PSAs that were synced four days ago, and the bot."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import Bot, opened
from bot.clock import Clock
from bot.demo import demo_settings, free_port, prepare
from bot.serve import running
from bot.slack.front import Pace
from rules.engine import Engine
from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.contract import SimulatedPsa
from sandbox.psas import SIMULATIONS
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.manifest import read_manifest
from sandbox.slack.web import LocalSlack
from sandbox.world import World

Json = dict[str, Any]
PATIENCE = 20.0
PATIENT = Pace(patience=60)  # a loaded machine must not cut an answer in two
MANIFEST = Path(__file__).parents[2] / "manifest.json"
COMPANIES = 40  # made up, beside those of the stories


def simulated(name: str, clock: SandboxClock) -> SimulatedPsa:
    """One of SIMULATIONS, or ``cw-lab``: a second ConnectWise, whose connection needs another name."""
    kind = "connectwise" if name == "cw-lab" else name
    psa = SIMULATIONS[kind].build(clock, COMPANIES)
    if isinstance(psa, SimulatedConnectWise) and kind != name:
        psa.connection_name = name
    return psa


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Speaks to the sandbox as its page does: over HTTP, through ``/_control``. ``psas``: see ``simulated``.

    Every simulated PSA also has switches of its own, such as latency_ms: hence Any.
    """

    page: str
    bot: Bot
    psas: Mapping[str, Any]
    world: World
    session: aiohttp.ClientSession

    @property
    def psa(self) -> SimulatedConnectWise:
        """The one that most towns have."""
        return self.psas["connectwise"]

    async def post(self, path: str, **body: Any) -> Json:
        async with self.session.post(f"{self.page}/_control/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    async def messages(self, channel: str = "#general") -> list[Json]:
        async with self.session.get(f"{self.page}/_control/messages", params={"channel": channel}) as answer:
            return list(await answer.json())

    async def type(self, text: str, *, channel: str = "#general", user: str = "agent") -> Json:
        """Types a command and waits for the answer to it: a private one, or the card of a sync that was started."""
        before = {message["ts"] for message in await self.messages(channel)}
        told = await self.post("command", text=text, channel=channel, user=user)
        assert told["status"] == 200, told
        resync = "resync" in text
        return await self.message(
            lambda one: one["ts"] not in before and not is_waiting(one) and (resync or bool(one["ephemeral_to"])),
            channel,
        )

    async def click(
        self, message: Mapping[str, Any], action: str, *, value: str | None = None, user: str = "agent"
    ) -> None:
        """``value`` tells several buttons of one action apart."""
        chosen = {"value": value} if value else {}
        action_id = pressable(message, action, value)
        told = await self.post("click", ts=message["ts"], action_id=action_id, user=user, **chosen)
        assert told["status"] == 200, told

    async def message(self, wanted: Callable[[Json], bool], *channels: str) -> Json:
        """The first message that fits, when it is there; in #general where no channel is named."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for channel in channels or ("#general",):
                    for one in await self.messages(channel):
                        if wanted(one):
                            return one
                await asyncio.sleep(0.02)

    async def says(self, text: str, *channels: str) -> Json:
        return await self.message(lambda one: text in words(one), *channels)

    async def fix(self, story: str, psa: str = "connectwise") -> None:
        self.psas[psa].fix(story)

    async def break_psa(self, fault: str, psa: str = "connectwise") -> None:
        await self.post(f"psa/{psa}/fault", fault=fault)


def words(message: Mapping[str, Any]) -> str:
    """Everything that a person reads in a message."""
    return "\n".join([message["text"], *texts(message["blocks"])])


def texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in texts(each)]
    if not isinstance(part, dict):
        return []
    if part.get("type") == "rich_text_section":
        return ["".join(text for each in part["elements"] for text in texts(each))]
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for name, each in part.items() if name not in {"value", "url"} for text in texts(each)]


def actions(message: Mapping[str, Any]) -> list[str]:
    return [element["action_id"].partition("#")[0] for element in elements(message)]


def elements(message: Mapping[str, Any]) -> list[Json]:
    return [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]


def pressable(message: Mapping[str, Any], action: str, value: str | None = None) -> str:
    """The id of the button; a menu is chosen from by its action alone."""
    ids = {each["action_id"] for each in elements(message) if value is None or each.get("value", value) == value}
    return next((found for found in sorted(ids) if found.partition("#")[0] == action), action)


def is_waiting(message: Mapping[str, Any]) -> bool:
    return "Looking up" in message["text"]


@dataclass(frozen=True, slots=True)
class Leaps:
    """Waits without taking time: the clocks of the town go ahead instead."""

    clocks: list[SandboxClock | Clock]

    async def __call__(self, seconds: float) -> None:
        for clock in self.clocks:
            clock.move_to(clock.now() + timedelta(seconds=seconds))
        await asyncio.sleep(0)


@asynccontextmanager
async def a_town(
    folder: Path,
    engine: Engine,
    psas: Sequence[str] = ("connectwise",),
    *,
    leaps: bool = False,
    pace: Pace = PATIENT,
    **changed: Any,
) -> AsyncIterator[Town]:
    """``psas``: who lives in it, see ``simulated``. ``changed`` are settings of the bot that differ from the demo's.

    ``leaps``: connectors that have to wait, such as for a PSA's limit of calls a minute, take no time. ``pace``: when
    the bot tells what some connections said while others are slow.
    """
    clock, port = SandboxClock(), free_port()
    built = [simulated(name, clock) for name in psas]
    slack = LocalSlack(read_manifest(MANIFEST).workspace(clock), Deliveries(bot_url=f"http://127.0.0.1:{port}"))
    slack.api.rates.on = False
    world = World(clock, slack, built)
    async with world.running() as addresses, aiohttp.ClientSession() as session:
        local = addresses.as_json()
        database = f"sqlite:///{folder / 'town.db'}"
        settings = replace(demo_settings(local, port), database_url=database, poll_seconds=0.02, **changed)
        await prepare(settings, local, engine)
        waits = Leaps([clock]) if leaps else None
        async with opened(settings, engine=engine, sleep=waits) as bot, running(bot, pace):
            if waits:
                waits.clocks.append(bot.clock)
            yield Town(page=addresses.page, bot=bot, psas=world.psas, world=world, session=session)
