"""A whole snapshot into the database: through the stage as a sync puts it there, and as plainly as can be, in turn."""

import asyncio
import gc
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.workers.made_up import Records, made_up
from bench.workers.places import OnPostgres, OnSqlite, Place
from bot.store.database import Database
from bot.store.queries import runs, snapshots, stages
from bot.store.queries.runs import RunKind, RunState
from bot.store.statements import chunks

CONNECTION: Final = 1
TOKEN: Final = "bench"  # noqa: S105 - names who writes
PAGE: Final = 1_000  # of ConnectWise
ONE_IN: Final = 100
SHOWN: Final = 20
Json = dict[str, Any]


async def main() -> None:
    asked = json.load(sys.stdin)
    first = made_up(asked["accounts"], asked["agreements"])
    loads = {"first": first, "unchanged": first, "changed": first.changed(ONE_IN)}
    gc.collect()
    gc.freeze()  # a sync holds a few pages, so that the collector has nothing much to look through
    with tempfile.TemporaryDirectory() as folder:
        place = OnPostgres(asked["server"]) if asked["server"] else OnSqlite(Path(folder))
        await place.prepare()
        rounds = [await measured(place, loads) for _ in range(asked["rounds"])]
    print(json.dumps({"rows": first.count, "rounds": rounds}))


async def measured(place: Place, loads: dict[str, Records]) -> dict[str, Json]:
    """Each load after the one before it, as syncs follow each other; beside each of them the plain way."""
    url = await place.fresh()
    db, taken = Database(url), {}
    for name, records in loads.items():
        run_id, its = await through_the_stage(db, records)
        swept = await swept_in(db, run_id)
        taken[name] = {**its, "swept": swept, "plain": await place.plainly(await place.rows(url))}
    await db.dispose()
    return taken


async def through_the_stage(db: Database, records: Records) -> tuple[int, Json]:
    """What a sync does with what it has read and judged, and nothing else of it."""
    now = datetime.now(UTC)
    run, _ = await runs.request(db, connection_id=CONNECTION, kind=RunKind.FULL, by="bench", now=now)
    await runs.start(db, run.id, token=TOKEN, now=now)
    begun, used = time.perf_counter(), time.process_time()
    stage = await stages.open_stage(db, run_id=run.id, connection_id=CONNECTION)
    for agreements in chunks(records.agreements, PAGE):
        await stages.stage_agreements(db, stage, agreements)
    for accounts in chunks(records.accounts, PAGE):
        await stages.stage_accounts(db, stage, accounts)
    await stages.settle(db, records.count)
    staged = time.perf_counter()
    compared = await stages.compare(db, stage)
    await stages.staleness(db, stage, limit=SHOWN)
    known = time.perf_counter()
    changes = await snapshots.write_stage(db, stage, run_id=run.id, token=TOKEN, now=now, compared=compared)
    if changes is None:
        raise RuntimeError("Nothing was written.")
    done = time.perf_counter()
    parts = {"staging": staged - begun, "comparing": known - staged, "writing": done - known}
    return run.id, {"seconds": done - begun, "cpu": time.process_time() - used, "changes": changes.counts(), **parts}


async def swept_in(db: Database, run_id: int) -> float:
    ended: Json = {"calls": 0, "bytes": 0, "counts": {}, "changes": {}, "error": None}
    await runs.finish(db, run_id, token=TOKEN, state=RunState.SUCCEEDED, now=datetime.now(UTC), **ended)
    begun = time.perf_counter()
    await stages.sweep_stages(db)
    return time.perf_counter() - begun


if __name__ == "__main__":
    asyncio.run(main())
