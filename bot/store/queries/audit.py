"""Who did what, when, and how it ended (R251)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.store.database import Database
from bot.store.tables import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit log."""

    id: int
    at: datetime
    who: str
    action: str
    target: str
    outcome: str
    detail: str


async def write(
    db: Database, *, at: datetime, who: str, action: str, target: str, outcome: str, detail: str = ""
) -> None:
    async with db.write() as session:
        session.add(AuditRow(at=at, who=who, action=action, target=target, outcome=outcome, detail=detail))


async def of_targets(db: Database, action: str, targets: Collection[str]) -> list[Entry]:
    """What was done to these, oldest first."""
    which = select(AuditRow).where(AuditRow.action == action, col(AuditRow.target).in_(targets))
    async with db.read() as session:
        return [_entry(row) for row in await session.exec(which.order_by(col(AuditRow.id)))]


async def recent(db: Database, limit: int = 50) -> list[Entry]:
    """Newest first."""
    newest_first = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
    async with db.read() as session:
        return [_entry(row) for row in await session.exec(newest_first)]


def _entry(row: AuditRow) -> Entry:
    return Entry(
        id=row.id or 0,
        at=row.at,
        who=row.who,
        action=row.action,
        target=row.target,
        outcome=row.outcome,
        detail=row.detail,
    )
