"""The ways in which the simulated server can fail, by name (AT §4)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.autotask.errors import refused, too_many_requests, too_many_threads, unauthorized
from sandbox.psa.faults import COMMON, RETRY_AFTER, Breakdown, Faults

FAULTS: Final[Mapping[str, str]] = {
    **COMMON,
    "forbidden-agreements": "Contracts are forbidden (500)",
    "forbidden-companies": "Accounts are forbidden (500)",
    "forbidden-tables": "Picklists are forbidden (500)",
    "busy-hour": "The hour's calls are nearly used up",
    "threads": "Too many threads (500)",
}
FORBIDS: Final[Mapping[str, tuple[str, ...]]] = {
    "forbidden-agreements": (
        "Contracts",
        "ContractServices",
        "ContractServiceUnits",
        "ContractServiceBundles",
        "ContractServiceBundleUnits",
    ),
    "forbidden-companies": ("Companies",),
}
MAINTENANCE: Final = "<html><head><title>Autotask</title></head><body><h1>Scheduled maintenance</h1></body></html>"
LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Autotask PSA</title></head>"
    '<body><form action="/Mvc/Framework/Authentication.mvc"><input name="UserName"></form></body></html>'
)
CUT_OFF: Final = '{"items": [{"id": 29683512, "companyName": "Acme Den'
TIMED_OUT: Final = "Execution Timeout Expired. The timeout period elapsed prior to completion of the operation."
BUSY_SHARE: Final = 0.95
BREAKDOWN: Final = Breakdown(
    maintenance=MAINTENANCE, login_page=LOGIN_PAGE, cut_off=CUT_OFF, crash=lambda: refused(500, TIMED_OUT)
)


def faults() -> Faults:
    return Faults(FAULTS, BREAKDOWN.answer)


def refuse_sign_in(fault: str) -> None:
    """Faults that only the API knows; the zone's address is told to everybody."""
    if fault == "unauthorized":
        raise unauthorized()
    if fault == "rate-limited":
        raise too_many_requests(RETRY_AFTER)
    if fault == "threads":
        raise too_many_threads(500)
