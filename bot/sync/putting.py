"""Puts a stage in force: how every kind of sync that changes the snapshot ends."""

from bot.store.queries import snapshots, stages
from bot.store.queries.runs import RunState
from bot.store.queries.stages import Stage
from bot.sync.progress import Phase, Stopped
from bot.sync.result import Ending, Json
from bot.sync.work import Work
from connectors.records import AccountFilter, Tables


async def put_in_force(
    work: Work, stage: Stage, counts: Json, *, lookup: tuple[Tables, AccountFilter] | None = None
) -> Ending:
    """From the writing on a cancel comes too late: the old copy is replaced in one transaction, or not at all."""
    work.progress.enter(Phase.COMPARING)
    compared = await stages.compare(work.db, stage)
    work.progress.enter(Phase.WRITING)
    await work.progress.tell()
    written = await snapshots.write_stage(
        work.db,
        stage,
        run_id=work.lease.run_id,
        token=work.lease.token,
        now=work.clock.now(),
        compared=compared,
        lookup=lookup,
    )
    if written is None:
        raise Stopped
    return Ending(state=RunState.SUCCEEDED, counts=counts, changes=written.counts())
