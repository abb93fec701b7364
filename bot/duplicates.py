"""Journey ``psa-bot duplicates``: accounts of the same name, and which one is in use (R4, R37 to R39)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.cases import Asking, within
from bot.clock import Clock
from bot.psas import Psas
from bot.store.database import Database
from bot.store.names import name_key
from bot.store.queries import runs, snapshots
from bot.store.queries.connections import Connection
from bot.store.snapshot import CachedAccount, NameRow
from connectors.errors import ConnectorError
from connectors.records import Account

MOST_LIVE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """One of several accounts of a name. ``deleted`` and ``agreements`` None: that was not read."""

    id: str
    name: str
    deleted: bool | None
    status: str
    changed_at: datetime | None
    agreements: int | None  # in the cache
    visible: bool | None
    cached: bool
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameName:
    """``in_use``: the id of the only one that is not deleted; None: several are, or nobody can tell."""

    name: str
    accounts: tuple[Namesake, ...]
    in_use: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """One connection's. ``error``: why the PSA was not read, so that this is the cache alone."""

    connection: str
    psa: str
    as_of: datetime | None
    groups: tuple[SameName, ...]
    error: ConnectorError | None = None


async def duplicates(
    db: Database, psas: Psas, clock: Clock, connection: Connection, query: str | None = None
) -> Duplicates:
    """The cache; with a ``query`` only names that hold it, and one narrow look into the PSA, which also knows the
    recycle bin. Raises SecretKeyError or BadSettings, with a ``query``.
    """
    last = await runs.last_success(db, connection.id)
    found = await _look(psas, clock, connection, query) if query else []
    live = {} if isinstance(found, ConnectorError) else {account.id: account for account in found}
    rows = await snapshots.names(db, connection.id, include_gone=True)
    groups = [
        await _same_name(db, connection, [(each, live.get(each)) for each in ids])
        for ids in _of_one_name(rows, live, name_key(query or ""))
    ]
    return Duplicates(
        connection=connection.name,
        psa=connection.psa,
        as_of=last.ended_at if last else None,
        groups=tuple(groups),
        error=found if isinstance(found, ConnectorError) else None,
    )


async def _look(psas: Psas, clock: Clock, connection: Connection, query: str) -> Sequence[Account] | ConnectorError:
    connector = await psas.connector(connection)
    asking = Asking(
        connection=connection,
        connector=connector,
        query=query,
        account_id=None,
        now=clock.now(),
        last_sync=None,
        fresh=False,
    )
    return await within(asking, connector.find_accounts(query, limit=MOST_LIVE))


def _of_one_name(rows: Sequence[NameRow], live: Mapping[str, Account], wanted: str) -> list[list[str]]:
    """The ids of each name that more than one account bears, of which one at least is still there."""
    keys = {row.id: row.key for row in rows if wanted in row.key}
    keys |= {account.id: name_key(account.name) for account in live.values()}
    there = {row.id for row in rows if not row.gone} | set(live)
    named = defaultdict[str, list[str]](list)
    for account_id, key in keys.items():
        named[key].append(account_id)
    return [ids for _, ids in sorted(named.items()) if len(ids) > 1 and not there.isdisjoint(ids)]


async def _same_name(db: Database, connection: Connection, members: Sequence[tuple[str, Account | None]]) -> SameName:
    accounts = [await _namesake(db, connection, account_id, live) for account_id, live in members]
    in_use = [account.id for account in accounts if account.deleted is False]
    told = all(account.deleted is not None for account in accounts)
    return SameName(
        name=accounts[0].name,
        accounts=tuple(sorted(accounts, key=lambda each: (each.deleted is not False, not each.agreements, each.id))),
        in_use=in_use[0] if told and len(in_use) == 1 else None,
    )


async def _namesake(db: Database, connection: Connection, account_id: str, live: Account | None) -> Namesake:
    """What the PSA says now, else what was cached. One that a sync no longer found counts as deleted."""
    cached = await snapshots.account(db, connection.id, account_id)
    gone = await snapshots.gone(db, connection.id, account_id) if cached is None and live is None else None
    account = live or _account(cached) or _account(gone)
    return Namesake(
        id=account_id,
        name=account.name if account else account_id,
        deleted=True if gone else account.deleted if account else None,
        status=account.status.name if account and account.status else "",
        changed_at=account.changed_at if account else None,
        agreements=len(cached.agreements) if cached else None,
        visible=cached.visible if cached else None,
        cached=cached is not None,
        url=account.url if account else None,
    )


def _account(cached: CachedAccount | None) -> Account | None:
    return cached.account if cached else None
