"""Autotask's JSON to our records: pure, and never wrong about what was not said (AT §5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from connectors import values
from connectors.autotask.filters import ACTIVE, INACTIVE
from connectors.autotask.picklists import RECURRING, Entity
from connectors.records import EMPTY_REF, NO_RAW, Account, Agreement, LineItem, Ref

Row = Mapping[str, Any]

# Only what is stored or judged is asked for (R78, R248). ``id`` has to be among them, or paging fails (AT §2.2).
ACCOUNT_FIELDS: Final = (
    "id",
    "companyName",
    "companyNumber",
    "companyType",
    "isActive",
    "parentCompanyID",
    "createDate",
    "lastTrackedModifiedDateTime",
)
NAME_FIELDS: Final = ("id", "companyName")
CONTRACT_FIELDS: Final = (
    "id",
    "contractName",
    "companyID",
    "contractType",
    "status",
    "contractPeriodType",
    "startDate",
    "endDate",
    "billToCompanyID",
    "lastModifiedDateTime",  # newer Autotasks only; asked for where the field list names it (AT §5.2)
)
CATALOGUE_FIELDS: Final = ("id", "name")

_STATUSES: Final = {True: Ref(id=ACTIVE, name="Active"), False: Ref(id=INACTIVE, name="Inactive")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Deep links into the web client, by the vendor's ExecuteCommand (AT §9)."""

    web: str

    def to(self, code: str, parameter: str, identity: str) -> str:
        return f"{self.web}Autotask/AutotaskExtend/ExecuteCommand.aspx?Code={code}&{parameter}={identity}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """The lines of one contract, with the units of ``day``. ``lines`` None: not read."""

    lines: tuple[LineItem, ...] | None
    day: date

    def today(self, starts_on: date | None, ends_on: date | None) -> tuple[LineItem, ...] | None:
        """Before and after its term a contract has no units of the day: that says nothing about its lines."""
        runs = (starts_on is None or starts_on <= self.day) and (ends_on is None or self.day <= ends_on)
        if runs or self.lines is None:
            return self.lines
        return tuple(replace(line, quantity=None) for line in self.lines)


def account(row: Row, links: Links, companies: Entity, names: Mapping[str, str], *, with_raw: bool = False) -> Account:
    """``names``: of other accounts by id, for the parent."""
    identity, active = identity_of(row, "account"), _flag(told(row, "isActive"))
    kind, changed_at = _number_text(row, "companyType"), values.moment(told(row, "lastTrackedModifiedDateTime"))
    return Account(
        id=identity,
        name=values.text(told(row, "companyName")) or "",
        identifier=values.text(told(row, "companyNumber")) or None,
        status=None if active is None else _STATUSES[active],
        types=None if kind is None else _types(companies, kind),
        active=active,
        parent=_other_account(row, "parentCompanyID", names),
        created_at=values.moment(told(row, "createDate")),
        changed_at=changed_at,
        url=links.to("OpenAccount", "AccountID", identity),
        raw=row if with_raw else NO_RAW,
    )


def agreement(row: Row, links: Links, contracts: Entity, bills: Billing, *, with_raw: bool = False) -> Agreement:
    identity = identity_of(row, "contract")
    starts_on, ends_on = _day(told(row, "startDate")), _day(told(row, "endDate"))
    kind, period = _number_text(row, "contractType"), _number_text(row, "contractPeriodType")
    status = _label(contracts, "status", _number_text(row, "status"))
    return Agreement(
        id=identity,
        name=values.text(told(row, "contractName")) or "",
        account_id=_number_text(row, "companyID") or None,
        type=_pointer(contracts, "contractType", kind),
        status=status,
        cancelled=None if status is None else status.casefold().startswith("cancel"),
        pending=None if status is None else status.casefold().startswith("pending"),
        starts_on=starts_on,
        ends_on=ends_on,
        open_ended=_is_open_ended(row),
        recurring=_recurs(contracts, kind),
        billing_cycle=_pointer(contracts, "contractPeriodType", period),
        billed_to=_other_account(row, "billToCompanyID", {}),
        changed_at=values.moment(told(row, "lastModifiedDateTime")),
        url=links.to("OpenContract", "ContractID", identity),
        lines=bills.today(starts_on, ends_on),
        raw=row if with_raw else NO_RAW,
    )


def told(row: Row, name: str) -> Any:
    """Real answers are camel-cased, but the exact case of some names is not documented (AT §5.1)."""
    if name in row:
        return row[name]
    folded = name.casefold()
    return next((value for key, value in row.items() if key.casefold() == folded), None)


def identity_of(row: Row, noun: str) -> str:
    """Account 0 is the MSP itself, so nought is an id like any other (AT §3)."""
    return values.required_identity(told(row, "id"), psa="Autotask", noun=noun)


def _types(companies: Entity, kind: str) -> tuple[Ref, ...]:
    return (companies.ref("companyType", kind),) if kind else ()


def _recurs(contracts: Entity, kind: str | None) -> bool | None:
    """By the type's label (R28). None: not told, or the tenant's types could not be read."""
    recurring = contracts.named("contractType", *RECURRING)
    return kind in recurring if kind and recurring else None


def _label(entity: Entity, field_name: str, value: str | None) -> str | None:
    return (entity.ref(field_name, value).name or None) if value else None


def _pointer(entity: Entity, field_name: str, value: str | None) -> Ref | None:
    """None: not sent. Empty: sent as null."""
    if value is None:
        return None
    return entity.ref(field_name, value) if value else EMPTY_REF


def _other_account(row: Row, name: str, names: Mapping[str, str]) -> Ref | None:
    identity = _number_text(row, name)
    if identity is None:
        return None
    return Ref(id=identity, name=names.get(identity, "")) if identity else EMPTY_REF


def _number_text(row: Row, name: str) -> str | None:
    """A picklist value or an id as text; empty where it was sent as null, None where it was not sent.

    Some contract period types are letters in older data (AT §5.2).
    """
    if name not in row and not any(key.casefold() == name.casefold() for key in row):
        return None
    value = told(row, name)
    if value is None or value == "":
        return ""
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else None


def _is_open_ended(row: Row) -> bool | None:
    if told(row, "endDate") is not None:
        return False
    return True if any(key.casefold() == "enddate" for key in row) else None


def _flag(value: Any) -> bool | None:
    """Some entities write 0 and 1 for false and true (AT §5.4)."""
    if isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int) and value in {0, 1} else None


def _day(value: Any) -> date | None:
    """Days come as midnight."""
    moment = values.moment(value)
    return moment.date() if moment else None
