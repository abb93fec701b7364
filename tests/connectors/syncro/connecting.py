"""A Syncro connector in front of an answerer, with a clock that only sleeping moves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from connectors.contract import Setup
from connectors.syncro.connector import Syncro, build
from tests.connectors.answerer import Answerer, Say, answering
from tests.connectors.faketime import FakeTime

API: Final = "/api/v1"
CUSTOMERS: Final = f"{API}/customers"
SCHEDULES: Final = f"{API}/schedules"
ME: Final = f"{API}/me"
TOKEN: Final = "TOKENcanary"
IT_IS_ME: Final = Say(body={"user_id": 1, "admin": False, "subdomain": "examplemsp", "user_token": "THEIRcanary"})
LACKS: Final = Say(
    body={"error": "Not authorized. Please ask account admin to update your group permissions."}, status=401
)
GONE: Final = Say(body={"message": "Not found"}, status=404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    server: Answerer
    syncro: Syncro
    time: FakeTime


def setup(time: FakeTime | None = None, /, **given: str) -> Setup:
    """``base_url`` and the like as settings, beside a subdomain and a token that work."""
    clock = time or FakeTime()
    return Setup(
        settings={"subdomain": "examplemsp", **given},
        secrets={"api_token": TOKEN},
        allow_insecure_loopback=True,
        now=clock.now,
        sleep=clock.sleep,
    )


@asynccontextmanager
async def wired() -> AsyncIterator[Wired]:
    async with answering() as server:
        time = FakeTime()
        syncro = build(setup(time, base_url=server.url))
        server.on(ME, IT_IS_ME)
        yield Wired(server=server, syncro=syncro, time=time)
        await syncro.aclose()


def customers(*ids: int, meta: Mapping[str, int] | None = None, **fields: Any) -> Say:
    """One page of customers, the only one unless ``meta`` says otherwise."""
    rows = [{"id": number, "business_name": f"Acme {number}", "disabled": False, **fields} for number in ids]
    numbers = {"total_pages": 1, "total_entries": len(ids), "per_page": 50, "page": 1}
    return Say(body={"customers": rows, "meta": numbers if meta is None else meta})


def schedules(*rows: Mapping[str, Any]) -> Say:
    """One page of recurring invoices; such a list has no ``meta``."""
    return Say(body={"schedules": list(rows)})


def invoice(
    number: int, owner: int = 5, lines: Sequence[Mapping[str, Any]] | None = (), **fields: Any
) -> dict[str, Any]:
    """``lines`` None: the list does not bring them."""
    row = {"id": number, "customer_id": owner, "name": f"Services {number}", "frequency": "Monthly", "paused": False}
    return {**row, **fields} if lines is None else {**row, "lines": list(lines), **fields}
