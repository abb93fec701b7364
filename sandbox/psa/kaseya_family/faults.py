"""The ways in which the simulated server can fail, by name."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.faults import COMMON, RETRY_AFTER, Breakdown, Faults
from sandbox.psa.kaseya_family.errors import failure, too_many_requests
from sandbox.psa.kaseya_family.users import ACCOUNTS, ADMIN, CONTRACTS
from sandbox.psa.refused import Refused

FAULTS: Final[Mapping[str, str]] = {
    **COMMON,
    "forbidden-agreements": "Contracts are forbidden (403)",
    "forbidden-companies": "Accounts are forbidden (403)",
    "forbidden-tables": "Account types are forbidden (403)",
    "no-api-access": "The role lost Has API Access",
    "failure": "Fails inside a 200 (success: false)",
    "busy": "Too many requests inside a 200 (success: false)",
    "unauthorized": "Does not accept the sign-in",
}
FORBIDS: Final[Mapping[str, str]] = {
    "forbidden-agreements": CONTRACTS,
    "forbidden-companies": ACCOUNTS,
    "forbidden-tables": ADMIN,
}
MAINTENANCE: Final = "<html><head><title>Service Unavailable</title></head><body><h1>Maintenance</h1></body></html>"
LOGIN_PAGE: Final = (
    '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form><input name="tenant"></form></body></html>'
)
CUT_OFF: Final = '{"success":true,"error":null,"totalRecords":1,"result":[{"id":501,"accountNa'
BREAKDOWN: Final = Breakdown(
    maintenance=MAINTENANCE,
    login_page=LOGIN_PAGE,
    cut_off=CUT_OFF,
    crash=lambda: failure("Execution Timeout Expired.", status=500),
)


def faults() -> Faults:
    return Faults(FAULTS, _answer)


def _answer(fault: str) -> Refused | None:
    if fault == "failure":
        return failure("Object reference not set to an instance of an object.")
    if fault == "rate-limited":
        return too_many_requests(RETRY_AFTER)
    return failure("Too many requests.") if fault == "busy" else BREAKDOWN.answer(fault)
