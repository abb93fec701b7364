"""The records of a story with the fields that matter, for the panel beside the chat and for deep links."""

from collections.abc import Iterable
from datetime import datetime

from aiohttp import web

from sandbox.psa.kaseya_family.tenant import Tenant, status_of
from sandbox.psa.kaseya_family.users import ApiUser
from sandbox.psa.record_page import table_of
from sandbox.psa.records import Json, Row


def story_records(tenant: Tenant, account_ids: Iterable[int], now: datetime) -> list[Json]:
    """Accounts first, each followed by its contracts; also those that the API user cannot see."""
    found: list[Json] = []
    for account_id in account_ids:
        found.append(_account(tenant, tenant.accounts.row(account_id), now))
        found += [_contract(row, now) for row in tenant.contracts.rows() if row.data["accountId"] == account_id]
    return found


def record_page(tenant: Tenant, path: str, now: datetime) -> web.Response:
    """A plain table of the record that a deep link names; else the product's front page."""
    collections = {"accounts": tenant.accounts, "contracts": tenant.contracts}
    kind, number = ["", "", *path.split("/")][-2:]
    rows = collections[kind].at(now) if kind in collections else []
    found = next((row for row in rows if str(row["id"]) == number), None)
    if found is None:
        return web.Response(text="<!doctype html><h1>Welcome</h1>", content_type="text/html")
    title = found.get("accountName") or found.get("contractName") or ""
    return table_of(title, found.items())


def role_of(user: ApiUser, *, scoped: bool) -> Json:
    access = {"has_api_access": user.api_access, "a_scope_leaves_accounts_out": scoped}
    return {"kind": "role", "name": user.username, **access, "view": sorted(user.rights)}


def _account(tenant: Tenant, row: Row, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "account",
        "id": str(data["id"]),
        "name": data["accountName"],
        "exists": row.created <= now,
        "type": data["accountType"],
        "active": data["isActive"],
        "in_scope": data["id"] not in tenant.hidden,
        "modified": data["modifiedOn"],
    }


def _contract(row: Row, now: datetime) -> Json:
    data = row.data
    return {
        "kind": "contract",
        "id": str(data["id"]),
        "name": data["contractName"],
        "exists": row.created <= now,
        "type": data["contractType"],
        "billing_cycle": data["billingCycle"],
        "status": status_of(data, now),
        "starts": data["startDate"][:10],
        "ends": data["endDate"][:10],
    }
