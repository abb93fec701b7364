"""Accounts, agreements and snapshots for the store's tests, each built with a few words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store.database import Database
from bot.store.queries import connections, runs, snapshots, stages
from bot.store.queries.stages import Covers, Stage
from bot.store.secrets import SecretBox, new_key
from bot.store.snapshot import Change, Changes, JudgedAccount
from connectors.records import Account, AccountFilter, Agreement, Option, Ref, Table, Tables

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TOKEN = "t"
HOUR = timedelta(hours=1)
ACTIVE = Option(id="1", name="Active", flags={"inactiveFlag": False})
TABLES = Tables(
    statuses=Table(name="statuses", rows=(ACTIVE,)),
    types=Table(name="types", rows=(Option(id="1", name="Client"),)),
    agreement_types=Table(name="agreement types", rows=()),
    billing_cycles=Table(name="billing cycles", rows=()),
)
FILTER = AccountFilter(statuses=(ACTIVE,), types=None)


def account(account_id: str, name: str = "", **fields: Any) -> Account:
    status = Ref(id="1", name="Active")
    return Account(id=account_id, name=name or f"Company {account_id}", status=status, **fields)


def agreement(agreement_id: str, cycle: str = "Monthly", **fields: Any) -> Agreement:
    name = fields.pop("name", "Managed")
    return Agreement(id=agreement_id, name=name, billing_cycle=Ref(id=cycle, name=cycle), **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An account as a sync judged it, with the agreements that came with it."""

    judged: JudgedAccount
    agreements: tuple[Agreement, ...]

    @property
    def account(self) -> Account:
        return self.judged.account


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that one full read returned."""

    connection_id: int
    accounts: Sequence[Seen]
    orphans: Sequence[Agreement] = ()
    tables: Tables = TABLES
    filter: AccountFilter = FILTER

    @property
    def agreements(self) -> list[Agreement]:
        """Each with its account; one that carries another's id is that one's."""
        its = [
            one if one.account_id else replace(one, account_id=seen.account.id)
            for seen in self.accounts
            for one in seen.agreements
        ]
        return [*its, *self.orphans]


def judged(
    account_id: str,
    *agreements: Agreement,
    visible: bool | None = True,
    reasons: tuple[str, ...] = (),
    name: str = "",
    **fields: Any,
) -> Seen:
    its = account(account_id, name, **fields)
    return Seen(judged=JudgedAccount(account=its, visible=visible, reasons=reasons), agreements=agreements)


def snapshot(connection_id: int, *accounts: Seen, **more: Any) -> Snapshot:
    return Snapshot(connection_id=connection_id, accounts=accounts, **more)


async def begun(db: Database, run_id: int, connection_id: int, **more: Any) -> Stage:
    """It begins to read now, and writes when it is told to: only one run of a connection may, at a time."""
    return await stages.open_stage(db, run_id=run_id, connection_id=connection_id, **more)


async def staged(db: Database, run_id: int, its: Snapshot, stage: Stage | None = None, **more: Any) -> Stage:
    stage = stage or await begun(db, run_id, its.connection_id, **more)
    await stages.stage_agreements(db, stage, its.agreements)
    await stages.stage_accounts(db, stage, [seen.judged for seen in its.accounts])
    return stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Changes):
    """What a run changed, with each change."""

    rows: list[Change] = field(default_factory=list)


async def put_in_force(db: Database, stage: Stage, run_id: int, token: str, **more: Any) -> Told | None:
    changes = await snapshots.write_stage(db, stage, run_id=run_id, token=token, **more)
    return Told(**changes.counts(), rows=await snapshots.changes(db, run_id)) if changes else None


async def write_full(
    db: Database, run_id: int, token: str, its: Snapshot, *, now: datetime, stage: Stage | None = None
) -> Told | None:
    stage = await staged(db, run_id, its, stage)
    return await put_in_force(db, stage, run_id, token, now=now, lookup=(its.tables, its.filter))


async def write_one(
    db: Database,
    run_id: int,
    token: str,
    connection_id: int,
    account_id: str,
    its: Seen | None,
    *,
    now: datetime,
    stage: Stage | None = None,
) -> Told | None:
    """``its`` None: the PSA says that there is no such account."""
    read = snapshot(connection_id, *([its] if its else []))
    stage = await staged(db, run_id, read, stage, covers=Covers.ACCOUNT, account_id=account_id)
    return await put_in_force(db, stage, run_id, token, now=now)


async def connected(db: Database, name: str = "cw-prod") -> int:
    box = SecretBox([new_key()])
    added = await connections.add(db, box, name=name, psa="connectwise", settings={}, secrets={}, now=NOW)
    return added.id


async def requested(db: Database, connection_id: int, kind: str = "full", *, now: datetime = NOW, **more: Any) -> int:
    run, _ = await runs.request(db, connection_id=connection_id, kind=kind, by="U0AGENT", now=now, **more)
    return run.id


async def started(
    db: Database, connection_id: int, kind: str = "full", *, token: str = TOKEN, now: datetime = NOW, **more: Any
) -> int:
    run_id = await requested(db, connection_id, kind, now=now, **more)
    assert await runs.start(db, run_id, token=token, now=now)
    return run_id


async def ended(
    db: Database, run_id: int, state: str = "succeeded", *, token: str = TOKEN, now: datetime = NOW
) -> None:
    assert await runs.finish(
        db, run_id, token=token, state=state, now=now, calls=3, bytes=9_000_000_000, counts={}, changes={}, error=None
    )
