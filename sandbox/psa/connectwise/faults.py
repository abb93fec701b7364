"""The ways in which the simulated server can fail, by name (CW §4)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.connectwise.errors import too_many_requests, wrong_sign_in
from sandbox.psa.connectwise.permissions import AGREEMENTS, COMPANY_MAINTENANCE, TABLE_SETUP
from sandbox.psa.faults import COMMON, RETRY_AFTER, Breakdown, Faults
from sandbox.psa.refused import Refused

FAULTS: Final[Mapping[str, str]] = {
    **COMMON,
    "forbidden-agreements": "Agreements are forbidden (403)",
    "forbidden-companies": "Companies are forbidden (403)",
    "forbidden-tables": "Setup tables are forbidden (403)",
}
FORBIDS: Final[Mapping[str, str]] = {
    "forbidden-agreements": AGREEMENTS,
    "forbidden-companies": COMPANY_MAINTENANCE,
    "forbidden-tables": TABLE_SETUP,
}
MAINTENANCE: Final = (
    "<html><head><title>Service Unavailable</title></head>"
    "<body><h1>We are upgrading ConnectWise PSA</h1><p>Please come back soon.</p></body></html>"
)
LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>ConnectWise Home</title></head>"
    '<body><form action="/login"><input name="company"><input name="user"></form></body></html>'
)
CUT_OFF: Final = '[{"id": 250, "identifier": "Northwi'
TIMED_OUT: Final = "Execution timeout expired. The timeout period elapsed."
BREAKDOWN: Final = Breakdown(
    maintenance=MAINTENANCE,
    login_page=LOGIN_PAGE,
    cut_off=CUT_OFF,
    crash=lambda: Refused(500, {"code": "InternalServerError", "message": TIMED_OUT, "errors": None}),
)


def faults() -> Faults:
    return Faults(FAULTS, BREAKDOWN.answer)


def refuse_sign_in(fault: str) -> None:
    """Faults that only the API knows; ``/login`` stays open."""
    if fault == "unauthorized":
        raise wrong_sign_in("The company, the keys or the member are not valid.")
    if fault == "rate-limited":
        raise too_many_requests(RETRY_AFTER)
