"""The simulated HaloPSA: takes a call, checks it in the order of the real server, answers or refuses."""

import re
from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.configuration import Configuration
from sandbox.psa.contract import Call
from sandbox.psa.halopsa import errors
from sandbox.psa.halopsa.applications import TENANT, Application, Tokens, applications, permit
from sandbox.psa.halopsa.endpoints import BY_PATH
from sandbox.psa.halopsa.faults import MAINTENANCE, faults, refuse
from sandbox.psa.halopsa.panel import application_of, instance, story_records
from sandbox.psa.halopsa.query import read_query
from sandbox.psa.halopsa.reading import Manners, Reader
from sandbox.psa.halopsa.record_page import RECORD_PAGE, record_page
from sandbox.psa.halopsa.tenant import Tenant
from sandbox.psa.halopsa.window import CallWindow
from sandbox.psa.records import Json, Kept
from sandbox.psa.refused import Refused
from sandbox.psa.script import Script
from sandbox.psa.simulator import Incoming, Simulator

API: Final = "/api"
RECORD: Final = re.compile(r"(?P<path>/[A-Za-z]+)/(?P<id>-?\d{1,10})")
NEWEST: Final = "2.206.1"


class SimulatedHaloPsa(Simulator):
    """Its attributes change how it behaves: ``applications``, ``window``, ``manners``, ``version``,
    ``on_premises`` (no tenant), ``auth_path`` (where the sign-in is), ``tells_where`` (AuthInfo answers).

    ``calls`` are those of the API; what the authorisation server was asked stands in ``sign_ins``.
    """

    kind = "halopsa"
    title = "HaloPSA"
    connection_name = "halo-uk"

    def __init__(
        self,
        tenant: Tenant,
        clock: SandboxClock,
        scripts: Sequence[Script["SimulatedHaloPsa"]] = (),
    ) -> None:
        super().__init__(clock, faults(), scripts)
        self.tenant = tenant
        self.applications = applications()
        self.tokens = Tokens(self.applications)
        self.window = CallWindow()
        self.manners = Manners()
        self.version: str | None = NEWEST  # None: InstanceInfo is refused
        self.on_premises = False
        self.auth_path = "/auth"
        self.tells_where = True
        self.sign_ins: list[Call] = []

    @property
    def configuration(self) -> Configuration:
        return self.tenant.configuration

    def _records_of(self, record_ids: tuple[int, ...]) -> list[Json]:
        return story_records(self.tenant, record_ids, self.applications["psabot"].agent, self.clock.now())

    def _rights(self) -> list[Json]:
        return [instance(self.title, self.version), application_of(self.applications["psabot"])]

    def credentials(self, application: str = "psabot") -> dict[str, str]:
        """What to type into a connection form."""
        one = self.applications[application]
        return {"client_id": one.client_id, "client_secret": one.client_secret}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        return {"settings": {"site": url, "tenant": TENANT}, "secrets": self.credentials()}

    @property
    def accounts(self) -> Kept:
        return self.tenant.clients

    @property
    def agreements(self) -> Kept:
        return self.tenant.invoices

    def limit_calls(self, calls: int) -> None:
        self.window.calls = calls

    def _listed_in(self, request: web.Request) -> list[Call]:
        """The sign-in may be down on its own; faults of the API are counted by its calls."""
        return self.calls if request.path.startswith(f"{API}/") else self.sign_ins

    async def _respond(self, incoming: Incoming) -> web.Response:
        if incoming.request.path.startswith(f"{API}/"):
            return await self._answer(incoming)
        return await self._beside(incoming.request)

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

    async def _answer(self, incoming: Incoming) -> web.Response:
        request, path = incoming.request, incoming.request.path.removeprefix(API)
        if path == "/AuthInfo" and self.tells_where:
            return web.json_response(self._auth_info(request))
        refuse(incoming.fault, path)
        grant = self.tokens.check(request.headers.get("Authorization", ""), self.clock.now())
        application = self.applications[grant.application]
        incoming.member = grant.application
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
