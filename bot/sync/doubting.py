"""What a sync lost, looked into: is it believed, and if not, what probably happened? Then it is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.store.queries import connections, runs, snapshots
from bot.store.queries.stages import Stage
from bot.sync.guard import Clues, Loss, Refusal, refusal, too_much
from bot.sync.judging import Bench
from bot.sync.progress import Phase
from bot.sync.reading import each_table
from bot.sync.result import Ending, Json, refused_ending
from bot.sync.work import Work
from connectors.records import Access, AccessProbe, AccountFilter

LIMITED: Final = frozenset({Access.REFUSED, Access.EMPTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a snapshot is not believed, and the call that points at the cause."""

    refusal: Refusal
    call: str


async def doubt_about(work: Work, bench: Bench, losses: Sequence[Loss]) -> Doubt | None:
    """The rights are only probed where too much was lost."""
    work.progress.enter(Phase.GUARDING)
    if not any(too_much(loss, work.settings.limits) for loss in losses):
        return None
    refused = [probe for probe in await work.connector.probe() if "bot" in probe.used_by and probe.access in LIMITED]
    clues = Clues(
        refused=tuple(probe.right for probe in refused),
        unreadable=tuple(table.name for table in each_table(bench.tables) if not table.rows),
        filter_changed=differs(await snapshots.account_filter(work.db, work.connection.id), bench.filter),
        credentials_changed=await _credentials_changed(work),
    )
    found = refusal(losses, work.settings.limits, clues, work.connector.spec.nouns)
    return None if found is None else Doubt(refusal=found, call=_first_call(refused))


async def set_aside(work: Work, stage: Stage, bench: Bench, doubt: Doubt, counts: Json) -> Ending:
    facts = {"message": doubt.refusal.message, "cause": str(doubt.refusal.cause), "counts": counts}
    now = work.clock.now()
    await snapshots.set_aside(work.db, stage, bench.tables, bench.filter, facts=facts, now=now)
    return refused_ending(doubt.refusal, counts, doubt.call)


def differs(before: AccountFilter | None, after: AccountFilter) -> bool:
    """Do the two pull different accounts?"""
    return before is not None and _pulled(before) != _pulled(after)


def _first_call(probes: Sequence[AccessProbe]) -> str:
    return probes[0].call if probes else ""


async def _credentials_changed(work: Work) -> bool:
    last = await runs.last_success(work.db, work.connection.id)
    changed = await connections.secrets_changed_at(work.db, work.connection.id)
    return last is not None and last.started_at is not None and changed is not None and changed > last.started_at


def _pulled(which: AccountFilter) -> tuple[frozenset[str] | None, ...]:
    halves = (which.statuses, which.types)
    return tuple(None if rows is None else frozenset(row.id for row in rows) for rows in halves)
