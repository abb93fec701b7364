"""How much of the tenant's shared 10,000 calls an hour is used: a sync must not take the last of them (AT §4.1)."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from connectors.autotask.api import Api
from connectors.autotask.spec import TOO_MUCH_FOR_A_SYNC
from connectors.errors import NotFound, PermissionDenied, RateLimited
from connectors.http import Timing

CALL: Final = "GET /ThresholdInformation"
NEARLY_SUSPENDED: Final = 0.90
KEPT_FOR: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Calls of all integrations together in the last hour. ``allowed`` 0: Autotask did not say."""

    used: int
    allowed: int

    @property
    def share(self) -> float:
        return self.used / self.allowed if self.allowed > 0 else 0.0

    def __str__(self) -> str:
        if not self.allowed:
            return ""
        said = f"{self.used:,} of the {self.allowed:,} calls an hour that all integrations share are used."
        if self.share >= NEARLY_SUSPENDED:
            said += " Autotask is about to suspend its API, so answers may be late."
        return said


async def read_threshold(api: Api, purpose: str) -> Threshold:
    row = await api.get(purpose, "/ThresholdInformation")
    return Threshold(
        used=_count(row.get("currentTimeframeRequestCount")), allowed=_count(row.get("externalRequestThreshold"))
    )


class Quota:
    """Asked once before a long read; reads that begin together share the answer."""

    def __init__(self, *, api: Api, timing: Timing) -> None:
        self._api = api
        self._timing = timing
        self._lock = asyncio.Lock()
        self._known: Threshold | None = None
        self._read_at = 0.0

    async def check(self) -> None:
        """Raises RateLimited when the tenant's hour is too far used for a long read."""
        async with self._lock:
            if self._known is None or self._timing.clock() - self._read_at > KEPT_FOR:
                self._known, self._read_at = await self._read(), self._timing.clock()
            threshold = self._known
        if threshold.share >= TOO_MUCH_FOR_A_SYNC:
            raise RateLimited(
                f"{threshold} No sync was started, so that Autotask stays usable: try again later.", call=CALL
            )

    async def _read(self) -> Threshold:
        try:
            return await read_threshold(self._api, "full")
        except (PermissionDenied, NotFound):
            return Threshold(used=0, allowed=0)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
