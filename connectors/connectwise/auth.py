"""Signs each request with the API member's keys (CW §1.1)."""

import base64
from collections.abc import Generator

from connectors.http import Auth, Request, Response


class Keys(Auth):
    """Basic ``company+public:private``, the client id, and the pinned version of the answers."""

    def __init__(self, *, company: str, public_key: str, private_key: str, client_id: str, api_version: str) -> None:
        plain = f"{company}+{public_key}:{private_key}".encode()
        self._headers = {
            "Authorization": f"Basic {base64.b64encode(plain).decode()}",
            "clientId": client_id,
            "Accept": f"application/vnd.connectwise.com+json; version={api_version}",
        }
        self._secrets = (self._headers["Authorization"].removeprefix("Basic "), public_key, private_key, client_id)

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers.update(self._headers)
        yield request

    def without_secrets(self, text: str) -> str:
        """A server may echo what it was sent; the log must not."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    def __repr__(self) -> str:
        return "Keys(…)"
