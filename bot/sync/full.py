"""A full sync: everything is read, judged, guarded and written at once. Only it can prove a deletion."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.queries import connections, runs, snapshots
from bot.store.queries.runs import RunState
from bot.store.snapshot import Snapshot, Totals
from bot.sync.guard import Clues, Loss, Refusal, refusal, too_much
from bot.sync.judging import Bench, judge_all
from bot.sync.progress import Phase, Stopped
from bot.sync.reading import Harvest, each_table, read_everything, read_tables
from bot.sync.result import Ending, Json, full_counts, refused_ending
from bot.sync.work import Work
from connectors.contract import filter_from
from connectors.records import Access, AccessProbe, AccountFilter, Tables

LIMITED = frozenset({Access.REFUSED, Access.EMPTY})


async def sync_full(work: Work) -> Ending:
    tables = await read_tables(work.connector, work.progress)
    which = filter_from(tables, work.connection.settings)
    now = work.clock.now()
    harvest = await read_everything(work.connector, which, work.progress, now)
    bench = Bench(connection=work.connection, spec=work.connector.spec, tables=tables, filter=which, now=now)
    tally = await judge_all(work.judge, bench, harvest, work.progress)
    counts = full_counts(harvest, tally, work.connector.spec.nouns)
    snapshot = Snapshot(
        connection_id=work.connection.id,
        accounts=tally.accounts,
        tables=tables,
        filter=which,
        orphans=harvest.orphans,
        read_after=now,
    )
    doubt = await _doubt(work, harvest, tables, which)
    if doubt is not None:
        return await _set_aside(work, snapshot, doubt, counts)
    return await _write(work, snapshot, counts)


async def _write(work: Work, snapshot: Snapshot, counts: Json) -> Ending:
    """From here on a cancel comes too late: the old copy is replaced in one transaction, or not at all."""
    work.progress.enter(Phase.WRITING)
    await work.progress.tell()
    written = await snapshots.write_full(work.db, work.lease.run_id, work.lease.token, snapshot, now=work.clock.now())
    if written is None:
        raise Stopped
    return Ending(state=RunState.SUCCEEDED, counts=counts, changes=written.counts())


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a snapshot is not believed, and the call that points at the cause."""

    refusal: Refusal
    call: str


async def _set_aside(work: Work, snapshot: Snapshot, doubt: Doubt, counts: Json) -> Ending:
    facts = {"message": doubt.refusal.message, "cause": str(doubt.refusal.cause), "counts": counts}
    await snapshots.set_aside(work.db, work.lease.run_id, snapshot, facts=facts, now=work.clock.now())
    return refused_ending(doubt.refusal, counts, doubt.call)


async def _doubt(work: Work, harvest: Harvest, tables: Tables, which: AccountFilter) -> Doubt | None:
    work.progress.enter(Phase.GUARDING)
    losses = await _losses(work, harvest)
    if not any(too_much(loss, work.settings.limits) for loss in losses):
        return None
    refused = [probe for probe in await work.connector.probe() if "bot" in probe.used_by and probe.access in LIMITED]
    clues = Clues(
        refused=tuple(probe.right for probe in refused),
        unreadable=tuple(table.name for table in each_table(tables) if not table.rows),
        filter_changed=_differs(await snapshots.account_filter(work.db, work.connection.id), which),
        credentials_changed=await _credentials_changed(work),
    )
    found = refusal(losses, work.settings.limits, clues, work.connector.spec.nouns)
    return None if found is None else Doubt(refusal=found, call=_first_call(refused))


def _first_call(probes: Sequence[AccessProbe]) -> str:
    return probes[0].call if probes else ""


async def _losses(work: Work, harvest: Harvest) -> list[Loss]:
    """Accounts are compared one by one, so that as many new ones cannot hide the lost ones."""
    before = await _believed(work)
    if before is None:
        return [
            Loss(accounts=True, before=None, after=len(harvest.accounts), lost=0),
            Loss(accounts=False, before=None, after=harvest.agreements_fetched, lost=0),
        ]
    known = await snapshots.names(work.db, work.connection.id)
    lost = sum(row.id not in harvest.accounts for row in known)
    fewer = max(0, before.agreements - harvest.agreements_fetched)
    return [
        Loss(accounts=True, before=len(known), after=len(harvest.accounts), lost=lost),
        Loss(accounts=False, before=before.agreements, after=harvest.agreements_fetched, lost=fewer),
    ]


async def _believed(work: Work) -> Totals | None:
    """None: nothing was ever written for this connection."""
    if await snapshots.version(work.db, work.connection.id) == 0:
        return None
    return await snapshots.totals(work.db, work.connection.id)


async def _credentials_changed(work: Work) -> bool:
    last = await runs.last_success(work.db, work.connection.id)
    changed = await connections.secrets_changed_at(work.db, work.connection.id)
    return last is not None and last.started_at is not None and changed is not None and changed > last.started_at


def _differs(before: AccountFilter | None, after: AccountFilter) -> bool:
    return before is not None and _pulled(before) != _pulled(after)


def _pulled(which: AccountFilter) -> tuple[frozenset[str] | None, ...]:
    halves = (which.statuses, which.types)
    return tuple(None if rows is None else frozenset(row.id for row in rows) for rows in halves)
