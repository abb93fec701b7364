"""The simulated ConnectWise PSA: takes a call, checks it in the order of the real server, answers or refuses."""

import asyncio
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise import errors
from sandbox.psa.connectwise.answers import Answer, Reading
from sandbox.psa.connectwise.budget import CallBudget
from sandbox.psa.connectwise.endpoints import Asked, Match, find
from sandbox.psa.connectwise.errors import Refused
from sandbox.psa.connectwise.faults import FAULTS, FORBIDS, Faults, refuse_sign_in
from sandbox.psa.connectwise.members import CLIENT_ID, LOGIN_COMPANY, Member, members, sign_in
from sandbox.psa.connectwise.paging import read_query
from sandbox.psa.connectwise.panel import story_records
from sandbox.psa.connectwise.permissions import EVERYTHING, permit
from sandbox.psa.connectwise.record_page import RECORD_PAGE, record_page
from sandbox.psa.connectwise.records import Json
from sandbox.psa.connectwise.tenant import Tenant
from sandbox.psa.contract import Call, Story

ALIAS: Final = "v4_6_release"
BASE: Final = re.compile(r"^/(?P<codebase>[^/]+)/apis/3\.0(?P<path>/.*)$")
LOGIN: Final = "/login/companyinfo/"
LONGEST_URL: Final = 10_000  # CW §3.3
LONGEST_LINE: Final = 64_000  # what the socket takes, so that the refusal is ours
CALLS_KEPT: Final = 20_000
PINNED: Final = re.compile(r"version=([^;,\s]*)")
VERSION: Final = re.compile(r"20\d\d\.\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A story, the companies it is about, and what its two buttons do in the tenant."""

    story: Story
    company_ids: tuple[int, ...]
    fix: Callable[["SimulatedConnectWise"], None]
    unfix: Callable[["SimulatedConnectWise"], None]


class SimulatedConnectWise:
    """Its attributes change how it behaves: ``members``, ``latency_ms``, ``budget``, ``backslash_escapes``.

    ``connection_name``: two of them in one world need two names.
    """

    def __init__(self, tenant: Tenant, clock: SandboxClock, scripts: Sequence[Script] = ()) -> None:
        self.tenant = tenant
        self.clock = clock
        self.members = members()
        self.budget = CallBudget()
        self.latency_ms = 0.0
        self.backslash_escapes = False
        self.codebase = "v2026_1"
        self.connection_name = "cw-prod"
        self.app = self._application()
        self._calls: list[Call] = []
        self._faults = Faults()
        self._old_codebases = {"v2025_1"}
        self._numbers = itertools.count(1)
        self._scripts = {script.story.id: script for script in scripts}
        self._fixed: set[str] = set()

    @property
    def kind(self) -> str:
        return "connectwise"

    @property
    def title(self) -> str:
        return "ConnectWise PSA"

    @property
    def calls(self) -> list[Call]:
        return self._calls

    @property
    def stories(self) -> Sequence[Story]:
        return [replace(one.story, fixed=one.story.id in self._fixed) for one in self._scripts.values()]

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
        """``type_allowed`` of an agreement is about the role of the member ``psabot``."""
        script, role = self._scripts[story_id], self.members["psabot"].role
        return story_records(self.tenant, script.company_ids, role, self.clock.now())

    def credentials(self, member: str = "psabot") -> dict[str, str]:
        """What to type into a connection form."""
        one = self.members[member]
        keys = {"public_key": one.public_key, "private_key": one.private_key}
        return {"company": LOGIN_COMPANY, **keys, "client_id": CLIENT_ID}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        keys = self.credentials()
        return {"settings": {"site": url, "company": keys.pop("company")}, "secrets": keys}

    def upgrade(self, codebase: str) -> None:
        """What an upgrade does: the old codebase answers 404 until a caller asks companyinfo again (CW §1.3)."""
        self._old_codebases.add(self.codebase)
        self.codebase = codebase

    def _application(self) -> web.Application:
        app = web.Application(handler_args={"max_line_size": LONGEST_LINE})
        app.router.add_route("*", "/{tail:.*}", self._handle)
        app.on_shutdown.append(self._release)
        return app

    async def _release(self, _: web.Application) -> None:
        self._faults.lift()

    async def _handle(self, request: web.Request) -> web.Response:
        fault, signed_in = self._faults.next_call(), list[Member]()
        try:
            response = await self._respond(request, fault, signed_in)
        except Refused as refused:
            response = _refusal(refused)
        response.headers["x-cw-request-id"] = f"sandbox-{next(self._numbers)}"
        response.headers["x-server-name"] = "sandbox"
        self._record(request, response.status, signed_in)
        return response

    def _record(self, request: web.Request, status: int, signed_in: list[Member]) -> None:
        query, member = dict(request.query), signed_in[0].identifier if signed_in else ""
        call = Call(method=request.method, path=request.path, query=query, status=status, member=member)
        self._calls.append(call)
        del self._calls[:-CALLS_KEPT]

    async def _respond(self, request: web.Request, fault: str, signed_in: list[Member]) -> web.Response:
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if request.method != "GET":
            raise errors.read_only(request.method)
        await self._faults.strike(fault)
        if len(request.raw_path) > LONGEST_URL:
            raise errors.url_too_long()
        if request.path.startswith(LOGIN):
            return web.json_response(self._company_info(request))
        if request.path == RECORD_PAGE:
            return record_page(self.tenant, request.query, self.clock.now())
        path = self._inside(request.path)
        refuse_sign_in(fault)
        member = sign_in(request.headers, self.members)
        signed_in.append(member)
        self.budget.take(self.clock.now())
        _check_version(request.headers.get("Accept", "*/*"))
        return _success(self._answer(request, path, member, fault))

    def _inside(self, path: str) -> str:
        """The path inside the API."""
        base = BASE.match(path)
        if base is None or "/apis/" in base["path"]:
            raise errors.cannot_route()
        if base["codebase"] in self._old_codebases:
            raise errors.stale_codebase()
        if base["codebase"] not in {self.codebase, ALIAS}:
            raise errors.cannot_route()
        return base["path"]

    def _answer(self, request: web.Request, path: str, member: Member, fault: str) -> Answer:
        if path == "/system/info":
            return Answer(body=msgspec.json.encode(self._system_info()))
        match = find(path)
        if match is None:
            raise errors.no_such_endpoint()
        right = match.endpoint.right
        if fault in FORBIDS and FORBIDS[fault] == right.function:
            raise errors.not_permitted()
        now, scope = self.clock.now(), permit(member.role, right, member.team)
        asked = Asked(tenant=self.tenant, member=member, scope=scope, now=now, parent_id=match.parent_id)
        reading = Reading(
            collection=match.endpoint.rows(asked),
            now=now,
            scope=scope if match.endpoint.scoped else EVERYTHING,
            backslash_escapes=self.backslash_escapes,
        )
        return _read(reading, match, request)

    def _company_info(self, request: web.Request) -> Any:
        """The JSON literal ``null`` for a company that nobody knows (CW §1.3)."""
        if request.path.removeprefix(LOGIN).casefold() != LOGIN_COMPANY:
            return None
        return {
            "CompanyName": "Example MSP",
            "Codebase": f"{self.codebase}/",
            "VersionCode": self.codebase.replace("_", "."),
            "VersionNumber": "v4.6.118920",
            "CompanyID": LOGIN_COMPANY,
            "IsCloud": True,
            "SiteUrl": request.host,
            "AllowedOrigins": [],
        }

    def _system_info(self) -> Json:
        return {
            "version": f"{self.codebase.replace('_', '.')}.118920",
            "isCloud": True,
            "serverTimeZone": "Eastern Standard Time",
            "licenseBits": [{"name": "Finance", "activeFlag": True}],
            "cloudRegion": "NA",
        }


def _read(reading: Reading, match: Match, request: web.Request) -> Answer:
    query = read_query(request.query, request.headers, reading.collection.schema)
    if match.count:
        return reading.count(query)
    if match.record_id is not None:
        return reading.one(match.record_id, query)
    return reading.page(query, str(request.url))


def _check_version(accept: str) -> None:
    """Without a version the newest model answers; a version that is none is refused."""
    pinned = PINNED.search(accept)
    if pinned and not VERSION.fullmatch(pinned[1]):
        raise errors.invalid("Accept", f"unknown version '{accept}'.")


def _success(answer: Answer) -> web.Response:
    headers = {**answer.headers, "api-current-version": "2026.1"}
    headers["Content-Type"] = "application/vnd.connectwise.com+json; version=2026.1; charset=utf-8"
    return web.Response(body=answer.body, headers=headers)


def _refusal(refused: Refused) -> web.Response:
    if isinstance(refused.body, Mapping):
        return web.json_response(refused.body, status=refused.status, headers=dict(refused.headers))
    html = refused.body.lstrip().startswith("<")
    kind = {"Content-Type": f"text/{'html' if html else 'plain'}; charset=utf-8"}
    return web.Response(text=refused.body, status=refused.status, headers={**kind, **refused.headers})
