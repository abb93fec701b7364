"""From when on a quick sync asks for changes: pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.store.run import SyncRun

KEPT_AS: Final = "changed_up_to"  # in a run's counts: the latest change that was known at its end, by the PSA's clock


def since_when(last: SyncRun, before: SyncRun | None, overlap: timedelta) -> datetime:
    """``last``: the last run that succeeded, full or quick. ``before``: the one before it, where there is one.

    Our clock says when ``last`` began, and the PSA's clock dates its changes; where they differ, a change may be dated
    before it. So it is asked from the earlier of two moments on: when ``last`` began, and the latest change that was
    known before it did, by the PSA's own clock. What was read already is read once more, and is the same.
    """
    began = last.started_at or last.requested_at
    known = None if before is None else _known(before)
    return (began if known is None else min(began, known)) - overlap


def told_up_to(newest: datetime | None, last: SyncRun | None) -> dict[str, str]:
    """For a run's counts."""
    known = [moment for moment in (newest, None if last is None else _known(last)) if moment is not None]
    return {KEPT_AS: max(known).astimezone(UTC).isoformat()} if known else {}


def _known(run: SyncRun) -> datetime | None:
    told = run.counts.get(KEPT_AS)
    return datetime.fromisoformat(told) if isinstance(told, str) else None
