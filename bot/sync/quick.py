"""A quick sync: what the PSA calls changed since the last one is read, judged and brought up to date (X10).

What did not come stays as it was: it proves no deletion, and marks nothing as gone or stale (X28). An account that came
and that the filter leaves out now does leave the snapshot, because that was seen.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from bot.store.queries import runs, snapshots, stages
from bot.store.queries.runs import RunKind, SyncRun
from bot.store.queries.stages import Covers, Stage
from bot.sync.doubting import differs, doubt_about, set_aside
from bot.sync.due import why_not_quick
from bot.sync.filtering import why_left_out
from bot.sync.guard import Loss
from bot.sync.judging import Bench
from bot.sync.putting import put_in_force
from bot.sync.reading import Pages, judge_into, set_up
from bot.sync.result import Ending, Json, quick_counts
from bot.sync.since import since_when, told_up_to
from bot.sync.work import Work
from connectors.errors import BadSettings
from connectors.records import Account


async def sync_quick(work: Work) -> Ending:
    """Raises BadSettings where there is nothing to begin from: people are told what to do instead."""
    last, before = await _successes(work)
    since = since_when(last, before, work.connector.spec.quick.overlap)
    bench = await set_up(work)
    stage = await stages.open_stage(
        work.db, run_id=work.run.id, connection_id=work.connection.id, covers=Covers.CHANGES
    )
    pages, came = Pages(work, stage, since), Came()
    async with asyncio.TaskGroup() as group:
        group.create_task(pages.read(bench.filter))
        group.create_task(_judged(work, stage, bench, pages, came))
    async for page in stages.concerned(work.db, stage):
        await judge_into(work, stage, bench, page, seen=False)
    counts = await _counts(work, stage, came) | told_up_to(pages.newest, last) | await _outdated(work, bench)
    return await _end(work, stage, bench, counts)


@dataclass(slots=True)
class Came:
    """Accounts that were changed: how many, and how many of them the filter leaves out, by class (R89)."""

    accounts: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


async def _judged(work: Work, stage: Stage, bench: Bench, pages: Pages, came: Came) -> None:
    while (page := await pages.following()) is not None:
        came.accounts += len(page)
        pulled, left = list[Account](), list[str]()
        for account in page:
            if (why := why_left_out(account, bench.filter)) is None:
                pulled.append(account)
            else:
                left.append(account.id)
                came.left_out[why] += 1
        await judge_into(work, stage, bench, pulled)
        if left:
            await stages.note_leaving(work.db, stage, left)


async def _end(work: Work, stage: Stage, bench: Bench, counts: Json) -> Ending:
    known, leaving = await stages.leaving(work.db, stage)
    loss = Loss(accounts=True, before=known, after=known - leaving, lost=leaving, left=True)
    doubt = await doubt_about(work, bench, [loss])
    if doubt is not None:
        return await set_aside(work, stage, bench, doubt, counts)
    return await put_in_force(work, stage, counts)


async def _counts(work: Work, stage: Stage, came: Came) -> Json:
    return quick_counts(await stages.count(work.db, stage), came.accounts, came.left_out)


async def _outdated(work: Work, bench: Bench) -> Json:
    """What a quick sync cannot apply: the filter and the tables are of concern to accounts that did not change, too."""
    tables = await snapshots.tables(work.db, work.connection.id)
    which = await snapshots.account_filter(work.db, work.connection.id)
    return {"needs_full": tables != bench.tables or differs(which, bench.filter)}


async def _successes(work: Work) -> tuple[SyncRun, SyncRun | None]:
    """The last one that read what changed, and the one before it."""
    last_full = await runs.last_success(work.db, work.connection.id)
    if why_not := why_not_quick(work.connector.spec, work.connection.name, last_full):
        raise BadSettings(why_not)
    last_quick = await runs.last_success(work.db, work.connection.id, RunKind.QUICK)
    newest = [run for run in (last_full, last_quick) if run is not None]
    newest += [run for run in [await runs.success_before(work.db, one) for one in newest] if run is not None]
    last, *before = sorted(newest, key=lambda run: run.id, reverse=True)
    return last, before[0] if before else None
