"""Everything that can go wrong with a PSA: a kind, who must act, and a sentence that is safe to show.

ConnectorError
├── PermissionDenied   the API user may not read this            operator
├── SignInFailed       keys, company or client id are wrong      operator   (kind api_error)
├── NotFound           this record or endpoint is not there      operator   (kind api_error)
├── BadRequest         the PSA refused our query                 us         (kind api_error)
├── TimedOut           no answer in time                         nobody
├── RateLimited        too many calls, the PSA said wait         nobody
├── Unreachable        no connection: DNS, TLS, refused          operator
├── PsaDown            5xx, maintenance page                     psa
└── InvalidData        an answer that makes no sense             us
    └── WebPage        a web page where data was expected        operator
"""

from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """The closed list of interface.md §5."""

    API_ERROR = "api_error"
    PERMISSION_DENIED = "permission_denied"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    INVALID_DATA = "invalid_data"
    UNREACHABLE = "unreachable"
    PSA_DOWN = "psa_down"


class WhoMustAct(StrEnum):
    OPERATOR = "operator"
    PSA = "psa"
    NOBODY = "nobody"
    US = "us"


class ConnectorError(Exception):
    """``message`` may be shown to a person. ``call`` is METHOD /path without query. ``detail`` is for the log only."""

    kind: ClassVar[ErrorKind] = ErrorKind.API_ERROR
    who_must_act: ClassVar[WhoMustAct] = WhoMustAct.US
    transient: ClassVar[bool] = False

    def __init__(
        self, message: str, *, call: str = "", status: int | None = None, detail: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.call = call
        self.status = status
        self.detail = detail
        self.request_id = request_id


class PermissionDenied(ConnectorError):
    """``right`` names what to grant, in the PSA's own words, where the sheet knows it."""

    kind = ErrorKind.PERMISSION_DENIED
    who_must_act = WhoMustAct.OPERATOR

    def __init__(
        self,
        message: str,
        *,
        right: str = "",
        call: str = "",
        status: int | None = None,
        detail: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, call=call, status=status, detail=detail, request_id=request_id)
        self.right = right


class SignInFailed(ConnectorError):
    who_must_act = WhoMustAct.OPERATOR


class NotFound(ConnectorError):
    who_must_act = WhoMustAct.OPERATOR


class BadRequest(ConnectorError):
    pass


class TimedOut(ConnectorError):
    kind = ErrorKind.TIMEOUT
    who_must_act = WhoMustAct.NOBODY
    transient = True


class RateLimited(ConnectorError):
    kind = ErrorKind.RATE_LIMITED
    who_must_act = WhoMustAct.NOBODY
    transient = True


class Unreachable(ConnectorError):
    kind = ErrorKind.UNREACHABLE
    who_must_act = WhoMustAct.OPERATOR
    transient = True


class PsaDown(ConnectorError):
    kind = ErrorKind.PSA_DOWN
    who_must_act = WhoMustAct.PSA
    transient = True


class InvalidData(ConnectorError):
    kind = ErrorKind.INVALID_DATA


class WebPage(InvalidData):
    """A login or maintenance page with status 200: the host is right at best, the path or company is not (CW §4.2)."""

    who_must_act = WhoMustAct.OPERATOR


class BadSettings(Exception):
    """A connection's settings or secrets are wrong before any call. The message says what to do."""
