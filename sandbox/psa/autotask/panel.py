"""The records of a story with the fields that matter, for the panel beside the chat."""

from datetime import datetime
from typing import Any

from sandbox.psa.autotask.tenant import Tenant
from sandbox.psa.autotask.units import OWN_FIELDS
from sandbox.psa.autotask.users import Level
from sandbox.psa.records import Json, Row


def story_records(tenant: Tenant, company_ids: tuple[int, ...], now: datetime) -> list[Json]:
    """Accounts first, each followed by its contracts and what is in those."""
    found: list[Json] = []
    for company_id in company_ids:
        found.append(_company(tenant, tenant.companies.row(company_id), now))
        for row in tenant.contracts.rows():
            if row.data["companyID"] == company_id:
                found.append(_contract(tenant, row, now))
                found += [_line(line) for line in tenant.lines_of(row.data["id"])]
    return found


def security_level(level: Level) -> Json:
    access = {f"CRM > {group}": str(one) for group, one in level.crm.items()}
    return {"kind": "security level", "name": level.name, **access, "contracts": level.contracts}


def _company(tenant: Tenant, row: Row, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "account",
        "id": str(data["id"]),
        "name": data["companyName"],
        "exists": row.exists_at(now),
        "account_type": tenant.picklists.label("Companies", "companyType", data["companyType"]),
        "active": data["isActive"],
        "territory": tenant.picklists.label("Companies", "territoryID", data["territoryID"]),
        "parent": _parent(tenant, data["parentCompanyID"]),
        "last_updated": data["lastTrackedModifiedDateTime"],
    }


def _contract(tenant: Tenant, row: Row, now: datetime) -> Json:
    data, picklists = row.data, tenant.picklists
    return {
        "kind": "contract",
        "id": str(data["id"]),
        "name": data["contractName"],
        "exists": row.exists_at(now),
        "type": picklists.label("Contracts", "contractType", data["contractType"]),
        "status": picklists.label("Contracts", "status", data["status"]),
        "starts": data["startDate"][:10],
        "ends": data["endDate"][:10],
    }


def _line(row: Row) -> Json:
    data = row.data
    kind = "service" if "serviceID" in data else "service bundle"
    return {
        "kind": kind,
        "id": str(data["id"]),
        "name": data["invoiceDescription"] or f"{kind} {data.get('serviceBundleID', '')}".strip(),
        "units_today": data[OWN_FIELDS],
    }


def _parent(tenant: Tenant, company_id: Any) -> str | None:
    return None if company_id is None else str(tenant.companies.row(company_id).data["companyName"])
