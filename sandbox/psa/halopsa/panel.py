"""The records of a story with the fields that matter, for the panel beside the chat."""

from datetime import datetime

from sandbox.psa.halopsa.applications import Agent, Application
from sandbox.psa.halopsa.tenant import Tenant
from sandbox.psa.records import Json, Row


def story_records(tenant: Tenant, client_ids: tuple[int, ...], agent: Agent, now: datetime) -> list[Json]:
    """Customers first, each followed by its recurring invoices, their lines, and its contracts."""
    found: list[Json] = []
    for client_id in client_ids:
        found.append(_client(tenant.clients.row(client_id), agent, now))
        for row in tenant.invoices.rows():
            if row.data["client_id"] == client_id:
                found.append(_invoice(row, now))
                found += [_line(one) for one in row.data["lines"]]
        found += [_contract(row) for row in tenant.contracts.rows() if row.data["client_id"] == client_id]
    return found


def instance(name: str, version: str | None) -> Json:
    return {"kind": "server", "name": name, "version": version}


def application_of(application: Application) -> Json:
    return {
        "kind": "API application",
        "name": application.agent.name,
        "permissions": sorted(application.scopes),
        "all_customers": not application.agent.hidden,
    }


def _client(row: Row, agent: Agent, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "customer",
        "id": str(data["id"]),
        "name": data["name"],
        "exists": row.exists_at(now),
        "group": data["toplevel_name"],
        "inactive": data["inactive"],
        "agent_may_see_it": agent.sees(data["id"]),
        "billed_through": data["client_to_invoice_recurring_name"] or None,
        "last_updated": data["alastupdate"],
    }


def _invoice(row: Row, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "recurring invoice",
        "id": str(data["id"]),
        "name": data["reference"],
        "exists": row.exists_at(now),
        "disabled": data["disabled"],
        "ends": (data.get("enddate") or "")[:10] or None,
        "last_updated": data["last_modified"],
    }


def _line(data: Json) -> Json:
    return {
        "kind": "heading" if data["isgroupdesc"] else "line",
        "id": str(data["id"]),
        "name": data["item_shortdescription"],
        "quantity": "counted later" if data["recurring_invoice_quantity_type"] else data["qty_order"],
        "inactive": data["isinactive"],
    }


def _contract(row: Row) -> Json:
    data = row.data
    return {"kind": "contract", "id": str(data["id"]), "name": data["ref"], "status": data["contract_status"]}
