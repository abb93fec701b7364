"""Signs the API user in and keeps the token fresh, once for all calls that run side by side (BMS §1)."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from connectors.errors import ConnectorError
from connectors.http import Auth, Request, Response, Timing
from connectors.kaseya_family.address import Address
from connectors.kaseya_family.sign_in import REFRESH, SIGN_IN, Said, SignIn
from connectors.records import Usage

EARLY: Final = timedelta(seconds=60)  # a token is renewed so long before its end
UNTOLD: Final = timedelta(minutes=15)  # a token's life where its end is not told, or lies in the past of our clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A token, and until when it is used. ``turn``: which of the sign-ins it came from."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: datetime
    refresh_until: datetime
    turn: int


class Token:
    """The one token of a connection. Whoever finds it stale first signs in; all others wait for that.

    A sign-in that was refused is not tried again by those who waited for it: a wrong password that is sent by every
    call would lock the user out.
    """

    def __init__(self, *, sign_in: SignIn, address: Address, timing: Timing, usage: Usage) -> None:
        self.lock = asyncio.Lock()
        self._sign_in = sign_in
        self._address = address
        self._timing = timing
        self._usage = usage
        self._held: Held | None = None
        self._refused: ConnectorError | None = None
        self._turn = 0

    @property
    def turn(self) -> int:
        """How many sign-ins there were, those that were refused among them."""
        return self._turn

    def usable(self, since: int) -> Held | None:
        """Raises what those were told who signed in after turn ``since``."""
        if self._held is not None and self._held.until > self._timing.now():
            return self._held
        if self._refused is not None and self._turn != since:
            raise self._refused
        return None

    def forget(self, turn: int) -> None:
        """The token of that turn is no good, and neither is its refresh token."""
        if self._held is not None and self._held.turn == turn:
            self._held = None

    def sign_in(self) -> Generator[Request, Response, Held | None]:
        """Yields its requests. None: the last answer was that of a server that is down or busy."""
        base, held, now = self._address.base, self._held, self._timing.now()
        self._held = self._refused = None
        if held is not None and held.refresh and held.refresh_until > now:
            response = yield self._sign_in.refresh_request(base, held.access, held.refresh)
            said = self._sign_in.read(response, REFRESH)
            if isinstance(said, Said):
                return self._keep(said)
        response = yield self._sign_in.request(base, now)
        if response.status_code == 415:  # the document asks for multipart, clients send the other (BMS §1)
            response = yield self._sign_in.request(base, now, multipart=True)
        said = self._sign_in.read(response, SIGN_IN)
        if isinstance(said, ConnectorError):
            self._turn += 1
            self._refused = said
            raise said
        return self._keep(said) if said is not None else None

    def count(self, response: Response) -> None:
        """A call beside the one that the budget knows of."""
        self._usage.calls += 1
        self._usage.bytes += response.num_bytes_downloaded

    def hide(self, text: str) -> str:
        """A server may echo what it was sent; the log must not."""
        held = self._held
        for secret in (*self._sign_in.secrets, *((held.access, held.refresh) if held else ())):
            text = text.replace(secret, "…") if secret else text
        return text

    def _keep(self, said: Said) -> Held:
        now = self._timing.now()
        self._turn += 1
        self._held = Held(
            access=said.access,
            refresh=said.refresh,
            until=_usable_until(said.until, now, said.told_at),
            refresh_until=_usable_until(said.refresh_until, now, said.told_at),
            turn=self._turn,
        )
        return self._held

    def __repr__(self) -> str:
        return "Token(…)"


class Signature(Auth):
    """Signs one call. ``turn``: of the token that it went out with; ``is_fresh``: that came from a sign-in just now."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self.turn = 0
        self.is_fresh = False

    async def async_auth_flow(self, request: Request) -> AsyncGenerator[Request, Response]:
        """The sign-in's own calls come first, where they are needed. An answer of a server that is down or busy
        becomes the call's own, so that it is tried again like any other.
        """
        token, self.is_fresh = self._token, False
        while True:
            since = token.turn
            async with token.lock:
                held = token.usable(since)
                if held is None:
                    self.is_fresh, steps = True, token.sign_in()
                    step = next(steps)
                    while held is None:
                        response = yield step
                        await response.aread()
                        try:
                            step = steps.send(response)
                        except StopIteration as done:
                            held = done.value
                            if held is None:
                                return
                        token.count(response)
            self.turn = held.turn
            request.headers["Authorization"] = f"Bearer {held.access}"
            response = yield request
            if response.status_code != 401 or self.is_fresh:
                return
            token.count(response)
            token.forget(held.turn)

    def __repr__(self) -> str:
        return "Signature(…)"


def _usable_until(end: datetime | None, now: datetime, told_at: datetime | None) -> datetime:
    """An end is a moment of the PSA's clock. One that lies behind us says nothing, and a 401 will tell."""
    until = now + (end - (told_at or now)) - EARLY if end is not None else now
    return until if until > now else now + UNTOLD
