"""Syncro's JSON to our records: pure, and never wrong about what was not said (SYN §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from connectors.errors import InvalidData
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
        disabled=_flag(row.get("disabled")),
        created_at=_moment(row.get("created_at")),
        changed_at=_moment(row.get("updated_at")),
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
    identity, customer = _identity(row, "recurring invoice"), pointer(row.get("customer_id"))
    return Agreement(
        id=identity,
        name=_text(row.get("name")) or "",
        account_id=customer,
        paused=_flag(row.get("paused")),
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
    once = _flag(row.get("one_time_charge"))
    return LineItem(
        id=_identity(row, "line"),
        agreement_id=agreement_id,
        name=_text(row.get("name")) or _text(row.get("description")) or "",
        quantity=_quantity(row),
        recurring=None if once is None else not once,
        raw=_kept(row, LINE_FIELDS),
    )


def entries(values: Any) -> list[Row]:
    """Of a settings list: objects, ``[id, "Name"]`` pairs, or plain texts, which have no id but the text (SYN §6).

    An empty text is no choice.
    """
    rows = (_entry(value) for value in values) if isinstance(values, list) else ()
    return [row for row in rows if row is not None]


def _entry(value: Any) -> Row | None:
    if isinstance(value, list) and len(value) == 2:
        return {"id": value[0], "name": value[1]}
    if isinstance(value, Mapping):
        return value if pointer(value.get("id")) else _of_text(_text(value.get("name")))
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
    number = _number(row.get("quantity"))
    counted = row.get("asset_type_id") is not None or bool(row.get("device_ids"))
    return None if counted and number == 0 else number


def _kept(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names if name in row}


def _identity(row: Row, noun: str) -> str:
    identity = pointer(row.get("id"))
    if identity is None:
        raise InvalidData(f"Syncro sent a {noun} without an id.")
    return identity


def pointer(value: Any) -> str | None:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None


def _text(value: Any) -> str | None:
    """None where there is nothing to read. PostgreSQL stores no null byte, so it is shown as the replacement
    character.
    """
    return value.strip().replace("\x00", "\ufffd") or None if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
