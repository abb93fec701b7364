"""One answer of a PSA, and what may safely be read out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from connectors.errors import InvalidData, WebPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One whole answer. ``call`` is METHOD /path without query, safe for messages and logs."""

    call: str
    url: str
    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    request_id: str = ""
    retry_after: str = ""
    date: str = ""  # by the PSA's own clock
    has_links: bool = False
    links: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_web_page(self) -> bool:
        return "html" in self.content_type.lower() or self.body.lstrip()[:1] == b"<"

    @property
    def beginning(self) -> str:
        """What the log may keep of an answer that nobody could read."""
        return self.body[:800].decode("utf-8", "replace")[:200]


def decoded(reply: Reply, psa: str = "The PSA") -> Any:
    """The answer's JSON, or an error that says what came in its place."""
    if reply.is_web_page:
        raise WebPage(
            f"{psa} answered with a web page where data was expected: check the site and company of the connection.",
            call=reply.call,
            status=reply.status,
            detail=reply.beginning,
            request_id=reply.request_id,
        )
    try:
        return msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        what = "empty" if not reply.body.strip() else "cut short or damaged"
        raise InvalidData(
            f"{psa}'s answer is {what}.",
            call=reply.call,
            status=reply.status,
            detail=reply.beginning,
            request_id=reply.request_id,
        ) from None


def next_link(reply: Reply) -> str | None:
    """The next page, only when it lies on the same host: a foreign one would get our keys."""
    target = reply.links.get("next")
    if not target:
        return None
    try:
        there = urljoin(reply.url, target)
        same = _origin(there) == _origin(reply.url)
    except ValueError:
        return None
    return there if same else None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
