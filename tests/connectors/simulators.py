"""Every registered PSA's simulated server, and how to connect to it. A new PSA adds one line."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from connectors.contract import Connector, Setup
from connectors.registry import build
from sandbox.clock import SandboxClock
from sandbox.psa.autotask.stories import autotask_world
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.pulseway.stories import pulseway_world
from sandbox.psa.syncro.stories import syncro_world
from sandbox.serve import serving
from tests.connectors.faketime import FakeTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    kind: str
    psa: Any  # each simulated PSA also has switches of its own
    setup: Setup
    time: FakeTime

    def connect(self, **changes: object) -> Connector:
        return build(self.kind, replace(self.setup, **changes))  # type: ignore[arg-type] # fields of Setup by name

    def connect_as_one_who_reads_all(self) -> Connector:
        keys = self.psa.credentials(READS_ALL[self.kind])
        return self.connect(secrets={name: keys[name] for name in self.setup.secrets})


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    accounts: int
    eligible: int
    agreements: int


SMALL: Final = Size(accounts=80, eligible=30, agreements=60)
SEVERAL_PAGES: Final = Size(accounts=2000, eligible=1500, agreements=3100)


@asynccontextmanager
async def simulated_connectwise(size: Size) -> AsyncIterator[Simulated]:
    clock, time = SandboxClock(), FakeTime()
    psa = connectwise_world(clock, accounts=size.accounts, active=size.eligible, agreements=size.agreements)
    async with serving(psa.app) as url:
        keys = psa.credentials()
        settings = {"base_url": url, "company": keys.pop("company")}
        setup = Setup(settings=settings, secrets=keys, allow_insecure_loopback=True, now=time.now, sleep=time.sleep)
        yield Simulated(kind="connectwise", psa=psa, setup=setup, time=time)


@asynccontextmanager
async def simulated_autotask(size: Size) -> AsyncIterator[Simulated]:
    clock, time = SandboxClock(), FakeTime()
    clock.move_to(time.now())  # what is billed today is asked for by day
    psa = autotask_world(clock, accounts=size.accounts, active=size.eligible, agreements=size.agreements)
    async with serving(psa.app) as url:
        setup = Setup(
            settings={"zone_url": url},
            secrets=psa.credentials(),
            allow_insecure_loopback=True,
            now=time.now,
            sleep=time.sleep,
        )
        yield Simulated(kind="autotask", psa=psa, setup=setup, time=time)


@asynccontextmanager
async def simulated_halopsa(size: Size) -> AsyncIterator[Simulated]:
    clock, time = SandboxClock(), FakeTime()
    psa = halopsa_world(clock, accounts=size.accounts, active=size.eligible, agreements=size.agreements)
    async with serving(psa.app) as url:
        # The sign-in is named, so that a test can send the API's calls elsewhere.
        settings = {"base_url": f"{url}/api", "auth_url": f"{url}/auth", "tenant": "examplemsp"}
        setup = Setup(
            settings=settings,
            secrets=psa.credentials(),
            allow_insecure_loopback=True,
            now=time.now,
            sleep=time.sleep,
        )
        yield Simulated(kind="halopsa", psa=psa, setup=setup, time=time)


@asynccontextmanager
async def simulated_syncro(size: Size) -> AsyncIterator[Simulated]:
    """The server's 180 calls a minute are counted on the same clock that the connector waits on."""
    clock, time = SandboxClock(), FakeTime()
    psa = syncro_world(clock, accounts=size.accounts, active=size.eligible, agreements=size.agreements)

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)
        await time.sleep(seconds)

    async with serving(psa.app) as url:
        opened = psa.connection(url)
        setup = Setup(
            settings=opened["settings"],
            secrets=opened["secrets"],
            allow_insecure_loopback=True,
            now=time.now,
            sleep=sleep,
        )
        yield Simulated(kind="syncro", psa=psa, setup=setup, time=time)


@asynccontextmanager
async def simulated_kaseya(size: Size, world: Callable[..., SimulatedKaseya]) -> AsyncIterator[Simulated]:
    """For both products of the family."""
    clock, time = SandboxClock(), FakeTime()
    psa = world(clock, accounts=size.accounts, active=size.eligible, agreements=size.agreements)
    async with serving(psa.app) as url:
        opened = psa.connection(url)
        setup = Setup(
            settings=opened["settings"],
            secrets=opened["secrets"],
            allow_insecure_loopback=True,
            now=time.now,
            sleep=time.sleep,
        )
        yield Simulated(kind=psa.kind, psa=psa, setup=setup, time=time)


# Who may read every table of the configuration.
READS_ALL: Final[Mapping[str, str]] = {
    "connectwise": "admin",
    "autotask": "admin",
    "halopsa": "unlimited",
    "syncro": "templates",
    "kaseya-bms": "psabot",
    "pulseway": "psabot",
}
# A table that may be longer than a page, and the end of its path. Syncro's settings know no pages.
LONG_TABLE: Final[Mapping[str, tuple[str, str]]] = {
    "connectwise": ("people", "/system/members"),
    "autotask": ("Resources", "/Resources/query"),
    "halopsa": ("/Template", "/Template"),
    "kaseya-bms": ("employees", "/employees/lookup"),
    "pulseway": ("employees", "/employees/lookup"),
}

SIMULATORS: Final[Mapping[str, Callable[[Size], AbstractAsyncContextManager[Simulated]]]] = {
    "connectwise": simulated_connectwise,
    "autotask": simulated_autotask,
    "halopsa": simulated_halopsa,
    "syncro": simulated_syncro,
    "kaseya-bms": lambda size: simulated_kaseya(size, kaseya_bms_world),
    "pulseway": lambda size: simulated_kaseya(size, pulseway_world),
}
