"""The family's JSON to our records: pure, and never wrong about what was not said (BMS §4). Keys come folded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from connectors import values
from connectors.paging import Row
from connectors.records import EMPTY_REF, NO_RAW, Account, Agreement, LineItem, Option, Ref

ACTIVE: Final = Ref(id="active", name="Active")
INACTIVE: Final = Ref(id="inactive", name="Inactive")
# The API keeps an active mark where others keep a table of statuses; the filter speaks of it as of one.
STATUSES: Final = (
    Option(id=ACTIVE.id, name=ACTIVE.name),
    Option(id=INACTIVE.id, name=INACTIVE.name, flags={"inactiveFlag": True}),
)
# Types of contract by name, and whether they bill again and again (BMS §4). A retainer may: nobody says.
_RECURS: Final[Mapping[str, bool]] = {
    "recurring services": True,
    "recurring service": True,
    "time and material": False,
    "time and materials": False,
    "time & material": False,
    "fixed price": False,
}
_NO_DAY: Final = frozenset({1, 1900, 9999})  # years of .NET's and SQL's least and greatest dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pages in the web client. Their addresses are not documented (BMS §8), so that the front page stands in."""

    web: str
    account_url: str
    contract_url: str

    def to_account(self, identity: str) -> str:
        return self.account_url.replace("{id}", identity) or f"{self.web}/"

    def to_contract(self, identity: str) -> str:
        return self.contract_url.replace("{id}", identity) or f"{self.web}/"


def account(row: Row, links: Links, *, with_raw: bool = False) -> Account:
    identity, active = identity_of(row, "account"), values.flag(row.get("isactive"))
    return Account(
        id=identity,
        name=values.text(row.get("accountname")) or "",
        identifier=values.text(row.get("accountcode")) or None,
        status=None if active is None else ACTIVE if active else INACTIVE,
        types=_types(row),
        active=active,
        parent=_parent(row),
        created_at=_moment(row.get("createdon")),
        changed_at=_moment(row.get("modifiedon")) or _moment(row.get("createdon")),
        url=links.to_account(identity),
        raw=row if with_raw else NO_RAW,
    )


def agreement(
    row: Row, links: Links, account_id: str | None, *, short: Row | None = None, with_raw: bool = False
) -> Agreement:
    """``row``: of the summary. ``short``: the same contract in the look-up, whose active mark is surer (BMS §4)."""
    identity, kind = identity_of(row, "contract"), _pointer(row, "contracttype")
    ends_on, cycle = _day(row.get("enddate")), _pointer(row, "billingcycle")
    return Agreement(
        id=identity,
        name=values.text(row.get("contractname")) or "",
        account_id=account_id,
        account_name=values.text(row.get("accountname")) or None,
        type=kind,
        status=_status(row, short or {}),
        starts_on=_first_day(row),
        ends_on=ends_on,
        open_ended=_is_open_ended(row, ends_on),
        recurring=_recurs(kind, cycle),
        billing_cycle=cycle,
        url=links.to_contract(identity),
        raw=row if with_raw else NO_RAW,
    )


def agreement_of_short(short: Row, links: Links, account_id: str, account_name: str) -> Agreement:
    """A contract that only the look-up told: neither its type nor its billing cycle is known."""
    identity, ends_on = identity_of(short, "contract"), _day(short.get("enddate"))
    return Agreement(
        id=identity,
        name=values.text(short.get("name")) or "",
        account_id=account_id,
        account_name=account_name or None,
        status=_status({}, short),
        ends_on=ends_on,
        open_ended=_is_open_ended(short, ends_on),
        url=links.to_contract(identity),
        raw=short,
    )


def line(row: Row, agreement_id: str) -> LineItem:
    """A catalogue service in a contract. Its quantity is not told (BMS §4)."""
    price = values.number(row.get("unitprice"))
    return LineItem(
        id=identity_of(row, "contract service"),
        agreement_id=agreement_id,
        name=values.text(row.get("servicename")) or values.text(row.get("servicedescription")) or "",
        starts_on=_day(row.get("effectivedate")),
        ends_on=_day(row.get("contractenddate")),
        billable=True if price is not None and price > 0 else None,
        raw=row,
    )


def account_types(rows: Iterable[Row]) -> tuple[Option, ...]:
    """Where not one type is marked as a client's, the tenant does not keep the mark, and names have to tell."""
    listed = list(rows)
    marked = any(row.get("isclient") is True for row in listed)
    return tuple(
        Option(
            id=identity_of(row, "account type"),
            name=values.text(row.get("name")) or "",
            flags=_type_flags(row, marked=marked),
        )
        for row in listed
    )


def identity_of(row: Row, noun: str) -> str:
    return values.required_identity(row.get("id"), psa="The PSA", noun=noun)


def _type_flags(row: Row, *, marked: bool) -> dict[str, bool | str | None]:
    client, vendor, active = (values.flag(row.get(name)) for name in ("isclient", "isvendor", "isactive"))
    flags: dict[str, bool | str | None] = {}
    if marked and client is not None:
        flags["customerFlag"] = client
    if vendor is not None:
        flags["vendorFlag"] = vendor
    if active is not None:
        flags["inactiveFlag"] = not active
    return flags


def _types(row: Row) -> tuple[Ref, ...] | None:
    """One at most. None: not sent. Empty: sent as null."""
    if "accounttypeid" not in row and "accounttype" not in row:
        return None
    identity, name = _number_text(row.get("accounttypeid")), values.text(row.get("accounttype")) or ""
    return (Ref(id=identity or name, name=name),) if identity or name else ()


def _parent(row: Row) -> Ref | None:
    """Only its number is sent, which then stands for its name."""
    if "parentid" not in row:
        return None
    identity = _number_text(row["parentid"])
    return Ref(id=identity, name=identity) if identity else EMPTY_REF


def _number_text(value: Any) -> str:
    """Of an id; empty where there is none."""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value else ""


def _pointer(row: Row, name: str) -> Ref | None:
    """A word of the PSA's own, that has no number. None: not sent. Empty: sent as null."""
    if name not in row:
        return None
    word = (values.text(row[name]) or "").strip()
    return Ref(id=word, name=word) if word and word.casefold() != "none" else EMPTY_REF


def _recurs(kind: Ref | None, cycle: Ref | None) -> bool | None:
    if kind is None or kind.is_empty:
        return None
    word = kind.name.casefold()
    if "retainer" in word and cycle is not None and cycle.is_empty:
        return False
    return _RECURS.get(word)


def _status(row: Row, short: Row) -> str | None:
    """The summary's words are not documented, so that the look-up's mark decides where it contradicts them."""
    word, active = (values.text(row.get("status")) or "").strip(), values.flag(short.get("isactive"))
    if word.casefold() in {"active", "inactive"}:
        word = word.capitalize()
    if active is None:
        return word or None
    if active:
        return word if _is_over(word) else ACTIVE.name
    return INACTIVE.name if word in {"", ACTIVE.name} else word


def _is_over(word: str) -> bool:
    return word.casefold() in {"expired", "cancelled", "canceled", "terminated", "closed"}


def _first_day(row: Row) -> date | None:
    """``date.min``: it has none."""
    day = _day(row.get("startdate"))
    return date.min if day is None and _is_sent_empty(row, "startdate") else day


def _is_open_ended(row: Row, ends_on: date | None) -> bool | None:
    if ends_on is not None:
        return False
    return True if _is_sent_empty(row, "enddate") else None


def _is_sent_empty(row: Row, name: str) -> bool:
    """Null, or one of the dates that stand for none."""
    if name not in row:
        return False
    value = row[name]
    return value is None or (isinstance(value, str) and value[:4].isdigit() and int(value[:4]) in _NO_DAY)


def _moment(value: Any) -> datetime | None:
    """Without a zone it is taken as UTC: no document says which."""
    moment = values.moment(value)
    return None if moment is None or moment.year in _NO_DAY else moment


def _day(value: Any) -> date | None:
    """The day as it is written: a contract ends on the tenant's day, whatever the zone."""
    if not isinstance(value, str):
        return None
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        return None
    return None if day.year in _NO_DAY else day
