"""The ways in which the simulated server can fail, by name (HALO §3, §5)."""

import asyncio
from collections.abc import Mapping
from typing import Final

from sandbox.psa.halopsa.errors import Refused, denied_as_bad_request, not_permitted, not_signed_in, too_many_requests

FAULTS: Final[Mapping[str, str]] = {
    "none": "Works",
    "down": "Down for maintenance (503, HTML)",
    "forbidden-agreements": "Recurring invoices are forbidden (403)",
    "denied-agreements": "Recurring invoices are denied (400)",
    "forbidden-companies": "Customers are forbidden (403)",
    "forbidden-tables": "Customer groups are forbidden (403)",
    "slow": "Answers after 10 seconds",
    "hang": "Never answers",
    "html": "Shows its login page (200, HTML)",
    "truncated": "Cuts its answers off",
    "server-error": "Breaks inside (500)",
    "rate-limited": "Too many requests, and says how long (429)",
    "window-full": "Too many requests, and does not say how long (429)",
    "unauthorized": "Does not accept the token (401)",
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
RETRY_AFTER: Final = 30
FOREVER: Final = 24 * 3600.0


class Faults:
    """The fault that is set, for how many calls, and the waits that end when it is lifted."""

    def __init__(self) -> None:
        self.current = "none"
        self.slow_seconds = 10.0
        self._left: int | None = None
        self._skip = 0
        self._lifted: asyncio.Event | None = None

    def set(self, fault: str, *, times: int | None, after: int) -> None:
        if fault not in FAULTS:
            raise KeyError(fault)
        self.lift()
        self.current, self._left, self._skip = fault, times, after

    def lift(self) -> None:
        """Ends all waits, so that a server can stop at once."""
        if self._lifted is not None:
            self._lifted.set()
        self._lifted = None
        self.current = "none"

    def next_call(self) -> str:
        """The fault that this call meets."""
        if self.current == "none" or self._skip > 0:
            self._skip -= self._skip > 0
            return "none"
        if self._left is None:
            return self.current
        self._left -= 1
        met = self.current
        if self._left == 0:
            self.current = "none"
        return met

    async def strike(self, fault: str) -> None:
        """Faults that hit before anyone looks at the call."""
        if fault in {"slow", "hang"}:
            await self._wait(self.slow_seconds if fault == "slow" else FOREVER)
        answers = {
            "down": Refused(503, MAINTENANCE, {"Retry-After": "120"}),
            "html": Refused(200, LOGIN_PAGE),
            "truncated": Refused(200, CUT_OFF, {"Content-Type": "application/json; charset=utf-8"}),
            "server-error": Refused(500, {"ClassName": "System.Data.SqlClient.SqlException", "Message": TIMED_OUT}),
        }
        if fault in answers:
            raise answers[fault]

    async def _wait(self, seconds: float) -> None:
        if self._lifted is None:
            self._lifted = asyncio.Event()
        try:
            await asyncio.wait_for(self._lifted.wait(), seconds)
        except TimeoutError:
            return


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
