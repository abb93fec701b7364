"""A stage: what a run reads, written page by page in transactions of its own, and seen by no reader of a snapshot.

It becomes the snapshot in one step (``write_snapshot``), waits for a person (``asides``), or is swept away.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import delete, select, text
from sqlmodel import SQLModel

from bot.store.bulk import AlreadyThere, among, insert_many, table_of
from bot.store.database import Database
from bot.store.names import name_key
from bot.store.record import (
    account_fingerprint,
    fingerprint,
    read_account,
    read_agreement,
    storable,
    write_account,
    write_agreement,
)
from bot.store.snapshot import InvalidSnapshot, JudgedAccount
from bot.store.stage_tables import StagedAccountRow, StagedAgreementRow, StageRow
from bot.store.statements import chunks
from connectors.records import Agreement

ENCODED_AT_ONCE: Final = 250  # records between two turns of everybody else: some 5 ms
ANALYZED_FROM: Final = 5_000  # rows; PostgreSQL joins a table that it knows nothing of row by row (tech.md §5)
Made = tuple[Any, ...]  # a row, in the order of its table's columns: the stage, the record's id, and so on
T = TypeVar("T")


class Covers(StrEnum):
    """What a stage says about records that are not in it."""

    EVERYTHING = "everything"  # of a full sync: they are gone
    ACCOUNT = "account"  # of a single account: it is gone, or agreements of it are; of others nothing
    CHANGES = "changes"  # of a quick sync: nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage that can be written to. Of two stages the one with the higher number began to read later."""

    id: int
    run_id: int
    connection_id: int
    covers: Covers
    account_id: str | None = None


async def open_stage(
    db: Database,
    *,
    run_id: int,
    connection_id: int,
    covers: Covers = Covers.EVERYTHING,
    account_id: str | None = None,
) -> Stage:
    """A new and empty one, before anything is read. What an older worker left for the same run is another stage."""
    row = StageRow(run_id=run_id, connection_id=connection_id, covers=covers, account_id=account_id or "")
    async with db.write() as session:
        session.add(row)
    return stage_of(row)


def stage_of(row: StageRow) -> Stage:
    return Stage(
        id=row.id or 0,
        run_id=row.run_id,
        connection_id=row.connection_id,
        covers=Covers(row.covers),
        account_id=row.account_id or None,
    )


async def stage_agreements(db: Database, stage: Stage, agreements: Sequence[Agreement]) -> None:
    """Raises InvalidSnapshot."""
    for part in chunks(agreements):
        made = await _made(part, lambda agreement: _agreement_row(stage.id, agreement))
        await _add(db, stage, _AGREEMENTS, made)


async def stage_accounts(db: Database, stage: Stage, accounts: Sequence[JudgedAccount], *, seen: bool = True) -> None:
    """``seen`` False: judged anew, but not read by this run. Raises InvalidSnapshot."""
    for part in chunks(accounts):
        made = await _made(part, lambda judged: _account_row(stage.id, judged, seen=seen))
        await _add(db, stage, _ACCOUNTS, made)


async def settle(db: Database, rows: int) -> None:
    """All that will come has come: PostgreSQL's planner is told what the stage holds."""
    if db.dialect == "sqlite" or rows < ANALYZED_FROM:
        return
    async with db.write() as session:
        connection = await session.connection()
        await connection.execute(text("ANALYZE staged_account (stage_id, account_id)"))
        await connection.execute(text("ANALYZE staged_agreement (stage_id, agreement_id, account_id)"))


def _account_row(stage_id: int, judged: JudgedAccount, *, seen: bool) -> Made:
    account = judged.account
    name, written = storable(account.name), write_account(account)
    return (
        stage_id,
        account.id,
        name,
        name_key(name),
        name_key(storable(account.identifier or "")),
        written,
        judged.visible,
        msgspec.json.encode(judged.reasons).decode(),
        judged.qualifying,
        seen,
        account_fingerprint(written, judged.visible, judged.reasons),
    )


def _agreement_row(stage_id: int, agreement: Agreement) -> Made:
    written = write_agreement(agreement)
    return (stage_id, agreement.id, agreement.account_id, written, fingerprint(written))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Where things stand in a row of this kind. ``changed_at``: of a written record."""

    noun: str
    table: type[SQLModel]
    key: str
    written: int
    changed_at: Callable[[str], datetime | None]


_ACCOUNTS: Final = _Kind(
    noun="account",
    table=StagedAccountRow,
    key="account_id",
    written=5,
    changed_at=lambda written: read_account(written).changed_at,
)
_AGREEMENTS: Final = _Kind(
    noun="agreement",
    table=StagedAgreementRow,
    key="agreement_id",
    written=3,
    changed_at=lambda written: read_agreement(written).changed_at,
)


async def _made(records: Iterable[T], make: Callable[[T], Made]) -> list[Made]:
    rows = []
    for number, one in enumerate(records, start=1):
        rows.append(make(one))
        if number % ENCODED_AT_ONCE == 0:
            await asyncio.sleep(0)
    return rows


async def _add(db: Database, stage: Stage, kind: _Kind, rows: Iterable[Made]) -> None:
    """Ids are unique (R184). The same record twice is a page that moved; of two versions the newer one counts."""
    once: dict[str, Made] = {}
    for row in rows:
        if not row[1]:
            raise InvalidSnapshot(f"The PSA returned an {kind.noun} without an id.")
        if row[1] not in once or _is_newer(kind, row, once[row[1]][kind.written]):
            once[row[1]] = row
    try:
        async with db.write() as session:
            await insert_many(session, kind.table, list(once.values()))
    except AlreadyThere:
        await _add_to_others(db, stage, kind, once)


async def _add_to_others(db: Database, stage: Stage, kind: _Kind, rows: Mapping[str, Made]) -> None:
    """Some of them came with an earlier page."""
    table = table_of(kind.table)
    key, written = table.c[kind.key], table.c.record
    mine = (table.c.stage_id == stage.id) & among(key, rows, db.dialect)
    async with db.write() as session:
        connection = await session.connection()
        there = {row[0]: row[1] for row in await connection.execute(select(key, written).where(mine))}
        fresh = [row for one, row in rows.items() if one not in there or _is_newer(kind, row, there[one])]
        replaced = [row[1] for row in fresh if row[1] in there]
        if replaced:
            ours = (table.c.stage_id == stage.id) & among(key, replaced, db.dialect)
            await connection.execute(delete(table).where(ours))
        await insert_many(session, kind.table, fresh)


def _is_newer(kind: _Kind, row: Made, known: str) -> bool:
    """``known``: the version that came before. One that tells its age counts more than one that does not."""
    if row[kind.written] == known:
        return False
    age, its = kind.changed_at(row[kind.written]), kind.changed_at(known)
    if age == its:
        raise InvalidSnapshot(f"The PSA returned the {kind.noun} {row[1]} twice, with different contents.")
    return its is None or (age is not None and age > its)
