"""What the runs did, read backwards: an account's changes, and the accounts that stopped being visible (R226)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.store.database import Database
from bot.store.queries.runs import ACTIVE, RunKind, RunState, SyncRun
from bot.store.queries.runs import from_row as run_of
from bot.store.snapshot import Change, What
from bot.store.statements import insert_unless_there
from bot.store.tables import ChangeRow, SyncRunRow
from bot.store.watch_tables import FootingRow, RegressionRow

LOOKED_AT_AFTERWARDS = (RunKind.FULL, RunKind.QUICK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of an account, and the run that found it."""

    run: SyncRun
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """On what a run stood. ``rights``: access by the right's id; None: they could not be read."""

    run_id: int
    at: datetime
    version: str | None
    rights: Mapping[str, str] | None
    account_filter: str  # its fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """An account that was visible before the run, and is not since. ``verdict``: of a look right afterwards."""

    account_id: str
    name: str
    verdict: str
    rules: tuple[str, ...]


async def of_account(db: Database, connection_id: int, account_id: str, limit: int = 20) -> list[Step]:
    """Newest first."""
    which = (
        select(ChangeRow, SyncRunRow)
        .join(SyncRunRow, col(SyncRunRow.id) == col(ChangeRow.run_id))
        .where(SyncRunRow.connection_id == connection_id, ChangeRow.account_id == account_id)
        .order_by(col(ChangeRow.id).desc())
        .limit(limit)
    )
    async with db.read() as session:
        return [Step(run=run_of(run), change=change_of(change)) for change, run in await session.exec(which)]


async def no_longer_visible(db: Database, run_id: int) -> list[Change]:
    """Accounts that were visible until this run: hidden now, gone, or of which it cannot be told any more."""
    which = select(ChangeRow).where(ChangeRow.run_id == run_id).order_by(col(ChangeRow.id))
    async with db.read() as session:
        found = [change_of(row) for row in await session.exec(which)]
    return [one for one in found if one.before.get("visible") is True and one.after.get("visible") is not True]


async def not_looked_at(db: Database, since: datetime, until: datetime) -> list[SyncRun]:
    """Successful runs that ended in between and have no footing yet, oldest first."""
    which = (
        select(SyncRunRow)
        .join(FootingRow, col(FootingRow.run_id) == col(SyncRunRow.id), isouter=True)
        .where(col(FootingRow.run_id).is_(None), SyncRunRow.state == RunState.SUCCEEDED)
        .where(col(SyncRunRow.kind).in_(LOOKED_AT_AFTERWARDS))
        .where(col(SyncRunRow.ended_at) > since, col(SyncRunRow.ended_at) <= until)
        .order_by(col(SyncRunRow.id))
    )
    async with db.read() as session:
        return [run_of(row) for row in await session.exec(which)]


async def footing_before(db: Database, connection_id: int, run_id: int) -> Footing | None:
    """Of the newest run before this one that was looked at."""
    which = (
        select(FootingRow)
        .where(FootingRow.connection_id == connection_id, col(FootingRow.run_id) < run_id)
        .order_by(col(FootingRow.run_id).desc())
        .limit(1)
    )
    async with db.read() as session:
        row = (await session.exec(which)).first()
    return _footing(row) if row else None


async def version_changed(db: Database, connection_id: int, settings_run: int) -> tuple[str, str] | None:
    """The PSA's version around a settings sync and now (R155). None: they do not differ, or nobody knows."""
    its = col(FootingRow.connection_id) == connection_id
    told = select(FootingRow).where(its, col(FootingRow.version).is_not(None)).order_by(col(FootingRow.run_id).desc())
    async with db.read() as session:
        now = (await session.exec(told.limit(1))).first()
        then = (await session.exec(told.where(col(FootingRow.run_id) < settings_run).limit(1))).first()
    if now is None or then is None or now.run_id < settings_run or now.version == then.version:
        return None
    return then.version or "", now.version or ""


async def footing(db: Database, run_id: int) -> Footing | None:
    async with db.read() as session:
        row = await session.get(FootingRow, run_id)
    return _footing(row) if row else None


async def note(db: Database, connection_id: int, footing: Footing, regressions: Sequence[Regression]) -> bool:
    """Both or none. False: another worker was first, and nothing was written."""
    values = {
        "run_id": footing.run_id,
        "connection_id": connection_id,
        "version": footing.version,
        "rights": None if footing.rights is None else dict(footing.rights),
        "account_filter": footing.account_filter,
        "at": footing.at,
    }
    async with db.write() as session:
        if not await insert_unless_there(session, FootingRow, values):
            return False
        for one in regressions:
            session.add(
                RegressionRow(
                    run_id=footing.run_id,
                    account_id=one.account_id,
                    name=one.name,
                    verdict=one.verdict,
                    rules=list(one.rules),
                )
            )
        return True


async def regressions(db: Database, run_id: int) -> list[Regression]:
    """By name."""
    which = select(RegressionRow).where(RegressionRow.run_id == run_id)
    async with db.read() as session:
        rows = list(await session.exec(which.order_by(col(RegressionRow.name), col(RegressionRow.account_id))))
    return [
        Regression(account_id=row.account_id, name=row.name, verdict=row.verdict, rules=tuple(row.rules))
        for row in rows
    ]


async def with_regressions(db: Database, *, since: datetime, until: datetime) -> list[SyncRun]:
    """Runs that ended in between and after which somebody was no longer visible, oldest first."""
    these = select(RegressionRow.run_id).distinct()
    which = (
        select(SyncRunRow)
        .where(col(SyncRunRow.id).in_(these), col(SyncRunRow.ended_at) > since, col(SyncRunRow.ended_at) <= until)
        .order_by(col(SyncRunRow.id))
    )
    async with db.read() as session:
        return [run_of(row) for row in await session.exec(which)]


async def log(db: Database, connection_id: int | None, limit: int = 20) -> list[SyncRun]:
    """The log of syncs, newest first; None: of all connections. What has not ended is not in it (R226)."""
    which = select(SyncRunRow).where(col(SyncRunRow.state).not_in(ACTIVE))
    if connection_id is not None:
        which = which.where(SyncRunRow.connection_id == connection_id)
    async with db.read() as session:
        return [run_of(row) for row in await session.exec(which.order_by(col(SyncRunRow.id).desc()).limit(limit))]


def change_of(row: ChangeRow) -> Change:
    return Change(
        account_id=row.account_id,
        name=row.name,
        what=What(row.what),
        fields=tuple(row.fields),
        before=dict(row.before),
        after=dict(row.after),
    )


def _footing(row: FootingRow) -> Footing:
    return Footing(
        run_id=row.run_id,
        at=row.at,
        version=row.version,
        rights=None if row.rights is None else dict(row.rights),
        account_filter=row.account_filter,
    )
