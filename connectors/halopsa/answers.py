"""What HaloPSA's refusals mean, and what to do about each (HALO §3, §5)."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from connectors.errors import BadRequest, ConnectorError, NotFound, PermissionDenied, TimedOut
from connectors.halopsa.rights import right_for
from connectors.http import Reply

SIGN_IN: Final = (
    "HaloPSA refused the sign-in: check the client id, the client secret and the tenant, that the application's login "
    "type is Agent, and that its agent is active."
)
_LOST: Final = "HaloPSA has no API at this address: check that the site is the Resource Server, not the portal."
_DENIED: Final = re.compile(r"permission|access|scope|not allowed|denied|authori[sz]", re.IGNORECASE)
_RATE: Final = re.compile(r"(\d+)\s+requests", re.IGNORECASE)
_WINDOW: Final = re.compile(r"(\d+)\s+(second|minute|hour)", re.IGNORECASE)
_SECONDS: Final[Mapping[str, float]] = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
_USUAL_WINDOW: Final = 300.0  # seconds
_OUR_SHARE: Final = 14 / 15  # 280 of 300: others call the same tenant


class NoSuchRecord(NotFound):
    """The endpoint is there and says that this record is not, or not for us."""


def said(body: bytes) -> str:
    """The words of an error body, whichever of its six shapes it has; empty where it has none."""
    try:
        told: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return body[:200].decode("utf-8", "replace").strip()
    if isinstance(told, Mapping):
        words = [told.get(name) for name in ("error", "error_description", "Message", "message", "errorMessage")]
        fields = [f"{name}: {one}" for name, value in told.items() if isinstance(value, list) for one in value]
        return " ".join([*(word for word in words if isinstance(word, str)), *fields])
    return told if isinstance(told, str) else ""


def refusal(reply: Reply, path: str, detail: str) -> ConnectorError:
    """The error for any answer but 200 and 401. ``path`` is that of the resource, ``detail`` for the log."""
    kind, message = _meaning(reply, path)
    if kind is PermissionDenied:
        right = right_for(path)
        grant = f"grant “{right}”" if right else "check the application's permissions and the role of its agent"
        return PermissionDenied(
            f"HaloPSA refused {reply.call}: {grant}.", right=right, call=reply.call, status=reply.status, detail=detail
        )
    return kind(message, call=reply.call, status=reply.status, detail=detail, request_id=reply.request_id)


def calls_allowed(text: str, seconds: float) -> int | None:
    """In so many seconds, by a 429's own words; a little of it is left to others. None: it does not say."""
    rate = _RATE.search(text)
    if rate is None:
        return None
    window = _WINDOW.search(text)
    length = float(window[1]) * _SECONDS[window[2].lower()] if window else _USUAL_WINDOW
    return max(1, int(float(rate[1]) * _OUR_SHARE * seconds / length)) if length else None


def _meaning(reply: Reply, path: str) -> tuple[type[ConnectorError], str]:
    """The first that fits; a denied call may also come as a 400 (HALO §5)."""
    denied = reply.status == 403 or (reply.status == 400 and bool(_DENIED.search(said(reply.body))))
    of_record = reply.status == 404 and not reply.is_web_page
    readings: tuple[tuple[bool, type[ConnectorError], str], ...] = (
        (denied, PermissionDenied, ""),
        (reply.status == 408, TimedOut, "HaloPSA ran out of time on its own side; its server may be slow."),
        (of_record and path.count("/") > 1, NoSuchRecord, "HaloPSA has no such record, or hides it from this agent."),
        (of_record, NotFound, f"This version of HaloPSA does not know {reply.call}."),
        (reply.status == 404 or 300 <= reply.status < 400, NotFound, _LOST),
        (True, BadRequest, f"HaloPSA did not accept {reply.call} (it answered {reply.status})."),
    )
    return next((kind, message) for fits, kind, message in readings if fits)
