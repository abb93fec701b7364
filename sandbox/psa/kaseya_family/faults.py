"""The ways in which the simulated server can fail, by name."""

import asyncio
from collections.abc import Mapping
from typing import Final

from sandbox.psa.kaseya_family.errors import Refused, failure, too_many_requests
from sandbox.psa.kaseya_family.users import ACCOUNTS, ADMIN, CONTRACTS

FAULTS: Final[Mapping[str, str]] = {
    "none": "Works",
    "down": "Down for maintenance (503, HTML)",
    "forbidden-agreements": "Contracts are forbidden (403)",
    "forbidden-companies": "Accounts are forbidden (403)",
    "forbidden-tables": "Account types are forbidden (403)",
    "no-api-access": "The role lost Has API Access",
    "slow": "Answers after 10 seconds",
    "hang": "Never answers",
    "html": "Shows its login page (200, HTML)",
    "truncated": "Cuts its answers off",
    "server-error": "Breaks inside (500)",
    "failure": "Fails inside a 200 (success: false)",
    "rate-limited": "Too many requests (429)",
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
            "server-error": failure("Execution Timeout Expired.", status=500),
            "failure": failure("Object reference not set to an instance of an object."),
            "rate-limited": too_many_requests(RETRY_AFTER),
            "busy": failure("Too many requests."),
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
