"""One sync, as its row tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.store.tables import SyncRunRow


class RunKind(StrEnum):
    """What a sync reads."""

    FULL = "full"
    QUICK = "quick"
    ONE = "one"
    SETTINGS = "settings"


class RunState(StrEnum):
    """interface.md §5, and the two states before the end."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


ACTIVE: Final = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One sync, from the request to its result."""

    id: int
    connection_id: int
    kind: RunKind
    state: RunState
    phase: str
    phase_number: int
    phase_count: int
    rows: int
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    heartbeat_at: datetime | None
    account_id: str | None
    calls: int
    bytes: int
    counts: Mapping[str, Any]
    changes: Mapping[str, int]
    error: Mapping[str, Any] | None
    attempt: int
    cancel_requested: bool
    token: str  # of the worker that may write; "" while queued
    long: bool = False  # it is expected to take minutes, as the ones before it did


def from_row(row: SyncRunRow) -> SyncRun:
    same = row.model_dump(exclude={"id", "kind", "state", "account_id", "error", "long"})
    return SyncRun(
        id=row.id or 0,
        kind=RunKind(row.kind),
        state=RunState(row.state),
        account_id=row.account_id or None,
        error=row.error or None,
        long=bool(row.long),
        **same,
    )
