"""The ways in which the simulated server can fail, by name (SYN §3)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.faults import COMMON, RETRY_AFTER, Breakdown, Faults
from sandbox.psa.refused import Refused
from sandbox.psa.syncro.errors import too_many_requests
from sandbox.psa.syncro.tokens import CUSTOMERS_LIST, CUSTOMERS_VIEW, RECURRING_LIST, WORKFLOWS_MANAGE

FAULTS: Final[Mapping[str, str]] = {
    **COMMON,
    "forbidden-agreements": "The token lacks Recurring Invoices - List (401)",
    "forbidden-companies": "The token lacks both Customers permissions (401)",
    "forbidden-details": "The token lacks Customers - View Detail (401)",
    "forbidden-tables": "The token lacks Ticket Workflows - Manage (401)",
    "text": "Answers with the bare word Disabled (200)",
    "null": "Answers with null (200)",
    "rate-limited-silently": "Too many requests, and does not say for how long (429)",
}
FORBIDS: Final[Mapping[str, frozenset[str]]] = {
    "forbidden-agreements": frozenset({RECURRING_LIST}),
    "forbidden-companies": frozenset({CUSTOMERS_LIST, CUSTOMERS_VIEW}),
    "forbidden-details": frozenset({CUSTOMERS_VIEW}),
    "forbidden-tables": frozenset({WORKFLOWS_MANAGE}),
}
MAINTENANCE: Final = (
    "<html><head><title>Service Unavailable</title></head>"
    "<body><h1>Syncro is down for maintenance</h1><p>Please come back soon.</p></body></html>"
)
LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Syncro - Sign in</title></head>"
    '<body><form action="/users/sign_in"><input name="email"><input name="password"></form></body></html>'
)
CUT_OFF: Final = '{"customers":[{"id": 30411, "business_na'
BREAKDOWN: Final = Breakdown(
    maintenance=MAINTENANCE,
    login_page=LOGIN_PAGE,
    cut_off=CUT_OFF,
    crash=lambda: Refused(500, {"error": "Request timeout"}),
)


def faults() -> Faults:
    return Faults(FAULTS, _answer)


def _answer(fault: str) -> Refused | None:
    if fault.startswith("rate-limited"):
        return too_many_requests(RETRY_AFTER if fault == "rate-limited" else None)
    words: Mapping[str, str | None] = {"text": "Disabled", "null": None}
    return Refused(200, words[fault]) if fault in words else BREAKDOWN.answer(fault)
