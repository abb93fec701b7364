"""ConnectWise PSA: every read that a diagnosis or a sync makes, and none that writes."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from connectors.building import http_of
from connectors.connectwise import conditions, normalize, permissions
from connectors.connectwise.address import Address
from connectors.connectwise.answers import NoSuchRecord
from connectors.connectwise.api import Api
from connectors.connectwise.auth import Keys
from connectors.connectwise.conditions import Query
from connectors.connectwise.settings import Settings, read_settings
from connectors.connectwise.settings_tables import read_settings_tables
from connectors.connectwise.spec import SPEC
from connectors.connectwise.surplus import surplus
from connectors.connectwise.tables import BillingOptions, read_tables
from connectors.contract import Setup, Spec
from connectors.errors import PermissionDenied
from connectors.http import Http, Timing, at_once
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

COMPANIES: Final = "/company/companies"
AGREEMENTS: Final = "/finance/agreements"
_HIGHEST_ID: Final = 2**31 - 1


class ConnectWise:
    """One tenant. Build one per connection and keep it: the call budget and the open connections live in it."""

    def __init__(self, *, settings: Settings, api: Api, http: Http, usage: Usage, options: BillingOptions) -> None:
        self._settings = settings
        self._api = api
        self._http = http
        self._usage = usage
        self._options = options

    @property
    def spec(self) -> Spec:
        return SPEC

    @property
    def usage(self) -> Usage:
        return self._usage

    async def check(self) -> ConnectionCheck:
        row = await self._api.row("check", "/system/info")
        version = row.get("version")
        return ConnectionCheck(
            version=version if isinstance(version, str) else None, host=urlsplit(await self._api.base()).netloc
        )

    async def tables(self) -> Tables:
        tables = await read_tables(self._api)
        self._options.learn(tables.billing_cycles)
        return tables

    def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        return read_settings_tables(self._api, only)

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]:
        """Companies whose name or identifier holds the text, deleted and inactive ones too.

        Where more fit than ``limit``, those of exactly this name come first: they are the ones that were meant.
        """
        if not name.strip():
            return []
        found = await self._some(conditions.named_like(name), limit)
        if len(found) >= limit and (exactly := conditions.named_exactly(name)):
            found = {**await self._some(exactly, limit), **found}
        fitting = [one for one in found.values() if conditions.holds(name, one.name, one.identifier)]
        return fitting[:limit]

    async def account(self, account_id: str) -> Account | None:
        """A RecId is a whole number; nothing else can be one."""
        if not (account_id.isascii() and account_id.isdigit() and int(account_id) <= _HIGHEST_ID):
            return None
        path = f"{COMPANIES}/{int(account_id)}"
        try:
            row = await self._api.row("one", path, {"fields": normalize.ACCOUNT_FIELDS})
        except NoSuchRecord:
            await self._prove_sight()
            return None
        return normalize.account(row, await self._links(), with_raw=True)

    async def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]:
        purpose, changed = _reading(changed_since)
        seen = set[str]()
        for query in (changed,) if changed else conditions.eligible(which):
            async for rows in self._api.bulk(purpose, COMPANIES, query, normalize.ACCOUNT_FIELDS):
                links = await self._links()
                page = [normalize.account(row, links) for row in rows]
                yield [account for account in page if account.id not in seen]
                seen.update(account.id for account in page)

    async def counts(self, which: AccountFilter) -> AccountCounts:
        """The classes do not overlap: recycled first, then inactive by status, then left out by type (R89)."""
        wanted = list(conditions.eligible(which))
        async with at_once() as group:
            everything = group.create_task(self._count(Query()))
            recycled = group.create_task(self._count(Query(conditions="deletedFlag=true")))
            kept = [group.create_task(self._count(query)) for query in conditions.kept_statuses(which)]
            pulled = [group.create_task(self._count(query)) for query in wanted]
        of_kept_status = sum(task.result() for task in kept)
        # Chunks of types overlap, because a company has many; then their sum says nothing.
        countable = len(wanted) == len(kept) or not wanted
        return AccountCounts(
            in_psa=everything.result(),
            left_out={
                "recycled": recycled.result(),
                "inactive": max(0, everything.result() - recycled.result() - of_kept_status),
                "prospect": max(0, of_kept_status - sum(task.result() for task in pulled)) if countable else None,
            },
        )

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]:
        """Of every status; those of a parent or of a company that pays for another are read by its own id."""
        async with at_once() as group:
            options = group.create_task(self._options.get("one"))
            reading = group.create_task(self._rows_of(AGREEMENTS, account_id))
        links = await self._links()
        return [normalize.agreement(row, links, options.result(), with_raw=True) for row in reading.result()]

    async def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]:
        purpose, changed = _reading(changed_since)
        options = await self._options.get(purpose)
        async for rows in self._api.bulk(purpose, AGREEMENTS, changed or Query(), normalize.AGREEMENT_FIELDS):
            links = await self._links()
            yield [normalize.agreement(row, links, options) for row in rows]

    async def lines(self, agreement_id: str) -> Sequence[LineItem]:
        path = f"{AGREEMENTS}/{int(agreement_id)}/additions"
        pages = self._api.all("one", path, Query(), normalize.LINE_FIELDS)
        return [normalize.line(row, agreement_id) async for rows in pages for row in rows]

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        return await permissions.probe(self._api, only)

    async def surplus(self) -> Sequence[str] | None:
        return await surplus(self._api)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _some(self, query: Query, limit: int) -> dict[str, Account]:
        """By id, the oldest first."""
        page = {"orderBy": "id asc", "pageSize": str(min(limit, SPEC.page_size)), "fields": normalize.ACCOUNT_FIELDS}
        rows = await self._api.rows("one", COMPANIES, {**query.params(), **page})
        links = await self._links()
        found = [normalize.account(row, links, with_raw=True) for row in rows]
        return {account.id: account for account in found}

    async def _rows_of(self, path: str, account_id: str) -> list[normalize.Row]:
        pages = self._api.all("one", path, conditions.of_company(account_id), normalize.AGREEMENT_FIELDS)
        return [row async for rows in pages for row in rows]

    async def _count(self, query: Query) -> int:
        return await self._api.count("full", COMPANIES, query)

    async def _prove_sight(self) -> None:
        """A company that the role hides looks like one that does not exist; only who sees companies may say so."""
        if not await self._api.count("one", COMPANIES, Query()):
            right = SPEC.rights[0].right
            raise PermissionDenied(
                f"ConnectWise shows this API member no company at all: grant {right}.",
                right=right,
                call=f"GET {COMPANIES}/count",
            )

    async def _links(self) -> normalize.Links:
        return normalize.Links.of(await self._api.base(), self._settings.company)


def _reading(changed_since: datetime | None) -> tuple[str, Query | None]:
    """Its purpose, and what limits it to changes."""
    return ("full", None) if changed_since is None else ("quick", conditions.changed_since(changed_since))


def build(setup: Setup) -> ConnectWise:
    """Raises BadSettings before any call."""
    settings, usage = read_settings(setup), Usage()
    timing = Timing.of(setup.now, setup.sleep)
    account = f"{settings.host} {settings.company}"
    http = http_of(SPEC, setup, account=account, usage=usage, timing=timing, is_local=settings.is_local)
    keys = Keys(
        company=settings.company,
        public_key=settings.public_key,
        private_key=settings.private_key,
        client_id=settings.client_id,
        api_version=settings.api_version,
    )
    api = Api(http=http, address=Address(settings=settings, http=http, keys=keys, timing=timing), keys=keys)
    return ConnectWise(
        settings=settings, api=api, http=http, usage=usage, options=BillingOptions(api=api, timing=timing)
    )
