"""The simulated HaloPSA: takes a call, checks it in the order of the real server, answers or refuses."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.contract import Call, Story
from sandbox.psa.halopsa import errors
from sandbox.psa.halopsa.applications import TENANT, Application, Tokens, applications, permit
from sandbox.psa.halopsa.endpoints import BY_PATH
from sandbox.psa.halopsa.errors import Refused
from sandbox.psa.halopsa.faults import FAULTS, MAINTENANCE, Faults, refuse
from sandbox.psa.halopsa.panel import story_records
from sandbox.psa.halopsa.query import read_query
from sandbox.psa.halopsa.reading import Manners, Reader
from sandbox.psa.halopsa.record_page import RECORD_PAGE, record_page
from sandbox.psa.halopsa.records import Json
from sandbox.psa.halopsa.tenant import Tenant
from sandbox.psa.halopsa.window import CallWindow

API: Final = "/api"
RECORD: Final = re.compile(r"(?P<path>/[A-Za-z]+)/(?P<id>-?\d{1,10})")
CALLS_KEPT: Final = 20_000
NEWEST: Final = "2.206.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A story, the customers it is about, what its two buttons do, and how it should be judged before any of them.

    ``begins_well``: it is about the whole tenant, so it is fixed until somebody breaks it.
    """

    story: Story
    client_ids: tuple[int, ...]
    expected: str
    fix: Callable[["SimulatedHaloPsa"], None]
    unfix: Callable[["SimulatedHaloPsa"], None]
    begins_well: bool = False


class SimulatedHaloPsa:
    """Its attributes change how it behaves: ``applications``, ``window``, ``manners``, ``version``, ``latency_ms``,
    ``on_premises`` (no tenant), ``auth_path`` (where the sign-in is), ``tells_where`` (AuthInfo answers).

    ``calls`` are those of the API; what the authorisation server was asked stands in ``sign_ins``.
    """

    def __init__(
        self, tenant: Tenant, clock: SandboxClock, scripts: Sequence[Script] = (), hidden: frozenset[int] = frozenset()
    ) -> None:
        self.tenant = tenant
        self.clock = clock
        self.applications = applications(hidden)
        self.tokens = Tokens(self.applications)
        self.window = CallWindow()
        self.manners = Manners()
        self.version: str | None = NEWEST  # None: InstanceInfo is refused
        self.latency_ms = 0.0
        self.on_premises = False
        self.auth_path = "/auth"
        self.tells_where = True
        self.app = self._application()
        self.sign_ins: list[Call] = []
        self._calls: list[Call] = []
        self._faults = Faults()
        self._scripts = {script.story.id: script for script in scripts}
        self._fixed = {script.story.id for script in scripts if script.begins_well}

    @property
    def kind(self) -> str:
        return "halopsa"

    @property
    def title(self) -> str:
        return "HaloPSA"

    @property
    def connection_name(self) -> str:
        return "halo-uk"

    @property
    def calls(self) -> list[Call]:
        return self._calls

    @property
    def stories(self) -> Sequence[Story]:
        return [replace(one.story, fixed=one.story.id in self._fixed) for one in self._scripts.values()]

    @property
    def expected(self) -> Mapping[str, str]:
        """Story id to the verdict that it should get as the world begins."""
        return {name: "VISIBLE" if one.begins_well else one.expected for name, one in self._scripts.items()}

    @property
    def expected_broken(self) -> Mapping[str, str]:
        """The same for the stories that begin well, once they are broken."""
        return {name: one.expected for name, one in self._scripts.items() if one.begins_well}

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
        agent = self.applications["psabot"].agent
        return story_records(self.tenant, self._scripts[story_id].client_ids, agent, self.clock.now())

    def credentials(self, application: str = "psabot") -> dict[str, str]:
        """What to type into a connection form."""
        one = self.applications[application]
        return {"client_id": one.client_id, "client_secret": one.client_secret}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        return {"settings": {"site": url, "tenant": TENANT}, "secrets": self.credentials()}

    def _application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        app.on_shutdown.append(self._release)
        return app

    async def _release(self, _: web.Application) -> None:
        self._faults.lift()

    async def _handle(self, request: web.Request) -> web.Response:
        """The sign-in may be down on its own; faults of the API are counted by its calls."""
        asks_api, signed_in = request.path.startswith(f"{API}/"), list[str]()
        try:
            if self.latency_ms:
                await asyncio.sleep(self.latency_ms / 1000)
            response = await (self._answer(request, signed_in) if asks_api else self._beside(request))
        except Refused as refused:
            response = _refusal(refused)
        member, query = signed_in[0] if signed_in else "", dict(request.query)
        call = Call(method=request.method, path=request.path, query=query, status=response.status, member=member)
        kept = self._calls if asks_api else self.sign_ins
        kept.append(call)
        del kept[:-CALLS_KEPT]
        return response

    async def _beside(self, request: web.Request) -> web.Response:
        if request.path == RECORD_PAGE:
            return record_page(self.tenant, request.query, self.clock.now())
        if request.path != f"{self.auth_path}/token" or request.method != "POST":
            raise errors.no_such_address()
        if self._faults.current in {"down", "sign-in-down"}:
            raise Refused(503, MAINTENANCE)
        form = {name: str(value) for name, value in (await request.post()).items()}
        tenant = request.query.get("tenant", form.get("tenant", ""))
        if tenant != ("" if self.on_premises else TENANT):
            raise errors.oauth(400, "invalid_tenant")
        return web.json_response(self.tokens.give(form, self.clock.now()))

    async def _answer(self, request: web.Request, signed_in: list[str]) -> web.Response:
        fault, path = self._faults.next_call(), request.path.removeprefix(API)
        await self._faults.strike(fault)
        if path == "/AuthInfo" and self.tells_where:
            return web.json_response(self._auth_info(request))
        refuse(fault, path)
        grant = self.tokens.check(request.headers.get("Authorization", ""), self.clock.now())
        application = self.applications[grant.application]
        signed_in.append(grant.application)
        self.window.take(self.clock.now())
        if path == "/InstanceInfo":
            return web.json_response(self._instance_info(request))
        if path == "/Agent/me":
            return web.json_response(self._me(application))
        found = RECORD.fullmatch(path)
        endpoint = BY_PATH.get(found["path"] if found else path)
        if endpoint is None or (found and endpoint.single is None):
            raise errors.no_such_address()
        if request.method != "GET":
            raise errors.read_only(request.method)
        permit(application, grant, endpoint.area)
        reader = Reader(
            tenant=self.tenant,
            endpoint=endpoint,
            agent=application.agent,
            now=self.clock.now(),
            manners=self.manners,
        )
        if found:
            return web.json_response(
                reader.one(int(found["id"]), read_query(request.query, endpoint.single or frozenset()))
            )
        return web.json_response(reader.listed(read_query(request.query, endpoint.known)))

    def _auth_info(self, request: web.Request) -> Json:
        tenant = {} if self.on_premises else {"tenant_id": TENANT}
        return {"auth_url": f"{request.scheme}://{request.host}{self.auth_path}", **tenant}

    def _instance_info(self, request: web.Request) -> Json:
        if self.version is None:
            raise errors.not_permitted()
        web_address = f"{request.scheme}://{request.host}"
        return {
            "dbid": 1,
            "app_name": "HaloPSA",
            "app_version": self.version,
            "agent_url": web_address,
            "agent_count": 9,
        }

    def _me(self, application: Application) -> Any:
        """``clients`` names those that the agent is limited to; none are named where it may use all (HALO §5)."""
        agent = application.agent
        if not agent.shows_itself:
            raise errors.not_permitted()
        seen = [one for one in self.tenant.clients.at(self.clock.now()) if agent.hidden and agent.sees(one["id"])]
        limits = [{"client_id": one["id"], "client_name": one["name"]} for one in seen]
        return {"id": 7, "name": agent.name, "isapiagent": True, "one_client": 0, "clients": limits}


def _refusal(refused: Refused) -> web.Response:
    if isinstance(refused.body, Mapping):
        return web.json_response(refused.body, status=refused.status, headers=dict(refused.headers))
    html = refused.body.lstrip().startswith("<")
    kind = {"Content-Type": f"text/{'html' if html else 'plain'}; charset=utf-8"}
    return web.Response(text=refused.body, status=refused.status, headers={**kind, **refused.headers})
