"""How a test says: this call is refused, with this code."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refused(call: Awaitable[Any]) -> dict[str, Any]:
    """The body of the refusal, with its HTTP status under ``status`` and its Retry-After under ``wait``."""
    with pytest.raises(SlackApiError) as caught:
        await call
    response = caught.value.response
    return {**response.data, "status": response.status_code, "wait": response.headers.get("Retry-After")}
