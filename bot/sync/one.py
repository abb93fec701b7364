"""A sync of a single account, in seconds. It claims nothing about any other."""

import asyncio
from dataclasses import replace

from bot.store.queries import stages
from bot.store.queries.stages import Covers, Stage
from bot.sync.filtering import why_left_out
from bot.sync.judging import Bench, judge_one
from bot.sync.progress import Phase
from bot.sync.putting import put_in_force
from bot.sync.reading import read_tables
from bot.sync.result import Ending, one_counts
from bot.sync.work import Work
from connectors.contract import filter_from
from connectors.records import Account, AccountFilter, Tables


async def sync_one(work: Work, account_id: str) -> Ending:
    stage = await stages.open_stage(
        work.db,
        run_id=work.run.id,
        connection_id=work.connection.id,
        covers=Covers.ACCOUNT,
        account_id=account_id,
    )
    async with asyncio.TaskGroup() as group:
        reading_tables = group.create_task(read_tables(work.connector, work.progress))
        reading_account = group.create_task(work.connector.account(account_id))
    tables, account = reading_tables.result(), reading_account.result()
    if account is None:
        counts = one_counts(in_psa=0, visible=False, left_out=None, agreements=0, qualifying=0)
        return await put_in_force(work, stage, counts)
    which = filter_from(tables, work.connection.settings)
    left_out = why_left_out(account, which)
    if left_out is not None:  # what a full sync would not pull is not kept either
        counts = one_counts(in_psa=1, visible=False, left_out=left_out, agreements=0, qualifying=0)
        return await put_in_force(work, stage, counts)
    return await _judge_and_write(work, stage, account, tables, which)


async def _judge_and_write(work: Work, stage: Stage, account: Account, tables: Tables, which: AccountFilter) -> Ending:
    work.progress.enter(Phase.READING)
    agreements = await work.connector.agreements_of(account.id)
    work.progress.add(1 + len(agreements))
    work.progress.enter(Phase.JUDGING)
    bench = Bench(
        connection=work.connection, spec=work.connector.spec, tables=tables, filter=which, now=work.clock.now()
    )
    judged = judge_one(work.judge, bench, account, agreements)
    counts = one_counts(
        in_psa=1,
        visible=judged.visible is True,
        left_out=None,
        agreements=len(agreements),
        qualifying=judged.qualifying,
    )
    # An agreement that carries another's id is that one's: a parent's, seen through its child.
    its = [one if one.account_id else replace(one, account_id=account.id) for one in agreements]
    await stages.stage_agreements(work.db, stage, its)
    await stages.stage_accounts(work.db, stage, [judged])
    return await put_in_force(work, stage, counts)
