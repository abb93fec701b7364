"""How a stage differs from the snapshot in force: found before the snapshot is touched, and kept in the stage.

Only what differs leaves the database, a thousand records at a time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import delete, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store.bulk import insert_many, table_of
from bot.store.database import Database
from bot.store.diff import has_changed
from bot.store.snapshot import Change, Changes, What
from bot.store.stage_tables import StagedAccountRow, StagedChangeRow, StagedStepRow
from bot.store.staging import Covers, Stage
from bot.store.statements import Question, in_chunks, streamed
from bot.store.steps import ACCOUNTS, AGREEMENTS, LEAVING, Step, account_steps, agreement_steps
from bot.store.tables import AccountRow, AgreementRow, ConnectionRow
from bot.store.telling import told_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``version``: of the snapshot that it holds for. ``all_new``: nothing is stored yet: all of the stage is new.

    ``outdated``: the snapshot in force was read later than this stage, so that nothing of it counts.
    """

    version: int
    changes: Changes
    all_new: bool = False
    outdated: bool = False


async def compare(db: Database, stage: Stage) -> Comparison:
    await _forget(db, stage)
    async with db.read() as session:
        connection = await session.get_one(ConnectionRow, stage.connection_id)
        version, is_first = connection.version, connection.snapshot_run is None
        if connection.snapshot_reading > stage.id:
            return Comparison(version=version, changes=Changes(), outdated=True)
        if stage.covers is Covers.EVERYTHING and await _is_empty(session, stage):
            added = await _count(session, stage)
            return Comparison(version=version, all_new=True, changes=Changes(added=added))
        accounts = await _note(db, session, stage, ACCOUNTS, account_steps(stage))
        await _note(db, session, stage, AGREEMENTS, agreement_steps(stage))
    is_beginning = is_first and stage.covers is Covers.EVERYTHING
    told = Changes() if is_beginning else await _tell(db, stage)
    changes = replace(told, added=accounts[Step.NEW] + accounts[Step.BACK], removed=accounts[Step.GONE])
    return Comparison(version=version, changes=changes)


async def _forget(db: Database, stage: Stage) -> None:
    """What an earlier comparison found: the snapshot has changed since."""
    steps, changes = table_of(StagedStepRow), table_of(StagedChangeRow)
    async with db.write() as session:
        connection = await session.connection()
        await connection.execute(delete(steps).where(steps.c.stage_id == stage.id, steps.c.what != LEAVING))
        await connection.execute(delete(changes).where(changes.c.stage_id == stage.id))


async def _is_empty(session: AsyncSession, stage: Stage) -> bool:
    connection = await session.connection()
    for row in (AccountRow, AgreementRow):
        its = select(col(row.connection_id)).where(col(row.connection_id) == stage.connection_id)
        if (await connection.execute(its.limit(1))).first() is not None:
            return False
    return True


async def _count(session: AsyncSession, stage: Stage) -> int:
    connection = await session.connection()
    its = select(func.count()).where(col(StagedAccountRow.stage_id) == stage.id)
    found: int = (await connection.execute(its)).scalar_one()
    return found


async def _note(
    db: Database, reader: AsyncSession, stage: Stage, what: str, queries: Iterable[Question]
) -> Counter[str]:
    noted = Counter[str]()
    for query in queries:
        async for rows in in_chunks(streamed(reader, query)):
            async with db.write() as session:
                await insert_many(session, StagedStepRow, [(stage.id, what, key, step) for key, step in rows])
            noted.update(step for _, step in rows)
    return noted


async def _tell(db: Database, stage: Stage) -> Changes:
    """Account by account, into the stage."""
    told = Counter[str]()
    async for changes in told_changes(db, stage):
        told.update(change.what for change in changes)
        told["differs"] += sum(has_changed(change) for change in changes)
        async with db.write() as session:
            await insert_many(session, StagedChangeRow, [_row(stage, change) for change in changes])
    return Changes(
        changed=told["differs"],
        became_visible=told[What.BECAME_VISIBLE],
        became_hidden=told[What.BECAME_HIDDEN],
    )


def _row(stage: Stage, change: Change) -> tuple[Any, ...]:
    texts = (_json(change.fields), _json(change.before), _json(change.after))
    return (stage.id, change.account_id, change.name, change.what, *texts)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
