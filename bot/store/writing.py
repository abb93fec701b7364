"""The transaction of one run: who may write, on which connection, and what is in force afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.diff import Freshness, Known
from bot.store.snapshot import Change
from bot.store.statements import chunks
from bot.store.tables import AsideRow, ChangeRow, ConnectionRow, SyncRunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A run's open transaction. ``only``: the account that a run of kind one is about."""

    session: AsyncSession
    connection: ConnectionRow
    run_id: int
    now: datetime
    freshness: Freshness
    only: str | None = None

    @property
    def connection_id(self) -> int:
        return self.connection.id or 0

    @property
    def is_first(self) -> bool:
        """Of the connection: nothing to compare with, so only counts are kept."""
        return self.only is None and self.connection.snapshot_run is None

    async def write_changes(self, changes: Sequence[Change]) -> None:
        for chunk in chunks(changes):
            rows = [
                {
                    "run_id": self.run_id,
                    "account_id": change.account_id,
                    "name": change.name,
                    "what": change.what,
                    "fields": list(change.fields),
                    "before": dict(change.before),
                    "after": dict(change.after),
                }
                for change in chunk
            ]
            await self.session.exec(insert(ChangeRow), params=rows)

    async def close(self) -> None:
        """The new version is in force (R186); after a full run a refused snapshot that waited is out of date."""
        self.connection.version += 1
        if self.only is None:
            self.connection.snapshot_run = self.run_id
            self.connection.snapshot_at = self.now
            self.connection.snapshot_read_after = self.freshness.read_after
            await self.session.exec(delete(AsideRow).where(col(AsideRow.connection_id) == self.connection_id))


async def claim(session: AsyncSession, run_id: int, token: str, connection_id: int, now: datetime) -> SyncRunRow | None:
    """Locks the run's row. None: another worker has it, or it was cancelled or ended (tech.md §1.3, fencing)."""
    mine = (
        update(SyncRunRow)
        .where(col(SyncRunRow.id) == run_id, col(SyncRunRow.token) == token, col(SyncRunRow.state) == "running")
        .where(col(SyncRunRow.connection_id) == connection_id, ~col(SyncRunRow.cancel_requested))
        .values(heartbeat_at=now)
    )
    if (await session.exec(mine)).rowcount == 0:
        return None
    return await session.get(SyncRunRow, run_id)


async def open_writing(
    session: AsyncSession,
    run: SyncRunRow,
    *,
    now: datetime,
    read_after: datetime | None = None,
    only: str | None = None,
) -> Writing:
    """Locks the connection's row: runs of different kinds write one after the other."""
    locked = select(ConnectionRow).where(ConnectionRow.id == run.connection_id).with_for_update()
    began = read_after or run.started_at or now
    return Writing(
        session=session,
        connection=(await session.exec(locked)).one(),
        run_id=run.id or 0,
        now=now,
        freshness=Freshness(read_after=began, run_id=run.id or 0),
        only=only,
    )


def last_seen(connection: ConnectionRow, stored: Known) -> tuple[int, datetime]:
    """A run that found a row unchanged did not touch it, so the snapshot in force is what saw it last."""
    if connection.snapshot_run is None or connection.snapshot_at is None or connection.snapshot_read_after is None:
        return stored.run_id, stored.last_seen_at
    snapshot = Freshness(read_after=connection.snapshot_read_after, run_id=connection.snapshot_run)
    if stored.gone or stored.is_newer_than(snapshot):
        return stored.run_id, stored.last_seen_at
    return connection.snapshot_run, connection.snapshot_at
