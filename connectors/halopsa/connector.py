"""HaloPSA: every read that a diagnosis or a sync makes, and none that writes."""

import logging
import re
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.building import http_of
from connectors.contract import Setup, Spec
from connectors.errors import BadSettings, NotFound, PermissionDenied
from connectors.halopsa import normalize, permissions, search
from connectors.halopsa.address import Address
from connectors.halopsa.answers import calls_allowed
from connectors.halopsa.api import Api, page
from connectors.halopsa.auth import SignIn
from connectors.halopsa.rights import ALL_CUSTOMERS
from connectors.halopsa.settings import Settings, read_settings
from connectors.halopsa.settings_tables import read_settings_tables
from connectors.halopsa.spec import SPEC
from connectors.halopsa.tables import read_tables
from connectors.http import Budget, Http, Reply, Signs, Timing, at_once, safe_url
from connectors.paging import Row
from connectors.records import (
    AccessProbe,
    Account,
    AccountCounts,
    AccountFilter,
    Agreement,
    ConnectionCheck,
    LineItem,
    SettingsKind,
    SettingsTable,
    Tables,
    Usage,
)

CLIENTS: Final = "/Client"
INVOICES: Final = "/RecurringInvoice"
WITH_LINES: Final = {"includelines": "true"}
WHOLE: Final = {"includedetails": "true"}
_ID: Final = re.compile(r"[0-9]{1,10}")
_PAGES_LOOKED_AT: Final = 3  # of a look-up by name
_COMPLETED: Final = 20  # recurring invoices of one customer that are read one by one, where the list leaves lines out
_RESTS: Final = (40.0, 20.0)  # after a 429: the window rolls, so short waits do not help (HALO §3)

_log = logging.getLogger(__name__)


class HaloPsa:
    """One tenant. Build one per connection and keep it: the token, the call budget and the connections live in it."""

    def __init__(self, *, settings: Settings, api: Api, http: Http, usage: Usage) -> None:
        self._settings = settings
        self._api = api
        self._http = http
        self._usage = usage
        self._web = settings.web

    @property
    def spec(self) -> Spec:
        return SPEC

    @property
    def usage(self) -> Usage:
        return self._usage

    async def check(self) -> ConnectionCheck:
        """Who may not read InstanceInfo is signed in all the same; the version is then unknown, not old (HALO §1)."""
        host = urlsplit(self._settings.api).netloc
        try:
            row = await self._api.row("check", "/InstanceInfo")
        except (PermissionDenied, NotFound) as error:
            return ConnectionCheck(version=None, host=host, detail=f"The version could not be read: {error.message}")
        self._learn_web(row.get("agent_url"))
        version = row.get("app_version")
        return ConnectionCheck(version=version.strip() or None if isinstance(version, str) else None, host=host)

    async def tables(self) -> Tables:
        return await read_tables(self._api)

    def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        return read_settings_tables(self._api, only)

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]:
        """Customers whose name or reference holds the text, inactive ones too; those of exactly this name first."""
        if not name.strip():
            return []
        query, found, size = search.named_like(name), dict[str, Account](), SPEC.page_size
        for number in range(1, _PAGES_LOOKED_AT + 1):
            rows, total = await self._api.some("one", CLIENTS, {**query, **page(number)})
            accounts = [await self._whole(name, row) for row in rows]
            found |= {account.id: account for account in accounts if search.holds(name, account)}
            if len(rows) < size or (total is not None and number * size >= total):
                break
        return sorted(found.values(), key=lambda account: not search.is_exactly(name, account))[:limit]

    async def account(self, account_id: str) -> Account | None:
        """An id is a whole number; nothing else can be one."""
        if not _ID.fullmatch(account_id):
            return None
        row = await self._api.record("one", f"{CLIENTS}/{int(account_id)}", WHOLE)
        if row is None:
            await self._prove_sight()
            return None
        return normalize.account(row, self._web, with_raw=True)

    async def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]:
        """What Halo did not filter is filtered here."""
        for query in search.eligible(which):
            async for rows in self._api.every("full", CLIENTS, query):
                accounts = (normalize.account(row, self._web) for row in rows)
                yield [account for account in accounts if search.pulls(which, account)]

    async def counts(self, which: AccountFilter) -> AccountCounts:
        """The classes do not overlap: left out by status first, then by group (R89). Nobody is recycled in Halo."""
        anyone = AccountFilter(statuses=which.statuses, types=None)
        async with at_once() as group:
            everybody = group.create_task(self._api.count("full", CLIENTS, search.everyone()))
            kept = [group.create_task(self._api.count("full", CLIENTS, one)) for one in search.eligible(anyone)]
            pulled = [group.create_task(self._api.count("full", CLIENTS, one)) for one in search.eligible(which)]
        in_psa = everybody.result()
        by_status = _sum(task.result() for task in kept)
        by_group = _sum(task.result() for task in pulled) if search.is_countable(which) else None
        return AccountCounts(
            in_psa=in_psa,
            left_out={"inactive": _difference(in_psa, by_status), "prospect": _difference(by_status, by_group)},
        )

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]:
        """Disabled ones too. Those of a client that pays for this one are read by its own id (``Account.parent``)."""
        if not _ID.fullmatch(account_id):
            return []
        pages = self._api.every("one", INVOICES, {"client_id": account_id, **WITH_LINES})
        rows = [row async for rows in pages for row in rows if str(row.get("client_id", account_id)) == account_id]
        return [await self._with_lines(row, number) for number, row in enumerate(rows)]

    async def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]:
        async for rows in self._api.every("full", INVOICES, WITH_LINES):
            yield [normalize.agreement(row, self._web) for row in rows]

    async def lines(self, agreement_id: str) -> Sequence[LineItem]:
        row = await self._api.row("one", f"{INVOICES}/{int(agreement_id)}", WHOLE)
        return normalize.lines(row) or ()

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        return await permissions.probe(self._api, only)

    async def surplus(self) -> Sequence[str] | None:
        """HaloPSA does not show which permissions of an application are ticked."""
        return None

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _whole(self, name: str, row: Row) -> Account:
        """Whether a list shows all of a client is not documented; of the one that was meant all is read."""
        account = normalize.account(row, self._web, with_raw=True)
        if (account.active is None or account.parent is None) and search.is_exactly(name, account):
            return await self.account(account.id) or account
        return account

    async def _with_lines(self, row: Row, number: int) -> Agreement:
        """A list may leave out lines, or the mark that it is disabled (HALO §4); the record itself has both."""
        told = normalize.agreement(row, self._web, with_raw=True)
        if (told.lines is not None and told.status is not None) or number >= _COMPLETED:
            return told
        _log.info("A list of recurring invoices came without lines.", extra={"action": "halopsa.no_lines"})
        whole = await self._api.row("one", f"{INVOICES}/{int(told.id)}", WHOLE)
        return normalize.agreement({**row, **whole}, self._web, with_raw=True)

    async def _prove_sight(self) -> None:
        """A client that the agent may not see looks like one that does not exist; only who sees all may say so."""
        limits = await permissions.read_limits(self._api, "one")
        seen = None if limits.to else await self._api.count("one", CLIENTS, search.everyone())
        if limits.to or not seen:
            raise PermissionDenied(
                f"HaloPSA shows this agent only some customers, or none: grant “{ALL_CUSTOMERS}”.",
                right=ALL_CUSTOMERS,
                call=f"GET {CLIENTS}",
            )

    def _learn_web(self, address: Any) -> None:
        """People click on another host than the API's on some servers (HALO §8)."""
        if isinstance(address, str) and address.strip():
            try:
                self._web = safe_url(
                    address, allow_insecure_loopback=self._settings.is_local, setting="agent_url"
                ).geturl()
            except BadSettings:
                _log.info("HaloPSA names no usable web address.", extra={"action": "halopsa.agent_url"})


def build(setup: Setup) -> HaloPsa:
    """Raises BadSettings before any call."""
    settings, usage = read_settings(setup), Usage()
    timing = Timing.of(setup.now, setup.sleep)
    account = f"{urlsplit(settings.api).netloc} {settings.tenant}"
    budget = setup.budget(SPEC, account, timing)
    signs = Signs(busy=lambda reply: _is_busy(reply, budget), rests=_RESTS)
    http = http_of(
        SPEC,
        setup,
        account=account,
        usage=usage,
        timing=timing,
        is_local=settings.is_local,
        budget=budget,
        signs=signs,
    )
    address = Address(settings=settings, http=http)
    sign_in = SignIn(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        token_url=address.token_url,
        timing=timing,
    )
    return HaloPsa(settings=settings, api=Api(http=http, address=address, sign_in=sign_in), http=http, usage=usage)


def _is_busy(reply: Reply, budget: Budget) -> bool:
    """Sources name 300, 450 and 500 calls in five minutes; the server's own text is right (HALO §3)."""
    if reply.status != 429:
        return False
    if allowed := calls_allowed(reply.beginning, SPEC.pace.seconds):
        budget.at_most(allowed)
    return True


def _sum(numbers: Any) -> int | None:
    found = list(numbers)
    return None if None in found else sum(found)


def _difference(more: int | None, fewer: int | None) -> int | None:
    return None if more is None or fewer is None else max(0, more - fewer)
