"""Cases for the tests of the rules: a healthy customer in a small ConnectWise, to be changed one thing at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from connectors.records import (
    EMPTY_REF,
    Access,
    AccessProbe,
    Account,
    AccountFilter,
    Agreement,
    Because,
    Capability,
    Option,
    Ref,
    Table,
    Tables,
)
from rules.model import Cached, Case, Live

NOW: Final = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY: Final = date(2026, 11, 21)
LAST_SYNC: Final = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
COPIED: Final = datetime(2026, 11, 17, 7, 12, 4, tzinfo=UTC)
LONG_AGO: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)

WORDS: Final = {
    "psa": "ConnectWise",
    "account": "company",
    "accounts": "companies",
    "account_id": "RecId",
    "agreement": "agreement",
    "agreements": "agreements",
}
# As connectors/connectwise/spec.py has it: additions are only read where somebody asks for them.
GIVES: Final = frozenset(Capability) - {Capability.AGREEMENT_LINES, Capability.RECURRING_KIND}

ACTIVE: Final = Option(id="1", name="Active", flags={"inactiveFlag": False, "defaultFlag": True})
INACTIVE: Final = Option(id="2", name="Inactive", flags={"inactiveFlag": True})
CREDIT_HOLD: Final = Option(id="4", name="Credit Hold", flags={"inactiveFlag": False})
NOT_APPROVED: Final = Option(id="5", name="Not-Approved", flags={"inactiveFlag": False})
CLIENT: Final = Option(id="1", name="Client")
PROSPECT: Final = Option(id="2", name="Prospect")
VENDOR: Final = Option(id="3", name="Vendor", flags={"vendorFlag": True})
MONTHLY: Final = Option(id="2", name="Monthly", flags={"billingOptions": "Monthly"})
NONE_CYCLE: Final = Option(id="6", name="None", flags={"billingOptions": "NotRecurring"})
MANAGED: Final = Option(id="5", name="Managed", flags={"allowed": True})
LEGACY: Final = Option(id="9", name="Legacy Hosting", flags={"allowed": False})

TABLES: Final = Tables(
    statuses=Table(name="statuses", rows=(ACTIVE, INACTIVE, CREDIT_HOLD, NOT_APPROVED)),
    types=Table(name="types", rows=(CLIENT, PROSPECT, VENDOR)),
    agreement_types=Table(name="agreement_types", rows=(MANAGED,)),
    billing_cycles=Table(name="billing_cycles", rows=(MONTHLY, NONE_CYCLE)),
)
FILTER: Final = AccountFilter(
    statuses=(ACTIVE, CREDIT_HOLD),
    types=(CLIENT,),
    left_out_statuses=(INACTIVE, NOT_APPROVED),
    left_out_types=(PROSPECT, VENDOR),
)
COMPANIES: Final = AccessProbe(
    id="companies",
    right="Companies > Company Maintenance: Inquire All",
    call="GET /company/companies/count",
    access=Access.GRANTED,
    often_missed=True,
    rows=2000,
)


def ref(option: Option) -> Ref:
    return Ref(id=option.id, name=option.name)


def account(**changes: Any) -> Account:
    """An active client that has not changed for months."""
    fields: dict[str, Any] = {
        "id": "4711",
        "name": "Acme Ltd",
        "identifier": "Acme",
        "status": ref(ACTIVE),
        "types": (ref(CLIENT),),
        "deleted": False,
        "parent": EMPTY_REF,
        "created_at": LONG_AGO,
        "changed_at": LONG_AGO,
        "url": "https://psa.example/company/4711",
    }
    return Account(**(fields | changes))


def agreement(**changes: Any) -> Agreement:
    """An active, open-ended agreement that bills monthly."""
    fields: dict[str, Any] = {
        "id": "88",
        "name": "Managed",
        "account_id": "4711",
        "type": ref(MANAGED),
        "status": "Active",
        "cancelled": False,
        "starts_on": date(2026, 1, 1),
        "open_ended": True,
        "one_time": False,
        "billing_cycle": ref(MONTHLY),
        "billing_option": "Monthly",
        "changed_at": LONG_AGO,
        "url": "https://psa.example/agreement/88",
    }
    return Agreement(**(fields | changes))


def expired(**changes: Any) -> Agreement:
    """One that ended yesterday: the server has worked its status out."""
    fields: dict[str, Any] = {"status": "Expired", "open_ended": False, "ends_on": TODAY - DAY}
    return agreement(**(fields | changes))


def one_time(**changes: Any) -> Agreement:
    fields: dict[str, Any] = {"one_time": True, "billing_cycle": EMPTY_REF, "billing_option": None}
    return agreement(**(fields | changes))


def not_recurring(**changes: Any) -> Agreement:
    return agreement(**({"billing_cycle": ref(NONE_CYCLE), "billing_option": "NotRecurring"} | changes))


def synced(*, visible: bool | None = True, **changes: Any) -> Cached:
    """The copy of the last sync, holding the healthy account."""
    fields: dict[str, Any] = {
        "present": True,
        "as_of": COPIED,
        "run": 812,
        "account": account(),
        "agreements": (agreement(),),
    }
    return Cached(visible=visible, **(fields | changes))


def not_in_copy() -> Cached:
    return Cached(present=False, as_of=COPIED, run=812)


def unreadable(because: Because = Because.PSA_DOWN) -> Live:
    return Live(present=None, because=because)


HEALTHY: Final = Case(
    psa="connectwise",
    now=NOW,
    today=TODAY,
    gives=GIVES,
    live=Live(present=True, as_of=NOW),
    cached=synced(),
    account=account(),
    agreements=(agreement(),),
    twins=(),
    probes=(COMPANIES,),
    filter=FILTER,
    tables=TABLES,
    last_full_sync_started_at=LAST_SYNC,
    tool_words=WORDS,
)


def case(**changes: Any) -> Case:
    """The healthy case with something changed."""
    return replace(HEALTHY, **changes)


def blank(**changes: Any) -> Case:
    """A case about which nothing was read."""
    fields: dict[str, Any] = {
        "psa": "connectwise",
        "now": NOW,
        "today": TODAY,
        "gives": GIVES,
        "live": Live(present=None),
        "cached": Cached(present=False, as_of=None, run=None),
    }
    return Case(**(fields | changes))


def with_rows(table: str, rows: Sequence[Option] | None, because: Because | None = None) -> Tables:
    """The tables, one of them changed or unreadable."""
    told = Table(name=table, rows=None if rows is None else tuple(rows), because=because)
    changed: dict[str, Any] = {table: told}
    return replace(TABLES, **changed)
