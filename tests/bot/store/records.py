"""Accounts, agreements and snapshots for the store's tests, each built with a few words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store.database import Database
from bot.store.queries import connections, runs
from bot.store.secrets import SecretBox, new_key
from bot.store.snapshot import JudgedAccount, Snapshot
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


def judged(
    account_id: str,
    *agreements: Agreement,
    visible: bool | None = True,
    reasons: tuple[str, ...] = (),
    name: str = "",
    **fields: Any,
) -> JudgedAccount:
    its = account(account_id, name, **fields)
    return JudgedAccount(account=its, agreements=agreements, visible=visible, reasons=reasons)


def snapshot(connection_id: int, *accounts: JudgedAccount, orphans: Sequence[Agreement] = (), **more: Any) -> Snapshot:
    tables, which = more.pop("tables", TABLES), more.pop("filter", FILTER)
    return Snapshot(
        connection_id=connection_id, accounts=accounts, tables=tables, filter=which, orphans=orphans, **more
    )


async def connected(db: Database, name: str = "cw-prod") -> int:
    box = SecretBox([new_key()])
    added = await connections.add(db, box, name=name, psa="connectwise", settings={}, secrets={}, now=NOW)
    return added.id


async def started(
    db: Database, connection_id: int, kind: str = "full", *, token: str = TOKEN, now: datetime = NOW, **more: Any
) -> int:
    run, _ = await runs.request(db, connection_id=connection_id, kind=kind, by="U0AGENT", now=now, **more)
    assert await runs.start(db, run.id, token=token, now=now)
    return run.id


async def ended(
    db: Database, run_id: int, state: str = "succeeded", *, token: str = TOKEN, now: datetime = NOW
) -> None:
    assert await runs.finish(
        db, run_id, token=token, state=state, now=now, calls=3, bytes=9_000_000_000, counts={}, changes={}, error=None
    )
