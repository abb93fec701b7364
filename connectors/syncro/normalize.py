"""Syncro's JSON to our records: pure, and never wrong about what was not said (SYN §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from connectors import values
from connectors.paging import Row
from connectors.records import EMPTY_REF, NO_RAW, Account, Agreement, LineItem, Ref

# Syncro selects no fields, so what comes with a record and is not needed is dropped here: addresses, phone numbers,
# prices, and the login link in online_profile_url (R248; SYN §4).
ACCOUNT_FIELDS: Final = (
    "id",
    "business_name",
    "business_then_name",
    "disabled",
    "location_id",
    "created_at",
    "updated_at",
)
AGREEMENT_FIELDS: Final = ("id", "customer_id", "name", "frequency", "next_run", "paused")
LINE_FIELDS: Final = (
    "id",
    "name",
    "quantity",
    "product_id",
    "product_category",
    "asset_type_id",
    "recurring_type_id",
    "one_time_charge",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Deep links into the web client (SYN §8)."""

    web: str

    def to_customer(self, identity: str) -> str:
        return f"{self.web}/customers/{identity}"


def account(row: Row, links: Links, *, with_raw: bool = False) -> Account:
    identity = _identity(row, "customer")
    return Account(
        id=identity,
        name=name_of(row),
        disabled=values.flag(row.get("disabled")),
        created_at=values.moment(row.get("created_at")),
        changed_at=values.moment(row.get("updated_at")),
        url=links.to_customer(identity),
        raw=_kept(row, ACCOUNT_FIELDS) if with_raw else NO_RAW,
    )


def name_of(row: Row) -> str:
    """Private persons have no business name (SYN §2)."""
    parts = " ".join(filter(None, (_text(row.get("firstname")), _text(row.get("lastname")))))
    named = (_text(row.get(field)) for field in ("business_name", "business_then_name", "fullname"))
    return next((text for text in (*named, parts) if text), "")


def agreement(row: Row, links: Links, *, with_raw: bool = False) -> Agreement:
    """A recurring invoice, which the API calls a schedule. It has neither status nor dates, and its web page is not
    documented, so the customer's is linked (SYN §8). What is charged once is a mark of its lines, not of it.
    """
    identity, customer = _identity(row, "recurring invoice"), values.identity(row.get("customer_id"))
    return Agreement(
        id=identity,
        name=_text(row.get("name")) or "",
        account_id=customer,
        paused=values.flag(row.get("paused")),
        recurring=True,
        billing_cycle=_cycle(row),
        url=links.to_customer(customer) if customer else None,
        lines=lines(row, identity),
        raw=_kept(row, AGREEMENT_FIELDS) if with_raw else NO_RAW,
    )


def lines(row: Row, agreement_id: str) -> tuple[LineItem, ...] | None:
    """None: the list did not bring them; the single recurring invoice does (SYN §4)."""
    found = row.get("lines")
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        return None
    return tuple(line(one, agreement_id) for one in found)


def line(row: Row, agreement_id: str) -> LineItem:
    once = values.flag(row.get("one_time_charge"))
    return LineItem(
        id=_identity(row, "line"),
        agreement_id=agreement_id,
        name=_text(row.get("name")) or _text(row.get("description")) or "",
        quantity=_quantity(row),
        recurring=None if once is None else not once,
        raw=_kept(row, LINE_FIELDS),
    )


def entries(listed: Any) -> list[Row]:
    """Of a settings list: objects, ``[id, "Name"]`` pairs, or plain texts, which have no id but the text (SYN §6).

    An empty text is no choice.
    """
    rows = (_entry(value) for value in listed) if isinstance(listed, list) else ()
    return [row for row in rows if row is not None]


def _entry(value: Any) -> Row | None:
    if isinstance(value, list) and len(value) == 2:
        return {"id": value[0], "name": value[1]}
    if isinstance(value, Mapping):
        return value if values.identity(value.get("id")) else _of_text(_text(value.get("name")))
    return _of_text(_text(value))


def _of_text(text: str | None) -> Row | None:
    return {"id": text, "name": text} if text else None


def _cycle(row: Row) -> Ref | None:
    if "frequency" not in row:
        return None
    frequency = _text(row["frequency"])
    return Ref(id=frequency, name=frequency) if frequency else EMPTY_REF


def _quantity(row: Row) -> Decimal | None:
    """Lines that are tied to assets have their quantity worked out, and when is not documented; so a nought there
    says nothing (SYN §4).
    """
    number = values.number(row.get("quantity"))
    counted = row.get("asset_type_id") is not None or bool(row.get("device_ids"))
    return None if counted and number == 0 else number


def _kept(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names if name in row}


def _identity(row: Row, noun: str) -> str:
    return values.required_identity(row.get("id"), psa="Syncro", noun=noun)


def _text(value: Any) -> str | None:
    """None where there is nothing to read."""
    return (values.text(value) or "").strip() or None
