"""A bot that only records: it checks Slack's signature, remembers what came, and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from sandbox.serve import serving
from sandbox.slack.identity import SIGNING_SECRET


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Received:
    payload: dict[str, Any]
    headers: dict[str, str]
    signed: bool


class RecordingBot:
    """``answers`` are used up in order, then everything is acknowledged. ``hold`` makes it think until it is set."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[Answer] = []
        self.hold: asyncio.Event | None = None
        self.told: list[Any] = []
        self.url = ""

    @property
    def last(self) -> dict[str, Any]:
        return self.received[-1].payload

    def next(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """What it answers to the next delivery that has no answer yet."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Answer(status, body, named))

    async def events(self, request: web.Request) -> web.Response:
        raw = await request.text()
        verifier = SignatureVerifier(SIGNING_SECRET)
        signed = verifier.is_valid_request(raw, dict(request.headers))
        form = await request.post()
        payload: Any = json.loads(raw) if request.content_type == "application/json" else dict(form)
        if "payload" in payload:
            payload = json.loads(payload["payload"])
        self.received.append(Received(payload, dict(request.headers), signed))
        if self.hold is not None:
            await self.hold.wait()
        answer = self.answers.pop(0) if self.answers else Answer()
        if isinstance(answer.body, str) or answer.body is None:
            return web.Response(status=answer.status, text=answer.body or "", headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def clock(self, request: web.Request) -> web.Response:
        self.told.append(await request.json())
        return web.json_response({"ok": True})


@asynccontextmanager
async def recording_bot() -> AsyncIterator[RecordingBot]:
    bot = RecordingBot()
    app = web.Application()
    app.add_routes([web.post("/slack/events", bot.events), web.post("/_testing/clock", bot.clock)])
    async with serving(app) as url:
        bot.url = url
        yield bot
        if bot.hold is not None:
            bot.hold.set()
