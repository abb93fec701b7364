"""OAuth client credentials: one token for all callers, fetched anew before it ends or when it is refused (HALO §1)."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from connectors.errors import ConnectorError, InvalidData, NotFound, SignInFailed, WebPage
from connectors.halopsa.answers import SIGN_IN, said
from connectors.http import Auth, Request, Response, Timing

SCOPES: Final[tuple[str, ...]] = ("read:customers", "read:invoices", "read:contracts", "read:items", "read:tickets")
EARLY: Final = 90.0  # seconds before its end a token is not used any more
UNTOLD_LIFE: Final = 600.0  # where HaloPSA does not say how long it lives
DOUBTED_AFTER: Final = 60.0
_NO_SCOPE: Final = (
    "HaloPSA grants the application nothing that this bot reads: tick read:customers, read:invoices, read:contracts "
    "and read:items on the application's Permissions tab."
)
_NOWHERE: Final = (
    "HaloPSA has no sign-in at this address: give the Authorisation Server of Configuration > Integrations > HaloPSA "
    "API as the setting auth_url."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Scopes being asked for one by one: those still to come, and those that are ticked."""

    left: tuple[str, ...]
    granted: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        return self.left[0]

    def after(self, *, granted: bool) -> "Tried":
        return Tried(left=self.left[1:], granted=(*self.granted, self.scope) if granted else self.granted)


class SignIn:
    """``token_url``: where to sign in, asked only when a token is needed. Sign-ins are no calls of the API."""

    def __init__(self, *, client_id: str, client_secret: str, token_url: Callable[[], str], timing: Timing) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._token_url = token_url
        self._timing = timing
        self._token = ""
        self._began_at = self._ends_at = 0.0
        self._scopes = SCOPES
        self._tried: Tried | None = None
        self.lock = asyncio.Lock()

    def token(self) -> str:
        """Empty where a new one is needed."""
        return self._token if self._timing.clock() < self._ends_at else ""

    def refuse(self, token: str) -> None:
        """The API did not take it. Whoever comes with an older one changes nothing."""
        if token == self._token:
            self._token = ""

    def doubt(self) -> None:
        """A right was refused. If somebody grants it now, only a new token will hold it; one a minute will do."""
        soon = max(self._timing.clock(), self._began_at + DOUBTED_AFTER)
        self._ends_at, self._scopes = min(self._ends_at, soon), SCOPES

    def without_secrets(self, text: str) -> str:
        """A server may echo what it was sent; the log must not."""
        for secret in (self._client_secret, self._token, self._client_id):
            text = text.replace(secret, "…") if secret else text
        return text

    def __repr__(self) -> str:
        return "SignIn(…)"

    def question(self, request: Request) -> Request:
        """Reads nothing and changes nothing: the one POST that there is."""
        fields = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "scope": self._tried.scope if self._tried else " ".join(self._scopes),
        }
        return Request("POST", self._token_url(), data=fields, extensions=request.extensions)

    def learn(self, response: Response, body: bytes) -> None:
        """One scope that is not ticked fails the whole sign-in, so each is then asked for alone, and the next sign-in
        is for those that are ticked (HALO §1).
        """
        error = self._refusal(response, body)
        if error is not None and "invalid_scope" not in said(body):
            self._tried = None
            raise error
        if self._tried is not None:
            self._go_on(self._tried.after(granted=error is None), error)
        elif error is None:
            self._keep(_object(body))
        elif len(self._scopes) > 1:
            self._tried = Tried(left=SCOPES)
        else:
            raise error

    def _go_on(self, tried: "Tried", error: ConnectorError | None) -> None:
        self._tried = tried if tried.left else None
        if not tried.left:
            self._scopes = tried.granted or SCOPES
            if error is not None and not tried.granted:
                raise error

    def _keep(self, answer: Mapping[str, Any]) -> None:
        life = _seconds(answer.get("expires_in"))
        self._token, self._began_at = _token(answer), self._timing.clock()
        self._ends_at = self._began_at + life - min(EARLY, life / 2)

    def _refusal(self, response: Response, body: bytes) -> ConnectorError | None:
        call, detail = "POST /token", self.without_secrets(body[:200].decode("utf-8", "replace"))
        status, html = response.status_code, body.lstrip()[:1] == b"<"
        if status == 404 or 300 <= status < 400:
            return NotFound(_NOWHERE, call=call, status=status, detail=detail)
        if html:
            return WebPage(_NOWHERE, call=call, status=status, detail=detail)
        if status == 200:
            return None
        message = _NO_SCOPE if "invalid_scope" in said(body) else SIGN_IN
        return SignInFailed(message, call=call, status=status, detail=detail)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        answer = None
    if not isinstance(answer, Mapping):
        raise InvalidData("HaloPSA's sign-in gave no readable answer.", call="POST /token")
    return answer


def _token(answer: Mapping[str, Any]) -> str:
    """Only what can stand in a header."""
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token.strip():
        raise InvalidData("HaloPSA's sign-in gave no token.", call="POST /token")
    return token


def _seconds(value: Any) -> float:
    try:
        life = float(value)
    except (TypeError, ValueError):
        return UNTOLD_LIFE
    return life if 0 < life < 1e9 else UNTOLD_LIFE


class Signature(Auth):
    """Signs one call, and remembers with which token."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self.used = ""

    async def async_auth_flow(self, request: Request) -> AsyncGenerator[Request, Response]:
        """Callers that come at the same time wait for one sign-in.

        An answer of the sign-in that is only about time (429, 5xx) becomes the answer to the call, so that it is
        waited for and tried again like any other.
        """
        async with self._sign_in.lock:
            while not (token := self._sign_in.token()):
                response = yield self._sign_in.question(request)
                if response.status_code == 429 or response.status_code >= 500:
                    return
                self._sign_in.learn(response, await response.aread())
        self.used = token
        request.headers["Authorization"] = f"Bearer {token}"
        yield request

    def __repr__(self) -> str:
        return "Signature(…)"
