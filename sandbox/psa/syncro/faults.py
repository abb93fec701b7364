"""The ways in which the simulated server can fail, by name (SYN §3)."""

import asyncio
from collections.abc import Mapping
from typing import Final

from sandbox.psa.syncro.errors import Refused, too_many_requests
from sandbox.psa.syncro.tokens import CUSTOMERS_LIST, CUSTOMERS_VIEW, RECURRING_LIST

FAULTS: Final[Mapping[str, str]] = {
    "none": "Works",
    "down": "Down for maintenance (503, HTML)",
    "forbidden-agreements": "The token lacks Recurring Invoices - List (401)",
    "forbidden-companies": "The token lacks both Customers permissions (401)",
    "forbidden-details": "The token lacks Customers - View Detail (401)",
    "slow": "Answers after 10 seconds",
    "hang": "Never answers",
    "html": "Shows its login page (200, HTML)",
    "text": "Answers with the bare word Disabled (200)",
    "null": "Answers with null (200)",
    "truncated": "Cuts its answers off",
    "server-error": "Breaks inside (500)",
    "rate-limited": "Too many requests (429)",
    "rate-limited-silently": "Too many requests, and does not say for how long (429)",
    "unauthorized": "Does not accept the token (401)",
}
FORBIDS: Final[Mapping[str, frozenset[str]]] = {
    "forbidden-agreements": frozenset({RECURRING_LIST}),
    "forbidden-companies": frozenset({CUSTOMERS_LIST, CUSTOMERS_VIEW}),
    "forbidden-details": frozenset({CUSTOMERS_VIEW}),
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
        json = {"Content-Type": "application/json; charset=utf-8"}
        answers = {
            "down": Refused(503, MAINTENANCE, {"Retry-After": "120"}),
            "html": Refused(200, LOGIN_PAGE),
            "text": Refused(200, "Disabled"),
            "null": Refused(200, None),
            "truncated": Refused(200, CUT_OFF, json),
            "server-error": Refused(500, {"error": "Request timeout"}),
            "rate-limited": too_many_requests(RETRY_AFTER),
            "rate-limited-silently": too_many_requests(None),
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
