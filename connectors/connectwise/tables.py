"""The tenant's own tables, which everything else is looked up in: no id or name of them is known beforehand (R95)."""

import asyncio
from collections.abc import Mapping, Sequence

from connectors.connectwise import normalize
from connectors.connectwise.api import Api
from connectors.errors import NotFound, PermissionDenied
from connectors.http import Timing, at_once
from connectors.paging import Row
from connectors.records import Because, Option, Table, Tables

PURPOSE = "settings"
CYCLES_KEPT_FOR = 300.0


async def read_tables(api: Api) -> Tables:
    """Side by side. A refused table says so; anything else that goes wrong is an error of the whole read."""
    async with at_once() as group:
        statuses = group.create_task(_table(api, "statuses", "/company/companies/statuses", normalize.STATUS_FIELDS))
        types = group.create_task(
            _table(
                api,
                "types",
                "/company/companies/types",
                normalize.TYPE_FIELDS,
                smaller="/company/companies/info/types",
            )
        )
        agreement_types = group.create_task(read_agreement_types(api))
        cycles = group.create_task(read_billing_cycles(api))
    return Tables(
        statuses=statuses.result(),
        types=types.result(),
        agreement_types=agreement_types.result(),
        billing_cycles=cycles.result(),
    )


async def read_billing_cycles(api: Api, purpose: str = PURPOSE) -> Table:
    """The smaller list has no billingOptions, so names are known and options are not (CW §5.7)."""
    return await _table(
        api,
        "billing_cycles",
        "/finance/billingCycles",
        normalize.CYCLE_FIELDS,
        smaller="/finance/billingCycles/info",
        purpose=purpose,
    )


async def read_agreement_types(api: Api) -> Table:
    """Both lists: the full one may leave out rows that the smaller one shows, and the role says which are allowed."""
    async with at_once() as group:
        full = group.create_task(
            _table(api, "agreement_types", "/finance/agreements/types", normalize.AGREEMENT_TYPE_FIELDS)
        )
        smaller = group.create_task(
            _table(api, "agreement_types", "/finance/agreements/types/info", "id,name,inactiveFlag")
        )
        allowed = group.create_task(read_allow_list(api, PURPOSE))
    if full.result().rows is None and smaller.result().rows is None:
        return full.result()
    rows = {row.id: row for table in (smaller.result(), full.result()) for row in table.rows or ()}
    return Table(name="agreement_types", rows=with_allowed(tuple(rows.values()), allowed.result()))


async def read_allow_list(api: Api, purpose: str) -> frozenset[str] | None:
    """The agreement types that the role may see, casefolded. None: not shown to this API member (CW §6.3)."""
    try:
        rows = await api.rows(purpose, "/system/mySecurity/customizeItems/", {"pageSize": "1000"})
    except (PermissionDenied, NotFound):
        return None  # whether an API member may call this is not documented; a refusal is no finding
    items = (row.get("itemIdentifier") for row in rows if row.get("customizeIdentifier") == "FinanceAgreements")
    return frozenset(str(item).strip().casefold() for item in items) or None


def with_allowed(rows: Sequence[Option], allowed: frozenset[str] | None) -> tuple[Option, ...]:
    """``flags["allowed"]`` says whether a type is in the Allow list. Absent: not known."""
    if not allowed or not any({row.id, row.name.strip().casefold()} & allowed for row in rows):
        return tuple(rows)  # not one match: the list speaks another language than we do
    return tuple(
        Option(
            id=row.id,
            name=row.name,
            flags={**row.flags, "allowed": bool({row.id, row.name.strip().casefold()} & allowed)},
        )
        for row in rows
    )


class BillingOptions:
    """Billing-cycle id to its billingOptions, remembered for some minutes: every agreement is joined with it."""

    def __init__(self, *, api: Api, timing: Timing) -> None:
        self._api = api
        self._timing = timing
        self._lock = asyncio.Lock()
        self._options: Mapping[str, str] | None = None
        self._read_at = 0.0

    async def get(self, purpose: str) -> Mapping[str, str]:
        async with self._lock:
            if self._options is None or self._timing.clock() - self._read_at > CYCLES_KEPT_FOR:
                self.learn(await read_billing_cycles(self._api, purpose))
            return self._options or {}

    def learn(self, table: Table) -> None:
        chosen = ((row.id, row.flags.get("billingOptions")) for row in table.rows or ())
        self._options = {identity: option for identity, option in chosen if isinstance(option, str)}
        self._read_at = self._timing.clock()


async def _table(api: Api, name: str, path: str, fields: str, smaller: str = "", purpose: str = PURPOSE) -> Table:
    try:
        return Table(name=name, rows=await _options(api, purpose, path, fields))
    except PermissionDenied:
        if smaller:
            # Fewer rights open it (CW §6.1); its own fields differ from table to table, so all are taken.
            return await _table(api, name, smaller, "", purpose=purpose)
        return Table(name=name, rows=None, because=Because.PERMISSION)
    except NotFound:
        return Table(name=name, rows=None, because=Because.NOT_EXPOSED)


async def _options(api: Api, purpose: str, path: str, fields: str) -> tuple[Option, ...]:
    params = {"pageSize": "1000", "orderBy": "id asc", **({"fields": fields} if fields else {})}
    rows: Sequence[Row] = await api.rows(purpose, path, params)
    return normalize.options(rows)
