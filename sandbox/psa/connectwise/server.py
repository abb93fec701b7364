"""The simulated ConnectWise PSA: takes a call, checks it in the order of the real server, answers or refuses."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.configuration import Configuration
from sandbox.psa.connectwise import errors
from sandbox.psa.connectwise.answers import Answer, Reading
from sandbox.psa.connectwise.asking import Asked, Match
from sandbox.psa.connectwise.budget import CallBudget
from sandbox.psa.connectwise.endpoints import find
from sandbox.psa.connectwise.faults import FORBIDS, faults, refuse_sign_in
from sandbox.psa.connectwise.members import CLIENT_ID, LOGIN_COMPANY, Member, members, sign_in
from sandbox.psa.connectwise.paging import read_query
from sandbox.psa.connectwise.panel import security_role, story_records
from sandbox.psa.connectwise.permissions import EVERYTHING, permit
from sandbox.psa.connectwise.record_page import RECORD_PAGE, record_page
from sandbox.psa.connectwise.tenant import Tenant
from sandbox.psa.records import Json, Kept
from sandbox.psa.script import Script
from sandbox.psa.simulator import Incoming, Simulator

ALIAS: Final = "v4_6_release"
BASE: Final = re.compile(r"^/(?P<codebase>[^/]+)/apis/3\.0(?P<path>/.*)$")
LOGIN: Final = "/login/companyinfo/"
LONGEST_URL: Final = 10_000  # CW §3.3
PINNED: Final = re.compile(r"version=([^;,\s]*)")
VERSION: Final = re.compile(r"20\d\d\.\d")


class SimulatedConnectWise(Simulator):
    """Its attributes change how it behaves: ``members``, ``budget``, ``backslash_escapes``."""

    kind = "connectwise"
    title = "ConnectWise PSA"
    connection_name = "cw-prod"

    def __init__(
        self, tenant: Tenant, clock: SandboxClock, scripts: Sequence[Script["SimulatedConnectWise"]] = ()
    ) -> None:
        super().__init__(clock, faults(), scripts)
        self.tenant = tenant
        self.members = members()
        self.budget = CallBudget()
        self.backslash_escapes = False
        self.codebase = "v2026_1"
        self._old_codebases = {"v2025_1"}
        self._numbers = itertools.count(1)

    @property
    def configuration(self) -> Configuration:
        return self.tenant.configuration

    def _records_of(self, record_ids: tuple[int, ...]) -> list[Json]:
        """``type_allowed`` of an agreement is about the role of the member ``psabot``."""
        return story_records(self.tenant, record_ids, self.members["psabot"].role, self.clock.now())

    def _rights(self) -> list[Json]:
        return [security_role(self.members["psabot"].role)]

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

    @property
    def accounts(self) -> Kept:
        return self.tenant.companies.kept

    @property
    def agreements(self) -> Kept:
        return self.tenant.agreements.kept

    def limit_calls(self, calls: int) -> None:
        self.budget.per_minute = calls

    def _signature(self) -> Mapping[str, str]:
        return {"x-cw-request-id": f"sandbox-{next(self._numbers)}", "x-server-name": "sandbox"}

    async def _respond(self, incoming: Incoming) -> web.Response:
        request, now = incoming.request, self.clock.now()
        if request.method != "GET":
            raise errors.read_only(request.method)
        if len(request.raw_path) > LONGEST_URL:
            raise errors.url_too_long()
        if request.path.startswith(LOGIN):
            return web.json_response(self._company_info(request))
        if request.path == RECORD_PAGE:
            return record_page(self.tenant, request.query, now)
        path = self._inside(request.path)
        refuse_sign_in(incoming.fault)
        member = sign_in(request.headers, self.members)
        incoming.member = member.identifier
        self.budget.take(now)
        _check_version(request.headers.get("Accept", "*/*"))
        return _success(self._answer(request, path, member, incoming.fault))

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
