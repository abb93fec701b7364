"""A full sync: everything is read, judged, guarded and put in force at once. Only it can prove a deletion."""

from bot.store.queries import snapshots, stages
from bot.store.queries.stages import Stage
from bot.store.snapshot import Totals
from bot.sync import orphans
from bot.sync.doubting import doubt_about, set_aside
from bot.sync.guard import Loss
from bot.sync.putting import put_in_force
from bot.sync.reading import Harvest, read_everything, set_up
from bot.sync.result import Ending, full_counts
from bot.sync.since import told_up_to
from bot.sync.work import Work


async def sync_full(work: Work) -> Ending:
    bench = await set_up(work)
    stage = await stages.open_stage(work.db, run_id=work.run.id, connection_id=work.connection.id)
    harvest = await read_everything(work, stage, bench)
    counts = full_counts(harvest) | told_up_to(harvest.newest, None)
    doubt = await doubt_about(work, bench, await _losses(work, stage, harvest))
    if doubt is not None:
        return await set_aside(work, stage, bench, doubt, counts)
    counts |= await orphans.explain(work, stage, bench, harvest.staged)
    return await put_in_force(work, stage, counts, lookup=(bench.tables, bench.filter))


async def _losses(work: Work, stage: Stage, harvest: Harvest) -> list[Loss]:
    """Accounts are compared one by one, so that as many new ones cannot hide the lost ones."""
    accounts, agreements = harvest.staged.accounts, harvest.staged.agreements
    before = await _believed(work)
    if before is None:
        return [
            Loss(accounts=True, before=None, after=accounts, lost=0),
            Loss(accounts=False, before=None, after=agreements, lost=0),
        ]
    known, lost = await stages.lost(work.db, stage)
    fewer = max(0, before.agreements - agreements)
    return [
        Loss(accounts=True, before=known, after=accounts, lost=lost),
        Loss(accounts=False, before=before.agreements, after=agreements, lost=fewer),
    ]


async def _believed(work: Work) -> Totals | None:
    """None: nothing was ever written for this connection."""
    if await snapshots.version(work.db, work.connection.id) == 0:
        return None
    return await snapshots.totals(work.db, work.connection.id)
