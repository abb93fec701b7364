"""What Syncro's refusals mean, and what to do about each (SYN §3)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from connectors.errors import BadRequest, ConnectorError, NotFound, PermissionDenied, SignInFailed
from connectors.http import Reply
from connectors.syncro.rights import TO_TICK, right_for

ME: Final = "/me"  # needs no permission, so that a 401 here means the token itself (SYN §3)
_SIGN_IN: Final = (
    "Syncro refused the API token: it is wrong, was deleted or has expired. Make a new one under Admin > API Tokens, "
    "with the expiration left blank."
)
_LOST: Final = "Syncro has no API at this address: check the subdomain of the connection."
_CUT: Final = 200


class NoSuchRecord(NotFound):
    """The endpoint is there and says that this record is not, or not for us."""


def told(reply: Reply) -> str:
    """The text of an error answer, whichever of its many shapes it has: the first of error, errors, message that
    says anything, laid flat, else all of it, else the beginning of what came (SYN §3).
    """
    if reply.is_web_page:
        return ""
    try:
        body: Any = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return reply.beginning.strip()
    named = [body.get(name) for name in ("error", "errors", "message")] if isinstance(body, Mapping) else []
    texts = (" ".join(_flat(value)) for value in (*named, body))
    return next((text for text in texts if text), "")


def _flat(value: Any, name: str = "") -> Iterator[str]:
    """``{"summary": ["can't be blank"]}`` is read as *summary can't be blank*."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, name)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield f"{name} {value}".strip()


def refusal(reply: Reply, path: str, detail: str) -> ConnectorError:
    """The error for any answer that is not 200. ``path`` is that of the resource, ``detail`` for the log.

    A 401 of any other path than ``/me`` is a missing permission: whoever calls this has proven the token.
    """
    kind, message = _meaning(reply, path)
    if kind is PermissionDenied:
        return _denied(reply, path, detail)
    return kind(message, call=reply.call, status=reply.status, detail=detail, request_id=reply.request_id)


def _denied(reply: Reply, path: str, detail: str) -> PermissionDenied:
    """Permissions of a token are set when it is made. Whether its maker's own rights limit it as well is not
    documented, so both are said (SYN §1).
    """
    right = right_for(path)
    lacks = f"the API token lacks {right}" if right else "the API token lacks the permission"
    return PermissionDenied(
        f"Syncro refused {reply.call}: {lacks}. Re-create the token and tick {TO_TICK}; if that is done, the group of "
        "the user who made it may lack this one.",
        right=right,
        call=reply.call,
        status=reply.status,
        detail=detail,
        request_id=reply.request_id,
    )


def _meaning(reply: Reply, path: str) -> tuple[type[ConnectorError], str]:
    """The first that fits."""
    readings: tuple[tuple[bool, type[ConnectorError], str], ...] = (
        (reply.status == 401 and path == ME, SignInFailed, _SIGN_IN),
        (reply.status in {401, 403}, PermissionDenied, ""),
        (_no_such_record(reply), NoSuchRecord, "Syncro has no such record, or hides it from this API token."),
        (reply.status == 404 or 300 <= reply.status < 400, NotFound, _LOST),
        (True, BadRequest, f"Syncro did not accept {reply.call} (it answered {reply.status})."),
    )
    return next((kind, message) for fits, kind, message in readings if fits)


def _no_such_record(reply: Reply) -> bool:
    """``{"message":"Not found"}`` or ``{"error":"Asset not found"}``; a web page never says so."""
    return reply.status == 404 and told(reply)[:_CUT].casefold().endswith("not found")
