"""Reads what a sync needs, page by page, straight into its stage: memory holds a few pages at most."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.store.queries import stages
from bot.store.queries.stages import Stage, Staged
from bot.sync.judging import Bench, judge_page
from bot.sync.progress import Phase, Progress
from bot.sync.work import Work
from connectors.contract import Connector, filter_from
from connectors.errors import ConnectorError, InvalidData, PsaDown
from connectors.records import Account, AccountCounts, AccountFilter, Agreement, Because, Table, Tables

log = logging.getLogger(__name__)

NOT_COUNTED: Final = AccountCounts(in_psa=None, left_out={})
# New accounts appear between the counting and the reading; more than this cannot be explained by that.
PLAUSIBLE_SHARE: Final = 1.01
PLAUSIBLE_EXTRA: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What the PSA returned, in numbers; the records are in the stage. ``newest``: the latest change, by its clock."""

    staged: Staged
    counts: AccountCounts
    newest: datetime | None = None


async def set_up(work: Work) -> Bench:
    """The tenant's tables, and the filter that follows from them; the reading begins after them."""
    tables = await read_tables(work.connector, work.progress)
    return Bench(
        connection=work.connection,
        spec=work.connector.spec,
        tables=tables,
        filter=filter_from(tables, work.connection.settings),
        now=work.clock.now(),
    )


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


async def read_everything(work: Work, stage: Stage, bench: Bench) -> Harvest:
    """Accounts, agreements and counts side by side; how many calls at once is the connector's own limit."""
    pages = Pages(work, stage)
    async with asyncio.TaskGroup() as group:
        counts = group.create_task(_counts(work.connector, bench.filter))
        group.create_task(pages.read(bench.filter))
        group.create_task(_judged(work, stage, bench, pages))
    staged = await stages.count(work.db, stage)
    check_plausible(staged.accounts, counts.result(), work.connector)
    await stages.settle(work.db, staged.accounts + staged.agreements)
    return Harvest(staged=staged, counts=counts.result(), newest=pages.newest)


async def _judged(work: Work, stage: Stage, bench: Bench, pages: "Pages") -> None:
    while (page := await pages.following()) is not None:
        await judge_into(work, stage, bench, page)


async def judge_into(work: Work, stage: Stage, bench: Bench, page: Sequence[Account], *, seen: bool = True) -> None:
    """``seen`` False: the accounts are those that were stored, and were not read again."""
    agreements = await stages.agreements_of(work.db, stage, [account.id for account in page])
    judged = await judge_page(work.judge, bench, page, agreements)
    await stages.stage_accounts(work.db, stage, judged, seen=seen)


class Pages:
    """Agreements go to the stage as they come. An account is judged by its agreements, so that the pages of accounts
    wait for all of them: a few in memory, and the rest in the PSA.
    """

    def __init__(self, work: Work, stage: Stage, since: datetime | None = None) -> None:
        self._work = work
        self._stage = stage
        self._since = since
        most = work.settings.read_ahead // work.connector.spec.page_size
        self._ahead = asyncio.Queue[Sequence[Account] | None](max(1, most))
        self._all_agreed = asyncio.Event()
        self.newest: datetime | None = None

    async def read(self, which: AccountFilter) -> None:
        self._work.progress.enter(Phase.READING)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._agreements())
            group.create_task(self._accounts(which))

    async def following(self) -> Sequence[Account] | None:
        """The next page of accounts, when every agreement is there; None: that was the last."""
        if not self._all_agreed.is_set():
            await self._all_agreed.wait()
            self._work.progress.enter(Phase.JUDGING)
        return await self._ahead.get()

    async def _agreements(self) -> None:
        async for page in self._work.connector.agreements(changed_since=self._since):
            await stages.stage_agreements(self._work.db, self._stage, page)
            self._came(page)
        self._all_agreed.set()

    async def _accounts(self, which: AccountFilter) -> None:
        async for page in self._work.connector.accounts(which, changed_since=self._since):
            self._came(page)
            await self._ahead.put(page)
        await self._ahead.put(None)

    def _came(self, page: Sequence[Account | Agreement]) -> None:
        self._work.progress.add(len(page))
        told = [record.changed_at for record in page if record.changed_at is not None]
        self.newest = max([*told, *([self.newest] if self.newest else [])], default=None)


async def _counts(connector: Connector, which: AccountFilter) -> AccountCounts:
    """How many there are is worth knowing, but not worth a sync: a PSA that cannot count leaves it unknown."""
    try:
        return await connector.counts(which)
    except ConnectorError as error:
        log.warning("The accounts could not be counted.", extra={"action": "not_counted", "call": error.call})
        return NOT_COUNTED


def check_plausible(fetched: int, counts: AccountCounts, connector: Connector) -> None:
    """More accounts than the PSA says it has: the answer makes no sense (R184)."""
    if counts.in_psa is not None and fetched > counts.in_psa * PLAUSIBLE_SHARE + PLAUSIBLE_EXTRA:
        nouns = connector.spec.nouns
        raise InvalidData(f"{nouns.psa} returned {fetched:,} {nouns.accounts} but counts only {counts.in_psa:,}.")
