"""What a connector is: a Spec (facts about one PSA) and a handful of reads. Adding a PSA adds facts, not rules."""

import csv
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from connectors.errors import BadSettings
from connectors.http import Budget, Budgets, Pace, Timing
from connectors.records import (
    AccessProbe,
    Account,
    AccountCounts,
    AccountFilter,
    Agreement,
    Capability,
    ConnectionCheck,
    LineItem,
    Option,
    SettingsKind,
    SettingsTable,
    Table,
    Tables,
    Usage,
)

USUAL_TIMEOUT: Final = 20.0  # seconds; a PSA that is slow by its own rules takes longer where nobody chose another


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """The PSA's own words (X19)."""

    psa: str  # ConnectWise
    account: str  # company
    accounts: str  # companies
    account_id: str  # RecId
    agreement: str  # agreement
    agreements: str  # agreements


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One right of the permission matrix: the PSA's words, why, and the probe's path where reading can prove it.

    ``source``: host and path of the page that asks for it, or in words what it was concluded from. ``read_on``: the
    day on which that page was read last; None: no page asks for it. ``unsure``: what no source settles about it.
    """

    id: str
    right: str
    why: str
    area: str
    path: str | None
    used_by: tuple[str, ...] = ("bot", "billing tool")
    often_missed: bool = False
    not_probeable_because: str = ""
    source: str = ""
    read_on: date | None = None
    unsure: str = ""

    @property
    def guide_url(self) -> str | None:
        """Of the page that asks for it."""
        return f"https://{self.source}" if self.read_on is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherList:
    """Another published list of rights for the same PSA that says something else than ours (U20)."""

    source: str  # host and path
    read_on: date
    says: str  # a sentence: how it differs
    asks: tuple[str, ...] = ()  # in the PSA's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many calls the vendor allows in so many minutes. ``of``: whose calls count together; ``ours``: what we take
    of them; ``past_it``: what happens then.
    """

    calls: int
    minutes: int
    of: str
    ours: int
    past_it: str = ""

    @property
    def pace(self) -> Pace:
        """Ours, in the vendor's own window."""
        return Pace(calls=self.ours, seconds=60.0 * self.minutes)

    @property
    def pace_of_a_minute(self) -> Pace:
        """Ours, spread over the window."""
        return Pace(calls=self.ours // self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """Which of its lists a PSA can limit to what changed; a quick sync reads the other one whole (X10).

    Neither: a quick sync would be a full one, and is not offered. ``why`` tells people what it does not see, or why
    there is none. ``overlap``: how far before the start of the last sync it begins to look, against clocks that differ.
    """

    accounts: bool = False
    agreements: bool = False
    why: str
    overlap: timedelta = timedelta(minutes=10)

    @property
    def is_offered(self) -> bool:
        return self.accounts or self.agreements


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Facts about one PSA. ``reads`` is the allow-list per sync kind: regular expressions of paths (R247).

    ``rights_made_anew``: rights cannot be added to what exists, so new credentials have to be made (R55).
    """

    kind: str  # connectwise
    nouns: Nouns
    gives: frozenset[Capability]
    required_settings: tuple[str, ...]
    optional_settings: tuple[str, ...]
    either_setting: tuple[str, ...] = ()  # one of these optional ones is needed
    secrets: tuple[str, ...]
    optional_secrets: tuple[str, ...] = ()  # such as the seed of one-time codes
    pace: Pace
    bulk_pace: Pace | None = None  # of this, what a sync may use: somebody may ask a question meanwhile
    parallel_calls: int
    page_size: int
    reads: Mapping[str, tuple[str, ...]]
    quick: Quick
    rights: tuple[Right, ...]
    rights_made_anew: bool = False
    guide_url: str = ""
    limits: tuple[Limit, ...] = ()
    limit_notes: tuple[str, ...] = ()  # sentences: what else is limited, or not known
    other_lists: tuple[OtherList, ...] = ()
    settings_tables: Mapping[SettingsKind, str] = field(default_factory=dict)  # to its words
    settings_fields: Mapping[SettingsKind, frozenset[str]] = field(default_factory=dict)  # that are read at all (R248)
    settings_parents: Mapping[SettingsKind, SettingsKind] = field(default_factory=dict)  # the table that parents are in
    settings_chain: int = 1  # how many calls of theirs wait for one another at most, sign-in and address aside
    exempt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Everything a connector needs to be built. Secrets are wiped from every repr."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    allow_insecure_loopback: bool = False
    timeout_seconds: float = USUAL_TIMEOUT
    now: Callable[[], datetime] | None = None  # aware UTC; None: the real clock
    sleep: Callable[[float], Awaitable[None]] | None = None  # None: asyncio.sleep
    budgets: Budgets | None = None  # of the whole bot, because a PSA counts the calls of several connections together

    def budget(self, spec: Spec, account: str, timing: Timing) -> Budget:
        """Of one account with the PSA: ``account`` names it, and holds no secret. All who call it share this one."""
        key, budgets = budget_key(spec, account), self.budgets or Budgets()
        return budgets.shared(key, pace=spec.pace, parallel_calls=spec.parallel_calls, timing=timing)

    def bulk_budget(self, spec: Spec, account: str, timing: Timing) -> Budget | None:
        """What a sync may use of it. One place less than there are, so that a question never waits for a page."""
        if spec.bulk_pace is None:
            return None
        key, budgets = budget_key(spec, f"{account} bulk"), self.budgets or Budgets()
        return budgets.shared(key, pace=spec.bulk_pace, parallel_calls=spec.parallel_calls - 1, timing=timing)


def budget_key(spec: Spec, account: str) -> str:
    return f"{spec.kind} {account}".strip().casefold()


class Connector(Protocol):
    """One PSA connection. Every read raises ConnectorError; none ever writes.

    ``find_accounts`` and ``account`` are the narrow, unfiltered, live look-up of a diagnosis (C19): they also return
    inactive and deleted ones. ``accounts`` is the bulk read of a sync with the filter pushed to the PSA.

    ``changed_since`` limits a bulk read to what the PSA calls changed since then, and lifts the filter: an account that
    left it has to be seen leaving. What was merged, removed or hidden meanwhile does not come (X28). A list that
    ``Spec.quick`` does not name comes as if it was not given.
    """

    @property
    def spec(self) -> Spec: ...

    @property
    def usage(self) -> Usage: ...

    async def check(self) -> ConnectionCheck: ...

    async def tables(self) -> Tables:
        """The tenant's tables, read in parallel. A refused one comes back with ``because``, it does not raise."""
        ...

    def settings_tables(self, *, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
        """For a settings sync: each table of ``spec.settings_tables`` once, as it arrives, inactive rows too (C5).

        ``only``: these, in as few calls as that takes. A refused table comes back with ``because``. Raises where no
        table at all could be read, as from a PSA that is down or lets nobody in.
        """
        ...

    async def find_accounts(self, name: str, *, limit: int = 50) -> Sequence[Account]: ...

    async def account(self, account_id: str) -> Account | None:
        """None only when the PSA said that there is no such record."""
        ...

    def accounts(
        self, which: AccountFilter, *, changed_since: datetime | None = None
    ) -> AsyncIterator[Sequence[Account]]: ...

    async def counts(self, which: AccountFilter) -> AccountCounts: ...

    async def agreements_of(self, account_id: str) -> Sequence[Agreement]: ...

    def agreements(self, *, changed_since: datetime | None = None) -> AsyncIterator[Sequence[Agreement]]: ...

    async def lines(self, agreement_id: str) -> Sequence[LineItem]: ...

    async def probe(self, only: Collection[str] | None = None) -> Sequence[AccessProbe]:
        """Each documented right, probed one by one and in parallel; never raises for a refused one.

        ``only``: the rights with these ids, in as few calls as prove them; an id that the Spec lacks is none of them.
        """
        ...

    async def surplus(self) -> Sequence[str] | None:
        """What the PSA shows as granted although neither the bot nor the billing tool needs it, in its own words.

        None: it does not show that (R127, R249). Raises nothing for a refusal: a hint is no finding.
        """
        ...

    async def aclose(self) -> None: ...


def filter_from(tables: Tables, settings: Mapping[str, str]) -> AccountFilter:
    """Which accounts a sync pulls (interface.md §2): the labels that an operator chose, else all that are not
    flagged or named as ones to leave out. Raises BadSettings for a label that the tenant does not have.
    """
    statuses, out_statuses = _chosen("include_statuses", tables.statuses, settings, _is_inactive)
    types, out_types = _chosen("include_types", tables.types, settings, _is_no_customer)
    return AccountFilter(
        statuses=statuses,
        types=types,
        left_out_statuses=out_statuses,
        left_out_types=out_types,
        custom=bool(_labels(settings, "include_statuses") or _labels(settings, "include_types")),
    )


_Rows = tuple[Option, ...]

_INACTIVE = re.compile(r"\b(inactive|not approved|closed)\b")
_NO_CUSTOMER = re.compile(r"\b(prospects?|leads?|vendors?|competitors?|former)\b")


def _chosen(
    name: str, table: Table, settings: Mapping[str, str], left_out: Callable[[Option], bool]
) -> tuple[_Rows | None, _Rows]:
    """A table without any row is one that the API user may not see: no tenant has none."""
    if not table.rows:
        return None, ()
    labels = _labels(settings, name)
    if labels:
        wanted = _known(name, labels, table.rows)
        return (
            tuple(row for row in table.rows if _folded(row.name) in wanted),
            tuple(row for row in table.rows if _folded(row.name) not in wanted),
        )
    return tuple(row for row in table.rows if not left_out(row)), tuple(row for row in table.rows if left_out(row))


def _labels(settings: Mapping[str, str], name: str) -> list[str]:
    """Separated by commas; a label that holds one is put in double quotes."""
    rows = csv.reader([settings.get(name, "")], skipinitialspace=True)
    return [label.strip() for row in rows for label in row if label.strip()]


def _known(name: str, labels: Sequence[str], rows: _Rows) -> set[str]:
    here = {_folded(row.name): row.name for row in rows}
    unknown = [label for label in labels if _folded(label) not in here]
    if unknown:
        what = ", ".join(f"“{label}”" for label in unknown)
        raise BadSettings(f"{name}: {what} is not in this PSA. Known: {', '.join(sorted(here.values()))}.")
    return {_folded(label) for label in labels}


def _folded(label: str) -> str:
    return label.strip().casefold()


def _words(row: Option) -> str:
    return re.sub(r"[\W_]+", " ", row.name).casefold()


def _is_inactive(row: Option) -> bool:
    """Credit Hold and the like stay in: only a setting may leave them out (R92)."""
    return row.flags.get("inactiveFlag") is True or bool(_INACTIVE.search(_words(row)))


def _is_no_customer(row: Option) -> bool:
    """Where the PSA flags its customers, nobody else is one (Autotask: Customer only; BMS: IsClient)."""
    if "customerFlag" in row.flags:
        return row.flags["customerFlag"] is not True
    return row.flags.get("vendorFlag") is True or bool(_NO_CUSTOMER.search(_words(row)))
