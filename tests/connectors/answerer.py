"""A PSA's server in a test's hands: says what it is told to say, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.serve import serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """``body`` that is not text is sent as JSON. No Date: what time it is for this server is a test's own matter."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        if isinstance(self.body, str):
            return web.Response(
                text=self.body, status=self.status, headers={"Content-Type": "text/plain", "Date": "", **self.headers}
            )
        text = json.dumps(self.body)
        return web.Response(
            text=text, status=self.status, headers={"Content-Type": "application/json", "Date": "", **self.headers}
        )


Answer = Say | Callable[[Asked], Say]
NOT_TOLD = Say(body={"code": "ConnectWiseApi", "message": "The endpoint does not exist."}, status=404)
SECURITY = Say(
    body={"code": "Security", "message": "You do not have security permission to perform this action.", "errors": None},
    status=403,
)
HTML = Say(body="<!DOCTYPE html><html><body>Log in</body></html>", headers={"Content-Type": "text/html"})


class Answerer:
    """``on`` takes the answers to a path in their turn; the last one stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = ""
        self.delay = 0.0
        self.most_at_once = 0
        self.over = asyncio.Event()
        self._at_once = 0
        self._answers: dict[str, list[Answer]] = {}
        self.app = web.Application()
        self.app.router.add_route("*", "/{tail:.*}", self._handle)

    def on(self, path: str, *answers: Answer) -> None:
        self._answers[path] = list(answers)

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    async def _handle(self, request: web.Request) -> web.Response:
        asked = Asked(
            path=request.path,
            query=dict(request.query),
            headers=dict(request.headers),
            method=request.method,
            body=await request.text(),
        )
        self.asked.append(asked)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), self.delay)
        finally:
            self._at_once -= 1
        answers = self._answers.get(request.path, [NOT_TOLD])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return (answer(asked) if callable(answer) else answer).response()


@asynccontextmanager
async def answering() -> AsyncIterator[Answerer]:
    answerer = Answerer()
    async with serving(answerer.app) as url:
        answerer.url = url
        yield answerer
        answerer.over.set()
