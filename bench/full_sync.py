"""A full sync of a large tenant: the product, the bare download, and a plain loop over a client library."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bench import environments
from bench.report import Aim, Report
from bench.running import simulated, worker
from bench.spread import Spread, ratios

TENANT: Final = ("--accounts", "50000", "--active", "1500", "--agreements", "5300", "--latency-ms", "50")
ROUNDS: Final = 5
MOST_MB: Final = 120

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One way to write the loop, and in how many of the rounds it is measured: the slow ones in fewer."""

    filtered: bool
    page_size: int
    rounds: int

    @property
    def words(self) -> str:
        return f"{'the same filter' if self.filtered else 'no filter'}, pages of {self.page_size:,}"


LARGEST: Final = Loop(filtered=False, page_size=1000, rounds=3)
LOOPS: Final = (
    Loop(filtered=True, page_size=1000, rounds=5),
    Loop(filtered=True, page_size=100, rounds=3),  # what the library's README pages by
    LARGEST,
    Loop(filtered=False, page_size=100, rounds=2),
)


@dataclass(slots=True, kw_only=True)
class Rounds:
    """What each way of reading came to, in the order of the rounds."""

    floor: list[Json] = field(default_factory=list)
    bot: list[Json] = field(default_factory=list)
    loops: dict[Loop, list[Json]] = field(default_factory=dict)

    @property
    def first(self) -> list[Json]:
        return [each["first"] for each in self.bot]

    @property
    def again(self) -> list[Json]:
        return [each["again"] for each in self.bot]


def measure() -> Report:
    done = Rounds()
    own, other = environments.runtime(), environments.pyconnectwise()
    with simulated("connectwise", *TENANT) as connection:
        worker("full_sync", connection, own)  # not counted: the server has everything at hand afterwards
        for number in range(ROUNDS):
            done.floor.append(worker("floor", connection, own))
            done.bot.append(worker("full_sync", connection, own))
            if other:
                compare(done, connection, other, number)
    return Report(
        title="Full sync: 50,000 companies, 1,500 of them active clients, 5,300 agreements, 50 ms a call",
        columns=("what", "seconds", "in first loads", "calls", "MB", "peak memory, MB"),
        rows=list(rows(done)),
        aims=list(aims(done)),
        notes=list(notes(done)),
    )


def compare(done: Rounds, connection: Json, python: str, number: int) -> None:
    """In the same round, so that whatever else the machine does meets all of them."""
    for loop in LOOPS:
        if number < loop.rounds:
            asked = {"page_size": loop.page_size, "filter": done.floor[-1]["filter"] if loop.filtered else {}}
            done.loops.setdefault(loop, []).append(worker("plain_loop", connection | asked, python))


def rows(done: Rounds) -> Iterator[Sequence[str]]:
    yield row("bare download of the same pages", done.floor, done)
    yield row("psa-bot, first load", done.first, done, [each["peak_mb"] for each in done.bot])
    yield row("psa-bot, the same again", done.again, done)
    for loop, its in done.loops.items():
        yield row(f"pyconnectwise, {loop.words}", its, done, [each["peak_mb"] for each in its])


def row(what: str, its: Sequence[Json], done: Rounds, memory: Sequence[float] = ()) -> Sequence[str]:
    return (
        what,
        Spread.of(seconds(its)).written(),
        ratios(seconds(its), seconds(done.first)).written(),
        f"{its[0]['calls']:,}",
        f"{its[0]['bytes'] / 1e6:,.1f}",
        Spread.of(memory).written(digits=1) if memory else "",
    )


def seconds(its: Sequence[Json]) -> list[float]:
    return [each["seconds"] for each in its]


def aims(done: Rounds) -> Iterator[Aim]:
    floor = seconds(done.floor)
    yield at_most("first load, in bare downloads", ratios(seconds(done.first), floor), 2.5)
    yield at_most("the same again, in bare downloads", ratios(seconds(done.again), floor), 2.5)
    memory = Spread.of([each["peak_mb"] for each in done.bot])
    yield Aim(
        what="peak memory of the process that syncs",
        aim=f"< {MOST_MB} MB",
        measured=memory.written(" MB", 1),
        met=memory.median < MOST_MB,
    )
    for loop, its in done.loops.items():
        faster = ratios(seconds(its), seconds(done.first))
        yield at_least(f"first load, faster than pyconnectwise with {loop.words}", faster, 2 if loop.filtered else 20)
    if LARGEST in done.loops:
        yield at_least("fewer bytes than without a filter, companies alone", fewer(done, "company_bytes"), 50)
        yield at_least("fewer bytes than without a filter, everything", fewer(done, "bytes"), 50)


def fewer(done: Rounds, what: str) -> Spread:
    """The bare download asks for exactly what psa-bot asks for."""
    return Spread.of([done.loops[LARGEST][0][what] / done.floor[0][what]])


def at_most(what: str, ratio: Spread, limit: float) -> Aim:
    return Aim(what=what, aim=f"≤ {limit:g} times", measured=ratio.written(), met=ratio.median <= limit)


def at_least(what: str, ratio: Spread, limit: float) -> Aim:
    return Aim(what=what, aim=f"≥ {limit:g} times", measured=ratio.written(), met=ratio.median >= limit)


def notes(done: Rounds) -> Iterator[str]:
    first, again = done.first[0], done.again[0]
    computing = [Spread.of([each["cpu"] for each in its]).median for its in (done.first, done.again)]
    yield (
        "psa-bot: from the queued run to the written result, with a new SQLite file: the tenant's tables, "
        f"{first['accounts']:,} companies, {first['agreements']:,} agreements, counts of what the filter left out, "
        "every company judged, everything written in one transaction; then the same sync again. Of the seconds "
        f"{computing[0]:.2f} and {computing[1]:.2f} were computing."
    )
    yield (
        f"Bare download: the same fields, filter and page size with httpx, {done.floor[0]['calls']} pages one after "
        f"the other, nothing decoded, nothing kept. psa-bot makes {again['calls']} calls, at most four at a time. "
        "Both have made one call before the clock starts."
    )
    yield (
        "Memory: in an environment without development tools, as it is installed. Before the sync the process of "
        f"psa-bot has {done.bot[0]['idle_mb']:.0f} MB."
    )
    yield from loop_notes(done) if done.loops else ["pyconnectwise could not be installed, and is not compared."]


def loop_notes(done: Rounds) -> Iterator[str]:
    example = done.loops[LARGEST][0]
    yield (
        f"pyconnectwise {environments.PYCONNECTWISE} (GPL: in an environment of its own) in the loop of its README, "
        "over companies and then agreements, with pages of 100 as there, and with the largest that the API has. It "
        "reads and parses whole records and drops them: nothing is judged, counted or stored. It speaks plain http "
        "here, which spares it the TLS handshake that it would make for every call."
    )
    yield (
        f"Bytes: a simulated company has {example['company_bytes'] / example['companies']:,.0f} of them. Both read "
        "all agreements, psa-bot fewer of their fields."
    )
