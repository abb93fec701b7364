"""A healthy customer in each of the five other PSAs, told as their connectors tell it, to be changed one by one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
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
    LineItem,
    Option,
    Ref,
    Table,
    Tables,
)
from rules.model import Cached, Case, Live
from tests.rules.cases import COPIED, LAST_SYNC, LONG_AGO, NOW, TODAY, WORDS

NOUNS: Final = {
    "connectwise": WORDS,
    "autotask": {
        "psa": "Autotask",
        "account": "account",
        "accounts": "accounts",
        "account_id": "account ID",
        "agreement": "contract",
        "agreements": "contracts",
    },
    "halopsa": {
        "psa": "HaloPSA",
        "account": "customer",
        "accounts": "customers",
        "account_id": "client ID",
        "agreement": "recurring invoice",
        "agreements": "recurring invoices",
    },
    "syncro": {
        "psa": "Syncro",
        "account": "customer",
        "accounts": "customers",
        "account_id": "customer ID",
        "agreement": "recurring invoice",
        "agreements": "recurring invoices",
    },
    "kaseya-bms": {
        "psa": "Kaseya BMS",
        "account": "account",
        "accounts": "accounts",
        "account_id": "account ID",
        "agreement": "contract",
        "agreements": "contracts",
    },
}
NOUNS["pulseway"] = NOUNS["kaseya-bms"] | {"psa": "Pulseway PSA"}
OTHERS: Final = ("autotask", "halopsa", "syncro", "kaseya-bms", "pulseway")
DATED: Final = ("autotask", "halopsa", "kaseya-bms", "pulseway")
WITH_LINES: Final = ("autotask", "halopsa", "syncro")

_COMMON: Final = {Capability.RECURRING_KIND, Capability.CHANGED_AT}
_KASEYA: Final = _COMMON | {
    Capability.ACCOUNT_TYPES,
    Capability.PARENT_ACCOUNT,
    Capability.AGREEMENT_STATUS,
    Capability.AGREEMENT_DATES,
    Capability.AGREEMENT_TYPE,
}
_LINES: Final = {Capability.AGREEMENT_LINES, Capability.LINE_QUANTITY}
GIVES: Final = {
    "autotask": frozenset(_KASEYA | _LINES),
    "halopsa": frozenset((_KASEYA | _LINES | {Capability.VERSION}) - {Capability.AGREEMENT_TYPE}),
    "syncro": frozenset(_COMMON | _LINES),
    "kaseya-bms": frozenset(_KASEYA),
    "pulseway": frozenset(_KASEYA),
}
TYPES: Final = {
    name: Option(id=number, name=name, flags={"customerFlag": name == "Customer"})
    for number, name in (
        ("1", "Customer"),
        ("2", "Lead"),
        ("3", "Prospect"),
        ("4", "Dead"),
        ("6", "Cancelation"),
        ("7", "Vendor"),
        ("8", "Partner"),
    )
}
_NO_TABLE: Final = Table(name="statuses", rows=None, because=Because.NOT_EXPOSED)
TABLES: Final = Tables(
    statuses=_NO_TABLE,
    types=Table(name="types", rows=tuple(TYPES.values())),
    agreement_types=Table(name="agreement_types", rows=(Option(id="7", name="Recurring Service"),)),
    billing_cycles=replace(_NO_TABLE, name="billing_cycles"),
)
FILTER: Final = AccountFilter(
    statuses=None,
    types=(TYPES["Customer"],),
    left_out_types=tuple(kind for name, kind in TYPES.items() if name != "Customer"),
)
MAY_READ: Final = (
    AccessProbe(id="companies", right="accounts", call="GET /accounts", access=Access.GRANTED),
    AccessProbe(id="agreements", right="contracts", call="GET /contracts", access=Access.GRANTED),
)


def line(**changes: Any) -> LineItem:
    fields: dict[str, Any] = {"id": "501", "agreement_id": "88", "name": "Managed workstation", "quantity": Decimal(24)}
    return LineItem(**(fields | changes))


def account_of(psa: str, **changes: Any) -> Account:
    fields: dict[str, Any] = {
        "id": "4711",
        "name": "Acme Ltd",
        "types": (Ref(id="1", name="Customer"),) if Capability.ACCOUNT_TYPES in GIVES[psa] else None,
        "active": True,
        "parent": EMPTY_REF if Capability.PARENT_ACCOUNT in GIVES[psa] else None,
        "changed_at": LONG_AGO,
    }
    return Account(**(fields | changes))


def agreement_of(psa: str, **changes: Any) -> Agreement:
    """An active one that recurs and bills 24 workstations, where the PSA tells so much. None tells when it changed."""
    gives = GIVES[psa]
    fields: dict[str, Any] = {"id": "88", "name": "Managed", "account_id": "4711", "recurring": True}
    if Capability.AGREEMENT_TYPE in gives:
        fields["type"] = Ref(id="7", name="Recurring Service")
    if Capability.AGREEMENT_STATUS in gives:
        fields["status"] = "Active"
    if Capability.AGREEMENT_DATES in gives:
        fields |= {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "open_ended": False}
    if Capability.AGREEMENT_LINES in gives:
        fields["lines"] = (line(),)
    if psa == "syncro":
        fields["paused"] = False
    return Agreement(**(fields | changes))


def case_of(psa: str, **changes: Any) -> Case:
    """The healthy customer with something changed; synced, and visible in the copy."""
    fields: dict[str, Any] = {
        "psa": psa,
        "now": NOW,
        "today": TODAY,
        "gives": GIVES[psa],
        "live": Live(present=True, as_of=NOW),
        "cached": copy_of(psa),
        "account": account_of(psa),
        "agreements": (agreement_of(psa),),
        "twins": (),
        "probes": MAY_READ,
        "filter": FILTER,
        "tables": TABLES,
        "last_full_sync_started_at": LAST_SYNC,
        "psa_version": "v2.176.1" if psa == "halopsa" else None,
        "tool_words": NOUNS[psa],
    }
    return Case(**(fields | changes))


def copy_of(psa: str, **changes: Any) -> Cached:
    fields: dict[str, Any] = {
        "present": True,
        "as_of": COPIED,
        "run": 812,
        "visible": True,
        "account": account_of(psa),
        "agreements": (agreement_of(psa),),
    }
    return Cached(**(fields | changes))
