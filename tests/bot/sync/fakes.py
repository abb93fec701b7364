"""A PSA from memory, rules from memory, and a clock and sleep that tests move: written by hand, and recording."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.store.queries.connections import Connection
from connectors.contract import Nouns, Quick, Spec
from connectors.http import Pace
from connectors.records import (
    Access,
    AccessProbe,
    Account,
    AccountCounts,
    AccountFilter,
    Agreement,
    Because,
    Capability,
    ConnectionCheck,
    LineItem,
    Option,
    Ref,
    SettingsKind,
    SettingsRow,
    SettingsTable,
    Table,
    Tables,
    Usage,
)
from rules.model import Case, Judged

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACTIVE = Ref(id="1", name="Active")
INACTIVE = Ref(id="2", name="Inactive")
CLIENT = Ref(id="10", name="Client")
PROSPECT = Ref(id="11", name="Prospect")
MONTHLY = Ref(id="20", name="Monthly")

NOUNS = Nouns(
    psa="ConnectWise",
    account="company",
    accounts="companies",
    account_id="RecId",
    agreement="agreement",
    agreements="agreements",
)
SPEC = Spec(
    kind="connectwise",
    nouns=NOUNS,
    gives=frozenset(Capability) - {Capability.AGREEMENT_LINES, Capability.RECURRING_KIND},
    required_settings=(),
    optional_settings=(),
    secrets=(),
    pace=Pace(calls=60),
    parallel_calls=4,
    page_size=2,
    reads={},
    quick=Quick(accounts=True, agreements=True, why="It reads what was changed since the last sync."),
    rights=(),
    settings_tables={
        SettingsKind.BOARDS: "Service Boards",
        SettingsKind.STATUSES: "Statuses",
        SettingsKind.PRIORITIES: "Priorities",
        SettingsKind.CUSTOM_FIELDS: "Custom Fields",
        SettingsKind.COMPANY_TYPES: "Company Types",
    },
    settings_parents={SettingsKind.STATUSES: SettingsKind.BOARDS},
)
TABLES = Tables(
    statuses=Table(name="statuses", rows=(Option(id="1", name="Active"), Option(id="2", name="Inactive"))),
    types=Table(name="types", rows=(Option(id="10", name="Client"), Option(id="11", name="Prospect"))),
    agreement_types=Table(name="agreement types", rows=(Option(id="30", name="Managed"),)),
    billing_cycles=Table(name="billing cycles", rows=(Option(id="20", name="Monthly"),)),
)
SETTINGS = [
    SettingsTable(
        kind=SettingsKind.BOARDS,
        name="Service Boards",
        rows=(
            SettingsRow(id="1", name="Service", active=True),
            SettingsRow(id="2", name="Old board", active=False),
        ),
    ),
    SettingsTable(
        kind=SettingsKind.STATUSES,
        name="Statuses",
        rows=(SettingsRow(id="s1", name="New", active=True, parent=Ref(id="1", name="Service")),),
    ),
    SettingsTable(
        kind=SettingsKind.PRIORITIES,
        name="Priorities",
        rows=(SettingsRow(id="p1", name="P1"), SettingsRow(id="p0", name="P0", active=False)),
    ),
    SettingsTable(
        kind=SettingsKind.CUSTOM_FIELDS,
        name="Custom Fields",
        rows=(SettingsRow(id="f1", name="Tier", options=(Ref(id="1", name="Gold"),)),),
    ),
    SettingsTable(
        kind=SettingsKind.COMPANY_TYPES,
        name="Company Types",
        rows=(SettingsRow(id="10", name="Client"), SettingsRow(id="11", name="Prospect")),
    ),
]
EMPTY_TABLE = Table(name="billing cycles", rows=())
GRANTED = AccessProbe(id="companies", right="Companies: Inquire All", call="GET /company/count", access=Access.GRANTED)
REFUSED = AccessProbe(
    id="agreements", right="Finance > Agreements: Inquire All", call="GET /finance/count", access=Access.REFUSED
)


def account(number: int | str, **changes: Any) -> Account:
    known = Account(
        id=str(number),
        name=f"Company {number}",
        status=ACTIVE,
        types=(CLIENT,),
        deleted=False,
        changed_at=NOON - timedelta(days=30),
        raw={"secret notes": "never stored"},
    )
    return replace(known, **changes)


def agreement(number: int | str, account_id: int | str | None, **changes: Any) -> Agreement:
    known = Agreement(
        id=f"a{number}",
        name="Managed",
        account_id=None if account_id is None else str(account_id),
        billing_cycle=MONTHLY,
        changed_at=NOON - timedelta(days=30),
        raw={"secret notes": "never stored"},
    )
    return replace(known, **changes)


def unreadable(table: Table, because: Because = Because.PERMISSION) -> Table:
    return Table(name=table.name, rows=None, because=because)


class MovingClock(Clock):
    """Stands still until it is told otherwise."""

    def __init__(self, moment: datetime = NOON) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Naps:
    """A sleep that takes no time on the wall, and moves the clock where it has one."""

    def __init__(self, clock: MovingClock | None = None) -> None:
        self.clock = clock
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.clock is not None:
            self.clock.pass_by(seconds)
        await asyncio.sleep(0.001)


class SimpleRules:
    """Visible: an agreement with a billing cycle. The real engine is asked in the journeys' tests."""

    def __init__(self) -> None:
        self.cases: list[Case] = []
        self.breaks = False

    def judge(self, case: Case) -> Judged:
        self.cases.append(case)
        if self.breaks:
            raise RuntimeError("the rules broke, and this text has a s3cret in it")
        assert case.agreements is not None
        if case.tables is not None and case.tables.billing_cycles.rows is None:
            return Judged(visible=None, reasons=("agreement-billing-cycle",))
        passing = tuple(one.id for one in case.agreements if one.billing_cycle == MONTHLY)
        reasons = () if passing else ("agreement-billing-cycle",)
        return Judged(visible=bool(passing), reasons=reasons, qualifying=passing)


@dataclass
class FakeConnector:
    """Implements the connectors' protocol; ``fails`` names reads that raise, ``gates`` reads that wait.

    ``good``: how many calls of each of ``fails`` go well before, counted in ``calls``.
    """

    everyone: list[Account] = field(default_factory=list)
    all_agreements: list[Agreement] = field(default_factory=list)
    told_tables: Tables = TABLES
    told_settings: list[SettingsTable] = field(default_factory=lambda: list(SETTINGS))
    in_psa: int | None = None
    probes: Sequence[AccessProbe] = (GRANTED,)
    more: Sequence[str] | None = None  # what the role holds beyond what anybody needs
    fails: dict[str, BaseException] = field(default_factory=dict)
    good: int = 0
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    opened: int = 0
    closed: int = 0
    page_size: int = 2
    seconds: float | None = None  # how long each of its answers takes
    lost: set[str] = field(default_factory=set)  # ids that a lost permission hides, with status 200
    spec: Spec = SPEC

    async def check(self) -> ConnectionCheck:
        await self._call("check")
        return ConnectionCheck(version="2026.1", host="psa.test")

    async def tables(self) -> Tables:
        await self._call("tables")
        return self.told_tables

    async def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        await self._call("settings_tables")
        for table in self.told_settings:
            if only is None or table.kind in only:
                yield table

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]:
        await self._call("find_accounts")
        return [one for one in self.everyone if name in one.name][:limit]

    async def account(self, account_id: str) -> Account | None:
        await self._call("account")
        return next((one for one in self.everyone if one.id == account_id), None)

    async def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]:
        pulled = [one for one in self.everyone if one.id not in self.lost and _comes(one, which, changed_since)]
        async for page in self._pages("accounts", pulled):
            yield page

    async def counts(self, which: AccountFilter) -> AccountCounts:
        await self._call("counts")
        left_out = [one for one in self.everyone if not _pulled(one, which)]
        prospects = sum(PROSPECT in (one.types or ()) for one in left_out)
        recycled = sum(one.deleted is True for one in left_out)
        inactive = len(left_out) - prospects - recycled
        in_psa = len(self.everyone) if self.in_psa is None else self.in_psa
        return AccountCounts(
            in_psa=in_psa, left_out={"prospect": prospects, "inactive": inactive, "recycled": recycled}
        )

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]:
        await self._call("agreements_of")
        return [one for one in self.all_agreements if one.account_id == account_id]

    async def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]:
        coming = [one for one in self.all_agreements if changed_since is None or _is_since(one, changed_since)]
        async for page in self._pages("agreements", coming):
            yield page

    async def lines(self, agreement_id: str) -> Sequence[LineItem]:
        await self._call("lines")
        return []

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        await self._call("probe" if only is None else "probe some")
        return [probe for probe in self.probes if only is None or probe.id in only]

    async def surplus(self) -> Sequence[str] | None:
        await self._call("surplus")
        return self.more

    async def aclose(self) -> None:
        self.closed += 1

    async def _call(self, name: str) -> None:
        self.calls.append(name)
        self.usage.calls += 1
        if self.seconds is not None:
            self.usage.seconds.append(self.seconds)
        self.usage.bytes += 100
        if name in self.gates:
            await self.gates[name].wait()
        if name in self.fails and self.calls.count(name) > self.good:
            raise self.fails[name]

    async def _pages(self, name: str, records: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
        for start in range(0, max(len(records), 1), self.page_size):
            await self._call(name)
            yield records[start : start + self.page_size]


@dataclass
class FakeFactory:
    """Hands out one connector; ``fails`` is what opening raises."""

    connector: FakeConnector
    fails: BaseException | None = None

    @asynccontextmanager
    async def open(self, connection: Connection) -> AsyncIterator[FakeConnector]:
        if self.fails is not None:
            raise self.fails
        self.connector.opened += 1
        try:
            yield self.connector
        finally:
            await self.connector.aclose()


def _comes(one: Account, which: AccountFilter, changed_since: datetime | None) -> bool:
    return _pulled(one, which) if changed_since is None else _is_since(one, changed_since)


def _is_since(one: Account | Agreement, moment: datetime) -> bool:
    return one.changed_at is not None and one.changed_at > moment


def _pulled(one: Account, which: AccountFilter) -> bool:
    statuses = None if which.statuses is None else {row.id for row in which.statuses}
    types = None if which.types is None else {row.id for row in which.types}
    return (
        not one.deleted
        and (statuses is None or (one.status is not None and one.status.id in statuses))
        and (types is None or bool(types & {kind.id for kind in one.types or ()}))
    )


def clients(number: int) -> list[Account]:
    return [account(index) for index in range(1, number + 1)]


def monthly(number: int) -> list[Agreement]:
    return [agreement(index, index) for index in range(1, number + 1)]
