"""The simulated Syncro: takes a call, checks it in the order of the real server, answers or refuses."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.configuration import Configuration
from sandbox.psa.records import Json, Kept
from sandbox.psa.refused import Refused
from sandbox.psa.script import Script
from sandbox.psa.simulator import Incoming, Simulator
from sandbox.psa.syncro import errors
from sandbox.psa.syncro.budget import AddressBudget
from sandbox.psa.syncro.endpoints import CUSTOMERS, OFF, SCHEDULES, Asked, find
from sandbox.psa.syncro.faults import FORBIDS, faults
from sandbox.psa.syncro.panel import story_records, token_record
from sandbox.psa.syncro.record_page import CUSTOMER_PAGE, record_page
from sandbox.psa.syncro.setup_rows import configuration
from sandbox.psa.syncro.tokens import SUBDOMAIN, ApiToken, sign_in, tokens

BASE: Final = "/api/v1"


class SimulatedSyncro(Simulator):
    """Its attributes change how it behaves, where the sheet says that sources disagree or nobody knows."""

    kind = "syncro"
    title = "Syncro"
    connection_name = "syncro-prod"

    def __init__(
        self,
        *,
        customers: Kept,
        schedules: Kept,
        clock: SandboxClock,
        scripts: Sequence[Script["SimulatedSyncro"]] = (),
        only_customer: int = 0,
    ) -> None:
        super().__init__(clock, faults(), scripts)
        self.customers = customers
        self.schedules = schedules
        self.tokens = tokens(only_customer)
        self._configuration = configuration()
        self.budget = AddressBudget()
        self.customer_list = CUSTOMERS
        self.schedule_list = SCHEDULES  # without meta: with some accounts it may have one
        self.lists_have_lines = True
        self.searches_words = False
        self.same_words_for_both_401s = False
        self.modules_off = OFF
        self._numbers = itertools.count(1)

    @property
    def configuration(self) -> Configuration:
        return self._configuration

    def _records_of(self, record_ids: tuple[int, ...]) -> list[Json]:
        (customer_id,) = record_ids
        return story_records(self.customers, self.schedules, customer_id, self.clock.now())

    def _rights(self) -> list[Json]:
        return [token_record(self.tokens["psabot"])]

    def credentials(self, token: str = "psabot") -> dict[str, str]:  # noqa: S107 - the name of a token
        """The secret of a connection."""
        return {"api_token": self.tokens[token].secret}

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """As ``psa-bot connections add`` takes them."""
        return {"settings": {"subdomain": SUBDOMAIN, "base_url": f"{url}{BASE}"}, "secrets": self.credentials()}

    @property
    def accounts(self) -> Kept:
        return self.customers

    @property
    def agreements(self) -> Kept:
        return self.schedules

    def limit_calls(self, calls: int) -> None:
        self.budget.per_minute = calls

    def _signature(self) -> Mapping[str, str]:
        return {"X-Request-Id": f"sandbox-{next(self._numbers)}"}

    async def _respond(self, incoming: Incoming) -> web.Response:
        request, now = incoming.request, self.clock.now()
        if request.method != "GET":
            raise errors.read_only(request.method)
        if page := CUSTOMER_PAGE.fullmatch(request.path):
            return record_page(self.customers, self.schedules, int(page[1]), now)
        if not request.path.startswith(f"{BASE}/"):
            raise errors.no_such_page()
        self.budget.take(request.remote or "", now)
        token = self._sign_in(request, incoming.fault)
        incoming.member = token.name
        return web.json_response(self._answer(incoming, token))

    def _sign_in(self, request: web.Request, fault: str) -> ApiToken:
        known = {} if fault == "unauthorized" else self.tokens
        try:
            return sign_in(request.headers, known, self.clock.now())
        except Refused:
            if self.same_words_for_both_401s:
                raise errors.not_permitted() from None
            raise

    def _answer(self, incoming: Incoming, token: ApiToken) -> Any:
        found = find(incoming.request.path.removeprefix(BASE))
        if found is None:
            raise errors.no_such_page()
        endpoint, record_id = found
        ticked = token.ticked - FORBIDS.get(incoming.fault, frozenset())
        if endpoint.right is not None and endpoint.right not in ticked:
            raise errors.not_permitted()
        asked = Asked(
            customers=self.customers,
            schedules=self.schedules,
            token=token,
            now=self.clock.now(),
            query=incoming.query,
            configuration=self.configuration,
            customer_list=self.customer_list,
            schedule_list=self.schedule_list,
            lists_have_lines=self.lists_have_lines,
            searches_words=self.searches_words,
            modules_off=self.modules_off,
            record_id=record_id,
        )
        return endpoint.answer(asked)
