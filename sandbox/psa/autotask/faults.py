"""The ways in which the simulated server can fail, by name (AT §4)."""

import asyncio
from collections.abc import Mapping
from typing import Final

from sandbox.psa.autotask.errors import Refused, refused, too_many_requests, too_many_threads, unauthorized

FAULTS: Final[Mapping[str, str]] = {
    "none": "Works",
    "down": "Down for maintenance (503, HTML)",
    "forbidden-agreements": "Contracts are forbidden (500)",
    "forbidden-companies": "Accounts are forbidden (500)",
    "forbidden-tables": "Picklists are forbidden (500)",
    "slow": "Answers after 10 seconds",
    "hang": "Never answers",
    "html": "Shows its login page (200, HTML)",
    "truncated": "Cuts its answers off",
    "server-error": "Breaks inside (500)",
    "rate-limited": "Too many requests (429)",
    "busy-hour": "The hour's calls are nearly used up",
    "threads": "Too many threads (500)",
    "unauthorized": "Does not accept the keys (401)",
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
RETRY_AFTER: Final = 30
BUSY_SHARE: Final = 0.95
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
            "server-error": refused(500, TIMED_OUT),
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


def refuse_sign_in(fault: str) -> None:
    """Faults that only the API knows; the zone's address is told to everybody."""
    if fault == "unauthorized":
        raise unauthorized()
    if fault == "rate-limited":
        raise too_many_requests(RETRY_AFTER)
    if fault == "threads":
        raise too_many_threads(500)
