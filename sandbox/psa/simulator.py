"""What all simulated PSAs do alike: take calls and list them, fail when told to, and play their stories."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Final, Self

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.configuration import Configuration
from sandbox.psa.contract import Call, ConfigurationChange, Story
from sandbox.psa.faults import NONE, Faults
from sandbox.psa.records import Kept
from sandbox.psa.refused import NO_HEADERS, Refused
from sandbox.psa.script import Script

CALLS_KEPT: Final = 20_000
LONGEST_LINE: Final = 64_000  # characters that the socket takes, so that refusing a long address is ours


@dataclass(slots=True, kw_only=True)
class Incoming:
    """A request on its way through the server. ``member``: who signed in, once that is known."""

    request: web.Request
    fault: str
    member: str = ""

    @property
    def query(self) -> Mapping[str, str]:
        """What is sent several times, as ``id[]`` may be, stands behind commas."""
        return {name: ",".join(self.request.query.getall(name)) for name in self.request.query}


class Simulator(ABC):
    """``latency_ms``: on top of every answer, waited with ``sleep``. ``calls``: what was asked, oldest first.

    ``connection_name``: two of a kind in one world need two names. ``most_at_once``: how many calls were under way.
    ``credentials_seen``: what callers signed with, without the word before it.

    What else a server may do: ``after_call`` (somebody changes records between two calls), ``rewrite`` (it tells its
    records in another way), ``dates_retry_after`` (a 429 says until when, not for how long).
    """

    kind: str
    title: str
    connection_name: str

    def __init__(self, clock: SandboxClock, faults: Faults, scripts: Sequence[Script[Self]]) -> None:
        self.clock = clock
        self.latency_ms = 0.0
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self.calls: list[Call] = []
        self.credentials_seen: set[str] = set()
        self.most_at_once = 0
        self.after_call: Callable[[Call], None] | None = None
        self.rewrite: Callable[[Any], Any] | None = None
        self.dates_retry_after = False
        self._under_way = 0
        self.app = self._application()
        self._faults = faults
        self._scripts = {script.plot.story.id: script for script in scripts}
        self._fixed = {script.plot.story.id for script in scripts if script.plot.story.fixed}

    @abstractmethod
    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""

    @abstractmethod
    def _records_of(self, record_ids: tuple[int, ...]) -> list[dict[str, Any]]:
        """These customers and what they are billed by, for the page's panel."""

    @abstractmethod
    def _rights(self) -> list[dict[str, Any]]:
        """What the bot's own API user may do, and whatever else is true of the whole PSA; for the page's panel."""

    @abstractmethod
    def limit_calls(self, calls: int) -> None:
        """So many in the server's own window: a minute, five, or an hour."""

    @property
    @abstractmethod
    def accounts(self) -> Kept: ...

    @property
    @abstractmethod
    def agreements(self) -> Kept: ...

    @abstractmethod
    async def _respond(self, incoming: Incoming) -> web.Response:
        """Refused: any answer that is no success."""

    @property
    @abstractmethod
    def configuration(self) -> Configuration:
        """The tenant's configuration tables."""

    @property
    def stories(self) -> Sequence[Story]:
        told = [script.plot.story for script in self._scripts.values()]
        return [replace(story, fixed=story.id in self._fixed) for story in told]

    @property
    def expected(self) -> Mapping[str, str]:
        """Story id to the verdict on its customer until the story is fixed."""
        return {story_id: script.plot.expected for story_id, script in self._scripts.items()}

    @property
    def faults(self) -> Mapping[str, str]:
        return self._faults.known

    @property
    def fault(self) -> str:
        return self._faults.current

    @property
    def slow_seconds(self) -> float:
        """What an answer takes under the fault ``slow``."""
        return self._faults.slow_seconds

    @slow_seconds.setter
    def slow_seconds(self, seconds: float) -> None:
        self._faults.slow_seconds = seconds

    def fix(self: Self, story_id: str) -> None:
        self._scripts[story_id].fix(self)
        self._fixed.add(story_id)

    def unfix(self: Self, story_id: str) -> None:
        self._scripts[story_id].unfix(self)
        self._fixed.discard(story_id)

    @property
    def changes(self) -> Sequence[ConfigurationChange]:
        return self.configuration.changes

    def configure(self, change_id: str) -> None:
        self.configuration.make(change_id)

    def unconfigure(self, change_id: str) -> None:
        self.configuration.undo(change_id)

    def records(self, story_id: str) -> list[dict[str, Any]]:
        plot = self._scripts[story_id].plot
        return [*(self._rights() if plot.story.whole_psa else []), *self._records_of(plot.record_ids)]

    def break_with(self, fault: str, *, times: int | None = None, after: int = 0) -> None:
        """``times``: only so many calls meet it. ``after``: so many calls go well before."""
        self._faults.set(fault, times=times, after=after)

    def _listed_in(self, request: web.Request) -> list[Call]:
        """A request that is listed elsewhere than in ``calls`` meets no fault."""
        return self.calls

    def _refusal(self, refused: Refused) -> web.Response:
        return refused.response()

    def _signature(self) -> Mapping[str, str]:
        """Headers of every answer, whatever it says."""
        return NO_HEADERS

    def _application(self) -> web.Application:
        app = web.Application(handler_args={"max_line_size": LONGEST_LINE, "max_field_size": LONGEST_LINE})
        app.router.add_route("*", "/{tail:.*}", self._take)
        app.on_shutdown.append(self._release)
        return app

    async def _release(self, _: web.Application) -> None:
        self._faults.lift()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        calls = self._listed_in(request)
        incoming = Incoming(request=request, fault=self._faults.next_call() if calls is self.calls else NONE)
        self.credentials_seen |= {text.rpartition(" ")[2] for text in request.headers.getall("Authorization", ())}
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            response = await self._answered(incoming)
        finally:
            self._under_way -= 1
        self._finish(response)
        call = _call(incoming, response.status)
        calls.append(call)
        del calls[:-CALLS_KEPT]
        if self.after_call is not None:
            self.after_call(call)
        return response

    async def _answered(self, incoming: Incoming) -> web.Response:
        try:
            if self.latency_ms:
                await self.sleep(self.latency_ms / 1000)
            await self._faults.strike(incoming.fault)
            response = await self._respond(incoming)
        except Refused as refused:
            return self._refusal(refused)
        if self.rewrite is not None and response.content_type.endswith("json"):
            response.body = json.dumps(self.rewrite(json.loads(response.text or "null"))).encode()
        return response

    def _finish(self, response: web.Response) -> None:
        now = self.clock.now()
        response.headers["Date"] = format_datetime(now, usegmt=True)
        response.headers.update(self._signature())
        seconds = response.headers.get("Retry-After", "")
        if self.dates_retry_after and seconds.isdigit():
            response.headers["Retry-After"] = format_datetime(now + timedelta(seconds=int(seconds)), usegmt=True)


def _call(incoming: Incoming, status: int) -> Call:
    method, path = incoming.request.method, incoming.request.path
    return Call(method=method, path=path, query=incoming.query, status=status, member=incoming.member)
