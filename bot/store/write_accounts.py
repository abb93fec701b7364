"""Writes a run's accounts: what is new, changed or gone, in chunks."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from bot.store.diff import Known, Ledger, Split
from bot.store.incoming import Incoming
from bot.store.names import name_key
from bot.store.record import fields_of, storable, write_account
from bot.store.snapshot import Change, What
from bot.store.statements import chunks, streamed
from bot.store.tables import AccountRow
from bot.store.writing import Writing, last_seen

ROW = AccountRow


async def known_accounts(writing: Writing) -> dict[str, Known]:
    columns = (ROW.account_id, ROW.hash, ROW.gone_at, ROW.read_after, ROW.last_seen_run, ROW.last_seen_at)
    which = select(*map(col, columns)).where(col(ROW.connection_id) == writing.connection_id)
    if writing.only is not None:
        which = which.where(col(ROW.account_id) == writing.only)
    return {
        account_id: Known(
            hash=its_hash,
            gone=gone_at is not None,
            read_after=read_after,
            run_id=run_id,
            last_seen_at=seen_at,
        )
        async for account_id, its_hash, gone_at, read_after, run_id, seen_at in streamed(writing.session, which)
    }


async def note_accounts(writing: Writing, ledger: Ledger, incoming: Incoming, found: Split) -> None:
    """Writes the differences of the changed ones into the ledger, while the old records are still stored."""
    for ids in chunks(found.changed):
        async for account_id, _, record, visible, reasons in _stored(writing, ids):
            new = incoming.accounts[account_id]
            before = fields_of(record) | {"visible": visible, "reasons": reasons}
            after = fields_of(write_account(new.account)) | {"visible": new.visible, "reasons": list(new.reasons)}
            ledger.account(account_id, before, after)


async def whole_changes(writing: Writing, incoming: Incoming, found: Split) -> list[Change]:
    """The accounts that came or went."""
    came = [incoming.accounts[account_id] for account_id in (*found.new, *found.back)]
    changes = [
        Change(
            account_id=new.account.id,
            name=storable(new.account.name),
            what=What.ADDED,
            fields=("visible",),
            before={"visible": None},
            after={"visible": new.visible},
        )
        for new in came
    ]
    for ids in chunks(found.gone):
        changes += [
            Change(
                account_id=account_id,
                name=name,
                what=What.REMOVED,
                fields=("visible",),
                before={"visible": visible},
                after={"visible": None},
            )
            async for account_id, name, _, visible, _ in _stored(writing, ids)
        ]
    return changes


async def write_accounts(writing: Writing, incoming: Incoming, known: Mapping[str, Known], found: Split) -> None:
    """What is the same is left alone, except by a run of kind one: that has seen it more freshly."""
    for ids in chunks(found.new):
        rows = [_row(writing, incoming, account_id) | {"first_seen_run": writing.run_id} for account_id in ids]
        await writing.session.exec(insert(ROW), params=rows)
    for ids in chunks([*found.back, *found.changed, *(found.same if writing.only else ())]):
        rows = [_row(writing, incoming, account_id) for account_id in ids]
        await writing.session.exec(update(ROW), params=rows)
    for ids in chunks(found.gone):
        rows = [_gone(writing, account_id, known[account_id]) for account_id in ids]
        await writing.session.exec(update(ROW), params=rows)


def _stored(writing: Writing, ids: Sequence[str]) -> AsyncIterator[Any]:
    columns = (ROW.account_id, ROW.name, ROW.record, ROW.visible, ROW.reasons)
    mine = select(*map(col, columns)).where(col(ROW.connection_id) == writing.connection_id)
    return streamed(writing.session, mine.where(col(ROW.account_id).in_(ids)))


def _row(writing: Writing, incoming: Incoming, account_id: str) -> dict[str, Any]:
    judged = incoming.accounts[account_id]
    return {
        "connection_id": writing.connection_id,
        "account_id": account_id,
        "name": storable(judged.account.name),
        "key": name_key(storable(judged.account.name)),
        "identifier_key": name_key(storable(judged.account.identifier or "")),
        "record": write_account(judged.account),
        "visible": judged.visible,
        "reasons": list(judged.reasons),
        "hash": incoming.account_hashes[account_id],
        "read_after": writing.freshness.read_after,
        "last_seen_run": writing.run_id,
        "last_seen_at": writing.now,
        "gone_run": None,
        "gone_at": None,
    }


def _gone(writing: Writing, account_id: str, stored: Known) -> dict[str, Any]:
    run_id, seen_at = last_seen(writing.connection, stored)
    return {
        "connection_id": writing.connection_id,
        "account_id": account_id,
        "read_after": writing.freshness.read_after,
        "last_seen_run": run_id,
        "last_seen_at": seen_at,
        "gone_run": writing.run_id,
        "gone_at": writing.now,
    }
