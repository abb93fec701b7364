"""One open connector per connection, shared by questions and syncs, also when its secrets change under them."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.psas import FRESH_FOR, QUESTIONS_TAKE, Psas
from bot.store.database import Database
from bot.store.queries import connections
from bot.store.queries.connections import Connection, NoSuchConnection
from connectors.contract import Connector, Setup
from connectors.errors import BadSettings, PermissionDenied, PsaDown
from connectors.records import Access, Because
from tests.bot.daily import BOX, MONDAY, connected
from tests.bot.sync.fakes import GRANTED, TABLES, FakeConnector, MovingClock
from tests.bot.sync.stage import until

SECOND = timedelta(seconds=1)


@dataclass
class Builder:
    """Builds a fake for each set-up, and keeps them all."""

    built: list[FakeConnector] = field(default_factory=list)
    setups: list[Setup] = field(default_factory=list)

    def __call__(self, kind: str, setup: Setup) -> Connector:
        self.setups.append(setup)
        self.built.append(FakeConnector())
        return self.built[-1]


@dataclass
class Bench:
    db: Database
    connection: Connection
    clock: MovingClock = field(default_factory=lambda: MovingClock(MONDAY))
    build: Builder = field(default_factory=Builder)

    def __post_init__(self) -> None:
        self.psas = Psas(self.db, BOX, self.build, self.clock)

    @property
    def fake(self) -> FakeConnector:
        return self.build.built[-1]

    async def rotate(self, secrets: Mapping[str, str]) -> None:
        """As another process would: only the database knows."""
        await connections.replace_secrets(self.db, BOX, self.connection.id, secrets, self.clock.now())

    def reads(self) -> int:
        return self.fake.calls.count("tables")

    async def everybody_has_asked(self) -> None:
        """Connectors are looked up in turn: when this one was, those of earlier askers were."""
        await asyncio.sleep(0)
        await self.psas.connector(self.connection)
        await asyncio.sleep(0)


@pytest.fixture
async def bench(sqlite_database: Database) -> Bench:
    return Bench(sqlite_database, await connected(sqlite_database))


async def test_a_connector_is_built_once_and_shared(bench: Bench) -> None:
    first, second = await asyncio.gather(*(bench.psas.connector(bench.connection) for _ in range(2)))
    async with bench.psas.open(bench.connection) as third:
        assert first is second is third
    await bench.psas.aclose()
    assert (len(bench.build.built), bench.fake.closed) == (1, 1)


async def test_secrets_that_were_changed_in_another_process_open_it_anew(bench: Bench) -> None:
    old = await bench.psas.connector(bench.connection)
    await bench.rotate({"private_key": "new"})
    assert await bench.psas.connector(bench.connection) is not old
    assert bench.build.setups[-1].secrets == {"private_key": "new"}


async def test_the_same_secrets_sealed_anew_change_nothing(bench: Bench) -> None:
    old = await bench.psas.connector(bench.connection)
    await connections.reseal(bench.db, BOX)
    assert await bench.psas.connector(bench.connection) is old


async def test_an_old_connector_stays_open_while_questions_may_use_it(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    old = bench.fake
    await bench.rotate({"private_key": "new"})
    await bench.psas.connector(bench.connection)
    bench.clock.pass_by(QUESTIONS_TAKE.total_seconds() - 1)
    await bench.psas.connector(bench.connection)
    assert old.closed == 0
    bench.clock.pass_by(1)
    await bench.psas.connector(bench.connection)
    assert (old.closed, bench.fake.closed) == (1, 0)


async def test_an_old_connector_is_closed_after_the_last_sync_that_holds_it(bench: Bench) -> None:
    async with bench.psas.open(bench.connection), bench.psas.open(bench.connection):
        old = bench.fake
        await bench.rotate({"private_key": "new"})
        bench.clock.pass_by(3600)
        await bench.psas.connector(bench.connection)
        bench.clock.pass_by(3600)
        await bench.psas.connector(bench.connection)
        assert old.closed == 0
    assert (old.closed, bench.fake.closed) == (1, 0)


async def test_an_old_connector_is_not_closed_under_a_reading(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    old = bench.fake
    gate = old.gates["tables"] = asyncio.Event()
    asking = asyncio.create_task(bench.psas.surroundings(bench.connection))
    await until(lambda: "tables" in old.calls)
    await bench.rotate({"private_key": "new"})
    await bench.psas.connector(bench.connection)
    bench.clock.pass_by(3600)
    await bench.psas.connector(bench.connection)
    assert old.closed == 0
    gate.set()
    assert (await asking).tables == TABLES
    await bench.psas.connector(bench.connection)
    assert old.closed == 1


async def test_closing_closes_the_old_ones_too_and_stops_readings(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    old = bench.fake
    await bench.rotate({"private_key": "new"})
    await bench.psas.connector(bench.connection)
    bench.fake.gates["probe"] = asyncio.Event()
    asking = asyncio.create_task(bench.psas.surroundings(bench.connection))
    await until(lambda: "probe" in bench.fake.calls)
    waiting = asyncio.create_task(bench.psas.surroundings(bench.connection, fresh=True))
    await bench.everybody_has_asked()
    await bench.psas.aclose()
    assert (old.closed, bench.fake.closed) == (1, 1)
    await asyncio.wait([asking, waiting])
    assert asking.cancelled()
    assert waiting.cancelled()


async def test_a_removed_connection_is_closed_later_and_says_that_it_is_gone(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    await connections.remove(bench.db, bench.connection.id)
    with pytest.raises(NoSuchConnection):
        await bench.psas.connector(bench.connection)
    other = await connected(bench.db, "halo-uk")
    bench.clock.pass_by(3600)
    await bench.psas.connector(other)
    assert [fake.closed for fake in bench.build.built] == [1, 0]


async def test_no_secret_can_be_read_off_what_is_kept(bench: Bench) -> None:
    await bench.rotate({"private_key": "canary"})
    await bench.psas.connector(bench.connection)
    assert "canary" not in repr(vars(bench.psas))


async def test_what_was_read_is_used_until_it_is_too_old(bench: Bench) -> None:
    first = await bench.psas.surroundings(bench.connection)
    bench.clock.pass_by(FRESH_FOR.total_seconds() - 1)
    assert await bench.psas.surroundings(bench.connection) is first
    bench.clock.pass_by(1)
    assert (await bench.psas.surroundings(bench.connection)).as_of == MONDAY + FRESH_FOR
    assert bench.reads() == 2


@pytest.mark.requirement("R101")
async def test_a_burst_of_questions_shares_one_reading(bench: Bench) -> None:
    found = await asyncio.gather(*(bench.psas.surroundings(bench.connection) for _ in range(50)))
    assert bench.reads() == 1
    assert all(each is found[0] for each in found)


async def test_a_burst_that_wants_it_fresh_shares_two_readings_at_most(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    gate = bench.fake.gates["tables"] = asyncio.Event()
    early = [asyncio.create_task(bench.psas.surroundings(bench.connection, fresh=True)) for _ in range(10)]
    await until(lambda: bench.reads() == 1)
    late = [asyncio.create_task(bench.psas.surroundings(bench.connection, fresh=True)) for _ in range(10)]
    await bench.everybody_has_asked()
    assert bench.reads() == 1
    gate.set()
    await asyncio.gather(*early, *late)
    assert bench.reads() == 2


async def test_fresh_is_never_what_began_to_be_read_before_it_was_asked(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    gate = bench.fake.gates["tables"] = asyncio.Event()
    before = asyncio.create_task(bench.psas.surroundings(bench.connection))
    await until(lambda: bench.reads() == 1)
    bench.clock.pass_by(5)
    after = asyncio.create_task(bench.psas.surroundings(bench.connection, fresh=True))
    patient = asyncio.create_task(bench.psas.surroundings(bench.connection))
    await bench.everybody_has_asked()
    gate.set()
    assert (await before).as_of == (await patient).as_of == MONDAY
    assert (await after).as_of == MONDAY + 5 * SECOND


async def test_whoever_leaves_does_not_stop_the_reading_for_the_others(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    gate = bench.fake.gates["probe"] = asyncio.Event()
    leaving, staying = (asyncio.create_task(bench.psas.surroundings(bench.connection)) for _ in range(2))
    await until(lambda: "probe" in bench.fake.calls)
    await bench.everybody_has_asked()
    leaving.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert (await staying).probes is not None
    assert leaving.cancelled()


async def test_what_breaks_a_reading_reaches_everybody_and_the_next_one_is_tried(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    bench.fake.fails["tables"] = BadSettings("include_types: “Clint” is not in this PSA.")
    asking = (bench.psas.surroundings(bench.connection) for _ in range(3))
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(each) for each in found] == ["include_types: “Clint” is not in this PSA."] * 3
    bench.fake.fails.clear()
    assert (await bench.psas.surroundings(bench.connection)).tables == TABLES


async def test_a_reading_that_breaks_when_everybody_has_left_is_noted(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.psas.connector(bench.connection)
    gate = bench.fake.gates["tables"] = asyncio.Event()
    bench.fake.fails["tables"] = RuntimeError("with a s3cret")
    leaving = asyncio.create_task(bench.psas.surroundings(bench.connection))
    await until(lambda: "tables" in bench.fake.calls)
    leaving.cancel()
    with caplog.at_level(logging.INFO):
        gate.set()
        await until(lambda: "could not be read" in caplog.text)
    assert "s3cret" not in caplog.text


async def test_what_could_not_be_read_is_not_kept(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    bench.fake.fails["tables"] = PsaDown("down")
    down = await bench.psas.surroundings(bench.connection)
    assert (down.tables, down.filter, down.because) == (None, None, Because.PSA_DOWN)
    assert down.probes is not None
    bench.fake.fails.clear()
    assert (await bench.psas.surroundings(bench.connection)).because is None


async def test_a_version_that_could_not_be_read_keeps_nothing_else_from_being_kept(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    bench.fake.fails["check"] = PermissionDenied("refused")
    found = await bench.psas.surroundings(bench.connection)
    assert await bench.psas.surroundings(bench.connection) is found


@pytest.mark.requirement("R101")
async def test_sight_is_proven_anew_and_the_rest_is_what_was_read(bench: Bench) -> None:
    first = await bench.psas.sight_proven(bench.connection)
    assert bench.fake.calls == ["tables", "probe", "check"]
    others = replace(GRANTED, id="agreements")
    bench.fake.probes = (replace(GRANTED, access=Access.REFUSED), replace(others, access=Access.REFUSED))
    second = await bench.psas.sight_proven(bench.connection)
    assert bench.fake.calls[3:] == ["probe some"]
    assert (second.tables, second.as_of) == (first.tables, first.as_of)
    assert [(probe.id, probe.access) for probe in second.probes or ()] == [(GRANTED.id, Access.REFUSED)]
    assert (await bench.psas.surroundings(bench.connection)).probes == first.probes


async def test_rights_that_sight_does_not_hang_on_stay_as_they_were_read(bench: Bench) -> None:
    await bench.psas.connector(bench.connection)
    bench.fake.probes = (GRANTED, replace(GRANTED, id="agreements"))
    await bench.psas.surroundings(bench.connection)
    bench.fake.probes = (GRANTED, replace(GRANTED, id="agreements", access=Access.REFUSED))
    found = await bench.psas.sight_proven(bench.connection)
    assert [probe.access for probe in found.probes or ()] == [Access.GRANTED, Access.GRANTED]


async def test_sight_that_cannot_be_proven_leaves_no_right_standing(bench: Bench) -> None:
    await bench.psas.surroundings(bench.connection)
    bench.fake.fails["probe some"] = PsaDown("down")
    found = await bench.psas.sight_proven(bench.connection)
    assert (found.probes, found.because, found.tables) == (None, Because.PSA_DOWN, TABLES)


async def test_sight_is_proven_with_everything_else_where_that_is_too_old(bench: Bench) -> None:
    await bench.psas.surroundings(bench.connection)
    bench.clock.pass_by(FRESH_FOR.total_seconds())
    assert (await bench.psas.sight_proven(bench.connection)).as_of == MONDAY + FRESH_FOR
    assert bench.fake.calls == ["tables", "probe", "check"] * 2


def test_the_facts_about_a_psa_are_at_hand(bench: Bench) -> None:
    assert bench.psas.spec("connectwise").nouns.account == "company"
