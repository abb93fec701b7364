"""What Autotask's refusals mean: its 500 carries most of them, so the text is read first (AT §4.2)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from connectors.autotask.rights import right_for
from connectors.errors import BadRequest, ConnectorError, NotFound, PermissionDenied, SignInFailed
from connectors.http import Reply, Signs

_NO_PERMISSION: Final = ("adequate permission", "not have permission", "does not have the permission")
_WRONG_CODE: Final = "integrationcode is invalid"
_NO_ZONE: Final = "zone information could not be determined"
_LASTING: Final = (*_NO_PERMISSION, _WRONG_CODE, _NO_ZONE, "unable to find", "no matching records found")
_BUSY: Final = ("thread threshold", "itgenatr005", "request threshold", "api threshold")
_RESTS: Final = (5.0, 15.0, 30.0, 60.0)  # after a 429 without Retry-After (AT §4.1)

_SIGN_IN: Final = (
    "Autotask refused the sign-in: check the username and the secret, and that the API user is active and not locked."
)
_CODE: Final = "Autotask does not know the integration code: copy the tracking identifier of the API user once more."
UNKNOWN_USER: Final = "Autotask knows no API user of this name: check the username."
_LOST: Final = "Autotask has no API at this address: check zone_url and base_url of the connection."


def told(reply: Reply) -> str:
    """The texts of an error answer, casefolded; empty where it is none."""
    if reply.status < 400 or reply.is_web_page:
        return ""
    try:
        body: Any = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return reply.beginning.casefold()
    if isinstance(body, Mapping):
        body = next((value for name, value in body.items() if name.casefold() in {"errors", "message"}), "")
    texts = body if isinstance(body, list) else [body]
    return " ".join(str(text) for text in texts).casefold()


def _says(reply: Reply, words: tuple[str, ...]) -> bool:
    text = told(reply)
    return any(word in text for word in words)


SIGNS: Final = Signs(
    lasting=lambda reply: _says(reply, _LASTING),
    busy=lambda reply: reply.status == 429 or _says(reply, _BUSY),  # its status may be another (AT §4.1)
    rests=_RESTS,
)


def refusal(reply: Reply, path: str, detail: str) -> ConnectorError:
    """The error for any answer that is not 200. ``path`` is that of the resource, ``detail`` for the log."""
    kind, message = _meaning(reply)
    if kind is PermissionDenied:
        right = right_for(path)
        return PermissionDenied(
            f"Autotask refused {reply.call}: {f'grant {right} to' if right else 'check'} the security level of the API "
            "user.",
            right=right,
            call=reply.call,
            status=reply.status,
            detail=detail,
        )
    return kind(message, call=reply.call, status=reply.status, detail=detail)


def _meaning(reply: Reply) -> tuple[type[ConnectorError], str]:
    """The first that fits: the text before the status."""
    text = told(reply)
    readings: tuple[tuple[bool, type[ConnectorError], str], ...] = (
        (any(words in text for words in _NO_PERMISSION), PermissionDenied, ""),
        (_WRONG_CODE in text, SignInFailed, _CODE),
        (_NO_ZONE in text, SignInFailed, UNKNOWN_USER),
        ("no matching records found" in text, NotFound, f"Autotask has no record for {reply.call}."),
        (reply.status == 401, SignInFailed, _SIGN_IN),
        (reply.status == 403, PermissionDenied, ""),
        (reply.status == 404 and bool(text), NotFound, f"This Autotask does not know {reply.call}."),
        (reply.status == 404 or 300 <= reply.status < 400, NotFound, _LOST),
        (True, BadRequest, f"Autotask did not accept {reply.call} (it answered {reply.status})."),
    )
    return next((kind, message) for fits, kind, message in readings if fits)
