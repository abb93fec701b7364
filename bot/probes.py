"""What the process answers over HTTP besides Slack: is it alive, is it ready, its numbers, and the clock of tests."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Bot
from bot.health import fleet, metrics, readiness
from bot.schedule import Schedule
from bot.slack.front import Front, Line
from bot.slack.web import Handler, Socket, web_app
from bot.slack.whoami import SlackUnavailable

LOG: Final = logging.getLogger(__name__)
SLACK_SECONDS: Final = 3.0  # a probe of /readyz must not hang with Slack


@dataclass(slots=True)
class Ear:
    """How we hear of Slack. ``socket`` None with ``wanted``: Socket Mode has not connected yet."""

    wanted: bool
    socket: Socket | None = None

    @classmethod
    def none(cls) -> "Ear":
        """Of a process that only speaks."""
        return cls(wanted=False)

    async def hears(self) -> bool:
        return not self.wanted or (self.socket is not None and await self.socket.connected())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What /readyz and /metrics look at."""

    bot: Bot
    line: Line
    schedule: Schedule
    ear: Ear
    slack_seconds: float = SLACK_SECONDS

    async def problems(self) -> tuple[str, ...]:
        slack = await self._knows_slack() and await self.ear.hears()
        try:
            state = await readiness(self.bot.db, self.schedule.last_tick, self.bot.clock.now(), slack=slack)
        except (SQLAlchemyError, OSError) as error:
            LOG.info("The database could not be used.", exc_info=error, extra={"action": "readyz"})
            return ("database: cannot be reached",)
        return state.problems

    async def numbers(self) -> bytes:
        return await metrics(self.bot.overviews, await fleet(self.bot.db, self.schedule.last_tick))

    async def _knows_slack(self) -> bool:
        try:
            async with asyncio.timeout(self.slack_seconds):
                await self.line.whoami.identity()
        except (SlackUnavailable, TimeoutError):
            return False
        return True


def served(face: Front, pulse: Pulse) -> web.Application:
    """What ``serve`` answers: Slack, and the probes."""
    return web_app(face.slack, _probes(pulse))


def probed(pulse: Pulse) -> web.Application:
    """What a worker answers: the probes alone."""
    app = web.Application()
    app.add_routes(_probes(pulse))
    return app


def _probes(pulse: Pulse) -> list[web.RouteDef]:
    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(request: web.Request) -> web.Response:
        problems = await pulse.problems()
        return web.json_response({"ready": not problems, "problems": list(problems)}, status=503 if problems else 200)

    async def numbers(request: web.Request) -> web.Response:
        try:
            return web.Response(body=await pulse.numbers(), content_type="text/plain")
        except (SQLAlchemyError, OSError):
            return web.Response(status=503, text="The database cannot be reached.")

    routes = [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", numbers)]
    if pulse.bot.settings.testing:
        routes.append(web.post("/_testing/clock", _clock_mover(pulse.bot, pulse.schedule)))
    return routes


def _clock_mover(bot: Bot, schedule: Schedule) -> Handler:
    async def move(request: web.Request) -> web.StreamResponse:
        """Only with PSA_BOT_TESTING=1: the demo and tests move the bot's clock; what became due happens now."""
        try:
            now = datetime.fromisoformat(str((await request.json())["now"]))
        except (ValueError, KeyError, TypeError):
            return web.Response(status=400, text='Give {"now": "2026-11-21T10:00:00Z"}.')
        bot.clock.move_to(now)
        await schedule.tick(bot.clock.now())
        return web.json_response({"now": bot.clock.now().isoformat()})

    return move
