"""The simulated Datto Autotask: takes a call, checks it in the order of the real server, answers or refuses."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.autotask import errors, metadata
from sandbox.psa.autotask.faults import BUSY_SHARE, FORBIDS, faults, refuse_sign_in
from sandbox.psa.autotask.fields import Entity
from sandbox.psa.autotask.panel import security_level, story_records
from sandbox.psa.autotask.query import read_query
from sandbox.psa.autotask.reading import Pages, Reader, Waiting, next_address
from sandbox.psa.autotask.record_page import RECORD_PAGE, record_page
from sandbox.psa.autotask.schema import ENTITIES
from sandbox.psa.autotask.tenant import Tenant
from sandbox.psa.autotask.threshold import Threads, Threshold
from sandbox.psa.autotask.users import INTEGRATION_CODE, Access, ApiUser, Door, users
from sandbox.psa.configuration import Configuration
from sandbox.psa.records import Json, Kept
from sandbox.psa.script import Script
from sandbox.psa.simulator import Incoming, Simulator

# In the real world every zone has a host of its own; here it has a path of its own.
ADDRESS: Final = re.compile(
    r"^(?:/(?P<zone>zone\d+))?/atservicesrest(?:/(?P<version>v\d\.\d))?(?P<path>/.*)$", re.IGNORECASE
)
ENTITY: Final = re.compile(r"^/(?P<entity>[A-Za-z0-9]+)(?P<rest>/.+)$")
LONGEST_GET: Final = 2_048  # characters (AT §3)
ASKS: Final = ("/query", "/query/count", "/query/next")


class SimulatedAutotask(Simulator):
    """Its attributes change how it behaves: ``users``, ``threshold``, ``threads``, ``unordered``.

    ``unordered``: paths of entities whose rows do not come by rising id.
    """

    kind = "autotask"
    title = "Datto Autotask"
    connection_name = "at-east"

    def __init__(
        self, tenant: Tenant, clock: SandboxClock, scripts: Sequence[Script["SimulatedAutotask"]] = ()
    ) -> None:
        super().__init__(clock, faults(), scripts)
        self.tenant = tenant
        self.users = users()
        self.door = Door(self.users)
        self.threshold = Threshold()
        self.threads = Threads()
        self.zone = "zone3"
        self.unordered: set[str] = set()
        self._pages: dict[str, Pages] = {}

    @property
    def configuration(self) -> Configuration:
        return self.tenant.configuration

    def _records_of(self, record_ids: tuple[int, ...]) -> list[Json]:
        return story_records(self.tenant, record_ids, self.clock.now())

    def _rights(self) -> list[Json]:
        return [security_level(self.users["psabot"].level)]

    def credentials(self, user: str = "psabot") -> dict[str, str]:
        """What to type into a connection form."""
        one = self.users[user]
        return {"username": one.username, "secret": one.secret, "integration_code": INTEGRATION_CODE}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        return {"settings": {"zone_url": url}, "secrets": self.credentials()}

    def move(self, zone: str) -> None:
        """What the vendor does once in years: the old zone answers 401 until a caller asks again (AT §1.2)."""
        self.zone = zone

    @property
    def accounts(self) -> Kept:
        return self.tenant.companies

    @property
    def agreements(self) -> Kept:
        return self.tenant.contracts

    def limit_calls(self, calls: int) -> None:
        self.threshold.allowed = calls

    async def _respond(self, incoming: Incoming) -> web.Response:
        request = incoming.request
        if request.method == "GET" and len(request.raw_path) > LONGEST_GET and "/query/next" not in request.path:
            raise errors.url_too_long()
        if request.path == RECORD_PAGE:
            return record_page(self.tenant, request.query, self.clock.now())
        address = ADDRESS.match(request.path)
        if address is None:
            raise errors.not_found()
        if (told := self._open_to_all(request, address)) is not None:
            return web.json_response(told)
        return await self._inside(incoming, address)

    async def _inside(self, incoming: Incoming, address: re.Match[str]) -> web.Response:
        """For API users only, and counted."""
        if (address["version"] or "").casefold() != "v1.0":
            raise errors.not_found()
        refuse_sign_in(incoming.fault)
        if address["zone"] not in {None, self.zone}:
            raise errors.unauthorized()
        request, path = incoming.request, address["path"]
        user = self.door.sign_in(request.headers)
        incoming.member = user.username
        longer = self.threshold.take(self.clock.now())
        with self.threads.one(request.headers["ApiIntegrationCode"], path.split("/")[1].casefold()):
            if longer:
                await self.sleep(longer)
            return web.json_response(await self._answer(request, path, user, incoming.fault))

    def _open_to_all(self, request: web.Request, address: re.Match[str]) -> Json | None:
        """Zone and versions are told to everybody. None: this is another call."""
        path = address["path"].casefold()
        if path == "/versioninformation" and address["version"] is None:
            return {"apiVersions": ["V1.0", "V2.0"]}
        if path != "/zoneinformation" or (address["version"] or "").casefold() != "v1.0":
            return None
        if not self.door.knows(request.query.get("user", "")):
            raise errors.unknown_user()
        host = f"{request.scheme}://{request.host}"
        url = f"{host}/{self.zone}/ATServicesRest/"
        return {"zoneName": "America East", "url": url, "webUrl": f"{host}/", "ci": 12345}

    async def _answer(self, request: web.Request, path: str, user: ApiUser, fault: str) -> Json:
        if path.casefold() == "/thresholdinformation":
            return self._threshold(fault)
        if path.casefold() == "/entityinformation":
            if not user.level.describes_all or fault != "none":
                raise errors.not_found()
            return metadata.every(user)
        match = ENTITY.match(path)
        entity = ENTITIES.get(match["entity"].casefold()) if match else None
        if match is None or entity is None:
            raise errors.not_found()
        rest = match["rest"]
        if rest.casefold().startswith("/entityinformation"):
            return self._describe(entity, rest.casefold(), user, fault)
        if request.method != "GET" and not (request.method == "POST" and rest.casefold() in ASKS):
            # Not the vendor's answer: this stand-in has no writes, so that a test can prove that nobody tries one.
            raise errors.wrong_method(request.method)
        if _access(entity, user, fault) is Access.NONE:
            raise errors.not_permitted()
        return await self._read(request, entity, rest, user)

    async def _read(self, request: web.Request, entity: Entity, rest: str, user: ApiUser) -> Json:
        reader = Reader(
            tenant=self.tenant,
            entity=entity,
            user=user,
            now=self.clock.now(),
            backwards=entity.path in self.unordered,
        )
        if rest[1:].isdecimal() or rest == "/-1":
            return reader.one(int(rest[1:]))
        verb = rest.casefold()
        if verb not in ASKS:
            raise errors.not_found()
        question = await request.read() if request.method == "POST" else request.query.get("search", "").encode()
        pages = self._pages.setdefault(user.username, Pages())
        if verb == "/query/next":
            waiting = pages.take(request.query.get("paging", ""), request.method, question)
        else:
            query = read_query(question, entity)
            if verb == "/query/count":
                return reader.count(query)
            waiting = Waiting(method=request.method, question=question, query=query, ids=())
        rows, following = reader.page(waiting.query, waiting.ids)
        base = f"{request.scheme}://{request.host}{request.path[: -len(entity.path + rest) - 1]}"
        return _page(rows, waiting, following, lambda one: next_address(base, entity, pages.keep(one)))

    def _describe(self, entity: Entity, rest: str, user: ApiUser, fault: str) -> Json:
        if rest == "/entityinformation":
            return {"info": metadata.information(entity, user, _access(entity, user, fault))}
        if fault == "forbidden-tables" or _access(entity, user, fault) is Access.NONE:
            raise errors.not_permitted()
        if rest == "/entityinformation/fields":
            return metadata.fields(entity, self.tenant)
        if rest == "/entityinformation/userdefinedfields":
            return metadata.custom_fields(entity)
        raise errors.not_found()

    def _threshold(self, fault: str) -> Json:
        told = self.threshold.as_json(self.clock.now())
        if fault == "busy-hour":
            told["currentTimeframeRequestCount"] = round(self.threshold.allowed * BUSY_SHARE)
        return told


def _access(entity: Entity, user: ApiUser, fault: str) -> Access:
    return Access.NONE if entity.path in FORBIDS.get(fault, ()) else user.level.query(entity.path)


def _page(rows: list[Json], waiting: Waiting, following: Sequence[int], announce: Callable[[Waiting], str]) -> Json:
    """Without ``id`` among the fields no page follows the first (AT §2.2)."""
    url = announce(replace(waiting, ids=following)) if following and waiting.query.can_page else None
    details: dict[str, Any] = {"count": len(rows), "requestCount": waiting.query.limit}
    return {"items": rows, "pageDetails": {**details, "prevPageUrl": None, "nextPageUrl": url}}
