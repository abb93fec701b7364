"""A stage becomes the snapshot: one short transaction, only while the run's token holds, of only what differs."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, literal
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from bot.store import record
from bot.store.bulk import table_of
from bot.store.comparing import Comparison, compare
from bot.store.database import Database
from bot.store.snapshot import Changes
from bot.store.stage_tables import StagedChangeRow
from bot.store.staging import Covers, Stage
from bot.store.tables import ChangeRow, LookupRow
from bot.store.write_accounts import add_accounts, change_accounts, lose_accounts
from bot.store.write_agreements import add_agreements, change_agreements, mark_stale
from bot.store.writing import Writing, claim
from connectors.records import AccountFilter, Tables

TOLD: Final = ("account_id", "name", "what", "fields", "before", "after")


class _OutOfDate(Exception):
    """Another run has written since the stage was compared."""


async def write_stage(
    db: Database,
    stage: Stage,
    *,
    run_id: int,
    token: str,
    now: datetime,
    compared: Comparison | None = None,
    lookup: tuple[Tables, AccountFilter] | None = None,
) -> Changes | None:
    """None: the token lost (or the run was cancelled) and nothing was written.

    Accounts and agreements that the stage covers and does not hold are remembered as gone and as stale. What another
    run read after this one began is left alone. ``run_id`` need not be the run that read: a person may have accepted
    what another one had brought. ``lookup``: the tables and the filter that were read with it.
    """
    while True:
        compared = compared or await compare(db, stage)
        try:
            async with db.write() as session:
                writing = await claim(session, run_id, token, stage.connection_id, now)
                if writing is None:
                    return None
                await _put_in_force(writing, stage, compared)
                if lookup is not None and not compared.outdated:
                    await _write_lookup(writing, *lookup)
                return compared.changes
        except _OutOfDate:
            compared = None


async def _put_in_force(writing: Writing, stage: Stage, compared: Comparison) -> None:
    if writing.connection.version != compared.version:
        raise _OutOfDate
    if compared.outdated:
        return
    await add_accounts(writing, stage, all_new=compared.all_new)
    await add_agreements(writing, stage, all_new=compared.all_new)
    if not compared.all_new:
        await change_accounts(writing, stage)
        await lose_accounts(writing, stage)
        await change_agreements(writing, stage)
        await mark_stale(writing, stage)
        await _tell(writing, stage)
    await writing.close(reading=stage.id if stage.covers is Covers.EVERYTHING else None)


async def _tell(writing: Writing, stage: Stage) -> None:
    chosen: list[Any] = [literal(writing.run_id), *(getattr(StagedChangeRow, name) for name in TOLD)]
    mine = select_columns(*chosen).where(col(StagedChangeRow.stage_id) == stage.id)
    await writing.execute(insert(table_of(ChangeRow)).from_select(["run_id", *TOLD], mine))


async def _write_lookup(writing: Writing, tables: Tables, account_filter: AccountFilter) -> None:
    """A row per difference: what the tables were at an older run can still be seen."""
    session = writing.session
    texts = record.write_tables(tables), record.write_filter(account_filter)
    newest = select(LookupRow.hash).where(LookupRow.connection_id == writing.connection_id)
    hash_now = (await session.exec(newest.order_by(col(LookupRow.run_id).desc()).limit(1))).first()
    if hash_now == record.fingerprint(*texts):
        return
    session.add(
        LookupRow(
            connection_id=writing.connection_id,
            run_id=writing.run_id,
            tables=texts[0],
            account_filter=texts[1],
            hash=record.fingerprint(*texts),
            at=writing.now,
        )
    )
