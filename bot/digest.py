"""Journey 4, the daily digest: a line per connection, and what became visible or hidden since yesterday."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.overview import Overviews, Standing
from bot.store.database import Database
from bot.store.queries import history, runs
from bot.store.queries.history import Regression
from bot.store.queries.runs import RunState, SyncRun

MOST_RUNS: Final = 1_000  # that one day is looked through for
TALLIED: Final = ("added", "removed", "changed", "became_visible", "became_hidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One connection: how it stands, and the changes of the last day's syncs."""

    standing: Standing
    syncs: int
    changes: dict[str, int]
    lost: tuple[Regression, ...] = ()  # who is no longer visible since one of them


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReport:
    """``lines``: those first that need somebody."""

    at: datetime
    lines: tuple[DigestLine, ...]

    @property
    def need_somebody(self) -> int:
        return sum(line.standing.needs_somebody for line in self.lines)


class Digest:
    def __init__(self, db: Database, overviews: Overviews) -> None:
        self._db = db
        self._overviews = overviews

    async def report(self, *, since: datetime, until: datetime) -> DigestReport:
        """How things are now, and the changes between two digests: each is told once, also when one came late."""
        overview = await self._overviews.now()
        lines = [await self._line(standing, since, until) for standing in overview.connections]
        lines.sort(key=lambda line: not line.standing.needs_somebody)
        return DigestReport(at=overview.at, lines=tuple(lines))

    async def _line(self, standing: Standing, since: datetime, until: datetime) -> DigestLine:
        """Syncs of one customer change what is visible as well."""
        recent = await runs.latest(self._db, standing.connection.id, MOST_RUNS)
        done = [run for run in recent if run.state is RunState.SUCCEEDED and _is_between(run, since, until)]
        changes = {name: sum(int(run.changes.get(name, 0)) for run in done) for name in TALLIED}
        lost = [one for run in done for one in await history.regressions(self._db, run.id)]
        return DigestLine(standing=standing, syncs=len(done), changes=changes, lost=tuple(lost))


def _is_between(run: SyncRun, since: datetime, until: datetime) -> bool:
    return run.ended_at is not None and since < run.ended_at <= until
