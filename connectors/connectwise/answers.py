"""What ConnectWise's refusals mean, and what to do about each (CW §4.2)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from connectors.connectwise.rights import right_for
from connectors.errors import BadRequest, ConnectorError, NotFound, PermissionDenied, SignInFailed
from connectors.http import Reply

_SIGN_IN: Final = (
    "ConnectWise refused the sign-in: check the API credentials (company, public key, private key, client id) and that "
    "the API member is active."
)
_WEB_HOST: Final = "The site is ConnectWise's web address; calls go to its API host, which begins with api-."
_LOST: Final = "ConnectWise has no API at this address: check the site, the company and the API keys of the connection."


class NoSuchRecord(NotFound):
    """The endpoint is there and says that this record is not, or not for us."""


def fault_of(reply: Reply) -> tuple[str, str]:
    """Code and message, casefolded, of an error body; both empty where it is no such thing."""
    try:
        body: Any = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "", ""
    if not isinstance(body, Mapping):
        return "", ""
    # 429 says "error" where all others say "code".
    code, message = body.get("code") or body.get("error") or "", body.get("message") or ""
    return str(code).casefold(), str(message).casefold()


def is_lost(reply: Reply) -> bool:
    """A sign that the codebase changed or the path is wrong, so that the address has to be found anew."""
    if 300 <= reply.status < 400:
        return True
    if reply.status == 200:
        return reply.is_web_page
    if reply.status == 400:
        return _says(reply, "cannot route")
    return reply.status == 404 and not _no_such_record(reply)


def refusal(reply: Reply, path: str, detail: str) -> ConnectorError:
    """The error for any answer that is not 200. ``path`` is that of the resource, ``detail`` for the log."""
    kind, message = _meaning(reply)
    if kind is PermissionDenied:
        right = right_for(path)
        grant = f"grant {right} to" if right else "check"
        return PermissionDenied(
            f"ConnectWise refused {reply.call}: {grant} the security role of the API member.",
            right=right,
            call=reply.call,
            status=reply.status,
            detail=detail,
            request_id=reply.request_id,
        )
    return kind(message, call=reply.call, status=reply.status, detail=detail, request_id=reply.request_id)


def _meaning(reply: Reply) -> tuple[type[ConnectorError], str]:
    """The first that fits; 403 and 400 also carry answers that are not about rights or queries."""
    readings: tuple[tuple[bool, type[ConnectorError], str], ...] = (
        (_says(reply, "ssl is required"), NotFound, _WEB_HOST),
        (reply.status == 401, SignInFailed, _SIGN_IN),
        (reply.status == 403, PermissionDenied, ""),
        (_no_such_record(reply), NoSuchRecord, "ConnectWise has no such record, or hides it from this API member."),
        (_says(reply, "endpoint does not exist"), NotFound, f"This version of ConnectWise does not know {reply.call}."),
        (is_lost(reply), NotFound, _LOST),
        (True, BadRequest, f"ConnectWise did not accept {reply.call} (it answered {reply.status})."),
    )
    return next((kind, message) for fits, kind, message in readings if fits)


def _says(reply: Reply, words: str) -> bool:
    return reply.status >= 400 and words in reply.body[:2000].decode("utf-8", "replace").casefold()


def _no_such_record(reply: Reply) -> bool:
    """The exact text is not documented (CW §12), so the code or the words count; a web page never does."""
    if reply.status != 404 or reply.is_web_page:
        return False
    code, message = fault_of(reply)
    return code == "notfound" or (message.endswith("not found") and bool(code))
