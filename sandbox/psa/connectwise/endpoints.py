"""The endpoints that exist, and which of them a path means (CW §5, §6)."""

import re
from collections.abc import Mapping
from typing import Final

from sandbox.psa.connectwise import permissions, schema
from sandbox.psa.connectwise.asking import Asked, Endpoint, Match
from sandbox.psa.connectwise.errors import not_found, not_permitted
from sandbox.psa.connectwise.permissions import ANYONE, Right
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.setup_lists import AGREEMENTS, COMPANIES, SETUP_LISTS, TICKETS
from sandbox.psa.connectwise.tenant import table

CATALOG: Final = Right(function=permissions.PRODUCT_CATALOG)


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
    names = [row["name"] for row in asked.tenant.configuration.rows("agreement_types")]
    return table(schema.CUSTOMIZE_ITEM, permissions.customize_rows(asked.member.role, names))


ENDPOINTS: Final = (
    Endpoint(path="/company/companies", right=COMPANIES, rows=lambda asked: asked.tenant.companies, scoped=True),
    Endpoint(path="/finance/agreements", right=AGREEMENTS, rows=lambda asked: asked.tenant.agreements, scoped=True),
    Endpoint(path="/finance/agreements/{parent}/additions", right=AGREEMENTS, rows=_additions),
    Endpoint(path="/procurement/catalog", right=CATALOG, rows=lambda asked: asked.tenant.catalog),
    Endpoint(path="/procurement/catalog/info", right=CATALOG, rows=lambda asked: asked.tenant.catalog),
    Endpoint(path="/service/tickets", right=TICKETS, rows=lambda asked: asked.tenant.tickets),
    Endpoint(path="/system/mySecurity", right=ANYONE, rows=_own_security, has_count=False),
    Endpoint(path="/system/mySecurity/customizeItems", right=ANYONE, rows=_own_lists, has_count=False),
    *SETUP_LISTS,
)

BY_PATH: Final[Mapping[str, Endpoint]] = {endpoint.path: endpoint for endpoint in ENDPOINTS}
PARENT: Final = re.compile(r"^(/finance/agreements|/service/boards)/(\d+)(?=/[a-z])")


def find(path: str) -> Match | None:
    """None: the API has no such endpoint."""
    inside = PARENT.match(path)
    parent_id = int(inside[2]) if inside else None
    path = PARENT.sub(r"\1/{parent}", path)
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
