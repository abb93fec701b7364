"""The transaction of one run: who may write, on which connection, and what is in force afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, literal, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.columns import Moment
from bot.store.tables import AccountRow, AgreementRow, AsideRow, ConnectionRow, SyncRunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A run's open transaction."""

    session: AsyncSession
    connection: ConnectionRow
    run_id: int
    now: datetime

    @property
    def connection_id(self) -> int:
        return self.connection.id or 0

    async def execute(self, statement: Any) -> None:
        await (await self.session.connection()).execute(statement)

    def seen_now(self, reading: int) -> dict[str, Any]:
        return {
            "reading": literal(reading),
            "last_seen_run": literal(self.run_id),
            "last_seen_at": literal(self.now, Moment()),
        }

    def seen_before(self, row: type[AccountRow] | type[AgreementRow], reading: int) -> dict[str, Any]:
        """The same as ``last_seen``, of a row that is there no longer."""
        its, when = self.connection, {"reading": literal(reading)}
        if its.snapshot_run is None or its.snapshot_at is None:
            return when
        alone = col(row.reading) > its.snapshot_reading
        return when | {
            "last_seen_run": case((alone, col(row.last_seen_run)), else_=its.snapshot_run),
            "last_seen_at": case((alone, col(row.last_seen_at)), else_=literal(its.snapshot_at, Moment())),
        }

    async def close(self, reading: int | None = None) -> None:
        """The new version is in force (R186). ``reading``: of a full one, which outdates a refused one that waits."""
        self.connection.version += 1
        if reading is not None:
            self.connection.snapshot_run = self.run_id
            self.connection.snapshot_at = self.now
            self.connection.snapshot_reading = reading
            await self.session.exec(delete(AsideRow).where(col(AsideRow.connection_id) == self.connection_id))


async def claim(session: AsyncSession, run_id: int, token: str, connection_id: int, now: datetime) -> Writing | None:
    """Locks the run's row, and the connection's: runs of different kinds write one after the other.

    None: another worker has the run, or it was cancelled or ended (tech.md §1.3, fencing).
    """
    mine = (
        update(SyncRunRow)
        .where(col(SyncRunRow.id) == run_id, col(SyncRunRow.token) == token, col(SyncRunRow.state) == "running")
        .where(col(SyncRunRow.connection_id) == connection_id, ~col(SyncRunRow.cancel_requested))
        .values(heartbeat_at=now)
    )
    if (await session.exec(mine)).rowcount == 0:
        return None
    locked = select(ConnectionRow).where(ConnectionRow.id == connection_id).with_for_update()
    return Writing(session=session, connection=(await session.exec(locked)).one(), run_id=run_id, now=now)


def last_seen(connection: ConnectionRow, row: AccountRow | AgreementRow) -> tuple[int, datetime]:
    """A run that found a row unchanged did not touch it, so the snapshot in force is what saw it last."""
    its = connection
    lost = row.gone_at if isinstance(row, AccountRow) else row.stale_since
    if its.snapshot_run is None or its.snapshot_at is None or lost or row.reading > its.snapshot_reading:
        return row.last_seen_run, row.last_seen_at
    return its.snapshot_run, its.snapshot_at
