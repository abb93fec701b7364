"""Questions that people asked in Slack, where their answers stand, and which sync they wait for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from bot.store.database import Database
from bot.store.tables import QuestionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One ``/psa missing``. ``answer`` is what its buttons need to act again."""

    id: int
    query: str
    connection: str | None
    account_id: str | None = None
    asked_by: str
    channel: str
    thread_ts: str | None
    message_ts: str | None = None
    response_url_used: bool = False
    run_id: int | None = None
    created_at: datetime
    answer: Mapping[str, Any]


async def save(  # noqa: PLR0913 - a question, all of it
    db: Database,
    *,
    query: str,
    asked_by: str,
    channel: str,
    now: datetime,
    connection: str | None = None,
    account_id: str | None = None,
    thread_ts: str | None = None,
    answer: Mapping[str, Any] | None = None,
) -> Question:
    row = QuestionRow(
        query=query,
        connection=connection,
        account_id=account_id,
        asked_by=asked_by,
        channel=channel,
        thread_ts=thread_ts,
        created_at=now,
        answer=dict(answer or {}),
    )
    async with db.write() as session:
        session.add(row)
    return _question(row)


async def get(db: Database, question_id: int) -> Question | None:
    async with db.read() as session:
        row = await session.get(QuestionRow, question_id)
        return _question(row) if row else None


async def place(
    db: Database,
    question_id: int,
    *,
    channel: str,
    message_ts: str | None,
    thread_ts: str | None = None,
    response_url_used: bool = False,
) -> None:
    """Where its answer was posted."""
    await _set(
        db,
        question_id,
        channel=channel,
        message_ts=message_ts,
        thread_ts=thread_ts,
        response_url_used=response_url_used,
    )


async def answered(
    db: Database,
    question_id: int,
    *,
    answer: Mapping[str, Any],
    connection: str | None = None,
    account_id: str | None = None,
) -> None:
    """What was answered last. ``connection`` and ``account_id``: None leaves them as they are."""
    told = {"connection": connection, "account_id": account_id}
    await _set(db, question_id, answer=dict(answer), **{name: value for name, value in told.items() if value})


async def wait_for_run(db: Database, question_id: int, run_id: int | None) -> None:
    """None: it waits no longer."""
    await _set(db, question_id, run_id=run_id)


async def wait_no_longer(db: Database, question_id: int, run_id: int) -> None:
    """It was answered after this run; one that waits for a newer run by now goes on waiting."""
    async with db.write() as session:
        mine = (col(QuestionRow.id) == question_id) & (col(QuestionRow.run_id) == run_id)
        await session.exec(update(QuestionRow).where(mine).values(run_id=None))


async def waiting(db: Database) -> list[Question]:
    """For whichever run, in the order in which they were asked."""
    which = select(QuestionRow).where(col(QuestionRow.run_id).is_not(None)).order_by(col(QuestionRow.id))
    async with db.read() as session:
        return [_question(row) for row in await session.exec(which)]


async def waiting_on(db: Database, run_id: int) -> list[Question]:
    """In the order in which they were asked."""
    waiting = select(QuestionRow).where(QuestionRow.run_id == run_id).order_by(col(QuestionRow.id))
    async with db.read() as session:
        return [_question(row) for row in await session.exec(waiting)]


async def _set(db: Database, question_id: int, **values: Any) -> None:
    async with db.write() as session:
        await session.exec(update(QuestionRow).where(col(QuestionRow.id) == question_id).values(**values))


def _question(row: QuestionRow) -> Question:
    return Question(id=row.id or 0, **row.model_dump(exclude={"id"}))
