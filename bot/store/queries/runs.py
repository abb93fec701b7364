"""The log of syncs, and the truth about which one may write (R226)."""

import statistics
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.store.database import Database
from bot.store.run import ACTIVE, RunKind, RunState, SyncRun, from_row
from bot.store.statements import insert_unless_there, until_found
from bot.store.tables import SyncRunRow

__all__ = [
    "ACTIVE",
    "RunKind",
    "RunState",
    "SyncRun",
    "active",
    "ask_cancel",
    "finish",
    "from_row",
    "get",
    "hand_back",
    "join_or_queue",
    "last_ones",
    "last_success",
    "last_successes",
    "latest",
    "orphans",
    "progress",
    "request",
    "start",
    "take_over",
    "unfinished",
    "usual_seconds",
]

USUAL: Final = 10  # how many successes make "usually takes"


async def request(
    db: Database,
    *,
    connection_id: int,
    kind: str,
    by: str,
    now: datetime,
    account_id: str | None = None,
    attempt: int = 1,
    long: bool = False,
) -> tuple[SyncRun, bool]:
    """True: a new run was queued. False: there is an active one of the same kind (and account), and this joins it."""
    row = SyncRunRow(
        connection_id=connection_id,
        kind=RunKind(kind),
        account_id=account_id or "",
        state=RunState.QUEUED,
        requested_by=by,
        requested_at=now,
        attempt=attempt,
        long=long,
    )

    async def attempt_it() -> tuple[SyncRun, bool] | None:
        async with db.write() as session:
            return await join_or_queue(session, row)

    return await until_found(attempt_it)


async def join_or_queue(session: AsyncSession, row: SyncRunRow) -> tuple[SyncRun, bool] | None:
    """None: the active run that was in the way has ended meanwhile."""
    new = await insert_unless_there(session, SyncRunRow, row.model_dump(exclude={"id"}))
    found = (await session.exec(_like(row))).first()
    return (from_row(found), new) if found else None


async def start(db: Database, run_id: int, *, token: str, now: datetime) -> bool:
    """False: it is not queued (any more): started elsewhere, cancelled, or ended. Or it is still queued, because
    another run of its connection goes on: one at a time, whichever process it is in.
    """
    queued = col(SyncRunRow.state) == RunState.QUEUED
    try:
        return await _set(db, run_id, queued, state=RunState.RUNNING, token=token, started_at=now, heartbeat_at=now)
    except IntegrityError:
        return False


async def hand_back(db: Database, run_id: int, *, token: str) -> bool:
    """Queued again, to be run from its beginning by whoever is free: its process stops. False: it is not this worker's
    any more, or it is to be cancelled.
    """
    return await _set(
        db,
        run_id,
        _held_by(token) & ~col(SyncRunRow.cancel_requested),
        state=RunState.QUEUED,
        token="",
        started_at=None,
        heartbeat_at=None,
        phase="",
        phase_number=0,
        phase_count=0,
        rows=0,
    )


async def take_over(db: Database, run_id: int, *, old_token: str, token: str, now: datetime) -> bool:
    """Continues a running run whose worker died, from its beginning; the old worker can no longer write."""
    return await _set(
        db,
        run_id,
        _held_by(old_token),
        token=token,
        started_at=now,
        heartbeat_at=now,
        attempt=SyncRunRow.attempt + 1,
    )


async def progress(
    db: Database, run_id: int, *, token: str, phase: str, number: int, count: int, rows: int, now: datetime
) -> bool:
    """Also the heartbeat. False: cancelled, or another worker has the run: stop."""
    not_cancelled = ~col(SyncRunRow.cancel_requested)
    return await _set(
        db,
        run_id,
        _held_by(token) & not_cancelled,
        phase=phase,
        phase_number=number,
        phase_count=count,
        rows=rows,
        heartbeat_at=now,
    )


async def finish(  # noqa: PLR0913 - a run's result, all of it
    db: Database,
    run_id: int,
    *,
    token: str,
    state: str,
    now: datetime,
    calls: int,
    bytes: int,  # noqa: A002 - the word of interface.md §5
    counts: Mapping[str, Any],
    changes: Mapping[str, int],
    error: Mapping[str, Any] | None,
) -> bool:
    """False: the run is not this worker's any more (or had ended), and nothing was written.

    A queued run, whose token is "", can be ended too: one that could not be handed to a worker.
    """
    mine = (col(SyncRunRow.token) == token) & col(SyncRunRow.state).in_(ACTIVE)
    return await _set(
        db,
        run_id,
        mine,
        state=_end(state),
        ended_at=now,
        calls=calls,
        bytes=bytes,
        counts=dict(counts),
        changes=dict(changes),
        error=dict(error or {}),
    )


async def ask_cancel(db: Database, run_id: int, now: datetime) -> bool:
    """A queued run ends here; a running one stops at its next ``progress``. False: it had ended."""
    queued, running = (col(SyncRunRow.state) == state for state in ACTIVE)
    if await _set(db, run_id, queued, state=RunState.CANCELLED, cancel_requested=True, ended_at=now):
        return True
    return await _set(db, run_id, running, cancel_requested=True)


async def get(db: Database, run_id: int) -> SyncRun | None:
    found = await _some(db, col(SyncRunRow.id) == run_id, limit=1)
    return found[0] if found else None


async def active(db: Database, connection_id: int, kind: str | None = None) -> list[SyncRun]:
    """Newest first."""
    which = (col(SyncRunRow.connection_id) == connection_id) & col(SyncRunRow.state).in_(ACTIVE)
    return await _some(db, which if kind is None else which & (col(SyncRunRow.kind) == kind))


async def unfinished(db: Database) -> list[SyncRun]:
    """Queued and running ones of all connections, oldest first: what a restart has to look at."""
    return (await _some(db, col(SyncRunRow.state).in_(ACTIVE)))[::-1]


async def last_success(db: Database, connection_id: int, kind: str = "full") -> SyncRun | None:
    found = await _some(db, _successes(connection_id, kind), limit=1)
    return found[0] if found else None


async def success_before(db: Database, run: SyncRun) -> SyncRun | None:
    """The newest success of the same kind that is older than this run."""
    earlier = _successes(run.connection_id, run.kind) & (col(SyncRunRow.id) < run.id)
    found = await _some(db, earlier, limit=1)
    return found[0] if found else None


async def last_successes(db: Database, kind: str = "full") -> dict[int, datetime]:
    """When each connection's last one ended, by the connection's number."""
    good = (col(SyncRunRow.kind) == kind) & (col(SyncRunRow.state) == RunState.SUCCEEDED)
    newest = select(SyncRunRow.connection_id, func.max(SyncRunRow.ended_at)).where(good)
    async with db.read() as session:
        found = await session.exec(newest.group_by(col(SyncRunRow.connection_id)))
        return {connection_id: ended_at for connection_id, ended_at in found if ended_at}


async def latest(
    db: Database, connection_id: int, limit: int = 20, *, kinds: Collection[str] = tuple(RunKind)
) -> list[SyncRun]:
    """Newest first."""
    of_these = (col(SyncRunRow.connection_id) == connection_id) & col(SyncRunRow.kind).in_(kinds)
    return await _some(db, of_these, limit=limit)


async def last_ones(db: Database, states: Collection[str]) -> list[SyncRun]:
    """Those in these states that no newer one of their connection, kind and account followed; newest first."""
    newer = aliased(SyncRunRow)
    same = (
        (col(newer.connection_id) == col(SyncRunRow.connection_id))
        & (col(newer.kind) == col(SyncRunRow.kind))
        & (col(newer.account_id) == col(SyncRunRow.account_id))
    )
    followed = exists().where(same, col(newer.id) > col(SyncRunRow.id))
    return await _some(db, col(SyncRunRow.state).in_(states) & ~followed)


async def calls_since(db: Database, connection_id: int, since: datetime) -> int:
    """By syncs that ended after ``since``, or go on."""
    recent = or_(col(SyncRunRow.ended_at) > since, col(SyncRunRow.state).in_(ACTIVE))
    total = select(func.coalesce(func.sum(SyncRunRow.calls), 0)).where(
        SyncRunRow.connection_id == connection_id, recent
    )
    async with db.read() as session:
        return int((await session.exec(total)).one())


async def usual_seconds(db: Database, connection_id: int, kind: str) -> float | None:
    """The median of the last ten successes; None: there was none.

    One that ended before it began is left out: the clock was set back meanwhile.
    """
    whole = _successes(connection_id, kind) & (col(SyncRunRow.ended_at) >= col(SyncRunRow.started_at))
    found = await _some(db, whole, limit=USUAL)
    lasted = [(run.ended_at - run.started_at).total_seconds() for run in found if run.ended_at and run.started_at]
    return statistics.median(lasted) if lasted else None


async def orphans(db: Database, older_than: datetime) -> list[SyncRun]:
    """Running ones whose last heartbeat is before ``older_than``: nobody can say how far they got."""
    silent = (col(SyncRunRow.state) == RunState.RUNNING) & (col(SyncRunRow.heartbeat_at) < older_than)
    return await _some(db, silent)


def _like(row: SyncRunRow) -> SelectOfScalar[SyncRunRow]:
    """The active run that the partial unique index would have in this one's way."""
    active_ones = select(SyncRunRow).where(col(SyncRunRow.state).in_(ACTIVE))
    return active_ones.where(
        SyncRunRow.connection_id == row.connection_id,
        SyncRunRow.kind == row.kind,
        SyncRunRow.account_id == row.account_id,
    )


def _held_by(token: str) -> ColumnElement[bool]:
    return (col(SyncRunRow.token) == token) & (col(SyncRunRow.state) == RunState.RUNNING)


def _successes(connection_id: int, kind: str) -> ColumnElement[bool]:
    return (
        (col(SyncRunRow.connection_id) == connection_id)
        & (col(SyncRunRow.kind) == kind)
        & (col(SyncRunRow.state) == RunState.SUCCEEDED)
    )


def _end(state: str) -> RunState:
    if (end := RunState(state)) in ACTIVE:
        raise ValueError(f"A run cannot end as {end}.")
    return end


async def _set(db: Database, run_id: int, when: ColumnElement[bool], **values: Any) -> bool:
    async with db.write() as session:
        done = await session.exec(update(SyncRunRow).where(col(SyncRunRow.id) == run_id, when).values(**values))
        return done.rowcount == 1


async def _some(db: Database, which: ColumnElement[bool], limit: int | None = None) -> list[SyncRun]:
    newest_first = select(SyncRunRow).where(which).order_by(col(SyncRunRow.id).desc()).limit(limit)
    async with db.read() as session:
        return [from_row(row) for row in await session.exec(newest_first)]
