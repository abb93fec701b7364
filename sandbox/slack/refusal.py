"""The one exception of the local workspace: Slack says no, with Slack's own error code."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """``error`` is Slack's code; ``messages`` go to response_metadata; ``extra`` stands beside the code."""

    def __init__(
        self, error: str, *, messages: Sequence[str] = (), status: int = 200, extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.status = status
        self.extra = dict(extra or {})

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


def missing_argument(name: str) -> Refused:
    return Refused("invalid_arguments", messages=[f"[ERROR] missing required field: {name}"])
