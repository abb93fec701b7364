"""Signs each request with the API token (SYN §1)."""

import re
from collections.abc import Generator
from typing import Final

from connectors.http import Auth, Request, Response

# Syncro's own answers hold two keys: a credential in /me and a login link in each customer (SYN §1, §4).
_THEIR_KEYS: Final = re.compile(r"((?:user_token|portal_key)(?:\"\s*:\s*\"?|=))[^\"&\s,}]*")


class Token(Auth):
    """In the header only: the older ``api_key`` in the query would leak into logs (SYN §1)."""

    def __init__(self, api_token: str) -> None:
        self._token = api_token

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        request.headers["Accept"] = "application/json"
        yield request

    def without_secrets(self, text: str) -> str:
        """Neither what was sent and may be echoed, nor what Syncro hands out, belongs into a log."""
        return _THEIR_KEYS.sub(r"\1…", text.replace(self._token, "…"))

    def __repr__(self) -> str:
        return "Token(…)"
