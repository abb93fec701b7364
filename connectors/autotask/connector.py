"""Datto Autotask: every read that a diagnosis or a sync makes, and none that writes."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from connectors import values
from connectors.autotask import filters, normalize, permissions
from connectors.autotask.access import prove_sight
from connectors.autotask.address import Address
from connectors.autotask.answers import SIGNS
from connectors.autotask.api import Api
from connectors.autotask.auth import Keys
from connectors.autotask.filters import Condition, Op
from connectors.autotask.lines import Lines, Reading
from connectors.autotask.picklists import COMPANIES, CONTRACTS, Picklists
from connectors.autotask.quota import Quota, read_threshold
from connectors.autotask.settings import read_settings
from connectors.autotask.settings_tables import read_settings_tables
from connectors.autotask.spec import SPEC
from connectors.autotask.surplus import surplus
from connectors.building import http_of
from connectors.contract import Setup, Spec
from connectors.errors import PermissionDenied
from connectors.http import Http, Timing, at_once
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

SLOW_BY_RULE: Final = 60.0  # seconds: Autotask itself adds latency when an hour's calls are used up (AT §4.1)
_HIGHEST_ID: Final = 2**31 - 1


class Autotask:
    """One tenant. Build one per connection and keep it: the call budget and the open connections live in it."""

    def __init__(self, *, api: Api, http: Http, usage: Usage, timing: Timing) -> None:
        self._api = api
        self._http = http
        self._usage = usage
        self._timing = timing
        self._picklists = Picklists(api=api, timing=timing)
        self._quota = Quota(api=api, timing=timing)

    @property
    def spec(self) -> Spec:
        return SPEC

    @property
    def usage(self) -> Usage:
        return self._usage

    async def check(self) -> ConnectionCheck:
        threshold = await read_threshold(self._api, "check")
        zone = await self._api.zone()
        return ConnectionCheck(
            version=await self._api.version(), host=urlsplit(zone.base).netloc, detail=str(threshold)
        )

    async def tables(self) -> Tables:
        return await self._picklists.tables()

    def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        return read_settings_tables(self._api, only)

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]:
        """Accounts whose name holds the text or whose number it is, of every type, active or not.

        Where more fit than ``limit``, those of exactly this name come first: they are the ones that were meant.
        """
        wanted = name.strip()
        if not wanted:
            return []
        found = await self._some(filters.named_like(wanted), limit)
        if len(found) >= limit:
            found = {**await self._some(filters.named_exactly(wanted), limit), **found}
        fitting = [one for one in found.values() if filters.holds(wanted, one.name, one.identifier)]
        return fitting[:limit]

    async def account(self, account_id: str) -> Account | None:
        """An id is a whole number; nothing else can be one. None only where every account could be seen."""
        if not _is_id(account_id):
            return None
        found = await self._some(filters.where("id", Op.EQ, int(account_id)), 1)
        if not found:
            await prove_sight(self._api, account_id)
        return next(iter(found.values()), None)

    async def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]:
        """Accounts whose parent comes later, or is not pulled, wait for its name until the end."""
        await self._quota.check()
        companies, links = await self._picklists.of(COMPANIES, "full"), await self._links()
        wanted = filters.eligible(which)
        if changed_since is not None:
            wanted = filters.changed_since(changed_since, companies.listed(filters.CHANGE_FIELDS))
        if wanted is None:
            return
        names, waiting = dict[str, str](), list[Row]()
        async for rows in self._api.every("full", COMPANIES, wanted, companies.listed(normalize.ACCOUNT_FIELDS)):
            names |= _names(rows)
            early = [row for row in rows if _parent_id(row) in names]
            waiting += [row for row in rows if _parent_id(row) not in names]
            yield [normalize.account(row, links, companies, names) for row in early]
        names |= await self._names_of("full", {_parent_id(row) for row in waiting} - names.keys())
        for start in range(0, len(waiting), SPEC.page_size):
            page = waiting[start : start + SPEC.page_size]
            yield [normalize.account(row, links, companies, names) for row in page]

    async def counts(self, which: AccountFilter) -> AccountCounts:
        """The classes do not overlap: inactive first, then left out by type (R89). Nothing is ever recycled here."""
        async with at_once() as group:
            everything = group.create_task(self._count(filters.EVERYTHING))
            kept = group.create_task(self._count(filters.kept_statuses(which)))
            pulled = group.create_task(self._count(filters.eligible(which)))
        return AccountCounts(
            in_psa=everything.result(),
            left_out={
                "inactive": max(0, everything.result() - kept.result()),
                "prospect": max(0, kept.result() - pulled.result()),
            },
        )

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]:
        """Of every status and type; those of a parent are read by its own id."""
        if not _is_id(account_id):
            return []
        contracts = await self._picklists.of(CONTRACTS, "one")
        condition, fields = filters.of_company(account_id), contracts.listed(normalize.CONTRACT_FIELDS)
        rows = [row async for page in self._api.every("one", CONTRACTS, condition, fields) for row in page]
        lines = await self._lines("one", [int(_contract_id(row)) for row in rows])
        links, today = await self._links(), self._today()
        return [normalize.agreement(row, links, contracts, _billing(row, lines, today), with_raw=True) for row in rows]

    async def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]:
        """Contracts and their lines side by side: lines come for all contracts at once, in far fewer calls.

        Always all of them: nothing on a contract says reliably when it was changed (AT §8).
        """
        await self._quota.check()
        contracts, links = await self._picklists.of(CONTRACTS, "full"), await self._links()
        fields = contracts.listed(normalize.CONTRACT_FIELDS)
        async with at_once() as group:
            reading_lines = group.create_task(self._lines("full", None))
            reading = group.create_task(self._pages(CONTRACTS, fields))
        lines, today = reading_lines.result(), self._today()
        for rows in reading.result():
            yield [normalize.agreement(row, links, contracts, _billing(row, lines, today)) for row in rows]

    async def lines(self, agreement_id: str) -> Sequence[LineItem]:
        """Raises PermissionDenied where they could not be read."""
        if not _is_id(agreement_id):
            return []
        found = (await self._lines("one", [int(agreement_id)])).of(agreement_id)
        if found is None:
            raise PermissionDenied(
                "Autotask shows this API user no services of contracts: grant Contracts: Full permission.",
                right="Contracts: Full permission",
                call="POST /ContractServices/query",
            )
        return found

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        return await permissions.probe(self._api, self._picklists, only)

    async def surplus(self) -> Sequence[str] | None:
        return await surplus(self._api)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _some(self, condition: Condition, limit: int) -> dict[str, Account]:
        """By id, the oldest first."""
        companies = await self._picklists.of(COMPANIES, "one")
        fields = companies.listed(normalize.ACCOUNT_FIELDS)
        page = await self._api.some("one", COMPANIES, condition, fields, min(max(limit, 1), SPEC.page_size))
        names, links = _names(page.rows), await self._links()
        names |= await self._names_of("one", {_parent_id(row) for row in page.rows} - names.keys())
        found = [normalize.account(row, links, companies, names, with_raw=True) for row in page.rows]
        return {account.id: account for account in found}

    async def _names_of(self, purpose: str, account_ids: Iterable[str]) -> Mapping[str, str]:
        """Of parents that were not read anyway. One that is hidden keeps its number."""
        names: dict[str, str] = {}
        try:
            for condition in filters.one_of("id", sorted(int(one) for one in account_ids if _is_id(one))):
                async for rows in self._api.every(purpose, COMPANIES, condition, normalize.NAME_FIELDS):
                    names |= _names(rows)
        except PermissionDenied:
            return names
        return names

    async def _pages(self, entity: str, fields: Sequence[str]) -> Sequence[Sequence[Row]]:
        return [rows async for rows in self._api.every("full", entity, filters.EVERYTHING, fields)]

    async def _lines(self, purpose: str, contracts: Sequence[int] | None) -> Lines:
        return await Reading(api=self._api, purpose=purpose, today=self._today(), contracts=contracts).lines()

    def _today(self) -> date:
        """The tenant's time zone is not told, so in UTC (AT §11)."""
        return self._timing.now().date()

    async def _count(self, condition: Condition | None) -> int:
        return 0 if condition is None else await self._api.count("full", COMPANIES, condition)

    async def _links(self) -> normalize.Links:
        return normalize.Links(web=(await self._api.zone()).web)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= _HIGHEST_ID


def _billing(row: Row, lines: Lines, today: date) -> normalize.Billing:
    return normalize.Billing(lines=lines.of(_contract_id(row)), day=today)


def _contract_id(row: Row) -> str:
    return normalize.identity_of(row, "contract")


def _parent_id(row: Row) -> str:
    parent = normalize.told(row, "parentCompanyID")
    return "" if parent is None else str(parent)


def _names(rows: Sequence[Row]) -> dict[str, str]:
    """The empty id is that of no parent at all."""
    known = {normalize.identity_of(row, "account"): values.text(normalize.told(row, "companyName")) for row in rows}
    return {"": "", **{identity: name for identity, name in known.items() if name}}


def build(setup: Setup) -> Autotask:
    """Raises BadSettings before any call."""
    settings, usage = read_settings(setup), Usage()
    timing = Timing.of(setup.now, setup.sleep)
    http = http_of(
        SPEC,
        setup,
        account=settings.database,
        usage=usage,
        timing=timing,
        is_local=settings.is_local,
        signs=SIGNS,
        usual_timeout=SLOW_BY_RULE,
    )
    keys = Keys(username=settings.username, secret=settings.secret, integration_code=settings.integration_code)
    address = Address(settings=settings, http=http, keys=keys, timing=timing)
    return Autotask(
        api=Api(http=http, address=address, keys=keys, timing=timing), http=http, usage=usage, timing=timing
    )
