"""Builds the Case that the rules judge, from what the cache and the PSA said about one account."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.psas import Surroundings, reason_for
from bot.store.queries.connections import Connection
from bot.store.queries.runs import SyncRun
from bot.store.queries.snapshots import CachedAccount
from connectors.contract import Connector, Nouns
from connectors.errors import ConnectorError, TimedOut
from connectors.records import Account, Agreement, Because, Capability, Ref
from rules.model import Cached, Case, Diagnosis, Live

PATIENCE: Final = timedelta(seconds=30)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question to one connection."""

    connection: Connection
    connector: Connector
    query: str
    account_id: str | None
    now: datetime
    last_sync: SyncRun | None  # the last successful full one
    fresh: bool
    patience: timedelta = PATIENCE
    ends_at: float | None = None  # of the event loop's time; None: each read may take that long


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read of one account. An error stands in the place of what it kept us from reading.

    ``of_parent``: the agreements of its parent; None: nobody had to ask for them.
    """

    account_id: str
    cached: CachedAccount | None
    live: Account | ConnectorError | None
    agreements: Sequence[Agreement] | ConnectorError
    of_parent: Sequence[Agreement] | ConnectorError | None = None

    @property
    def account(self) -> Account | None:
        """The live record where there is one, else the cached one."""
        if isinstance(self.live, Account):
            return self.live
        return self.cached.account if self.cached else None


def ending(patience: timedelta) -> float:
    """When a question that is asked now is given up, on the event loop's clock."""
    return asyncio.get_running_loop().time() + patience.total_seconds()


async def within(asking: Asking, reading: Awaitable[T]) -> T | ConnectorError:
    """A live read that is given up after a while: a person is waiting, and the cache has an answer as well."""
    ends_at = ending(asking.patience) if asking.ends_at is None else asking.ends_at
    try:
        async with asyncio.timeout_at(ends_at):
            return await reading
    except ConnectorError as error:
        return error
    except TimeoutError:
        psa = asking.connector.spec.nouns.psa
        return TimedOut(f"{psa} did not answer within {asking.patience.total_seconds():.0f} seconds.")


async def read_account(asking: Asking, cached: CachedAccount | None, account_id: str, live: Account | None) -> Read:
    """Its agreements, and the account itself where the look-up by name did not bring it, in one parallel round."""
    account, agreements = await asyncio.gather(
        _given(live) if live else within(asking, asking.connector.account(account_id)),
        within(asking, asking.connector.agreements_of(account_id)),
    )
    if isinstance(account, ConnectorError) and not isinstance(agreements, ConnectorError) and not agreements:
        agreements = account  # no agreement is not *none* where whatever hid the account may have hidden them, too
    return Read(account_id=account_id, cached=cached, live=account, agreements=agreements)


async def _given(account: Account) -> Account | ConnectorError | None:
    return account


async def with_parent(asking: Asking, read: Read, found: Diagnosis) -> Read:
    """The agreements of its parent too, where none of its own makes it visible (X27). Few questions need it."""
    account, parent = read.live, read.live.parent if isinstance(read.live, Account) else None
    billed = any(chain.qualifies for chain in found.agreements)
    told = Capability.PARENT_ACCOUNT in asking.connector.spec.gives and not isinstance(read.agreements, ConnectorError)
    if not isinstance(account, Account) or parent is None or parent.is_empty or billed or not told:
        return read
    agreements, named = await asyncio.gather(
        within(asking, asking.connector.agreements_of(parent.id)), _named(asking, parent)
    )
    return replace(read, live=replace(account, parent=named), of_parent=agreements)


async def _named(asking: Asking, parent: Ref) -> Ref:
    """Some PSAs point at a parent by its number alone, which tells a person nothing (BMS §4)."""
    account = await within(asking, asking.connector.account(parent.id)) if parent.name == parent.id else None
    return replace(parent, name=account.name) if isinstance(account, Account) else parent


def build_case(asking: Asking, read: Read, twins: tuple[Account, ...], around: Surroundings) -> Case:
    """``twins``: other accounts of the same name, as far as anybody looked for some."""
    agreements, agreements_because = _told(read.agreements)
    of_parent, of_parent_because = _told(read.of_parent)
    return replace(
        nobody_case(asking, read.live, around),
        cached=_cached(asking, read.cached),
        account=read.account,
        agreements=agreements,
        agreements_because=agreements_because,
        parent_agreements=of_parent,
        parent_agreements_because=of_parent_because,
        twins=twins if twins or _looked_for_twins(asking, read) else None,
    )


def _told(read: Sequence[Agreement] | ConnectorError | None) -> tuple[tuple[Agreement, ...] | None, Because | None]:
    """What was read, or why it was not; neither where nobody asked."""
    if isinstance(read, ConnectorError):
        return None, reason_for(read)
    return None if read is None else tuple(read), None


def _looked_for_twins(asking: Asking, read: Read) -> bool:
    """Not where one account was asked for by its id, nor where the PSA was not read: then none is not a fact."""
    return asking.account_id is None and not isinstance(read.live, ConnectorError)


def nobody_case(asking: Asking, live: Account | ConnectorError | None, around: Surroundings) -> Case:
    """The case of a name that nobody bears: it decides between *not found* and *cannot tell*."""
    return Case(
        psa=asking.connection.psa,
        now=asking.now,
        today=asking.now.astimezone(ZoneInfo(asking.connection.time_zone)).date(),
        gives=asking.connector.spec.gives,
        live=_live(asking, live),
        cached=_cached(asking, None),
        probes=around.probes,
        probes_because=None if around.probes is not None else around.because,
        filter=around.filter,
        tables=around.tables,
        psa_version=around.version,
        psa_version_because=around.version_because,
        last_full_sync_started_at=asking.last_sync.started_at if asking.last_sync else None,
        tool_words=tool_words(asking.connector.spec.nouns),
        query=asking.query,
    )


def tool_words(nouns: Nouns) -> dict[str, str]:
    """The PSA's own nouns (X19), for the rules' sentences."""
    return asdict(nouns)


def _live(asking: Asking, live: Account | ConnectorError | None) -> Live:
    if isinstance(live, ConnectorError):
        return Live(present=None, because=reason_for(live), detail=live.message)
    return Live(present=live is not None, as_of=asking.now)


def _cached(asking: Asking, cached: CachedAccount | None) -> Cached:
    last = asking.last_sync
    if cached is None:
        return Cached(present=False, as_of=last.ended_at if last else None, run=last.id if last else None)
    return Cached(
        present=True,
        as_of=cached.last_seen_at,
        run=cached.last_seen_run,
        visible=cached.visible,
        account=cached.account,
        agreements=(*cached.agreements, *(stale.agreement for stale in cached.agreements_stale)),
        last_seen={stale.agreement.id: stale.last_seen_at for stale in cached.agreements_stale},
    )
