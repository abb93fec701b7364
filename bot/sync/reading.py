"""Reads everything that a full sync needs, page by page, and keeps only what is stored."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.sync.progress import Phase, Progress
from connectors.contract import Connector
from connectors.errors import ConnectorError, InvalidData, PsaDown
from connectors.records import NO_RAW, Account, AccountCounts, AccountFilter, Agreement, Because, Ref, Table, Tables

log = logging.getLogger(__name__)

Record = TypeVar("Record", Account, Agreement)
NOT_COUNTED = AccountCounts(in_psa=None, left_out={})
# New accounts appear between the counting and the reading; more than this cannot be explained by that.
PLAUSIBLE_SHARE = 1.01
PLAUSIBLE_EXTRA = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What the PSA returned: agreements by account, and those whose account did not come back (R77)."""

    accounts: dict[str, Account]
    agreements: dict[str, list[Agreement]]
    orphans: list[Agreement]
    counts: AccountCounts
    read_after: datetime

    @property
    def attached(self) -> int:
        return sum(len(group) for group in self.agreements.values())

    @property
    def agreements_fetched(self) -> int:
        return self.attached + len(self.orphans)


@dataclass(slots=True)
class Shelf:
    """Keeps each record once, without its raw answer, sharing the table rows that thousands of records point to."""

    refs: dict[Ref, Ref] = field(default_factory=dict)

    def account(self, account: Account) -> Account:
        types = None if account.types is None else tuple(self._shared(ref) for ref in account.types)
        return replace(account, raw=NO_RAW, status=self._perhaps(account.status), types=types)

    def agreement(self, agreement: Agreement) -> Agreement:
        return replace(
            agreement,
            raw=NO_RAW,
            type=self._perhaps(agreement.type),
            billing_cycle=self._perhaps(agreement.billing_cycle),
        )

    def _perhaps(self, ref: Ref | None) -> Ref | None:
        return None if ref is None else self._shared(ref)

    def _shared(self, ref: Ref) -> Ref:
        return self.refs.setdefault(ref, ref)


async def read_tables(connector: Connector, progress: Progress) -> Tables:
    """A table that is refused says so itself; one that is missing because the PSA is down ends the sync."""
    progress.enter(Phase.TABLES)
    tables = await connector.tables()
    down = [table.name for table in each_table(tables) if table.because is Because.PSA_DOWN]
    if down:
        raise PsaDown(f"{connector.spec.nouns.psa} did not answer for: {', '.join(down)}.")
    progress.add(sum(len(table.rows or ()) for table in each_table(tables)))
    return tables


def each_table(tables: Tables) -> tuple[Table, ...]:
    return (tables.statuses, tables.types, tables.agreement_types, tables.billing_cycles)


async def read_everything(connector: Connector, which: AccountFilter, progress: Progress, now: datetime) -> Harvest:
    """Accounts, agreements and counts side by side; how many calls at once is the connector's own limit."""
    progress.enter(Phase.READING)
    shelf = Shelf()
    async with asyncio.TaskGroup() as group:
        accounts = group.create_task(_accounts(connector, which, shelf, progress))
        agreements = group.create_task(_agreements(connector, shelf, progress))
        counts = group.create_task(_counts(connector, which))
    check_plausible(len(accounts.result()), counts.result(), connector)
    by_account, orphans = attach(agreements.result().values(), accounts.result())
    return Harvest(
        accounts=accounts.result(),
        agreements=by_account,
        orphans=orphans,
        counts=counts.result(),
        read_after=now,
    )


async def _accounts(connector: Connector, which: AccountFilter, shelf: Shelf, progress: Progress) -> dict[str, Account]:
    kept: dict[str, Account] = {}
    async for page in connector.accounts(which):
        for account in page:
            keep(kept, shelf.account(account), connector.spec.nouns.account)
        await _next_page(progress, len(page))
    return kept


async def _agreements(connector: Connector, shelf: Shelf, progress: Progress) -> dict[str, Agreement]:
    kept: dict[str, Agreement] = {}
    async for page in connector.agreements():
        for agreement in page:
            keep(kept, shelf.agreement(agreement), connector.spec.nouns.agreement)
        await _next_page(progress, len(page))
    return kept


async def _next_page(progress: Progress, rows: int) -> None:
    """A turn for everybody else, even where the connector has the next page ready (R239)."""
    progress.add(rows)
    await asyncio.sleep(0)


async def _counts(connector: Connector, which: AccountFilter) -> AccountCounts:
    """How many there are is worth knowing, but not worth a sync: a PSA that cannot count leaves it unknown."""
    try:
        return await connector.counts(which)
    except ConnectorError as error:
        log.warning("The accounts could not be counted.", extra={"action": "not_counted", "call": error.call})
        return NOT_COUNTED


def keep(kept: dict[str, Record], record: Record, noun: str) -> None:
    """Ids are unique (R184). The same record twice is a page that moved; of two versions the newer one counts."""
    if not record.id:
        raise InvalidData(f"One {noun} came without an id, so nothing of this sync was believed.")
    known = kept.get(record.id)
    if known is not None and known != record and known.changed_at == record.changed_at:
        raise InvalidData(f"Two different {noun} records came with the id {record.id}, so nothing was believed.")
    if known is None or _is_newer(record, known):
        kept[record.id] = record


def _is_newer(record: Record, known: Record) -> bool:
    if record.changed_at is None or known.changed_at is None:
        return known.changed_at is None
    return record.changed_at > known.changed_at


def check_plausible(fetched: int, counts: AccountCounts, connector: Connector) -> None:
    """More accounts than the PSA says it has: the answer makes no sense (R184)."""
    if counts.in_psa is not None and fetched > counts.in_psa * PLAUSIBLE_SHARE + PLAUSIBLE_EXTRA:
        nouns = connector.spec.nouns
        raise InvalidData(f"{nouns.psa} returned {fetched:,} {nouns.accounts} but counts only {counts.in_psa:,}.")


def attach(
    agreements: Iterable[Agreement], accounts: dict[str, Account]
) -> tuple[dict[str, list[Agreement]], list[Agreement]]:
    """Agreements by account, and the orphans: they are counted and explained, never dropped (R77)."""
    by_account: dict[str, list[Agreement]] = {}
    orphans: list[Agreement] = []
    for agreement in agreements:
        if agreement.account_id is not None and agreement.account_id in accounts:
            by_account.setdefault(agreement.account_id, []).append(agreement)
        else:
            orphans.append(agreement)
    return by_account, orphans


def slim(agreements: Sequence[Agreement]) -> tuple[Agreement, ...]:
    """The same as a full sync keeps."""
    shelf = Shelf()
    return tuple(shelf.agreement(agreement) for agreement in agreements)
