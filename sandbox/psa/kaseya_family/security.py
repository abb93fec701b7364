"""Signs users in and renews their tokens (BMS §1)."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from sandbox.psa.kaseya_family import errors
from sandbox.psa.kaseya_family.users import ApiUser, users
from sandbox.psa.kaseya_family.ways import Fails, Ways
from sandbox.psa.records import Json

LIFE: Final = timedelta(minutes=30)
REFRESH_LIFE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    user: str
    refresh: str
    until: datetime
    refresh_until: datetime


class Security:
    """``sessions`` by access token. A refresh token is good once. ``sign_ins`` and ``refreshes`` count what worked."""

    def __init__(self, tenant: str, ways: Ways) -> None:
        self.users = users()
        self.sessions: dict[str, Session] = {}
        self.sign_ins = 0
        self.refreshes = 0
        self._tenant = tenant
        self._ways = ways
        self._numbers = itertools.count(1)

    async def sign_in(self, request: web.Request, now: datetime) -> Json:
        form = await self._form(request)
        name = next((name for name, one in self.users.items() if one.username == form.get("username")), "")
        user = self.users.get(name)
        right_tenant = form.get("tenant", "").casefold() == self._tenant.casefold()
        if form.get("granttype") != "password":
            raise errors.failure("The GrantType field is required.", status=400)
        if user is None or not right_tenant or form.get("password") != user.password:
            raise errors.wrong_sign_in()
        if user.one_time_code and form.get("mfacode") != user.one_time_code:
            raise errors.wants_code()
        if not user.api_access and self._ways.fails is Fails.ENVELOPE:
            raise errors.no_api_access()
        self.sign_ins += 1
        return self._issued(name, now)

    async def refresh(self, request: web.Request, now: datetime) -> Json:
        form = await self._form(request)
        session = self.sessions.pop(form.get("accesstoken", ""), None)
        known = session is not None and session.refresh == form.get("refreshtoken")
        if not self._ways.refreshes or session is None or not known or session.refresh_until <= now:
            raise errors.failure("The refresh token is not valid.")
        self.refreshes += 1
        return self._issued(session.user, now)

    def user_of(self, headers: Mapping[str, str], now: datetime) -> ApiUser:
        """Whose token it is."""
        kind, _, token = headers.get("Authorization", "").partition(" ")
        session = self.sessions.get(token) if kind == "Bearer" else None
        if session is None or session.until <= now:
            raise errors.stale_token(in_envelope=self._ways.fails is Fails.ENVELOPE)
        user = self.users[session.user]
        if not user.api_access:
            raise errors.not_permitted(in_envelope=self._ways.fails is Fails.ENVELOPE)
        return user

    async def _form(self, request: web.Request) -> dict[str, str]:
        """Field names are taken in any case (BMS §1)."""
        kind = request.content_type
        if kind != "multipart/form-data" and not (
            kind == "application/x-www-form-urlencoded" and self._ways.takes_urlencoded
        ):
            raise errors.not_a_form()
        return {name.casefold(): str(value) for name, value in (await request.post()).items()}

    def _issued(self, user: str, now: datetime) -> Json:
        number = next(self._numbers)
        access, refresh = f"eyJ.sandbox-access-{number}.sig", f"sandbox-refresh-{number}"
        until, refresh_until = now + LIFE, now + REFRESH_LIFE
        self.sessions[access] = Session(user=user, refresh=refresh, until=until, refresh_until=refresh_until)
        return {
            "accessToken": access,
            "refreshToken": refresh,
            "accessTokenExpireOn": f"{until:%Y-%m-%dT%H:%M:%SZ}",
            "refreshTokenExpireOn": f"{refresh_until:%Y-%m-%dT%H:%M:%SZ}",
        }
