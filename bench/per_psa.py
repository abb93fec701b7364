"""A bulk sync of each PSA: its calls and its time against the pages that the vendor's page size makes unavoidable."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench import environments
from bench.report import Aim, Report
from bench.running import simulated, worker
from bench.spread import Spread
from connectors.registry import specs

LATENCY: Final = ("--latency-ms", "50")
ROUNDS: Final = 3
MOST: Final = 1.15
UNAVOIDABLE: Final = (
    "Unavoidable: the pages of accounts and of agreements at the vendor's largest page size. A sync also signs in, "
    "reads the tenant's tables and counts what its filter leaves out."
)
TIMED: Final = (
    "Time: against those pages, as many at once as the vendor is spared with, at the time that one call takes here. "
    "Waiting for the vendor's own limit of calls takes no time in this measurement."
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """So large that pages are most of the calls: what every sync needs besides is then a small part."""

    folder: str
    kind: str
    accounts: int
    agreements: int


TENANTS: Final = (
    Tenant(folder="connectwise", kind="connectwise", accounts=50_000, agreements=50_000),
    Tenant(folder="autotask", kind="autotask", accounts=25_000, agreements=25_000),
    Tenant(folder="halopsa", kind="halopsa", accounts=6_000, agreements=6_000),
    Tenant(folder="syncro", kind="syncro", accounts=6_000, agreements=6_000),
    Tenant(folder="kaseya_bms", kind="kaseya-bms", accounts=6_000, agreements=6_000),
    Tenant(folder="pulseway", kind="pulseway", accounts=6_000, agreements=6_000),
)


def measure() -> Report:
    rows, aims = [], []
    for tenant in TENANTS:
        done = synced(tenant)
        rows.append(row(tenant, done))
        aims += [*of(tenant, done)]
    return Report(
        title="A bulk sync of each PSA, 50 ms a call",
        columns=("PSA", "accounts and agreements", "pages that cannot be avoided", "calls", "seconds", "calls at once"),
        rows=rows,
        aims=aims,
        notes=(UNAVOIDABLE, TIMED),
    )


def synced(tenant: Tenant) -> list[Json]:
    size = (
        "--accounts",
        str(tenant.accounts),
        "--active",
        str(tenant.accounts),
        "--agreements",
        str(tenant.agreements),
    )
    with simulated(tenant.folder, *size, *LATENCY) as connection:
        asked = {**connection, "psa": tenant.kind, "kind": "full"}
        return [worker("psa_sync", asked, environments.runtime()) for _ in range(ROUNDS)]


def pages(tenant: Tenant, done: Json) -> int:
    size = specs()[tenant.kind].page_size
    return sum(math.ceil(fetched(done, what) / size) for what in ("accounts", "agreements"))


def fetched(done: Json, what: str) -> int:
    return int(done["counts"][what]["fetched"])


def row(tenant: Tenant, done: Sequence[Json]) -> Sequence[str]:
    first = done[0]
    return (
        specs()[tenant.kind].nouns.psa,
        f"{fetched(first, 'accounts'):,} and {fetched(first, 'agreements'):,}",
        f"{pages(tenant, first):,}",
        f"{first['calls']:,}",
        Spread.of([each["seconds"] for each in done]).written(),
        str(specs()[tenant.kind].parallel_calls),
    )


def of(tenant: Tenant, done: Sequence[Json]) -> Iterator[Aim]:
    name, at_once = specs()[tenant.kind].nouns.psa, specs()[tenant.kind].parallel_calls
    calls = Spread.of([each["calls"] / pages(tenant, each) for each in done])
    yield Aim(what=f"{name}: calls", aim=f"≤ {MOST:g} times", measured=calls.written(), met=calls.median <= MOST)
    time = Spread.of([each["seconds"] / (pages(tenant, each) * each["call"] / at_once) for each in done])
    yield Aim(what=f"{name}: time", aim=f"≤ {MOST:g} times", measured=time.written(), met=time.median <= MOST)
