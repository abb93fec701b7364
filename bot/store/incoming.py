"""What a run brought, checked for contradictions and fingerprinted before the transaction begins (R184)."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.store.record import account_fingerprint, fingerprint, write_agreement
from bot.store.snapshot import InvalidSnapshot, JudgedAccount
from bot.store.statements import chunks
from connectors.records import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Records by id, and their hashes. ``unread``: accounts whose agreements could not be read."""

    accounts: Mapping[str, JudgedAccount]
    agreements: Mapping[str, Agreement]
    account_hashes: Mapping[str, str]
    agreement_hashes: Mapping[str, str]
    unread: frozenset[str]


async def gather(accounts: Sequence[JudgedAccount], orphans: Sequence[Agreement] = ()) -> Incoming:
    """Lets others run every thousand records. Raises InvalidSnapshot."""
    by_id: dict[str, JudgedAccount] = {}
    agreements: dict[str, Agreement] = {}
    account_hashes: dict[str, str] = {}
    agreement_hashes: dict[str, str] = {}
    for chunk in chunks(accounts):
        for judged in chunk:
            _keep_account(by_id, judged)
            account_hashes[judged.account.id] = account_fingerprint(judged)
        await asyncio.sleep(0)
    for found in chunks([*_agreements(accounts), *orphans]):
        for agreement in found:
            _keep_agreement(agreements, agreement)
            agreement_hashes[agreement.id] = fingerprint(write_agreement(agreement))
        await asyncio.sleep(0)
    return Incoming(
        accounts=by_id,
        agreements=agreements,
        account_hashes=account_hashes,
        agreement_hashes=agreement_hashes,
        unread=frozenset(judged.account.id for judged in accounts if judged.agreements is None),
    )


def _agreements(accounts: Sequence[JudgedAccount]) -> Iterator[Agreement]:
    """Each with its account. One that carries another's id is that one's: a parent's, seen through its child."""
    for judged in accounts:
        for agreement in judged.agreements or ():
            yield agreement if agreement.account_id else replace(agreement, account_id=judged.account.id)


def _keep_account(kept: dict[str, JudgedAccount], judged: JudgedAccount) -> None:
    account_id = judged.account.id
    if not account_id:
        raise InvalidSnapshot("The PSA returned an account without an id.")
    if account_id in kept:
        raise InvalidSnapshot(f"The PSA returned the account {account_id} twice.")
    kept[account_id] = judged


def _keep_agreement(kept: dict[str, Agreement], agreement: Agreement) -> None:
    if not agreement.id:
        raise InvalidSnapshot("The PSA returned an agreement without an id.")
    if kept.setdefault(agreement.id, agreement) != agreement:
        raise InvalidSnapshot(f"The PSA returned the agreement {agreement.id} twice, with different contents.")
