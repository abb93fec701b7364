"""What every connector returns: small frozen records. ``None`` always means "the PSA did not say", never "no".

A field that was read and found empty has a value of its own: an empty ``Ref``, an empty tuple, ``open_ended=True``.
The vocabulary lives here, at the bottom, so that rules and bot can use it without knowing any connector.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

NO_RAW: Final[Mapping[str, Any]] = MappingProxyType({})


class Capability(StrEnum):
    """What a PSA can tell at all. A rule whose need a PSA lacks is *not needed*."""

    ACCOUNT_TYPES = "account_types"
    ACCOUNT_STATUS = "account_status"
    DELETED_FLAG = "deleted_flag"
    PARENT_ACCOUNT = "parent_account"
    CHANGED_AT = "changed_at"
    AGREEMENT_STATUS = "agreement_status"
    AGREEMENT_DATES = "agreement_dates"
    AGREEMENT_TYPE = "agreement_type"
    BILLING_CYCLE = "billing_cycle"
    ONE_TIME_FLAG = "one_time_flag"
    LINE_QUANTITY = "line_quantity"
    AGREEMENT_LINES = "agreement_lines"  # every agreement comes with its lines, as Agreement.lines
    RECURRING_KIND = "recurring_kind"  # the PSA's own kind of agreement says whether it recurs
    VERSION = "version"


class Because(StrEnum):
    """Why something is unknown."""

    PERMISSION = "permission"
    PSA_DOWN = "psa_down"
    NOT_EXPOSED = "not_exposed"
    RULE_ERROR = "rule_error"
    INPUT_MISSING = "input_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A pointer to a row of one of the tenant's own tables. ``Ref(id="", name="")`` was read and is empty."""

    id: str
    name: str

    @property
    def is_empty(self) -> bool:
        return not self.id and not self.name


EMPTY_REF: Final = Ref(id="", name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer of the MSP: ConnectWise company, Autotask account, Halo client …"""

    id: str
    name: str
    identifier: str | None = None
    status: Ref | None = None
    types: tuple[Ref, ...] | None = None
    active: bool | None = None  # where the PSA has an active mark instead of a table of statuses
    disabled: bool | None = None  # kept, but switched off by the MSP
    deleted: bool | None = None
    deleted_at: datetime | None = None
    parent: Ref | None = None
    created_at: datetime | None = None
    changed_at: datetime | None = None
    url: str | None = None
    raw: Mapping[str, Any] = field(default_factory=lambda: NO_RAW, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One billed service in an agreement: ConnectWise addition, Autotask recurring service, Halo line."""

    id: str
    agreement_id: str
    name: str
    quantity: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    billable: bool | None = None
    recurring: bool | None = None  # False: it bills once
    active: bool | None = None  # False: it is switched off, and bills nothing
    raw: Mapping[str, Any] = field(default_factory=lambda: NO_RAW, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What is billed again and again: ConnectWise agreement, Autotask contract, recurring invoice."""

    id: str
    name: str
    account_id: str | None = None
    account_name: str | None = None
    type: Ref | None = None
    status: str | None = None  # the PSA's own word: Active, Cancelled, Expired, Inactive
    cancelled: bool | None = None
    pending: bool | None = None  # being set up: the PSA has not made it active yet
    paused: bool | None = None  # bills nothing for now, by the PSA's own mark
    starts_on: date | None = None  # date.min: it has no first day, by the PSA's own word
    ends_on: date | None = None
    open_ended: bool | None = None  # True: it has no end date, by the PSA's own word
    one_time: bool | None = None
    recurring: bool | None = None  # by the PSA's own kind: recurring service, recurring invoice, Fixed contract
    billing_cycle: Ref | None = None  # EMPTY_REF: read, and there is none
    billing_option: str | None = None  # of the cycle's own row, such as Monthly or NotRecurring
    changed_at: datetime | None = None
    parent: Ref | None = None  # the agreement that it hangs under; EMPTY_REF: read, and there is none
    billed_to: Ref | None = None  # the account that gets its invoice, where that is another; EMPTY_REF: its own
    url: str | None = None
    lines: tuple[LineItem, ...] | None = None  # None: not read; empty: read, and it bills nothing
    raw: Mapping[str, Any] = field(default_factory=lambda: NO_RAW, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A row of one of the tenant's tables. ``flags`` holds the PSA's own flags, such as inactiveFlag.

    ``customerFlag`` on a type: whether accounts of it are customers, where the PSA or its documents say so.
    """

    id: str
    name: str
    flags: Mapping[str, bool | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One of the tenant's tables, or why it could not be read. ``rows`` is None exactly when ``because`` is set."""

    name: str
    rows: tuple[Option, ...] | None
    because: Because | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables that the filter and the rules look things up in."""

    statuses: Table
    types: Table
    agreement_types: Table
    billing_cycles: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """Which accounts a sync pulls. ``None``: that table could not be read, so this half filters nothing.

    ``custom`` says whether an operator chose it (include_statuses, include_types) or it is the default.
    An account is pulled when it is not deleted, its status is one of ``statuses`` and any of its types is one of
    ``types`` (R91, X30).
    """

    statuses: tuple[Option, ...] | None
    types: tuple[Option, ...] | None
    left_out_statuses: tuple[Option, ...] = ()
    left_out_types: tuple[Option, ...] = ()
    custom: bool = False


class SettingsKind(StrEnum):
    """The tables of a settings sync: both lists of the seeds together (R142-R149, R158-R171; C7).

    What a PSA lacks is *not needed*; it is left out of its Spec.
    """

    BOARDS = "boards"
    STATUSES = "statuses"  # of tickets; a row's parent is its board where the PSA keeps them by board
    PRIORITIES = "priorities"
    TICKET_TYPES = "ticket_types"
    CATEGORIES = "categories"
    SUBCATEGORIES = "subcategories"
    ITEMS = "items"
    COMPANY_TYPES = "company_types"
    COMPANY_STATUSES = "company_statuses"
    CONTACT_TYPES = "contact_types"  # definitions, not people (C6)
    CONTACT_ROLES = "contact_roles"
    MEMBERS = "members"  # id, name, role: nothing else (R165)
    MEMBER_ROLES = "member_roles"
    DEPARTMENTS = "departments"
    LOCATIONS = "locations"
    CUSTOM_FIELDS = "custom_fields"
    TEMPLATES = "templates"
    SLAS = "slas"
    SOURCES = "sources"
    AGREEMENT_TYPES = "agreement_types"
    BILLING_CYCLES = "billing_cycles"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRow:
    """A row of a settings table. ``active`` None: this table knows no inactive rows.

    ``parent``: the row that it hangs under, such as a status's board. ``properties``: allow-listed, by the PSA's own
    names. ``options``: what a custom field lets one choose; None: it is not a field with options.
    """

    id: str
    name: str
    active: bool | None = None
    parent: Ref | None = None
    properties: Mapping[str, str | bool | int | None] = field(default_factory=dict)
    options: tuple[Ref, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTable:
    """One settings table, inactive rows too (C5). ``rows`` is None exactly when ``because`` is set."""

    kind: SettingsKind
    name: str  # in the PSA's words: Service Boards
    rows: tuple[SettingsRow, ...] | None
    because: Because | None = None


class Access(StrEnum):
    """The outcome of one permission probe."""

    GRANTED = "granted"
    EMPTY = "empty"  # readable, but no row came: a right limited to "My", or an Allow list, looks like this
    REFUSED = "refused"
    UNPROBEABLE = "unprobeable"  # cannot be told by reading
    UNKNOWN = "unknown"  # the PSA did not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessProbe:
    """May the API user read this table? ``right`` is the PSA's own words for what to grant."""

    id: str  # such as companies, agreements, billing-cycles
    right: str
    call: str  # such as GET /finance/agreements/count
    access: Access
    used_by: tuple[str, ...] = ("bot",)  # "bot", "billing tool"
    often_missed: bool = False
    rows: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCounts:
    """How many accounts the PSA holds and how many of each class the filter leaves out. None: not counted."""

    in_psa: int | None
    left_out: Mapping[str, int | None]  # prospect, inactive, recycled


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionCheck:
    """What a connection test found out."""

    version: str | None
    host: str
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Usage:
    """What one connector has spent since it was built. ``seconds``: how long its last answers took, newest last."""

    calls: int = 0
    bytes: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=1_000))
