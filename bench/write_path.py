"""A whole snapshot through the stage into the database, against the plainest way to write the same rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bench import environments
from bench.fleet import postgres
from bench.report import Aim, Report
from bench.running import worker
from bench.spread import Spread, ratios

ACCOUNTS: Final = 50_000
AGREEMENTS_EACH: Final = 1.5
ROUNDS: Final = 3
LEAST: Final = 0.4
LOADS: Final[Mapping[str, str]] = {"first": "first fill", "unchanged": "nothing changed", "changed": "1 % changed"}
PARTS: Final = ("staging", "comparing", "writing", "swept")

Json = dict[str, Any]
Rounds = Sequence[Mapping[str, Json]]


def measure(accounts: int = ACCOUNTS, rounds: int = ROUNDS) -> Report:
    size = {"accounts": accounts, "agreements": int(accounts * AGREEMENTS_EACH), "rounds": rounds}
    with postgres() as server:
        done = {
            "SQLite": worker("write_path", {**size, "server": ""}, environments.runtime()),
            "PostgreSQL": worker("write_path", {**size, "server": server.get_uri()}, environments.runtime()),
        }
    return Report(
        title=f"A snapshot of {size['accounts']:,} accounts and {size['agreements']:,} agreements into the database",
        columns=(
            "database",
            "snapshot",
            "rows a second",
            "plainly",
            "seconds",
            "computing",
            *PARTS[:-1],
            "sweeping afterwards",
        ),
        rows=[row(name, load, its) for name, its in done.items() for load in LOADS],
        aims=[aim for name, its in done.items() for aim in aims(name, its["rounds"])],
        notes=notes(done),
    )


def row(database: str, load: str, done: Json) -> Sequence[str]:
    rounds: Rounds = done["rounds"]
    return (
        database,
        LOADS[load],
        a_second(done["rows"], each(rounds, load, "seconds")),
        a_second(done["rows"], each(rounds, load, "plain")),
        Spread.of(each(rounds, load, "seconds")).written(),
        Spread.of(each(rounds, load, "cpu")).written(),
        *(Spread.of(each(rounds, load, part)).written() for part in PARTS),
    )


def each(rounds: Rounds, load: str, what: str) -> list[float]:
    return [its[load][what] for its in rounds]


def a_second(rows: int, seconds: Sequence[float]) -> str:
    return Spread.of([rows / one for one in seconds]).written(digits=0)


def aims(database: str, rounds: Rounds) -> Iterator[Aim]:
    for load, words in LOADS.items():
        ratio = ratios(each(rounds, load, "plain"), each(rounds, load, "seconds"))
        yield Aim(
            what=f"{database}, {words}: as fast as plainly",
            aim=f"≥ {LEAST:g} times",
            measured=ratio.written(),
            met=ratio.median >= LEAST,
        )


def notes(done: Mapping[str, Json]) -> Sequence[str]:
    changed = next(iter(done.values()))["rounds"][0]["changed"]["changes"]["changed"]
    return (
        (
            "Ours: records as the connector hands them on, judged, to a snapshot in force: written down as JSON, "
            "keyed and fingerprinted, staged in pages of 1,000, each in a transaction of its own, compared with the "
            "snapshot before, and what differs written in one transaction. Reading, judging and the guard are not in "
            "it."
        ),
        (
            "Plainly: the rows that this came to, ready made, into the same two tables of a new database in one "
            "transaction, by sqlite3's executemany and by asyncpg's COPY. It writes each row once, and knows nothing "
            "of what was there before; the stage writes a first fill twice."
        ),
        (
            "With 1 % changed, an account in a hundred has another name and an agreement in a hundred another end: "
            f"{changed:,} accounts are told as changed. Sweeping comes after the run has ended, and is in no sum."
        ),
    )
