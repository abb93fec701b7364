"""The endpoints that exist, the permission that each needs, and how each answers (SYN §4 to §6)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox.psa.configuration import Configuration
from sandbox.psa.records import Json, Kept
from sandbox.psa.syncro import settings, tokens
from sandbox.psa.syncro.building import SERVICES
from sandbox.psa.syncro.errors import not_found
from sandbox.psa.syncro.listing import Listed, check_query, customers_that_fit, in_order
from sandbox.psa.syncro.tokens import ApiToken

CUSTOMERS: Final = Listed(name="customers", page_size=50)
SCHEDULES: Final = Listed(name="schedules", page_size=25, meta=())
PRODUCTS: Final = Listed(name="products", page_size=25, meta=())
INVOICES: Final = Listed(name="invoices", page_size=25, meta=("total_pages", "page"))
TABS: Final = ("customers", "assets", "contracts", "invoices", "estimates", "tickets", "products", "recur", "reports")
OFF: Final = frozenset({"contracts", "reports"})
SEARCHABLE: Final = ("query", "business_name", "firstname", "lastname", "id[]", "include_disabled", "sort", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an endpoint may look at."""

    customers: Kept
    schedules: Kept
    token: ApiToken
    now: datetime
    query: Mapping[str, str]
    configuration: Configuration
    customer_list: Listed = CUSTOMERS
    schedule_list: Listed = SCHEDULES
    lists_have_lines: bool = True
    searches_words: bool = False
    modules_off: frozenset[str] = OFF
    record_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """``right`` None: signing in is enough."""

    path: str
    answer: Callable[[Asked], Json]
    right: str | None = None


def _customers(asked: Asked) -> Json:
    check_query(asked.query, SEARCHABLE)
    rows = [row for row in asked.customers.at(asked.now) if _is_seen(asked, row["id"])]
    fitting = customers_that_fit(rows, asked.query, searches_words=asked.searches_words)
    known: Mapping[str, Any] = rows[0] if rows else {}
    return asked.customer_list.answer(in_order(fitting, asked.query, known), asked.query)


def _customer(asked: Asked) -> Json:
    check_query(asked.query, ())
    data = asked.customers.one(asked.record_id, asked.now)
    if data is None or not _is_seen(asked, asked.record_id):
        raise not_found()
    more: Json = {"ticket_links": [], "invoice_links": [], "phones": [], "contracts": [], "addresses": []}
    return {"customer": {**data, **more}}


def _schedules(asked: Asked) -> Json:
    check_query(asked.query, ("customer_id", "page"))
    rows = [row for row in asked.schedules.at(asked.now) if _is_seen(asked, row["customer_id"])]
    if "customer_id" in asked.query:
        rows = [row for row in rows if str(row["customer_id"]) == asked.query["customer_id"]]
    if not asked.lists_have_lines:
        rows = [{name: value for name, value in row.items() if name != "lines"} for row in rows]
    return asked.schedule_list.answer(rows, asked.query)


def _schedule(asked: Asked) -> Json:
    check_query(asked.query, ())
    data = asked.schedules.one(asked.record_id, asked.now)
    if data is None or not _is_seen(asked, data["customer_id"]):
        raise not_found()
    return {"schedule": data}


def _is_seen(asked: Asked, customer_id: int) -> bool:
    return asked.token.only_customer in {None, customer_id}


def _products(asked: Asked) -> Json:
    rows: list[Json] = [{"id": 50 + number, "name": name} for number, (name, _) in enumerate(SERVICES)]
    return PRODUCTS.answer(rows, asked.query)


def _invoices(asked: Asked) -> Json:
    return INVOICES.answer(_made(asked), asked.query)


def _made(asked: Asked) -> list[Json]:
    """One invoice for each of the first recurring invoices."""
    rows = asked.schedules.at(asked.now)[:40]
    return [{"id": row["id"] + 500_000, "customer_id": row["customer_id"], "is_paid": True} for row in rows]


def _invoice(asked: Asked) -> Json:
    found = next((row for row in _made(asked) if row["id"] == asked.record_id), None)
    if found is None:
        raise not_found()
    return {"invoice": found}


def _tabs(asked: Asked) -> Json:
    return {"tabs": {name: name not in asked.modules_off for name in TABS}}


def _me(asked: Asked) -> Json:
    return {**tokens.about(asked.token), "locations_allowed": asked.configuration.rows("locations")}


def _forms(asked: Asked) -> Json:
    return {"new_ticket_forms": asked.configuration.rows("forms")}


def _responses(asked: Asked) -> Json:
    return {"canned_responses": asked.configuration.rows("responses")}


ENDPOINTS: Final = (
    Endpoint(path="/me", answer=_me),
    Endpoint(path="/customers", answer=_customers, right=tokens.CUSTOMERS_LIST),
    Endpoint(path="/customers/{id}", answer=_customer, right=tokens.CUSTOMERS_VIEW),
    Endpoint(path="/schedules", answer=_schedules, right=tokens.RECURRING_LIST),
    Endpoint(path="/schedules/{id}", answer=_schedule, right=tokens.RECURRING_LIST),
    Endpoint(path="/products", answer=_products, right=tokens.PRODUCTS_LIST),
    Endpoint(path="/products/categories", answer=lambda _: settings.categories(), right=tokens.PRODUCTS_LIST),
    Endpoint(path="/invoices", answer=_invoices, right=tokens.INVOICES_LIST),
    Endpoint(path="/invoices/{id}", answer=_invoice, right=tokens.INVOICES_VIEW),
    Endpoint(path="/settings", answer=lambda asked: settings.account_settings(asked.configuration)),
    Endpoint(path="/settings/tabs", answer=_tabs),
    Endpoint(path="/tickets/settings", answer=lambda asked: settings.ticket_settings(asked.configuration)),
    Endpoint(path="/users", answer=lambda asked: settings.users(asked.configuration)),
    Endpoint(path="/new_ticket_forms", answer=_forms, right=tokens.WORKFLOWS_MANAGE),
    Endpoint(path="/canned_responses", answer=_responses, right=tokens.RESPONSES_MANAGE),
)
BY_PATH: Final[Mapping[str, Endpoint]] = {endpoint.path: endpoint for endpoint in ENDPOINTS}
NUMBERED: Final = re.compile(r"(/[a-z_]+)/(\d{1,18})")


def find(path: str) -> tuple[Endpoint, int] | None:
    """The endpoint and the record's id, 0 for none. None: the API has no such endpoint."""
    numbered = NUMBERED.fullmatch(path)
    endpoint = BY_PATH.get(f"{numbered[1]}/{{id}}" if numbered else path)
    if endpoint is None or (not numbered and "{" in path):
        return None
    return endpoint, int(numbered[2]) if numbered else 0
