"""HaloPSA's JSON to our records: pure, and never wrong about what was not said (HALO §4)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from connectors import values
from connectors.records import EMPTY_REF, NO_RAW, Account, Agreement, LineItem, Option, Ref

Row = Mapping[str, Any]

# A client's row also holds secrets and other people's data: only these are ever kept (HALO §4; R78, R248).
ACCOUNT_FIELDS: Final = (
    *("id", "name", "ref", "inactive", "stopped", "toplevel_id", "toplevel_name", "datecreated", "alastupdate"),
    *("client_to_invoice_recurring", "client_to_invoice_recurring_name", "excludefrominvoicesync", "dontinvoice"),
)
AGREEMENT_FIELDS: Final = (
    *("id", "disabled", "voided", "client_id", "client_name", "original_client_id", "reference", "contract_ref"),
    *("is_recurring_invoice", "startdate", "enddate", "nextcreationdate", "last_modified", "contract_id", "schedule"),
)
LINE_FIELDS: Final = (
    *("id", "ihid", "item_code", "item_shortdescription", "qty_order", "isinactive", "isgroupdesc", "onetimecharge"),
    *("startdate", "enddate", "recurring_invoice_quantity_type", "_is_calculated_line"),
    *("calculate_price_from_assets", "calculate_price_from_users"),
)
_WORKED_OUT: Final = LINE_FIELDS[-4:]
_SCHEDULE_FIELDS: Final = ("name", "startdate", "end_date", "enddate")

ACTIVE: Final = Ref(id="active", name="Active")
INACTIVE: Final = Ref(id="inactive", name="Inactive")


def account(row: Row, web: str, *, with_raw: bool = False) -> Account:
    """A client is active or not: there is no table of statuses, so its mark is told as one (HALO §4)."""
    identity = identity_of(row, "customer")
    inactive = values.flag(row.get("inactive"))
    group = _pointer(row, "toplevel_id", "toplevel_name")
    return Account(
        id=identity,
        name=values.text(row.get("name")) or "",
        identifier=values.text(row.get("ref")) or None,
        status=None if inactive is None else (INACTIVE if inactive else ACTIVE),
        types=None if group is None else tuple(ref for ref in (group,) if not ref.is_empty),
        active=None if inactive is None else not inactive,
        parent=_payer(row, identity),
        created_at=_moment(row.get("datecreated")),
        changed_at=_moment(row.get("alastupdate")),
        url=client_page(web, identity),
        raw=_kept(row, ACCOUNT_FIELDS) if with_raw else NO_RAW,
    )


def agreement(row: Row, web: str, *, with_raw: bool = False) -> Agreement:
    """A recurring invoice. No page of its own is documented, so the link leads to its customer (HALO §8)."""
    identity = identity_of(row, "recurring invoice")
    disabled, owner = values.flag(row.get("disabled")), _pointer(row, "client_id", "client_name")
    starts_on, ends_on = _day(row, "startdate"), _day(row, "enddate", "end_date")
    return Agreement(
        id=identity,
        name=_name(row) or f"Recurring invoice {identity}",
        account_id=owner.id if owner and owner.id else None,
        account_name=owner.name if owner and owner.name else None,
        status=None if disabled is None else ("Inactive" if disabled else "Active"),
        cancelled=values.flag(row.get("voided")),
        # R52 asks for no dates and an ordinary row holds none (HALO §9), so a missing one is no limit.
        starts_on=starts_on or date.min,
        ends_on=ends_on,
        open_ended=ends_on is None,
        recurring=row.get("is_recurring_invoice") is not False,  # the list holds nothing else
        changed_at=_moment(row.get("last_modified")),
        url=client_page(web, owner.id) if owner and owner.id else None,
        lines=lines(row),
        raw=_kept(row, AGREEMENT_FIELDS) if with_raw else NO_RAW,
    )


def lines(row: Row) -> tuple[LineItem, ...] | None:
    """None: the answer came without lines. Heading rows are no lines (HALO §4)."""
    found = row.get("lines")
    if not isinstance(found, list):
        return None
    owner = identity_of(row, "recurring invoice")
    return tuple(line(one, owner) for one in found if isinstance(one, Mapping) and one.get("isgroupdesc") is not True)


def line(row: Row, agreement_id: str) -> LineItem:
    inactive, once = values.flag(row.get("isinactive")), values.flag(row.get("onetimecharge"))
    return LineItem(
        id=identity_of(row, "line"),
        agreement_id=agreement_id,
        name=values.text(row.get("item_shortdescription")) or values.text(row.get("item_code")) or "",
        quantity=_quantity(row),
        starts_on=_day(row, "startdate"),
        ends_on=_day(row, "enddate"),
        recurring=None if once is None else not once,
        active=None if inactive is None else not inactive,
        raw=_kept(row, LINE_FIELDS),
    )


def statuses() -> tuple[Option, ...]:
    return (
        Option(id=ACTIVE.id, name=ACTIVE.name, flags={"inactiveFlag": False}),
        Option(id=INACTIVE.id, name=INACTIVE.name, flags={"inactiveFlag": True}),
    )


def groups(rows: Iterable[Row]) -> tuple[Option, ...]:
    """Customer groups (top levels). No document leaves one out, so all are customers unless an operator says so."""
    return tuple(
        Option(id=identity_of(row, "group"), name=values.text(row.get("name")) or "", flags={"customerFlag": True})
        for row in rows
    )


def client_page(web: str, identity: str) -> str:
    return f"{web}/customers?clientid={identity}"


def identity_of(row: Row, noun: str) -> str:
    """Opaque: ids of recurring invoices may be negative (HALO §9)."""
    return values.required_identity(row.get("id"), psa="HaloPSA", noun=noun)


def _payer(row: Row, identity: str) -> Ref | None:
    """The client that is billed for this one. 0, -1 and itself mean that there is none."""
    payer = _pointer(row, "client_to_invoice_recurring", "client_to_invoice_recurring_name")
    if payer is None:
        return None
    return EMPTY_REF if payer.id == identity or not payer.id.isdigit() or payer.id == "0" else payer


def _pointer(row: Row, identity: str, name: str) -> Ref | None:
    """None: not sent at all. An empty one: sent, and there is none."""
    if identity not in row:
        return None
    value = row[identity]
    if isinstance(value, bool) or not isinstance(value, int | str) or value in {"", 0}:
        return EMPTY_REF
    return Ref(id=str(value), name=values.text(row.get(name)) or "")


def _name(row: Row) -> str:
    schedule = row.get("schedule")
    named = schedule.get("name") if isinstance(schedule, Mapping) else None
    found = (values.text(value) for value in (row.get("reference"), named, row.get("contract_ref")))
    return next((text.strip() for text in found if text and text.strip()), "")


def _quantity(row: Row) -> Decimal | None:
    """Nought on a line that Halo counts out when it invoices says nothing about what it will bill."""
    number = values.number(row.get("qty_order"))
    return None if number == 0 and any(row.get(name) for name in _WORKED_OUT) else number


def _day(row: Row, *names: str) -> date | None:
    """Of the row, else of its schedule. Empty dates come as null, year 1 or 1900 (HALO §4)."""
    schedule = row.get("schedule")
    for source in (row, schedule if isinstance(schedule, Mapping) else {}):
        for name in names:
            moment = _moment(source.get(name))
            if moment is not None and moment.year > 1900:
                return moment.date()
    return None


def _moment(value: Any) -> datetime | None:
    """Halo writes times without a zone; they are taken for UTC. Year 1 stands for none."""
    moment = values.moment(value)
    return moment if moment and moment.year > 1 else None


def _kept(row: Row, fields: Iterable[str]) -> Row:
    kept = {name: row[name] for name in fields if name in row}
    if isinstance(schedule := kept.get("schedule"), Mapping):
        kept["schedule"] = {name: schedule[name] for name in _SCHEDULE_FIELDS if name in schedule}
    return kept
