"""Builds company and agreement records as the API returns them (CW §5.1, §5.4)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sandbox.psa.connectwise import tables
from sandbox.psa.connectwise.records import stamp
from sandbox.psa.connectwise.tables import API, reference
from sandbox.psa.records import Json

STATUS: Final = {row["name"]: reference("/company/companies/statuses", row, "status") for row in tables.STATUSES}
TYPE: Final = {row["name"]: reference("/company/companies/types", row, "type") for row in tables.TYPES}
AGREEMENT_TYPE: Final = {
    row["name"]: reference("/finance/agreements/types", row, "type") for row in tables.AGREEMENT_TYPES
}
CYCLE: Final = {row["name"]: reference("/finance/billingCycles", row, "billingCycle") for row in tables.BILLING_CYCLES}
TERRITORY: Final = [{**row, "_info": {}} for row in tables.LOCATIONS]


def day(moment: date) -> str:
    """A date as the API writes it: midnight UTC."""
    return f"{moment.isoformat()[:10]}T00:00:00Z"


def company(
    number: int,
    identifier: str,
    name: str,
    *,
    created: datetime,
    changed: datetime | None = None,
    status: str = "Active",
    types: tuple[str, ...] = ("Client",),
    **fields: Any,
) -> Json:
    return {
        "id": number,
        "identifier": identifier,
        "name": name,
        "status": STATUS[status],
        "territory": TERRITORY[number % len(TERRITORY)],
        "dateAcquired": day(created.date()),
        "parentCompany": None,
        "leadFlag": False,
        "deletedFlag": False,
        "isVendorFlag": "Vendor" in types,
        "types": [TYPE[one] for one in types],
        "customFields": [],
        **fields,
        "_info": {"lastUpdated": stamp(changed or created), "updatedBy": "radmin"},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """When an agreement runs. ``ends`` None: it has no ending date."""

    starts: date
    ends: date | None = None
    cancelled: date | None = None

    def fields(self) -> Json:
        """``endDate`` is absent where there is none (CW §5.4)."""
        end = {"endDate": day(self.ends)} if self.ends else {}
        cancelled = {"dateCancelled": day(self.cancelled), "reasonCancelled": "Left us"} if self.cancelled else {}
        return {
            "startDate": day(self.starts),
            "noEndingDateFlag": self.ends is None,
            **end,
            "cancelledFlag": self.cancelled is not None,
            **cancelled,
        }


def agreement(
    number: int,
    name: str,
    owner: Json,
    *,
    term: Term,
    changed: datetime,
    kind: str = "Managed Services",
    cycle: str | None = "Monthly",
    **fields: Any,
) -> Json:
    return {
        "id": number,
        "name": name,
        "type": AGREEMENT_TYPE[kind],
        "company": company_reference(owner),
        **term.fields(),
        "billingCycle": CYCLE[cycle] if cycle else None,
        "billOneTimeFlag": False,
        "oneTimeFlag": False,
        "billAmount": 950.0,
        "invoicingCycle": "CalendarYear",
        "periodType": "Current",
        **fields,
        "_info": {"lastUpdated": stamp(changed), "updatedBy": "kfinance"},
    }


def company_reference(owner: Json) -> Json:
    return {
        "id": owner["id"],
        "identifier": owner["identifier"],
        "name": owner["name"],
        "_info": {"company_href": f"{API}/company/companies/{owner['id']}"},
    }


def identifier(name: str, number: int) -> str:
    """The short Company ID that a person would type: ``AbbottDental012``; ``C10012`` where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^A-Za-z0-9]", "", plain)[:20]
    return f"{letters}{number}" if letters else f"C{number}"
