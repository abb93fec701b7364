"""A sync of a single account, in seconds. It claims nothing about any other."""

import asyncio
from collections.abc import Iterable

from bot.store.queries import snapshots
from bot.store.queries.runs import RunState
from bot.store.snapshot import JudgedAccount
from bot.sync.judging import Bench, judge_one
from bot.sync.progress import Phase, Stopped
from bot.sync.reading import Shelf, read_tables, slim
from bot.sync.result import Ending, Json, one_counts
from bot.sync.work import Work
from connectors.contract import filter_from
from connectors.records import Account, AccountFilter, Option, Ref, Tables


async def sync_one(work: Work, account_id: str) -> Ending:
    async with asyncio.TaskGroup() as group:
        reading_tables = group.create_task(read_tables(work.connector, work.progress))
        reading_account = group.create_task(work.connector.account(account_id))
    tables, account = reading_tables.result(), reading_account.result()
    if account is None:
        counts = one_counts(in_psa=0, visible=False, left_out=None, agreements=0, qualifying=0)
        return await _write(work, account_id, None, counts)
    which = filter_from(tables, work.connection.settings)
    left_out = why_left_out(account, which)
    if left_out is not None:  # what a full sync would not pull is not kept either
        counts = one_counts(in_psa=1, visible=False, left_out=left_out, agreements=0, qualifying=0)
        return await _write(work, account_id, None, counts)
    return await _judge_and_write(work, Shelf().account(account), tables, which)


async def _judge_and_write(work: Work, account: Account, tables: Tables, which: AccountFilter) -> Ending:
    work.progress.enter(Phase.READING)
    agreements = slim(await work.connector.agreements_of(account.id))
    work.progress.add(1 + len(agreements))
    work.progress.enter(Phase.JUDGING)
    bench = Bench(
        connection=work.connection, spec=work.connector.spec, tables=tables, filter=which, now=work.clock.now()
    )
    kept, judged = judge_one(work.judge, bench, account, agreements)
    counts = one_counts(
        in_psa=1,
        visible=kept.visible is True,
        left_out=None,
        agreements=len(agreements),
        qualifying=len(judged.qualifying),
    )
    return await _write(work, account.id, kept, counts)


async def _write(work: Work, account_id: str, kept: JudgedAccount | None, counts: Json) -> Ending:
    work.progress.enter(Phase.WRITING)
    await work.progress.tell()
    written = await snapshots.write_one(
        work.db,
        work.lease.run_id,
        work.lease.token,
        work.connection.id,
        account_id,
        kept,
        now=work.clock.now(),
    )
    if written is None:
        raise Stopped
    return Ending(state=RunState.SUCCEEDED, counts=counts, changes=written.counts())


def why_left_out(account: Account, which: AccountFilter) -> str | None:
    """The class of R89 that the filter leaves it out as. What the PSA did not say leaves nothing out."""
    if account.deleted:
        return "recycled"
    if account.status is not None and not _is_among((account.status,), which.statuses):
        return "inactive"
    if account.types is not None and not _is_among(account.types, which.types):
        return "prospect"
    return None


def _is_among(told: Iterable[Ref], pulled: Iterable[Option] | None) -> bool:
    """A half of the filter whose table could not be read filters nothing."""
    return pulled is None or not {ref.id for ref in told}.isdisjoint(row.id for row in pulled)
