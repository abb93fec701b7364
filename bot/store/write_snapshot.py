"""Writing what a run brought: one transaction each, and only while the run's token holds."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store import record
from bot.store.database import Database
from bot.store.diff import Ledger, has_changed, split
from bot.store.incoming import Incoming, gather
from bot.store.snapshot import Change, Changes, JudgedAccount, Snapshot, What
from bot.store.tables import LookupRow
from bot.store.write_accounts import known_accounts, note_accounts, whole_changes, write_accounts
from bot.store.write_agreements import known_agreements, note_agreements, write_agreements
from bot.store.writing import Writing, claim, open_writing
from connectors.records import AccountFilter, Tables


async def write_full(db: Database, run_id: int, token: str, snapshot: Snapshot, *, now: datetime) -> Changes | None:
    """None: the token lost (or the run was cancelled) and nothing was written. Raises InvalidSnapshot.

    Accounts and agreements that did not come back are remembered as gone and as stale. What a run of kind one read
    after this one began is left alone.
    """
    incoming = await gather(snapshot.accounts, snapshot.orphans)
    async with db.write() as session:
        run = await claim(session, run_id, token, snapshot.connection_id, now)
        if run is None:
            return None
        writing = await open_writing(session, run, now=now, read_after=snapshot.read_after)
        changes = await _apply(writing, incoming)
        await _write_lookup(session, writing, snapshot.tables, snapshot.filter)
        await writing.close()
        return changes


async def write_one(
    db: Database,
    run_id: int,
    token: str,
    connection_id: int,
    account_id: str,
    judged: JudgedAccount | None,
    *,
    now: datetime,
) -> Changes | None:
    """``judged`` None: the PSA says that there is no such account. None: as for ``write_full``."""
    incoming = await gather([judged] if judged else [])
    async with db.write() as session:
        run = await claim(session, run_id, token, connection_id, now)
        if run is None:
            return None
        writing = await open_writing(session, run, now=now, only=account_id)
        changes = await _apply(writing, incoming)
        await writing.close()
        return changes


async def write_tables(
    db: Database,
    run_id: int,
    token: str,
    connection_id: int,
    tables: Tables,
    account_filter: AccountFilter,
    *,
    now: datetime,
) -> bool:
    """Stores the tenant's tables and the filter that follows from them. False: the token lost."""
    async with db.write() as session:
        run = await claim(session, run_id, token, connection_id, now)
        if run is None:
            return False
        await _write_lookup(session, await open_writing(session, run, now=now), tables, account_filter)
        return True


async def _apply(writing: Writing, incoming: Incoming) -> Changes:
    known, known_billing = await known_accounts(writing), await known_agreements(writing, incoming)
    accounts = split(known, incoming.account_hashes, writing.freshness)
    agreements = split(known_billing, incoming.agreement_hashes, writing.freshness)
    rows: list[Change] = []
    if not writing.is_first:
        ledger = Ledger()
        await note_accounts(writing, ledger, incoming, accounts)
        await note_agreements(writing, ledger, incoming, agreements)
        names = {account_id: record.storable(judged.account.name) for account_id, judged in incoming.accounts.items()}
        rows = ledger.changes(names, apart_from=(*accounts.new, *accounts.back))
        rows += await whole_changes(writing, incoming, accounts)
    await write_accounts(writing, incoming, known, accounts)
    await write_agreements(writing, incoming, known_billing, agreements)
    await writing.write_changes(rows)
    return Changes(
        added=len(accounts.new) + len(accounts.back),
        removed=len(accounts.gone),
        changed=sum(has_changed(change) for change in rows),
        became_visible=sum(change.what is What.BECAME_VISIBLE for change in rows),
        became_hidden=sum(change.what is What.BECAME_HIDDEN for change in rows),
        rows=rows,
    )


async def _write_lookup(session: AsyncSession, writing: Writing, tables: Tables, account_filter: AccountFilter) -> None:
    """A row per difference: what the tables were at an older run can still be seen."""
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
