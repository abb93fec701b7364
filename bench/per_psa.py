"""A bulk sync of each PSA: its calls and its time against the calls that the vendor's page size makes unavoidable."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bench import environments
from bench.report import Aim, Report
from bench.running import simulated, worker
from bench.spread import Spread, ratios
from connectors.registry import specs

SERVER: Final = ("--latency-ms", "50", "--calls", "1000000")
ROUNDS: Final = 3
MOST: Final = 1.15
FASTER: Final = 1.0
PAGE: Final = 500  # the largest that Autotask has
UNAVOIDABLE: Final = (
    "Unavoidable: the pages of accounts, of agreements and, where they are lists of their own, of what these bill, as "
    "long as the vendor lets a page be. A sync also reads the tenant's tables and counts what its filter leaves out."
)
TIMED: Final = (
    "Time: from the queued run to the written result, everything judged, against a bare download of the unavoidable "
    "pages with httpx, one after the other, nothing decoded, nothing kept, right after the sync. The simulated server "
    "has no limit of calls here, and waiting for the one that we keep to takes no time."
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
    rows, aims, notes = list[Sequence[str]](), list[Aim](), [UNAVOIDABLE, TIMED]
    library = environments.py_autotask()
    for tenant in TENANTS:
        with served(tenant) as connection:
            done, theirs = list[Json](), list[Json]()
            for _ in range(ROUNDS):
                done.append(worker("bulk_sync", connection, environments.runtime()))
                if tenant.kind == "autotask" and library:
                    theirs.append(worker("py_autotask", {**connection, "today": today()}, library))
        rows.append(row(tenant, done))
        aims += of(tenant, done)
        if theirs:
            rows.append(row_of_library(done, theirs))
            aims.append(faster(done, theirs))
            notes.append(of_library(theirs[0]))
    if not library:
        notes.append("py-autotask could not be installed, and is not compared.")
    return Report(
        title="A bulk sync of each PSA, 50 ms a call",
        columns=(
            "PSA",
            "accounts and agreements",
            "unavoidable calls",
            "calls",
            "seconds",
            "computing",
            "bare download",
        ),
        rows=rows,
        aims=aims,
        notes=notes,
    )


def served(tenant: Tenant) -> AbstractContextManager[Json]:
    accounts, agreements = str(tenant.accounts), str(tenant.agreements)
    size = ("--accounts", accounts, "--active", accounts, "--agreements", agreements)
    return simulated(tenant.folder, *size, *SERVER)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def row(tenant: Tenant, done: Sequence[Json]) -> Sequence[str]:
    first = done[0]
    fetched = [int(first["counts"][what]["fetched"]) for what in ("accounts", "agreements")]
    return (
        specs()[tenant.kind].nouns.psa,
        f"{fetched[0]:,} and {fetched[1]:,}",
        f"{first['unavoidable']:,}",
        f"{first['calls']:,}",
        seconds(done).written(),
        Spread.of([each["cpu"] for each in done]).written(),
        Spread.of([each["floor"] for each in done]).written(),
    )


def of(tenant: Tenant, done: Sequence[Json]) -> Iterator[Aim]:
    name = specs()[tenant.kind].nouns.psa
    calls = Spread.of([each["calls"] / each["unavoidable"] for each in done])
    yield Aim(what=f"{name}: calls", aim=f"≤ {MOST:g} times", measured=calls.written(), met=calls.median <= MOST)
    time = ratios([each["seconds"] for each in done], [each["floor"] for each in done])
    yield Aim(what=f"{name}: time", aim=f"≤ {MOST:g} times", measured=time.written(), met=time.median <= MOST)


def seconds(its: Sequence[Json]) -> Spread:
    return Spread.of([each["seconds"] for each in its])


def row_of_library(done: Sequence[Json], theirs: Sequence[Json]) -> Sequence[str]:
    rows = theirs[0]["rows"]
    return (
        f"py-autotask {environments.PY_AUTOTASK}, reading alone",
        f"{rows['Companies']:,} and {rows['Contracts']:,}",
        "",
        f"{calls_of(theirs[0]):,}",
        seconds(theirs).written(),
        "",
        Spread.of([each["floor"] for each in done]).written(),
    )


def calls_of(theirs: Json) -> int:
    """A last page that is full is followed by an empty one."""
    return sum(rows // PAGE + 1 for rows in theirs["rows"].values())


def faster(done: Sequence[Json], theirs: Sequence[Json]) -> Aim:
    times = ratios([each["seconds"] for each in theirs], [each["seconds"] for each in done])
    return Aim(
        what="Autotask: a whole sync, faster than py-autotask reads the same",
        aim=f"≥ {FASTER:g} times",
        measured=times.written(),
        met=times.median >= FASTER,
    )


def of_library(theirs: Json) -> str:
    return (
        f"py-autotask {environments.PY_AUTOTASK}, in an environment of its own: its query in a loop by rising id over "
        "the same six entities, all fields, nothing judged or kept. Its own query_all is not used, because it ends "
        f"after the first page: of {theirs['rows']['Companies']:,} accounts it returned {theirs['by_itself']:,}, "
        "without an error."
    )
