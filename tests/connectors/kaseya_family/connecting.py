"""A connector of the family in front of an answerer, with a clock that only sleeping moves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.contract import Setup
from connectors.kaseya_bms.connector import build
from connectors.kaseya_family.client import KaseyaPsa
from tests.connectors.answerer import Answer, Answerer, Asked, Say, answering
from tests.connectors.faketime import FakeTime

SIGN_IN: Final = "/v2/security/authenticate"
REFRESH: Final = "/v2/security/refreshtoken"
USER: Final = "/v2/security/userinfo"
TYPES: Final = "/v2/system/accounttypes/lookup"
ACCOUNTS: Final = "/v2/crm/accounts/summary"
LOOKUP: Final = "/v2/crm/accounts/lookup"
CONTRACTS: Final = "/v2/finance/contracts/summary"
CONTRACTS_LOOKUP: Final = "/v2/finance/contracts/lookup"
SERVICES: Final = "/v2/admin/finance/services/lookup"
INVOICES: Final = "/v2/finance/invoices/summary"
SECRETS: Final = {"username": "canary.user", "password": " Canary pass+&=1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    server: Answerer
    psa: KaseyaPsa
    time: FakeTime

    def on(self, path: str, *answers: Answer) -> None:
        self.server.on(path, *answers)

    def paths(self, beginning: str = "/") -> list[str]:
        return [path for path in self.server.paths() if path.startswith(beginning)]


def setup(time: FakeTime | None = None, /, secrets: Mapping[str, str] | None = None, **given: str) -> Setup:
    clock = time or FakeTime()
    return Setup(
        settings={"tenant": "Example MSP", **given},
        secrets=secrets or SECRETS,
        allow_insecure_loopback=True,
        now=clock.now,
        sleep=clock.sleep,
    )


def ok(result: Any, total: int | None = None) -> Say:
    body = {"success": True, "error": None, "result": result}
    return Say(body=body if total is None else {**body, "totalRecords": total})


def failed(message: str, *, code: int = 0, status: int = 200) -> Say:
    error = {"code": code, "message": message, "details": None, "stackStrace": "at Secret.Place()", "subErrors": []}
    return Say(body={"success": False, "error": error, "result": None}, status=status)


def tokens(number: int, until: datetime | str | None = None, **changes: Any) -> Say:
    """``until``: of the access token; the refresh token lasts a day longer."""
    end = until.isoformat() if isinstance(until, datetime) else until
    later = (until + timedelta(days=1)).isoformat() if isinstance(until, datetime) else until
    return ok(
        {
            "accessToken": f"token-{number}",
            "refreshToken": f"refresh-{number}",
            "accessTokenExpireOn": end,
            "refreshTokenExpireOn": later,
            **changes,
        }
    )


def bearer(asked: Asked) -> str:
    return asked.headers["Authorization"].removeprefix("Bearer ")


@asynccontextmanager
async def wired(secrets: Mapping[str, str] | None = None, **given: str) -> AsyncIterator[Wired]:
    async with answering() as server:
        time = FakeTime()
        psa = build(setup(time, secrets=secrets, **{"base_url": server.url, **given}))
        server.on(SIGN_IN, tokens(1, time.now() + timedelta(minutes=30)))
        yield Wired(server=server, psa=psa, time=time)
        await psa.aclose()
