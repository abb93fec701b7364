"""The ways in which the simulated server can fail, by name (HALO §3, §5)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.faults import COMMON, RETRY_AFTER, Breakdown, Faults
from sandbox.psa.halopsa.errors import denied_as_bad_request, not_permitted, not_signed_in, too_many_requests
from sandbox.psa.refused import Refused

FAULTS: Final[Mapping[str, str]] = {
    **COMMON,
    "rate-limited": "Too many requests, and says how long (429)",
    "window-full": "Too many requests, and does not say how long (429)",
    "forbidden-agreements": "Recurring invoices are forbidden (403)",
    "denied-agreements": "Recurring invoices are denied (400)",
    "forbidden-companies": "Customers are forbidden (403)",
    "forbidden-tables": "Customer groups are forbidden (403)",
    "sign-in-down": "The sign-in is down (503)",
}
FORBIDS: Final[Mapping[str, str]] = {
    "forbidden-agreements": "/RecurringInvoice",
    "denied-agreements": "/RecurringInvoice",
    "forbidden-companies": "/Client",
    "forbidden-tables": "/TopLevel",
}
MAINTENANCE: Final = "<html><head><title>HaloPSA</title></head><body><h1>Halo is being upgraded</h1></body></html>"
LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>HaloPSA</title></head>"
    '<body><form action="/auth/login"><input name="Username"></form></body></html>'
)
CUT_OFF: Final = '{"record_count": 212, "clients": [{"id": 41, "name": "Acme Den'
TIMED_OUT: Final = "Execution Timeout Expired. The timeout period elapsed prior to completion of the operation."
BREAKDOWN: Final = Breakdown(
    maintenance=MAINTENANCE,
    login_page=LOGIN_PAGE,
    cut_off=CUT_OFF,
    crash=lambda: Refused(500, {"ClassName": "System.Data.SqlClient.SqlException", "Message": TIMED_OUT}),
)


def faults() -> Faults:
    return Faults(FAULTS, BREAKDOWN.answer)


def refuse(fault: str, path: str) -> None:
    """Faults of the API alone."""
    if fault == "unauthorized":
        raise not_signed_in()
    if fault == "rate-limited":
        raise too_many_requests(300, 5, {"Retry-After": str(RETRY_AFTER)})
    if fault == "window-full":
        raise too_many_requests(450, 5)
    if path.startswith(FORBIDS.get(fault, "?")):
        raise denied_as_bad_request() if fault.startswith("denied") else not_permitted()
