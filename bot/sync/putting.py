"""Puts a stage in force: how every kind of sync that changes the snapshot ends."""

from typing import Final

from bot.store.queries import connections, snapshots, stages
from bot.store.queries.runs import RunState
from bot.store.queries.stages import Stage, Staleness
from bot.sync.progress import Phase, Stopped
from bot.sync.result import Ending, Json, stamp
from bot.sync.work import Work
from connectors.records import AccountFilter, Tables

SHOWN: Final = 20  # agreements in the run's counts; the rest is a number


async def put_in_force(
    work: Work, stage: Stage, counts: Json, *, lookup: tuple[Tables, AccountFilter] | None = None
) -> Ending:
    """From the writing on a cancel comes too late: the old copy is replaced in one transaction, or not at all."""
    work.progress.enter(Phase.COMPARING)
    compared = await stages.compare(work.db, stage)
    counts |= stale_json(await stages.staleness(work.db, stage, limit=SHOWN)) | await _changed_meanwhile(work)
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


def stale_json(found: Staleness) -> Json:
    """Which agreements were dropped, and when each was seen last (R46, R47); empty where none was, and none is back."""
    if not found.dropped and not found.back:
        return {}
    return {
        "stale": {
            "dropped": found.dropped,
            "back": found.back,
            "first": [
                {
                    "id": one.agreement.id,
                    "name": one.agreement.name,
                    "account_id": one.agreement.account_id,
                    "account_name": one.account_name or one.agreement.account_name,
                    "last_seen_at": stamp(one.last_seen_at),
                    "last_seen_run": one.last_seen_run,
                }
                for one in found.first
            ],
        }
    }


async def _changed_meanwhile(work: Work) -> Json:
    """A sync uses the settings of the moment at which it starts; what was changed after that is not in it (X34)."""
    now = await connections.by_id(work.db, work.connection.id)
    return {"changed_meanwhile": True} if now is not None and now.settings != work.connection.settings else {}
