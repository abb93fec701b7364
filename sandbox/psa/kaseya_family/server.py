"""The simulated server: takes a call, checks it in the order of the real one, answers or refuses."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.contract import Call, Story
from sandbox.psa.kaseya_family import errors
from sandbox.psa.kaseya_family.budget import HourlyBudget
from sandbox.psa.kaseya_family.endpoints import ENDPOINTS, Asked, Endpoint, Listed
from sandbox.psa.kaseya_family.errors import Refused
from sandbox.psa.kaseya_family.faults import FAULTS, FORBIDS, Faults
from sandbox.psa.kaseya_family.panel import record_page, story_records
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.records import Json
from sandbox.psa.kaseya_family.security import Security
from sandbox.psa.kaseya_family.tenant import Tenant
from sandbox.psa.kaseya_family.users import ApiUser
from sandbox.psa.kaseya_family.ways import Fails, Ways

API: Final = "/v2/"
SIGN_IN: Final = "/v2/security/authenticate"
REFRESH: Final = "/v2/security/refreshtoken"
CALLS_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A story, its accounts, what its two buttons do, and how it should be judged before any of them."""

    story: Story
    account_ids: tuple[int, ...]
    expected: str
    fix: Callable[["SimulatedKaseya"], None]
    unfix: Callable[["SimulatedKaseya"], None]


class SimulatedKaseya:
    """Its attributes change how it behaves: ``ways``, ``security``, ``budget``, ``latency_ms``."""

    def __init__(self, product: Product, tenant: Tenant, clock: SandboxClock, scripts: Sequence[Script] = ()) -> None:
        self.tenant = tenant
        self.clock = clock
        self.ways = Ways()
        self.security = Security(product.tenant, self.ways)
        self.budget = HourlyBudget()
        self.latency_ms = 0.0
        self.app = self._application()
        self._product = product
        self._calls: list[Call] = []
        self._faults = Faults()
        self._scripts = {script.story.id: script for script in scripts}
        self._fixed = {script.story.id for script in scripts if script.story.fixed}

    @property
    def kind(self) -> str:
        return self._product.kind

    @property
    def title(self) -> str:
        return self._product.title

    @property
    def connection_name(self) -> str:
        return self._product.connection_name

    @property
    def calls(self) -> list[Call]:
        return self._calls

    @property
    def stories(self) -> Sequence[Story]:
        return [replace(one.story, fixed=one.story.id in self._fixed) for one in self._scripts.values()]

    @property
    def expected(self) -> Mapping[str, str]:
        """Story id to the verdict that it should get as it begins."""
        return {story_id: script.expected for story_id, script in self._scripts.items()}

    @property
    def faults(self) -> Mapping[str, str]:
        return FAULTS

    @property
    def fault(self) -> str:
        return self._faults.current

    def fix(self, story_id: str) -> None:
        self._scripts[story_id].fix(self)
        self._fixed.add(story_id)

    def unfix(self, story_id: str) -> None:
        self._scripts[story_id].unfix(self)
        self._fixed.discard(story_id)

    def break_with(self, fault: str, *, times: int | None = None, after: int = 0) -> None:
        """``times``: only so many calls meet it. ``after``: so many calls go well before."""
        self._faults.set(fault, times=times, after=after)

    def slow_down(self, seconds: float) -> None:
        self._faults.slow_seconds = seconds

    def records(self, story_id: str) -> list[Json]:
        return story_records(self.tenant, self._scripts[story_id].account_ids, self.clock.now())

    def credentials(self, user: str = "psabot") -> dict[str, str]:
        """What to type into a connection form."""
        one = self.security.users[user]
        return {"username": one.username, "password": one.password}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        pages = {
            f"{kind}_url": f"{url}/react/{place}/{{id}}"
            for kind, place in (("account", "crm/accounts"), ("contract", "finance/contracts"))
        }
        return {"settings": {"server": url, "tenant": self._product.tenant, **pages}, "secrets": self.credentials()}

    def _application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        app.on_shutdown.append(self._release)
        return app

    async def _release(self, _: web.Application) -> None:
        self._faults.lift()

    async def _handle(self, request: web.Request) -> web.Response:
        fault, signed_in = self._faults.next_call(), list[ApiUser]()
        try:
            response = await self._respond(request, fault, signed_in)
        except Refused as refused:
            response = _refusal(refused, pascal_case=self.ways.pascal_case)
        self._record(request, response.status, signed_in)
        return response

    def _record(self, request: web.Request, status: int, signed_in: list[ApiUser]) -> None:
        query, member = dict(request.query), signed_in[0].username if signed_in else ""
        call = Call(method=request.method, path=request.path, query=query, status=status, member=member)
        self._calls.append(call)
        del self._calls[:-CALLS_KEPT]

    async def _respond(self, request: web.Request, fault: str, signed_in: list[ApiUser]) -> web.Response:
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        await self._faults.strike(fault)
        path, now = request.path, self.clock.now()
        if request.method == "GET" and not path.startswith(API):
            return record_page(self.tenant, path, now)
        if path in {SIGN_IN, REFRESH}:
            return self._success(await self._security(request, fault))
        self._refuse_token(fault)
        user = self.security.user_of(request.headers, now)
        signed_in.append(user)
        endpoint, record_id = self._endpoint(request.method, path)
        self.budget.take(endpoint.path, now)
        if fault == "no-api-access" or not user.may_read(endpoint.right) or FORBIDS.get(fault) == endpoint.right:
            raise errors.not_permitted(in_envelope=self.ways.fails is Fails.ENVELOPE)
        question = endpoint.question(request.query, await request.json() if endpoint.method == "POST" else None)
        asked = Asked(
            tenant=self.tenant, ways=self.ways, now=now, question=question, record_id=record_id, title=self.title
        )
        return self._success(endpoint.answer(asked), bare=bool(record_id) and self.ways.bare_record)

    async def _security(self, request: web.Request, fault: str) -> Json:
        if request.method != "POST":
            raise errors.read_only(request.method)
        if fault == "unauthorized":
            raise errors.wrong_sign_in()
        now = self.clock.now()
        if request.path == SIGN_IN:
            return await self.security.sign_in(request, now)
        return await self.security.refresh(request, now)

    def _refuse_token(self, fault: str) -> None:
        if fault == "unauthorized":
            raise errors.stale_token(in_envelope=self.ways.fails is Fails.ENVELOPE)

    def _endpoint(self, method: str, path: str) -> tuple[Endpoint, int]:
        for endpoint in ENDPOINTS:
            record_id = endpoint.record_id(path)
            if record_id is None or endpoint.path in self.ways.not_offered:
                continue
            if endpoint.method != method:
                raise errors.read_only(method)
            return endpoint, record_id
        raise errors.no_such_endpoint()

    def _success(self, answer: Any, *, bare: bool = False) -> web.Response:
        body: Any = {"success": True, "error": None}
        if isinstance(answer, Listed):
            body["result"] = answer.rows
            if self.ways.totals and answer.total is not None:
                body["totalRecords"] = answer.total
        else:
            body["result"] = answer
            body = answer if bare else body
        return web.json_response(_pascal(body) if self.ways.pascal_case else body)


def _pascal(value: Any) -> Any:
    """As the document spells it (BMS §2)."""
    if isinstance(value, Mapping):
        return {re.sub(r"^[a-z]", lambda first: first[0].upper(), key): _pascal(one) for key, one in value.items()}
    return [_pascal(one) for one in value] if isinstance(value, list) else value


def _refusal(refused: Refused, *, pascal_case: bool) -> web.Response:
    if isinstance(refused.body, Mapping):
        body = _pascal(refused.body) if pascal_case else refused.body
        return web.json_response(body, status=refused.status, headers=dict(refused.headers))
    html = refused.body.lstrip().startswith("<")
    kind = {"Content-Type": f"text/{'html' if html else 'plain'}; charset=utf-8"}
    return web.Response(text=refused.body, status=refused.status, headers={**kind, **refused.headers})
