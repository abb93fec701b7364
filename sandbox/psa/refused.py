"""The one exception of the simulated PSAs: an answer other than the one that was asked for."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

NO_HEADERS: Final[Mapping[str, str]] = {}


class Refused(Exception):
    """``body`` is HTML or plain text when it is a string, else JSON; None is the JSON literal ``null``."""

    def __init__(
        self, status: int, body: Mapping[str, Any] | str | None, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers

    def response(self) -> web.Response:
        if not isinstance(self.body, str):
            return web.json_response(self.body, status=self.status, headers=dict(self.headers))
        html = self.body.lstrip().startswith("<")
        kind = {"Content-Type": f"text/{'html' if html else 'plain'}; charset=utf-8"}
        return web.Response(text=self.body, status=self.status, headers={**kind, **self.headers})
