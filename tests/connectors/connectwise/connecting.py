"""A ConnectWise connector in front of an answerer, with a clock that only sleeping moves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from connectors.connectwise.connector import ConnectWise, build
from connectors.contract import Setup
from tests.connectors.answerer import Answerer, answering
from tests.connectors.faketime import FakeTime

API: Final = "/v4_6_release/apis/3.0"
COMPANIES: Final = f"{API}/company/companies"
AGREEMENTS: Final = f"{API}/finance/agreements"
SECRETS: Final = {"public_key": "PUBLICcanary", "private_key": "PRIVATEcanary", "client_id": "CLIENTcanary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    server: Answerer
    cw: ConnectWise
    time: FakeTime


def setup(time: FakeTime | None = None, /, **given: str) -> Setup:
    """``site`` and the like as settings, beside a company and keys that work."""
    clock = time or FakeTime()
    settings: Mapping[str, str] = {"company": "examplemsp", **given}
    return Setup(settings=settings, secrets=SECRETS, allow_insecure_loopback=True, now=clock.now, sleep=clock.sleep)


@asynccontextmanager
async def wired(path: str | None = API, **given: str) -> AsyncIterator[Wired]:
    """``path``: behind the host in base_url; None: no base_url, but the host as site."""
    async with answering() as server:
        time = FakeTime()
        where = {"site": server.url} if path is None else {"base_url": f"{server.url}{path}"}
        cw = build(setup(time, **where, **given))
        yield Wired(server=server, cw=cw, time=time)
        await cw.aclose()
