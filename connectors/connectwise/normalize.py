"""ConnectWise's JSON to our records: pure, and never wrong about what was not said (CW §5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

from connectors import values
from connectors.connectwise.settings import web_host
from connectors.records import EMPTY_REF, NO_RAW, Account, Agreement, LineItem, Option, Ref

Row = Mapping[str, Any]

# Only what is stored or judged is asked for (R78, R248). Arrays and nested objects: CW §2.
ACCOUNT_FIELDS: Final = (
    "id,identifier,name,status/id,status/name,types,deletedFlag,dateDeleted,"
    "parentCompany/id,parentCompany/name,dateAcquired,_info/lastUpdated"
)
AGREEMENT_FIELDS: Final = (
    "id,name,company/id,company/name,type/id,type/name,agreementStatus,cancelledFlag,startDate,endDate,"
    "noEndingDateFlag,billOneTimeFlag,billingCycle/id,billingCycle/name,"
    "parentAgreement/id,parentAgreement/name,_info/lastUpdated"
)
LINE_FIELDS: Final = "id,product/identifier,description,quantity,effectiveDate,cancelledDate,billCustomer"
STATUS_FIELDS: Final = "id,name,defaultFlag,inactiveFlag,notifyFlag,disallowSavingFlag"
TYPE_FIELDS: Final = "id,name,defaultFlag,vendorFlag"
AGREEMENT_TYPE_FIELDS: Final = "id,name,defaultFlag,inactiveFlag,oneTimeFlag,billOneTimeFlag"
CYCLE_FIELDS: Final = "id,name,defaultFlag,billingOptions"

_BILLABLE: Final = {"billable": True, "donotbill": False, "nocharge": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Deep links into the web client (CW §9). ``company`` is the login company, not the customer."""

    web: str
    company: str

    @classmethod
    def of(cls, base: str, company: str) -> "Links":
        url = urlsplit(base)
        return cls(web=f"{url.scheme}://{web_host(url.netloc)}", company=quote(company, safe=""))

    def to(self, record: str, identity: str) -> str:
        return (
            f"{self.web}/v4_6_release/services/system_io/router/openrecord.rails"
            f"?locale=en_US&recordType={record}&recid={identity}&companyName={self.company}"
        )


def account(row: Row, links: Links, *, with_raw: bool = False) -> Account:
    identity = _identity(row, "company")
    return Account(
        id=identity,
        name=values.text(row.get("name")) or "",
        identifier=values.text(row.get("identifier")),
        status=_reference(row, "status"),
        types=_references(row.get("types")),
        deleted=values.flag(row.get("deletedFlag")),
        deleted_at=values.moment(row.get("dateDeleted")),
        parent=_optional_reference(row, "parentCompany"),
        created_at=values.moment(row.get("dateAcquired")),
        changed_at=_changed_at(row),
        url=links.to("CompanyFV", identity),
        raw=row if with_raw else NO_RAW,
    )


def agreement(row: Row, links: Links, options: Mapping[str, str], *, with_raw: bool = False) -> Agreement:
    """``options``: billing-cycle id to its billingOptions; empty where that table cannot be read (CW §5.8 no. 2)."""
    identity = _identity(row, "agreement")
    company, cycle = _reference(row, "company"), _optional_reference(row, "billingCycle")
    ends_on = _day(row.get("endDate"))
    return Agreement(
        id=identity,
        name=values.text(row.get("name")) or "",
        account_id=company.id if company and company.id else None,
        account_name=company.name if company and company.name else None,
        type=_reference(row, "type"),
        status=values.text(row.get("agreementStatus")),
        cancelled=values.flag(row.get("cancelledFlag")),
        starts_on=_day(row.get("startDate")),
        ends_on=ends_on,
        open_ended=values.flag(row.get("noEndingDateFlag")),
        one_time=values.flag(row.get("billOneTimeFlag")),
        billing_cycle=cycle,
        billing_option=options.get(cycle.id) if cycle else None,
        changed_at=_changed_at(row),
        parent=_optional_reference(row, "parentAgreement"),
        url=links.to("AgreementFV", identity),
        raw=row if with_raw else NO_RAW,
    )


def line(row: Row, agreement_id: str) -> LineItem:
    """``ends_on`` is the last live day: a cancelledDate is the first day on which the line is not (CW §5.5)."""
    product = row.get("product")
    name = values.text(row.get("description")) or (
        values.text(product.get("identifier")) if isinstance(product, Mapping) else None
    )
    cancelled_on = _day(row.get("cancelledDate"))
    return LineItem(
        id=_identity(row, "addition"),
        agreement_id=agreement_id,
        name=name or "",
        quantity=values.number(row.get("quantity")),
        starts_on=_day(row.get("effectiveDate")),
        ends_on=cancelled_on - timedelta(days=1) if cancelled_on and cancelled_on > date.min else None,
        billable=_BILLABLE.get(str(row.get("billCustomer")).casefold()),
        raw=row,
    )


def options(rows: Iterable[Row]) -> tuple[Option, ...]:
    """Rows of a table. The small list of types says isVendor where the full one says vendorFlag (CW §6.1)."""
    return tuple(
        Option(id=_identity(row, "table row"), name=values.text(row.get("name")) or "", flags=_flags(row))
        for row in rows
    )


def _flags(row: Row) -> dict[str, bool | str | None]:
    known = {"isVendor": "vendorFlag"}
    return {
        known.get(name, name): value
        for name, value in row.items()
        if (name.endswith("Flag") or name in {"isVendor", "billingOptions"})
        and (value is None or isinstance(value, bool | str))
    }


def _identity(row: Row, noun: str) -> str:
    return values.required_identity(row.get("id"), psa="ConnectWise", noun=noun)


def _reference(row: Row, name: str) -> Ref | None:
    """None: not sent at all. An empty one: sent as null, or without an id."""
    if name not in row:
        return None
    value = row[name]
    if value is None:
        return EMPTY_REF
    return _pointer(value)


def _optional_reference(row: Row, name: str) -> Ref | None:
    """Every read of ours names this field, so that a missing key says that there is none (CW §5.8 no. 1)."""
    return _reference(row, name) if name in row else EMPTY_REF


def _pointer(value: Any) -> Ref | None:
    if not isinstance(value, Mapping):
        return None
    identity = values.identity(value.get("id"))
    return EMPTY_REF if identity is None else Ref(id=identity, name=values.text(value.get("name")) or "")


def _references(value: Any) -> tuple[Ref, ...] | None:
    if not isinstance(value, list):
        return None
    found = (_pointer(entry) for entry in value)
    return tuple(ref for ref in found if ref is not None and not ref.is_empty)


def _day(value: Any) -> date | None:
    """ConnectWise keeps days as midnight UTC (CW §5)."""
    moment = values.moment(value)
    return moment.date() if moment else None


def _changed_at(row: Row) -> datetime | None:
    about = row.get("_info")
    return values.moment(about.get("lastUpdated")) if isinstance(about, Mapping) else None
