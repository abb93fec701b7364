"""The records of a story with the fields that matter, for the panel beside the chat."""

from datetime import datetime
from typing import Any

from sandbox.psa.connectwise.permissions import Role
from sandbox.psa.connectwise.tenant import Tenant, agreement_status
from sandbox.psa.records import Json, Row


def story_records(tenant: Tenant, company_ids: tuple[int, ...], role: Role, now: datetime) -> list[Json]:
    """Companies first, each followed by its agreements; also those that the API no longer returns."""
    found: list[Json] = []
    for company_id in company_ids:
        found.append(_company(tenant.companies.row(company_id), now))
        found += [_agreement(row, role, now) for row in tenant.agreements.rows() if _company_id(row) == company_id]
    return found


def security_role(role: Role) -> Json:
    inquire = [f"{name}: {level}" for name, level in role.inquire.items()]
    return {"kind": "security role", "name": role.name, "inquire": inquire, "tables_allowed": sorted(role.tables)}


def _company_id(agreement: Row) -> int:
    return int(agreement.data["company"]["id"])


def _company(row: Row, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "company",
        "id": str(data["id"]),
        "name": data["name"],
        "exists": row.exists_at(now),
        "status": data["status"]["name"],
        "types": [one["name"] for one in data["types"]],
        "in_recycle_bin": data["deletedFlag"],
        "last_updated": data["_info"]["lastUpdated"],
    }


def _agreement(row: Row, role: Role, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "agreement",
        "id": str(data["id"]),
        "name": data["name"],
        "exists": row.exists_at(now),
        "type": data["type"]["name"],
        "type_allowed": role.allows_type(data["type"]["name"]),
        "billing_cycle": _name(data.get("billingCycle")),
        "bills_one_time": data["billOneTimeFlag"],
        "status": agreement_status(data, now.date())["agreementStatus"],
        "starts": data["startDate"][:10],
        "ends": None if data["noEndingDateFlag"] else data["endDate"][:10],
        "last_updated": data["_info"]["lastUpdated"],
    }


def _name(reference: Any) -> str | None:
    return reference["name"] if reference else None
