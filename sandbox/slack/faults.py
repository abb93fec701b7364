"""Faults that a test or the page orders for a Web API method or for response URLs."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.refusal import Refused

KINDS = ("rate_limited", "server_error", "slow", "drop", "invalid_blocks", "error")
RESPONSE_URL = "response_url"  # the name under which faults and calls of response URLs stand


@dataclass(slots=True, kw_only=True)
class Fault:
    """``times`` counts down, None lasts until it is cleared. ``method`` may be ``*``."""

    method: str
    kind: str
    times: int | None = 1
    retry_after: int = 30
    seconds: float = 10.0
    error: str = "internal_error"

    def as_json(self) -> dict[str, Any]:
        return {"method": self.method, "kind": self.kind, "times": self.times}


@dataclass(slots=True)
class Faults:
    standing: list[Fault] = field(default_factory=list)

    def order(self, fault: Fault) -> None:
        if fault.kind not in KINDS:
            raise Refused("unknown_fault", status=400, extra={"known": list(KINDS)})
        self.standing.append(fault)

    def take(self, method: str) -> Fault | None:
        """The first fault that is meant for this call; it is one use older then."""
        for fault in self.standing:
            if fault.method in {method, "*"}:
                if fault.times is not None:
                    fault.times -= 1
                self.standing = [one for one in self.standing if one.times is None or one.times > 0]
                return fault
        return None

    def clear(self, method: str | None = None) -> None:
        self.standing = [fault for fault in self.standing if method not in {None, fault.method}]
