"""Every registered PSA's simulated server, and how to connect to it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from connectors.contract import Connector, Setup
from connectors.registry import build
from sandbox.psas import SIMULATIONS
from sandbox.serve import serving
from tests.connectors.faketime import FakeTime, PinnedClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """``clock`` is the PSA's, ``time`` the connector's: they go alike unless a test puts them apart."""

    kind: str
    psa: Any  # each simulated PSA also has switches of its own
    url: str
    setup: Setup
    time: FakeTime
    clock: PinnedClock

    def connect(self, **changes: object) -> Connector:
        return build(self.kind, replace(self.setup, **changes))  # type: ignore[arg-type] # fields of Setup by name

    def connect_as_one_who_reads_all(self) -> Connector:
        keys = self.psa.credentials(READS_ALL[self.kind])
        return self.connect(secrets={name: keys[name] for name in self.setup.secrets})

    def through(self, url: str) -> dict[str, str]:
        """The settings, with every address of the PSA replaced by another one that leads there."""
        return {name: text.replace(self.url, url) for name, text in self.setup.settings.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    accounts: int
    eligible: int
    agreements: int


SMALL: Final = Size(accounts=80, eligible=30, agreements=60)
SEVERAL_PAGES: Final = Size(accounts=2000, eligible=1500, agreements=3100)


@asynccontextmanager
async def simulated(world: Callable[..., Any], size: Size) -> AsyncIterator[Simulated]:
    time = FakeTime()
    clock = PinnedClock(time)
    psa = world(clock, accounts=size.accounts, active=size.eligible, agreements=size.agreements)
    psa.sleep = time.sleep
    async with serving(psa.app) as url:
        given = psa.connection(url)
        setup = Setup(
            settings=given["settings"],
            secrets=given["secrets"],
            allow_insecure_loopback=True,
            now=time.now,
            sleep=time.sleep,
        )
        yield Simulated(kind=psa.kind, psa=psa, url=url, setup=setup, time=time, clock=clock)


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

# A story whose repair edits one account that the filter had left out, where changes can be asked for.
EDITED: Final[Mapping[str, str]] = {"connectwise": "initech", "autotask": "vandelay"}

SIMULATORS: Final[Mapping[str, Callable[[Size], AbstractAsyncContextManager[Simulated]]]] = {
    kind: partial(simulated, simulation.world) for kind, simulation in SIMULATIONS.items()
}
