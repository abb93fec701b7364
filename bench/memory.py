"""A full sync of a tenant that is larger than any known one: what the syncing process needs of memory, and how long."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bench import environments
from bench.fleet import database, postgres
from bench.report import Aim, Report
from bench.running import simulated, worker
from bench.spread import Spread

ACCOUNTS: Final = 500_000
AGREEMENTS_EACH: Final = 1
MOST_MB: Final = 300
NOTES: Final = (
    (
        "Memory: the most that the process that syncs ever had (VmHWM), in an environment as it is installed; "
        "PostgreSQL and the simulated PSA are processes of their own. Idle: before the sync, with everything built."
    ),
    (
        "Time: from the queued run to the written result, stages swept, everything judged, all of it new. The "
        "simulated ConnectWise answers at once, has no limit of calls here, and waiting for the one that we keep to "
        "takes no time."
    ),
)

Json = dict[str, Any]


def measure(accounts: int = ACCOUNTS) -> Report:
    count, agreements = str(accounts), str(accounts * AGREEMENTS_EACH)
    size = ("--accounts", count, "--active", count, "--agreements", agreements, "--calls", "1000000")
    with simulated("connectwise", *size) as connection, postgres() as server:
        done = {
            "SQLite": synced(connection, ""),
            "PostgreSQL": synced(connection, database(server, "bench")),
        }
    return report(done)


def synced(connection: Json, url: str) -> Json:
    return worker("large_sync", {**connection, "database_url": url}, environments.runtime())


def report(done: Mapping[str, Json]) -> Report:
    first = next(iter(done.values()))
    return Report(
        title=f"Memory of a full sync of {first['accounts']:,} companies and {first['agreements']:,} agreements",
        columns=("database", "seconds", "computing", "calls", "MB read", "idle, MB", "peak memory, MB"),
        rows=[row(name, its) for name, its in done.items()],
        aims=[aim(name, its) for name, its in done.items()],
        notes=NOTES,
    )


def row(name: str, its: Json) -> Sequence[str]:
    return (
        name,
        Spread.of([its["seconds"]]).written(digits=1),
        Spread.of([its["cpu"]]).written(digits=1),
        f"{its['calls']:,}",
        f"{its['bytes'] / 1e6:,.1f}",
        Spread.of([its["idle_mb"]]).written(digits=0),
        Spread.of([its["peak_mb"]]).written(digits=0),
    )


def aim(name: str, its: Json) -> Aim:
    return Aim(
        what=f"{name}: peak memory of the process that syncs",
        aim=f"≤ {MOST_MB} MB",
        measured=f"{its['peak_mb']:,.0f} MB",
        met=its["peak_mb"] <= MOST_MB,
    )
