"""Every read that a diagnosis or a sync of this family makes, and none that writes."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import aclosing
from datetime import datetime
from urllib.parse import urlsplit

from connectors import values
from connectors.building import http_of
from connectors.contract import Setup, Spec, budget_key
from connectors.errors import NotFound, PermissionDenied
from connectors.http import Budgets, Http, Timing
from connectors.kaseya_family import normalize, permissions
from connectors.kaseya_family.accounts import Accounts
from connectors.kaseya_family.address import Address
from connectors.kaseya_family.answers import SIGNS, folded
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.auth import Token
from connectors.kaseya_family.configuration import Undocumented
from connectors.kaseya_family.contracts import Contracts
from connectors.kaseya_family.hourly import Hourly
from connectors.kaseya_family.lines import lines_of
from connectors.kaseya_family.normalize import Links
from connectors.kaseya_family.product import Product
from connectors.kaseya_family.rights import ACCOUNT_TYPES, USER
from connectors.kaseya_family.roll import Roll
from connectors.kaseya_family.settings import read_settings
from connectors.kaseya_family.settings_tables import read_settings_tables
from connectors.kaseya_family.sign_in import SignIn
from connectors.kaseya_family.spec import PER_ENDPOINT
from connectors.records import (
    AccessProbe,
    Account,
    AccountCounts,
    AccountFilter,
    Agreement,
    Because,
    ConnectionCheck,
    LineItem,
    SettingsKind,
    SettingsTable,
    Table,
    Tables,
    Usage,
)


class KaseyaPsa:
    """One tenant. Build one per connection and keep it: the token, the budgets and the connections live in it."""

    def __init__(
        self,
        *,
        spec: Spec,
        api: Api,
        http: Http,
        usage: Usage,
        address: Address,
        links: Links,
        undocumented: Undocumented,
    ) -> None:
        self._spec = spec
        self._undocumented = undocumented
        self._api = api
        self._http = http
        self._usage = usage
        self._address = address
        self._links = links
        self._roll = Roll(api)
        self._accounts = Accounts(api=api, roll=self._roll, links=links)
        self._contracts = Contracts(api=api, accounts=self._accounts, roll=self._roll, links=links)

    @property
    def spec(self) -> Spec:
        return self._spec

    @property
    def usage(self) -> Usage:
        return self._usage

    async def check(self) -> ConnectionCheck:
        """No call tells a version (BMS §0). The product's own name shows a server of the wrong product."""
        try:
            said = folded((await self._api.get("check", USER)).result)
        except NotFound:
            await self._api.get("check", ACCOUNT_TYPES)
            said = None
        told = said if isinstance(said, dict) else {}
        parts = (values.text(told.get(name)) for name in ("productname", "businessname"))
        return ConnectionCheck(
            version=None, host=urlsplit(self._address.base).netloc, detail=", ".join(filter(None, parts))
        )

    async def tables(self) -> Tables:
        """Only account types are a table. Contract types and billing cycles come by name, with each contract."""
        return Tables(
            statuses=Table(name="statuses", rows=normalize.STATUSES),
            types=await self._types(),
            agreement_types=Table(name="agreement_types", rows=None, because=Because.NOT_EXPOSED),
            billing_cycles=Table(name="billing_cycles", rows=None, because=Because.NOT_EXPOSED),
        )

    def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        return read_settings_tables(self._spec, self._api, self._undocumented, only)

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]:
        return await self._accounts.find(name, limit)

    async def account(self, account_id: str) -> Account | None:
        row = await self._accounts.one(account_id)
        return normalize.account(row, self._links, with_raw=True) if row is not None else None

    async def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]:
        """Chosen on our side, because contracts can only be joined where every account's name is known (BMS §4)."""
        async with aclosing(self._roll.pages()) as pages:
            async for rows in pages:
                page = [normalize.account(row, self._links) for row in rows]
                if chosen := [one for one in page if _has_status(one, which) and _has_type(one, which)]:
                    yield chosen

    async def counts(self, which: AccountFilter) -> AccountCounts:
        """The classes do not overlap: inactive first, then left out by type (R89). Nothing is ever recycled here."""
        in_psa, inactive, prospects = 0, 0, 0
        async with aclosing(self._roll.pages()) as pages:
            async for rows in pages:
                page = [normalize.account(row, self._links) for row in rows]
                kept = [one for one in page if _has_status(one, which)]
                in_psa += len(page)
                inactive += len(page) - len(kept)
                prospects += sum(not _has_type(one, which) for one in kept)
        return AccountCounts(in_psa=in_psa, left_out={"inactive": inactive, "prospect": prospects})

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]:
        return await self._contracts.of(account_id)

    async def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]:
        async for page in self._contracts.every():
            yield page

    async def lines(self, agreement_id: str) -> Sequence[LineItem]:
        return await lines_of(self._api, agreement_id)

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        return await permissions.probe(self._api, self._spec.rights, only)

    async def surplus(self) -> Sequence[str] | None:
        """No documented call tells what a role holds."""
        return None

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _types(self) -> Table:
        try:
            rows = await self._api.rows("settings", ACCOUNT_TYPES)
        except PermissionDenied:
            return Table(name="types", rows=None, because=Because.PERMISSION)
        except NotFound:
            return Table(name="types", rows=None, because=Because.NOT_EXPOSED)
        return Table(name="types", rows=normalize.account_types(rows))


def _has_status(account: Account, which: AccountFilter) -> bool:
    """What was not told filters nothing."""
    if which.statuses is None or account.status is None:
        return True
    return account.status.id in {row.id for row in which.statuses}


def _has_type(account: Account, which: AccountFilter) -> bool:
    """By number, and by name where an account's type came without one."""
    if which.types is None or account.types is None:
        return True
    pulled = {row.id for row in which.types} | {row.name for row in which.types}
    return any(kind.id in pulled for kind in account.types)


def build_psa(product: Product, spec: Spec, setup: Setup) -> KaseyaPsa:
    """Raises BadSettings before any call."""
    settings, usage = read_settings(product, spec, setup), Usage()
    timing = Timing.of(setup.now, setup.sleep)
    http = http_of(
        spec,
        setup,
        account=settings.account,
        usage=usage,
        timing=timing,
        is_local=settings.is_local,
        signs=SIGNS,
    )
    address = Address(settings.bases)
    token = Token(sign_in=SignIn(product, settings), address=address, timing=timing, usage=usage)
    hourly = Hourly(
        psa=product.name,
        calls_per_hour=PER_ENDPOINT.ours,
        timing=timing,
        budgets=setup.budgets or Budgets(),
        account=budget_key(spec, settings.account),
    )
    api = Api(spec=spec, http=http, token=token, address=address, hourly=hourly)
    links = Links(web=settings.web, account_url=settings.account_url, contract_url=settings.contract_url)
    return KaseyaPsa(
        spec=spec,
        api=api,
        http=http,
        usage=usage,
        address=address,
        links=links,
        undocumented=settings.undocumented,
    )
