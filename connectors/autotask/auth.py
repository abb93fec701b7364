"""Signs each request with the API user's keys (AT §1.1)."""

from collections.abc import Generator

from connectors.http import Auth, Request, Response


class Keys(Auth):
    """Three headers. ImpersonationResourceId is never sent: queries would be judged by that person's rights."""

    def __init__(self, *, username: str, secret: str, integration_code: str) -> None:
        self._headers = {"ApiIntegrationCode": integration_code, "UserName": username, "Secret": secret}

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        request.headers.update(self._headers)
        request.headers["Content-Type"] = "application/json"
        yield request

    def without_secrets(self, text: str) -> str:
        """A server may echo what it was sent; the log must not."""
        for secret in self._headers.values():
            text = text.replace(secret, "…")
        return text

    def __repr__(self) -> str:
        return "Keys(…)"
