"""The endpoints that exist, the right that each needs, and the ``/info`` siblings that need less (CW §5, §6)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.psa.connectwise import permissions, schema, tables
from sandbox.psa.connectwise.errors import not_found, not_permitted
from sandbox.psa.connectwise.members import Member
from sandbox.psa.connectwise.permissions import ANYONE, Right, Scope
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.schema import Schema
from sandbox.psa.connectwise.tenant import Tenant, table
from sandbox.psa.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a source of rows may look at."""

    tenant: Tenant
    member: Member
    scope: Scope
    now: datetime
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One list, its count and its single records. ``path`` may hold one ``{parent}``."""

    path: str
    right: Right
    rows: Callable[[Asked], Collection]
    has_count: bool = True
    scoped: bool = False  # whether "My" and the Allow list shorten the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which endpoint a path means: the list, its count, or one record."""

    endpoint: Endpoint
    parent_id: int | None = None
    record_id: int | None = None
    count: bool = False


COMPANIES: Final = Right(function=permissions.COMPANY_MAINTENANCE)
AGREEMENTS: Final = Right(function=permissions.AGREEMENTS)
CATALOG: Final = Right(function=permissions.PRODUCT_CATALOG)
TICKETS: Final = Right(function=permissions.SERVICE_TICKETS)
PEOPLE: Final = Right(function=permissions.MEMBER_MAINTENANCE)


def _setup(name: str) -> Right:
    return Right(function=permissions.TABLE_SETUP, table=name)


def _derived(schema_of_rows: Schema, source: Collection, now: datetime, **renamed: str) -> Collection:
    """An ``/info`` sibling: fewer fields, some under another name (CW §6.1)."""
    kept = {name: name for name in schema_of_rows.leaves if name != "lastUpdated"} | renamed
    rows = source.at(now).rows
    return table(schema_of_rows, ({new: row.data.get(old) for new, old in kept.items()} for row in rows))


def _named(rows: list[Json]) -> Callable[[Asked], Collection]:
    return lambda _: table(schema.NAMED_INFO, rows)


def _boards(asked: Asked, *, active_only: bool = False) -> Collection:
    rows = [row.data for row in asked.tenant.boards.at(asked.now).rows]
    return table(schema.BOARD, (row for row in rows if not (active_only and row["inactiveFlag"])))


def _people_info(asked: Asked) -> Collection:
    rows = [row.data for row in asked.tenant.people.at(asked.now).rows]
    kept = [name for name in schema.MEMBER_INFO.leaves if name not in {"lastUpdated", "fullName"}]
    return table(
        schema.MEMBER_INFO,
        ({**{n: row[n] for n in kept}, "fullName": f"{row['firstName']} {row['lastName']}"} for row in rows),
    )


def _additions(asked: Asked) -> Collection:
    parent_id = asked.parent_id or 0
    snapshot = asked.tenant.agreements.at(asked.now)
    position = snapshot.position(parent_id)
    if position is None or not asked.scope.shows(snapshot.rows[position]):
        raise not_found(schema.AGREEMENT.noun, str(parent_id))
    return asked.tenant.additions(snapshot.rows[position].data)


def _own_security(asked: Asked) -> Collection:
    if not asked.member.role.reads_own_security:
        raise not_permitted()
    return table(schema.MY_SECURITY, permissions.security_rows(asked.member.role))


def _own_lists(asked: Asked) -> Collection:
    if not asked.member.role.reads_own_security:
        raise not_permitted()
    names = [row.data["name"] for row in asked.tenant.agreement_types.at(asked.now).rows]
    return table(schema.CUSTOMIZE_ITEM, permissions.customize_rows(asked.member.role, names))


ENDPOINTS: Final = (
    Endpoint(path="/company/companies", right=COMPANIES, rows=lambda asked: asked.tenant.companies, scoped=True),
    Endpoint(
        path="/company/companies/statuses",
        right=_setup(permissions.STATUS_TABLE),
        rows=lambda asked: asked.tenant.statuses,
    ),
    Endpoint(
        path="/company/companies/types", right=_setup(permissions.TYPE_TABLE), rows=lambda asked: asked.tenant.types
    ),
    Endpoint(
        path="/company/companies/info/types",
        right=COMPANIES,
        rows=lambda asked: _derived(schema.COMPANY_TYPE_INFO, asked.tenant.types, asked.now, isVendor="vendorFlag"),
    ),
    Endpoint(path="/finance/agreements", right=AGREEMENTS, rows=lambda asked: asked.tenant.agreements, scoped=True),
    Endpoint(path="/finance/agreements/{parent}/additions", right=AGREEMENTS, rows=_additions),
    Endpoint(
        path="/finance/agreements/types",
        right=_setup(permissions.AGREEMENT_TYPE_TABLE),
        rows=lambda asked: asked.tenant.agreement_types,
    ),
    Endpoint(
        path="/finance/agreements/types/info",
        right=AGREEMENTS,
        rows=lambda asked: _derived(schema.AGREEMENT_TYPE_INFO, asked.tenant.agreement_types, asked.now),
    ),
    Endpoint(
        path="/finance/billingCycles",
        right=_setup(permissions.BILLING_CYCLE_TABLE),
        rows=lambda asked: asked.tenant.billing_cycles,
    ),
    Endpoint(
        path="/finance/billingCycles/info",
        right=AGREEMENTS,
        rows=lambda asked: _derived(schema.BILLING_CYCLE_INFO, asked.tenant.billing_cycles, asked.now),
    ),
    Endpoint(path="/procurement/catalog", right=CATALOG, rows=lambda asked: asked.tenant.catalog),
    Endpoint(path="/procurement/catalog/info", right=CATALOG, rows=lambda asked: asked.tenant.catalog),
    Endpoint(path="/service/boards", right=_setup(permissions.BOARD_TABLE), rows=lambda asked: asked.tenant.boards),
    Endpoint(path="/service/info/boards", right=TICKETS, rows=_boards),
    Endpoint(
        path="/service/info/boards/active",
        right=TICKETS,
        rows=lambda asked: _boards(asked, active_only=True),
        has_count=False,
    ),
    Endpoint(path="/service/tickets", right=TICKETS, rows=lambda asked: asked.tenant.tickets),
    Endpoint(path="/system/members", right=PEOPLE, rows=lambda asked: asked.tenant.people),
    Endpoint(path="/system/info/members", right=ANYONE, rows=_people_info),
    Endpoint(path="/system/info/locations", right=ANYONE, rows=_named(tables.LOCATIONS)),
    Endpoint(path="/system/info/departments", right=ANYONE, rows=_named(tables.DEPARTMENTS)),
    Endpoint(path="/system/mySecurity", right=ANYONE, rows=_own_security, has_count=False),
    Endpoint(path="/system/mySecurity/customizeItems", right=ANYONE, rows=_own_lists, has_count=False),
)

BY_PATH: Final[Mapping[str, Endpoint]] = {endpoint.path: endpoint for endpoint in ENDPOINTS}
PARENT: Final = re.compile(r"^(/finance/agreements)/(\d+)(/additions)(?=/|$)")


def find(path: str) -> Match | None:
    """None: the API has no such endpoint."""
    inside = PARENT.match(path)
    parent_id = int(inside[2]) if inside else None
    path = PARENT.sub(r"\1/{parent}\3", path)
    path = path.removesuffix("/") if path.endswith("/customizeItems/") else path
    if path in BY_PATH:
        return Match(endpoint=BY_PATH[path], parent_id=parent_id)
    head, _, last = path.rpartition("/")
    endpoint = BY_PATH.get(head)
    if endpoint is None:
        return None
    if last == "count" and endpoint.has_count:
        return Match(endpoint=endpoint, parent_id=parent_id, count=True)
    return Match(endpoint=endpoint, parent_id=parent_id, record_id=int(last)) if _is_id(last) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10
