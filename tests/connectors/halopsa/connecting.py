"""A HaloPSA connector in front of an answerer, with a clock that only sleeping moves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from connectors.contract import Setup
from connectors.halopsa.connector import HaloPsa, build
from tests.connectors.answerer import Answerer, Say, answering
from tests.connectors.faketime import FakeTime

TOKEN: Final = "/auth/token"
CLIENTS: Final = "/api/Client"
INVOICES: Final = "/api/RecurringInvoice"
SECRETS: Final = {"client_id": "IDcanary", "client_secret": "SECRETcanary"}
GIVEN: Final = Say(body={"access_token": "TOKENcanary", "token_type": "Bearer", "expires_in": 3600})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    server: Answerer
    halo: HaloPsa
    time: FakeTime

    def count(self, path: str) -> int:
        return self.server.paths().count(path)


def setup(time: FakeTime | None = None, /, **given: str) -> Setup:
    """``site`` and the like as settings, beside secrets that work."""
    clock = time or FakeTime()
    return Setup(settings=given, secrets=SECRETS, allow_insecure_loopback=True, now=clock.now, sleep=clock.sleep)


@asynccontextmanager
async def wired(**given: str) -> AsyncIterator[Wired]:
    """With nothing given, the API and the sign-in are named, and nothing has to be found."""
    async with answering() as server:
        server.on(TOKEN, GIVEN)
        usual = {"base_url": server.url, "auth_url": f"{server.url}/auth", "tenant": "acme"}
        time = FakeTime()
        halo = build(setup(time, **{name: text.format(url=server.url) for name, text in (given or usual).items()}))
        yield Wired(server=server, halo=halo, time=time)
        await halo.aclose()


def listed(*rows: Mapping[str, Any], total: int | None = None, key: str = "clients") -> Say:
    return Say(body={"record_count": len(rows) if total is None else total, key: list(rows)})


def client(number: int, name: str = "Acme", **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "inactive": False, "client_to_invoice_recurring": 0, **more}


def invoice(number: int = 903, **more: Any) -> dict[str, Any]:
    return {"id": number, "disabled": False, "client_id": 41, "client_name": "Acme", "lines": [], **more}
