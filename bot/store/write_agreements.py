"""Writes a run's agreements. One that the PSA no longer returns is kept and marked stale (R46)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlmodel import col

from bot.store.diff import Known, Ledger, Split
from bot.store.incoming import Incoming
from bot.store.record import read_agreement, write_agreement
from bot.store.statements import chunks, streamed
from bot.store.tables import AgreementRow
from bot.store.writing import Writing, last_seen

ROW = AgreementRow


async def known_agreements(writing: Writing, incoming: Incoming) -> dict[str, Known]:
    """Without those of accounts whose agreements could not be read: they stay as they are."""
    columns = (ROW.agreement_id, ROW.account_id, ROW.hash, ROW.stale_since)
    seen = (ROW.read_after, ROW.last_seen_run, ROW.last_seen_at)
    which = select(*map(col, (*columns, *seen))).where(col(ROW.connection_id) == writing.connection_id)
    if writing.only is not None:
        brought = col(ROW.agreement_id).in_(incoming.agreements)
        which = which.where(or_(col(ROW.account_id) == writing.only, brought))
    return {
        agreement_id: Known(
            hash=its_hash,
            gone=stale_since is not None,
            read_after=read_after,
            run_id=run_id,
            last_seen_at=seen_at,
        )
        async for agreement_id, account_id, its_hash, stale_since, read_after, run_id, seen_at in streamed(
            writing.session, which
        )
        if account_id not in incoming.unread or agreement_id in incoming.agreements
    }


async def note_agreements(writing: Writing, ledger: Ledger, incoming: Incoming, found: Split) -> None:
    """Writes what came, went and changed into the ledger, while the old records are still stored."""
    for agreement_id in (*found.new, *found.back):
        ledger.agreement_came(incoming.agreements[agreement_id])
    for ids in chunks(found.changed):
        async for agreement_id, record in _stored(writing, ids):
            ledger.agreement_changed(record, incoming.agreements[agreement_id])
    for ids in chunks(found.gone):
        async for _, record in _stored(writing, ids):
            ledger.agreement_went(read_agreement(record))


async def write_agreements(writing: Writing, incoming: Incoming, known: Mapping[str, Known], found: Split) -> None:
    """What is the same is left alone, except by a run of kind one: that has seen it more freshly."""
    for ids in chunks(found.new):
        rows = [_row(writing, incoming, agreement_id) for agreement_id in ids]
        await writing.session.exec(insert(ROW), params=rows)
    for ids in chunks([*found.back, *found.changed, *(found.same if writing.only else ())]):
        rows = [_row(writing, incoming, agreement_id) for agreement_id in ids]
        await writing.session.exec(update(ROW), params=rows)
    for ids in chunks(found.gone):
        rows = [_stale(writing, agreement_id, known[agreement_id]) for agreement_id in ids]
        await writing.session.exec(update(ROW), params=rows)


def _stored(writing: Writing, ids: Sequence[str]) -> AsyncIterator[Any]:
    mine = select(col(ROW.agreement_id), col(ROW.record)).where(col(ROW.connection_id) == writing.connection_id)
    return streamed(writing.session, mine.where(col(ROW.agreement_id).in_(ids)))


def _row(writing: Writing, incoming: Incoming, agreement_id: str) -> dict[str, Any]:
    agreement = incoming.agreements[agreement_id]
    return {
        "connection_id": writing.connection_id,
        "agreement_id": agreement_id,
        "account_id": agreement.account_id,
        "record": write_agreement(agreement),
        "hash": incoming.agreement_hashes[agreement_id],
        "read_after": writing.freshness.read_after,
        "last_seen_run": writing.run_id,
        "last_seen_at": writing.now,
        "stale_since": None,
    }


def _stale(writing: Writing, agreement_id: str, stored: Known) -> dict[str, Any]:
    run_id, seen_at = last_seen(writing.connection, stored)
    return {
        "connection_id": writing.connection_id,
        "agreement_id": agreement_id,
        "read_after": writing.freshness.read_after,
        "last_seen_run": run_id,
        "last_seen_at": seen_at,
        "stale_since": writing.now,
    }
