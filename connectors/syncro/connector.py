"""Syncro: every read that a diagnosis or a sync makes, and none that writes."""

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from connectors import values
from connectors.building import http_of
from connectors.contract import Setup, Spec
from connectors.errors import InvalidData, PermissionDenied
from connectors.http import Http, Signs, Timing, at_once
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
from connectors.syncro import normalize, permissions
from connectors.syncro.answers import ME, NoSuchRecord
from connectors.syncro.api import Api
from connectors.syncro.auth import Token
from connectors.syncro.listing import Pages
from connectors.syncro.rights import right_for
from connectors.syncro.settings import Settings, read_settings
from connectors.syncro.settings_tables import read_settings_tables
from connectors.syncro.spec import SPEC
from connectors.syncro.tables import NO_TABLES

CUSTOMERS: Final = "/customers"
SCHEDULES: Final = "/schedules"
_ID: Final = re.compile(r"[1-9][0-9]{0,17}")
# Without it disabled customers look as if they were deleted (SYN §2, §7).
_EVEN_DISABLED: Final = permissions.EVEN_DISABLED
# Without an order rows move between pages.
_ALL_CUSTOMERS: Final = {**_EVEN_DISABLED, "sort": "id ASC"}
_ASKED_ONE_BY_ONE: Final = 40
# A 429 may come without Retry-After; the limit is one of a minute (SYN §3).
_SIGNS: Final = Signs(rests=(60.0,) * 4)


class Syncro:
    """One Syncro account. Build one per connection and keep it: the open connections live in it."""

    def __init__(self, *, settings: Settings, api: Api, http: Http, usage: Usage) -> None:
        self._settings = settings
        self._links = normalize.Links(web=settings.web)
        self._api = api
        self._http = http
        self._usage = usage
        self._last_seen: set[str] = set()  # recurring invoices of the last whole read

    @property
    def spec(self) -> Spec:
        return SPEC

    @property
    def usage(self) -> Usage:
        return self._usage

    async def check(self) -> ConnectionCheck:
        """``/me`` also holds a credential, so only the account's name is taken from it. There is no version."""
        name = (await self._api.whole("check", ME)).get("subdomain")
        detail = ""
        if isinstance(name, str) and name and name.casefold() != self._settings.subdomain.partition(".")[0]:
            detail = f"The API token belongs to the Syncro account {name}, not to {self._settings.subdomain}."
        return ConnectionCheck(version=None, host=urlsplit(self._settings.root).netloc, detail=detail)

    async def tables(self) -> Tables:
        return NO_TABLES

    def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        return read_settings_tables(self._api, only)

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]:
        """Customers whose name holds the text, disabled ones too.

        What Syncro's search makes of quotes and signs is not documented, so what it finds is compared again here, and
        what it does not find is asked for by business name and by its longest word. Where more fit than ``limit``,
        those of exactly this name come first: they are the ones that were meant.
        """
        name = name.strip()
        if not name:
            return []
        found = dict[str, Account]()
        for wanted in _searches(name):
            found = found or await self._some(wanted, name, limit)
        if len(found) >= limit:
            found = {**await self._some({"business_name": name}, name, limit), **found}
        return sorted(found.values(), key=lambda one: one.name.casefold() != name.casefold())[:limit]

    async def account(self, account_id: str) -> Account | None:
        """An id is a whole number; nothing else can be one."""
        if not _is_id(account_id):
            return None
        try:
            row = await self._api.record("one", f"{CUSTOMERS}/{int(account_id)}", "customer")
        except NoSuchRecord:
            await self._prove_sight()
            return None
        except PermissionDenied:
            return await self._account_in_list(int(account_id))
        return normalize.account(row, self._links, with_raw=True)

    async def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]:
        """Every customer: there is no status or type that the filter could look at."""
        async for rows in self._pages("full", CUSTOMERS, _ALL_CUSTOMERS).all():
            yield [normalize.account(row, self._links) for row in rows]

    async def counts(self, which: AccountFilter) -> AccountCounts:
        """Disabled customers are pulled and judged, so nothing is left out."""
        first = await self._pages("full", CUSTOMERS, _ALL_CUSTOMERS).leaf(1)
        return AccountCounts(in_psa=first.total_entries, left_out={})

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]:
        if not _is_id(account_id):
            return []
        pages = self._pages("one", SCHEDULES, {"customer_id": account_id})
        rows = [row async for page in pages.all() for row in page]
        own = [row for row in rows if values.identity(row.get("customer_id")) in {None, account_id}]
        return await self._agreements("one", own, with_raw=True)

    async def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]:
        """The list says nothing of its length, so that one which was pushed over a page border while another vanished
        would not be missed (SYN §2). Those of the last read that did not come again are asked for on their own.
        """
        seen = set[str]()
        async for rows in self._pages("full", SCHEDULES, {}).all():
            page = await self._agreements("full", rows)
            seen |= {one.id for one in page}
            yield page
        if found := await self._overlooked(self._last_seen - seen):
            yield found
        self._last_seen = seen | {one.id for one in found}

    async def lines(self, agreement_id: str) -> Sequence[LineItem]:
        path = f"{SCHEDULES}/{int(agreement_id)}"
        found = normalize.lines(await self._api.record("one", path, "schedule"), agreement_id)
        if found is None:
            raise InvalidData("Syncro sent a recurring invoice without its lines.", call=f"GET {path}")
        return found

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        return await permissions.probe(self._api, only)

    async def surplus(self) -> Sequence[str] | None:
        """Syncro shows the rights of the user who made a token, not what is ticked for it."""
        return None

    async def aclose(self) -> None:
        await self._http.aclose()

    def _pages(self, purpose: str, path: str, params: Mapping[str, str]) -> Pages:
        return Pages(api=self._api, purpose=purpose, path=path, name=path.strip("/"), params=params)

    async def _some(self, wanted: Mapping[str, str], name: str, limit: int) -> dict[str, Account]:
        """By id, those that really hold the name."""
        found = dict[str, Account]()
        async for rows in self._pages("one", CUSTOMERS, {**wanted, **_ALL_CUSTOMERS}).in_order():
            page = (normalize.account(row, self._links, with_raw=True) for row in rows)
            found |= {one.id: one for one in page if _comparable(name) in _comparable(one.name)}
            if len(found) >= limit:
                break
        return found

    async def _account_in_list(self, account_id: int) -> Account | None:
        """Where the token lacks Customers - View Detail the list shows the same (SYN §2)."""
        pages = self._pages("one", CUSTOMERS, {**_EVEN_DISABLED, "id[]": str(account_id)})
        found = [normalize.account(row, self._links, with_raw=True) for row in (await pages.leaf(1)).rows]
        fitting = next((one for one in found if one.id == str(account_id)), None)
        if fitting is None:
            await self._prove_sight()
        return fitting

    async def _agreements(self, purpose: str, rows: Sequence[Row], *, with_raw: bool = False) -> list[Agreement]:
        """With their lines: those that the list did not bring are read one by one (SYN §4)."""
        async with at_once() as group:
            whole = [group.create_task(self._with_lines(purpose, row)) for row in rows]
        return [normalize.agreement(task.result(), self._links, with_raw=with_raw) for task in whole]

    async def _overlooked(self, missing: Collection[str]) -> list[Agreement]:
        """Which of them are still there. A great many were deleted: then the list itself is read once more."""
        if len(missing) > _ASKED_ONE_BY_ONE:
            rows = [row async for page in self._pages("full", SCHEDULES, {}).all() for row in page]
            return await self._agreements("full", [row for row in rows if values.identity(row.get("id")) in missing])
        async with at_once() as group:
            asking = [group.create_task(self._schedule(identity)) for identity in sorted(missing) if _is_id(identity)]
        return await self._agreements("full", [task.result() for task in asking if task.result()])

    async def _schedule(self, identity: str) -> Row:
        """Empty: it was deleted."""
        try:
            return await self._api.record("full", f"{SCHEDULES}/{int(identity)}", "schedule")
        except NoSuchRecord:
            return {}

    async def _with_lines(self, purpose: str, row: Row) -> Row:
        identity = row.get("id")
        if isinstance(row.get("lines"), list) or not isinstance(identity, int):
            return row
        try:
            return await self._api.record(purpose, f"{SCHEDULES}/{identity}", "schedule")
        except NoSuchRecord:  # deleted between the two reads
            return row

    async def _prove_sight(self) -> None:
        """A customer that a token may not see looks like one that does not exist."""
        async with at_once() as group:
            reading = group.create_task(self._pages("one", CUSTOMERS, _EVEN_DISABLED).leaf(1))
            being = group.create_task(self._api.whole("one", ME))
        if permissions.is_limited(reading.result(), being.result().get("admin")):
            right = right_for(CUSTOMERS)
            raise PermissionDenied(
                "Syncro shows this API token one customer at most: make the token as a user who is not a "
                f"Single-Customer user, with {right}.",
                right=right,
                call=f"GET {CUSTOMERS}",
            )


def _searches(name: str) -> list[dict[str, str]]:
    words = sorted(re.findall(r"\w+", name), key=len, reverse=True)
    asked = [{"query": name}, {"business_name": name}]
    return [*asked, {"query": words[0]}] if words and words[0] != name else asked


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


def _comparable(text: str) -> str:
    return text.casefold().replace("\x00", "\ufffd")  # as our records spell it


def build(setup: Setup) -> Syncro:
    """Raises BadSettings before any call."""
    settings, usage = read_settings(setup), Usage()
    timing, token = Timing.of(setup.now, setup.sleep), Token(settings.api_token)
    http = http_of(
        SPEC,
        setup,
        account="",  # the limit is per IP address, so all Syncro accounts of this bot share one (SYN §3)
        usage=usage,
        timing=timing,
        is_local=settings.is_local,
        signs=_SIGNS,
    )
    api = Api(http=http, root=settings.root, token=token)
    return Syncro(settings=settings, api=api, http=http, usage=usage)
