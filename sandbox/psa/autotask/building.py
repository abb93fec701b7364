"""Builds records as the API returns them, with the numbers of the tenant's own picklists (AT §5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.psa.autotask.moments import stamp
from sandbox.psa.autotask.picklists import Picklists
from sandbox.psa.autotask.tenant import BUNDLE_NAMES, FIRST_BUNDLE, FIRST_SERVICE, SERVICE_NAMES
from sandbox.psa.autotask.units import OWN_FIELDS
from sandbox.psa.records import Json, day


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Both days belong to it."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Builder:
    picklists: Picklists

    def kind(self, label: str) -> int:
        return self.picklists.value("Companies", "companyType", label)

    def contract_kind(self, label: str) -> int:
        return self.picklists.value("Contracts", "contractType", label)

    def status(self, label: str) -> int:
        return self.picklists.value("Contracts", "status", label)

    def company(
        self,
        number: int,
        name: str,
        *,
        created: datetime,
        kind: str = "Customer",
        territory: str = "North",
        **more: Any,
    ) -> Json:
        return {
            "id": number,
            "companyName": name,
            "companyNumber": f"AC-{number}",
            "companyType": self.kind(kind),
            "classification": None,
            "isActive": True,
            "parentCompanyID": None,
            "ownerResourceID": 29682885,
            "territoryID": self.picklists.value("Companies", "territoryID", territory),
            "createDate": stamp(created),
            "lastActivityDate": stamp(created + timedelta(hours=3)),
            "lastTrackedModifiedDateTime": stamp(created),
            "phone": "555-0100",
            "webAddress": None,
            "userDefinedFields": [{"name": "Tier", "value": "Gold" if number % 3 else "Silver"}],
            **more,
        }

    def contract(
        self,
        number: int,
        name: str,
        company_id: int,
        term: Term,
        *,
        kind: str = "Recurring Service",
        status: str = "Active",
        **more: Any,
    ) -> Json:
        return {
            "id": number,
            "contractName": name,
            "contractNumber": None,
            "companyID": company_id,
            "contractType": self.contract_kind(kind),
            "status": self.status(status),
            "contractCategory": self.picklists.value("Contracts", "contractCategory", "Standard"),
            "contractPeriodType": self.picklists.value("Contracts", "contractPeriodType", "Monthly"),
            "billingPreference": self.picklists.value("Contracts", "billingPreference", "Manually"),
            "billToCompanyID": None,
            "startDate": day(term.starts),
            "endDate": day(term.ends),
            "isDefaultContract": False,
            "renewedContractID": None,
            "userDefinedFields": [],
            **more,
        }


def service_line(number: int, contract_id: int, *, units: int, item: int = 0) -> Json:
    name = SERVICE_NAMES[item % len(SERVICE_NAMES)]
    return {**_line(number, contract_id, name, units), "serviceID": FIRST_SERVICE + item % len(SERVICE_NAMES)}


def bundle_line(number: int, contract_id: int, *, units: int, item: int = 0) -> Json:
    """Without a text for invoices: its name is in the catalogue."""
    name = BUNDLE_NAMES[item % len(BUNDLE_NAMES)]
    line = {**_line(number, contract_id, name, units), "invoiceDescription": None}
    return {**line, "serviceBundleID": FIRST_BUNDLE + item % len(BUNDLE_NAMES)}


def _line(number: int, contract_id: int, name: str, units: int) -> Json:
    return {
        "id": number,
        "contractID": contract_id,
        "unitPrice": 45.0,
        "unitCost": 18.0,
        "invoiceDescription": name,
        "internalDescription": None,
        OWN_FIELDS: units,
    }
