"""Ends of syncs that the database could not take, because its disk was full or it was away: kept until it can."""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.store.database import Database, is_away
from bot.store.queries import runs
from bot.store.queries.runs import SyncRun
from bot.store.room import NO_ROOM, is_full
from bot.sync.progress import Lease
from bot.sync.result import Ending, Json
from bot.sync.slowness import latency
from connectors.records import Usage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """All that a run's row is told of its end."""

    lease: Lease
    ending: Ending
    spent: Usage
    at: datetime

    @property
    def counts(self) -> Json:
        return self.ending.counts | latency(self.spent.seconds)


@dataclass(slots=True)
class Ends:
    """A process that dies takes what it keeps with it; then the recovery ends those runs as unknown."""

    db: Database
    kept: dict[int, End] = field(default_factory=dict)

    def holds(self, token: str) -> bool:
        return any(end.lease.token == token for end in self.kept.values())

    async def write(self, end: End) -> bool:
        """False: the database could not take it now. Raises what is a mistake of ours."""
        try:
            written = await _write(self.db, end)
        except Exception as error:
            if not is_away(error):
                raise
            self.kept[end.lease.run_id] = end
            why = NO_ROOM if is_full(error) else "The bot's database was away."
            extra = {"action": "end_not_written", "run": end.lease.run_id}
            log.warning("%s The end of a sync is written once it can be.", why, extra=extra)
            return False
        self.kept.pop(end.lease.run_id, None)
        state, calls = str(end.ending.state), end.spent.calls
        extra = {"action": "sync_ended", "run": end.lease.run_id, "state": state, "calls": calls}
        log.info(
            "A sync ended." if written else "A sync ended that had lost its lease: nothing was written.", extra=extra
        )
        return True

    async def write_kept(self) -> list[SyncRun]:
        """Those that could be written now."""
        ended = list[SyncRun]()
        for end in list(self.kept.values()):
            if not await self.write(end):
                break
            if (run := await runs.get(self.db, end.lease.run_id)) is not None:
                ended.append(run)
        return ended

    def told(self, run: SyncRun) -> SyncRun:
        """As it would be, had its end been written."""
        end = self.kept.get(run.id)
        if end is None or end.lease.token != run.token or run.ended_at is not None:
            return run
        ending = end.ending
        return replace(
            run,
            state=ending.state,
            ended_at=end.at,
            calls=end.spent.calls,
            bytes=end.spent.bytes,
            counts=end.counts,
            changes=ending.changes,
            error=ending.error,
        )


async def _write(db: Database, end: End) -> bool:
    return await runs.finish(
        db,
        end.lease.run_id,
        token=end.lease.token,
        state=end.ending.state,
        now=end.at,
        calls=end.spent.calls,
        bytes=end.spent.bytes,
        counts=end.counts,
        changes=end.ending.changes,
        error=end.ending.error,
    )
