"""Builds accounts, contracts and lines as the API returns them (BMS §4, §9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sandbox.psa.kaseya_family.moments import stamp
from sandbox.psa.records import Json, day

RECURRING: Final = "Recurring Services"
FIXED: Final = "Fixed Price"
HOURLY: Final = "Time and Material"
RETAINER: Final = "Retainer by Hours"
TYPE_IDS: Final = {"customer": 1, "Prospect": 2, "Lead": 3, "Vendor": 4, "Former": 5, "Partner": 6}
SERVICES: Final = (
    (31, "Managed workstation", 35.0),
    (32, "Managed server", 150.0),
    (33, "Backup", 49.0),
    (34, "Endpoint security", 6.5),
    (35, "Email security", 3.0),
    (36, "Voice line", 22.0),
)


UNREMARKABLE: Final[Json] = {
    "parentId": None,
    "businessTypeId": None,
    "businessType": None,
    "serviceTypeId": None,
    "serviceType": None,
    "accountManagerId": 7,
    "accountManagerUserName": "kfinance",
    "currencyId": 1,
    "currencyName": "USD",
    "creditLimit": None,
    "netDays": 30.0,
    "website": None,
    "description": None,
    "classId": None,
    "className": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """``customer_type``: the name of the type of paying accounts."""

    tenant: str
    customer_type: str

    def types(self) -> list[Json]:
        """As ``GET /v2/system/accounttypes/lookup`` shows them."""
        return [
            {
                "id": identity,
                "name": self.type_name(kind),
                "isActive": kind != "Partner",
                "isClient": kind == "customer",
                "isVendor": kind == "Vendor",
            }
            for kind, identity in TYPE_IDS.items()
        ]

    def type_name(self, kind: str) -> str:
        return {"customer": self.customer_type, "Former": "Former Client"}.get(kind, kind)

    def type_fields(self, kind: str | None) -> Json:
        return {
            "accountTypeId": TYPE_IDS[kind] if kind else None,
            "accountType": self.type_name(kind) if kind else None,
        }

    def account(
        self,
        number: int,
        name: str,
        *,
        created: datetime,
        changed: datetime | None = None,
        kind: str | None = "customer",
        **fields: Any,
    ) -> Json:
        return {
            "id": number,
            "accountCode": f"A{number}",
            "accountName": name,
            **self.type_fields(kind),
            **UNREMARKABLE,
            "isActive": True,
            "isBilling": True,
            "acquiredDate": stamp(created),
            "createdBy": 7,
            "createdOn": stamp(created),
            "modifiedBy": 7,
            "modifiedOn": stamp(changed or created),
            "tenantName": self.tenant,
            "locations": [],
            **fields,
        }


def contract(
    number: int,
    name: str,
    account_id: int,
    *,
    starts: date,
    ends: date,
    kind: str = RECURRING,
    cycle: str | None = "Monthly",
    price: float = 700.0,
) -> Json:
    """``accountId`` and ``deactivated`` are the server's own: the API has no such fields."""
    return {
        "id": number,
        "accountId": account_id,
        "deactivated": False,
        "contractName": name,
        "contractType": kind,
        "contractBillingPrice": price,
        "contractNumber": f"C-{number:05}",
        "billingCycle": cycle,
        "startDate": day(starts),
        "endDate": day(ends),
    }


def contract_service(number: int, contract_id: int, service: int) -> Json:
    """A catalogue service in a contract. It says no quantity (BMS §4)."""
    identity, name, price = SERVICES[service % len(SERVICES)]
    return {
        "id": number,
        "serviceId": identity,
        "contractId": contract_id,
        "serviceName": name,
        "serviceDescription": f"{name}, per month",
        "unitCost": price / 3,
        "unitPrice": price,
        "marginType": 1,
        "margin": 66.7,
        "excludeFromContractBulkUpdates": False,
    }
