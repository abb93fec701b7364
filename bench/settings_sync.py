"""A settings sync of each PSA: its time against the seeds' sixty seconds, and against its own chain of calls."""

import math
from collections.abc import Sequence
from typing import Any, Final

from bench import environments
from bench.per_psa import TENANTS, Tenant
from bench.report import Aim, Report
from bench.running import simulated, worker
from bench.spread import Spread
from connectors.registry import specs

SIZE: Final = ("--accounts", "50", "--latency-ms", "50")
ROUNDS: Final = 5
MOST_SECONDS: Final = 2.0
MOST: Final = 1.3
ROUNDED: Final = (
    "Chain: how many calls wait for one another at most. Rounds: no fewer hold all calls, as many at once as the "
    "vendor is spared with; the chain where that is longer."
)

Json = dict[str, Any]


def measure() -> Report:
    measured = [(tenant, synced(tenant)) for tenant in TENANTS]
    return Report(
        title="A settings sync of each PSA, 50 ms a call",
        columns=("PSA", "tables", "rows", "calls", "seconds", "chain", "rounds of calls"),
        rows=[row(tenant, done) for tenant, done in measured],
        aims=[aim for tenant, done in measured for aim in of(tenant, done)],
        notes=(ROUNDED, "The seeds expect 30 + 20 + 10 = 60 seconds for collecting, comparing and storing."),
    )


def synced(tenant: Tenant) -> list[Json]:
    with simulated(tenant.folder, *SIZE) as connection:
        asked = {**connection, "psa": tenant.kind, "kind": "settings"}
        worker("psa_sync", asked, environments.runtime())  # not counted: the server has everything at hand afterwards
        return [worker("psa_sync", asked, environments.runtime()) for _ in range(ROUNDS)]


def rounds(tenant: Tenant, done: Json) -> int:
    spec = specs()[tenant.kind]
    return max(spec.settings_chain, math.ceil(done["calls"] / spec.parallel_calls))


def row(tenant: Tenant, done: Sequence[Json]) -> Sequence[str]:
    spec, first = specs()[tenant.kind], done[0]
    tables = first["counts"]["tables"]
    return (
        spec.nouns.psa,
        f"{tables['read']} of {len(spec.settings_tables)}",
        f"{tables['rows']:,}",
        f"{first['calls']:,}",
        Spread.of([each["seconds"] for each in done]).written(),
        str(spec.settings_chain),
        str(rounds(tenant, first)),
    )


def of(tenant: Tenant, done: Sequence[Json]) -> Sequence[Aim]:
    spec = specs()[tenant.kind]
    name = spec.nouns.psa
    seconds = Spread.of([each["seconds"] for each in done])
    chain = Spread.of([each["seconds"] / (spec.settings_chain * each["call"]) for each in done])
    within = Spread.of([each["seconds"] / (rounds(tenant, each) * each["call"]) for each in done])
    return (
        Aim(
            what=f"{name}: wall time",
            aim=f"< {MOST_SECONDS:g} s",
            measured=seconds.written(" s"),
            met=seconds.median < MOST_SECONDS,
        ),
        Aim(what=f"{name}: in its chain", aim=f"≤ {MOST:g} times", measured=chain.written(), met=chain.median <= MOST),
        Aim(
            what=f"{name}: in its rounds of calls",
            aim=f"≤ {MOST:g} times",
            measured=within.written(),
            met=within.median <= MOST,
        ),
    )
