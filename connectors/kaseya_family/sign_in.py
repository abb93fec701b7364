"""The forms that sign in and renew a token, and what their answers say (BMS §1, PUL §1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from connectors.errors import ConnectorError, NotFound, PermissionDenied, SignInFailed
from connectors.http import Reply, Request, Response, decoded, moment
from connectors.kaseya_family.answers import Failure, failure_of, folded
from connectors.kaseya_family.one_time_code import code_at
from connectors.kaseya_family.product import Product
from connectors.kaseya_family.rights import API_ACCESS
from connectors.kaseya_family.settings import Settings

SIGN_IN: Final = "/v2/security/authenticate"
REFRESH: Final = "/v2/security/refreshtoken"
_CODE: Final = re.compile(r"\b(mfa|otp|totp|2fa)\b|one.time|two.?factor|multi.?factor|verification code|authenticator")
_NO_ACCESS: Final = re.compile(r"api access|permission|access (is |was )?denied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The tokens of one answer. ``until`` None: that one's end was not told. ``told_at``: by the PSA's own clock."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: datetime | None
    refresh_until: datetime | None
    told_at: datetime | None = None


class SignIn:
    """Builds the requests and reads the answers; who sends them and when is not its matter."""

    def __init__(self, product: Product, settings: Settings) -> None:
        self._product = product
        self._settings = settings

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._settings.password, self._settings.username, self._settings.totp_secret)

    def request(self, base: str, now: datetime, *, multipart: bool = False) -> Request:
        settings = self._settings
        fields = {
            "grantType": "password",
            "userName": settings.username,
            "password": settings.password,
            "tenant": settings.tenant,
        }
        if settings.totp_secret:
            fields["mfaCode"] = code_at(settings.totp_secret, now)
        if multipart:
            return Request("POST", base + SIGN_IN, files={name: (None, text) for name, text in fields.items()})
        return Request("POST", base + SIGN_IN, data=fields)

    def refresh_request(self, base: str, access: str, refresh: str) -> Request:
        return Request("POST", base + REFRESH, data={"accessToken": access, "refreshToken": refresh})

    def read(self, response: Response, path: str) -> Said | ConnectorError | None:
        """None: the server is down or busy, which is no word about the sign-in."""
        reply = _reply(response, path)
        failure = failure_of(reply)
        if reply.status == 429 or reply.status >= 500 or (failure is not None and failure.is_busy):
            return None
        if reply.status == 404 or 300 <= reply.status < 400:
            return NotFound(self._nowhere(), call=reply.call, status=reply.status)
        if reply.status != 200 or failure is not None:
            return self._refusal(reply, failure or Failure(code=None, text=""))
        try:
            body = folded(decoded(reply, self._product.name))
        except ConnectorError as error:
            return error
        return _said(body, moment(reply.date)) or self._refusal(reply, Failure(code=None, text=""))

    def _refusal(self, reply: Reply, failure: Failure) -> ConnectorError:
        name = self._product.name
        text = self._without_secrets(failure.text)
        said = f" It says: “{text}”." if text else ""
        if failure.says(_CODE):
            advice = (
                "is asked for a one-time code: use an Api Employee, who is not asked for one, or give totp_secret, "
                "the seed of the codes"
            )
            return self._failed(reply, f"{name} refused the sign-in, because the user {advice}.", text)
        if failure.says(_NO_ACCESS):
            message = f"{name} refused the sign-in: grant {API_ACCESS} to the role of the API user.{said}"
            return PermissionDenied(message, right=API_ACCESS, call=reply.call, status=reply.status, detail=text)
        advice = (
            "check the tenant (the company name of the sign-in), the user name and the password, which may have "
            "expired, and that the server is yours"
        )
        return self._failed(reply, f"{name} refused the sign-in: {advice}.{said}", text)

    def _failed(self, reply: Reply, message: str, detail: str) -> SignInFailed:
        return SignInFailed(message, call=reply.call, status=reply.status, detail=detail)

    def _nowhere(self) -> str:
        return (
            f"{self._product.name} has no API at this address: check the server of the connection, "
            "or give the API's own address as base_url."
        )

    def _without_secrets(self, text: str) -> str:
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "…")
        return text


def _reply(response: Response, path: str) -> Reply:
    return Reply(
        call=f"POST {path}",
        url=str(response.url),
        status=response.status_code,
        body=response.content,
        content_type=response.headers.get("content-type", ""),
        date=response.headers.get("date", ""),
    )


def _said(body: Any, told_at: datetime | None) -> Said | None:
    found = folded(body.get("result")) if isinstance(body, Mapping) and "result" in body else body
    access = found.get("accesstoken") if isinstance(found, Mapping) else None
    if not isinstance(access, str) or not access:
        return None
    refresh = found.get("refreshtoken")
    return Said(
        access=access,
        refresh=refresh if isinstance(refresh, str) else "",
        until=_moment(found.get("accesstokenexpireon")),
        refresh_until=_moment(found.get("refreshtokenexpireon")),
        told_at=told_at,
    )


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
