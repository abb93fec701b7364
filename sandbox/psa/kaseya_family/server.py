"""The simulated server: takes a call, checks it in the order of the real one, answers or refuses."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.configuration import Configuration
from sandbox.psa.kaseya_family import errors
from sandbox.psa.kaseya_family.asked import Asked, Endpoint, Listed
from sandbox.psa.kaseya_family.budget import HourlyBudget
from sandbox.psa.kaseya_family.endpoints import ENDPOINTS
from sandbox.psa.kaseya_family.faults import FORBIDS, faults
from sandbox.psa.kaseya_family.panel import record_page, role_of, story_records
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.security import Security
from sandbox.psa.kaseya_family.tenant import Tenant
from sandbox.psa.kaseya_family.users import ApiUser
from sandbox.psa.kaseya_family.ways import Fails, Ways
from sandbox.psa.records import Json, Kept
from sandbox.psa.refused import Refused
from sandbox.psa.script import Script
from sandbox.psa.simulator import Incoming, Simulator

API: Final = "/v2/"
SIGN_IN: Final = "/v2/security/authenticate"
REFRESH: Final = "/v2/security/refreshtoken"


class SimulatedKaseya(Simulator):
    """Its attributes change how it behaves: ``ways``, ``security``, ``budget``."""

    def __init__(
        self,
        product: Product,
        tenant: Tenant,
        clock: SandboxClock,
        scripts: Sequence[Script["SimulatedKaseya"]] = (),
    ) -> None:
        super().__init__(clock, faults(), scripts)
        self.kind, self.title, self.connection_name = product.kind, product.title, product.connection_name
        self.names = product.names
        self.tenant = tenant
        self.ways = Ways()
        self.security = Security(product.tenant, self.ways)
        self.budget = HourlyBudget()
        self._tenant_name = product.tenant

    @property
    def configuration(self) -> Configuration:
        return self.tenant.configuration

    def _records_of(self, record_ids: tuple[int, ...]) -> list[Json]:
        return story_records(self.tenant, record_ids, self.clock.now())

    def _rights(self) -> list[Json]:
        return [role_of(self.security.users["psabot"], scoped=bool(self.tenant.hidden))]

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
        tables = {"custom_field_modules": "22, 7", "ticket_types_table": "TicketType", "sources_table": "TicketSource"}
        settings = {"server": url, "tenant": self._tenant_name, **pages, **tables}
        return {"settings": settings, "secrets": self.credentials()}

    @property
    def accounts(self) -> Kept:
        return self.tenant.accounts

    @property
    def agreements(self) -> Kept:
        return self.tenant.contracts

    def limit_calls(self, calls: int) -> None:
        self.budget.per_hour = calls

    def _refusal(self, refused: Refused) -> web.Response:
        if not self.ways.pascal_case or not isinstance(refused.body, Mapping):
            return refused.response()
        return Refused(refused.status, _pascal(refused.body), refused.headers).response()

    async def _respond(self, incoming: Incoming) -> web.Response:
        request, path, now = incoming.request, incoming.request.path, self.clock.now()
        if request.method == "GET" and not path.startswith(API):
            return record_page(self.tenant, path, now)
        if path in {SIGN_IN, REFRESH}:
            return self._success(await self._security(request, incoming.fault))
        user = self._signed_in(incoming, now)
        endpoint, record_id = self._endpoint(request.method, path)
        self.budget.take(endpoint.path, now)
        if not user.may_read(endpoint.right) or FORBIDS.get(incoming.fault) == endpoint.right:
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

    def _signed_in(self, incoming: Incoming, now: datetime) -> ApiUser:
        in_envelope = self.ways.fails is Fails.ENVELOPE
        if incoming.fault == "unauthorized":
            raise errors.stale_token(in_envelope=in_envelope)
        user = self.security.user_of(incoming.request.headers, now)
        incoming.member = user.username
        if incoming.fault == "no-api-access":
            raise errors.not_permitted(in_envelope=in_envelope)
        return user

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
