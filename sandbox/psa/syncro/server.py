"""The simulated Syncro: takes a call, checks it in the order of the real server, answers or refuses."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.contract import Call, Story
from sandbox.psa.syncro import errors
from sandbox.psa.syncro.budget import AddressBudget
from sandbox.psa.syncro.endpoints import CUSTOMERS, OFF, SCHEDULES, Asked, find
from sandbox.psa.syncro.errors import Refused
from sandbox.psa.syncro.faults import FAULTS, FORBIDS, Faults
from sandbox.psa.syncro.panel import story_records
from sandbox.psa.syncro.record_page import CUSTOMER_PAGE, record_page
from sandbox.psa.syncro.records import Json, Records
from sandbox.psa.syncro.tokens import SUBDOMAIN, ApiToken, sign_in, tokens

BASE: Final = "/api/v1"
CALLS_KEPT: Final = 20_000
LONGEST_LINE: Final = 64_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A story, the customer it is about, the verdict on it, and what its two buttons do in the account."""

    story: Story
    customer_id: int
    expected: str
    fix: Callable[["SimulatedSyncro"], None]
    unfix: Callable[["SimulatedSyncro"], None]


class SimulatedSyncro:
    """Its attributes change how it behaves, where the sheet says that sources disagree or nobody knows."""

    def __init__(
        self,
        *,
        customers: Records,
        schedules: Records,
        clock: SandboxClock,
        scripts: Sequence[Script] = (),
        only_customer: int = 0,
    ) -> None:
        self.customers = customers
        self.schedules = schedules
        self.clock = clock
        self.tokens = tokens(only_customer)
        self.budget = AddressBudget()
        self.latency_ms = 0.0
        self.customer_list = CUSTOMERS
        self.schedule_list = SCHEDULES  # without meta: with some accounts it may have one
        self.lists_have_lines = True
        self.searches_words = False
        self.same_words_for_both_401s = False
        self.modules_off = OFF
        self.app = self._application()
        self._calls: list[Call] = []
        self._faults = Faults()
        self._numbers = itertools.count(1)
        self._scripts = {script.story.id: script for script in scripts}
        self._fixed = {script.story.id for script in scripts if script.story.fixed}

    @property
    def kind(self) -> str:
        return "syncro"

    @property
    def title(self) -> str:
        return "Syncro"

    @property
    def connection_name(self) -> str:
        return "syncro-prod"

    @property
    def calls(self) -> list[Call]:
        return self._calls

    @property
    def stories(self) -> Sequence[Story]:
        return [replace(one.story, fixed=one.story.id in self._fixed) for one in self._scripts.values()]

    @property
    def expected(self) -> Mapping[str, str]:
        """Story to the verdict on its customer while it is not fixed."""
        return {name: script.expected for name, script in self._scripts.items()}

    @property
    def faults(self) -> Mapping[str, str]:
        return FAULTS

    @property
    def fault(self) -> str:
        return self._faults.current

    @property
    def slow_seconds(self) -> float:
        return self._faults.slow_seconds

    @slow_seconds.setter
    def slow_seconds(self, seconds: float) -> None:
        self._faults.slow_seconds = seconds

    def fix(self, story_id: str) -> None:
        self._scripts[story_id].fix(self)
        self._fixed.add(story_id)

    def unfix(self, story_id: str) -> None:
        self._scripts[story_id].unfix(self)
        self._fixed.discard(story_id)

    def break_with(self, fault: str, *, times: int | None = None, after: int = 0) -> None:
        """``times``: only so many calls meet it. ``after``: so many calls go well before."""
        self._faults.set(fault, times=times, after=after)

    def records(self, story_id: str) -> list[Json]:
        script, token = self._scripts[story_id], self.tokens["psabot"]
        return story_records(self.customers, self.schedules, token, script.customer_id, self.clock.now())

    def credentials(self, token: str = "psabot") -> dict[str, str]:  # noqa: S107 - the name of a token
        """The secret of a connection."""
        return {"api_token": self.tokens[token].secret}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        return {"settings": {"subdomain": SUBDOMAIN, "base_url": f"{url}{BASE}"}, "secrets": self.credentials()}

    def _application(self) -> web.Application:
        app = web.Application(handler_args={"max_line_size": LONGEST_LINE})
        app.router.add_route("*", "/{tail:.*}", self._handle)
        app.on_shutdown.append(self._release)
        return app

    async def _release(self, _: web.Application) -> None:
        self._faults.lift()

    async def _handle(self, request: web.Request) -> web.Response:
        fault, signed_in = self._faults.next_call(), list[ApiToken]()
        try:
            response = await self._respond(request, fault, signed_in)
        except Refused as refused:
            response = _refusal(refused)
        response.headers["X-Request-Id"] = f"sandbox-{next(self._numbers)}"
        member = signed_in[0].name if signed_in else ""
        self._calls.append(
            Call(
                method=request.method,
                path=request.path,
                query=_query(request),
                status=response.status,
                member=member,
            )
        )
        del self._calls[:-CALLS_KEPT]
        return response

    async def _respond(self, request: web.Request, fault: str, signed_in: list[ApiToken]) -> web.Response:
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if request.method != "GET":
            raise errors.read_only(request.method)
        await self._faults.strike(fault)
        if page := CUSTOMER_PAGE.fullmatch(request.path):
            return record_page(self.customers, self.schedules, int(page[1]), self.clock.now())
        if not request.path.startswith(f"{BASE}/"):
            raise errors.no_such_page()
        self.budget.take(request.remote or "", self.clock.now())
        signed_in.append(self._sign_in(request, fault))
        return web.json_response(self._answer(request, signed_in[0], fault))

    def _sign_in(self, request: web.Request, fault: str) -> ApiToken:
        known = {} if fault == "unauthorized" else self.tokens
        try:
            return sign_in(request.headers, known, self.clock.now())
        except Refused:
            if self.same_words_for_both_401s:
                raise errors.not_permitted() from None
            raise

    def _answer(self, request: web.Request, token: ApiToken, fault: str) -> Any:
        found = find(request.path.removeprefix(BASE))
        if found is None:
            raise errors.no_such_page()
        endpoint, record_id = found
        ticked = token.ticked - FORBIDS.get(fault, frozenset())
        if endpoint.right is not None and endpoint.right not in ticked:
            raise errors.not_permitted()
        asked = Asked(
            customers=self.customers,
            schedules=self.schedules,
            token=token,
            now=self.clock.now(),
            query=_query(request),
            customer_list=self.customer_list,
            schedule_list=self.schedule_list,
            lists_have_lines=self.lists_have_lines,
            searches_words=self.searches_words,
            modules_off=self.modules_off,
            record_id=record_id,
        )
        return endpoint.answer(asked)


def _query(request: web.Request) -> Mapping[str, str]:
    """What is sent several times, as ``id[]`` may be, stands behind commas."""
    return {name: ",".join(request.query.getall(name)) for name in request.query}


def _refusal(refused: Refused) -> web.Response:
    if not isinstance(refused.body, str):
        return web.json_response(refused.body, status=refused.status, headers=dict(refused.headers))
    html = refused.body.lstrip().startswith("<")
    kind = {"Content-Type": f"text/{'html' if html else 'plain'}; charset=utf-8"}
    return web.Response(text=refused.body, status=refused.status, headers={**kind, **refused.headers})
