"""The ledger of calls in the database: by its clock, whoever asks."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlmodel import select

from bot.store.database import Database
from bot.store.queries.budgets import StoredLedger, shared_budgets
from bot.store.tables import BudgetSlotRow
from connectors.http import Timing
from connectors.http.leasing import SPAN, Ask, Grant, Leased, LedgerAway

pytestmark = pytest.mark.postgres

KEY = "autotask msp.test"


@pytest.fixture
async def others(postgres_database: Database) -> AsyncIterator[list[Database]]:
    """As many processes as there are databases: each with connections of its own."""
    url = postgres_database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    made = [Database(url) for _ in range(3)]
    yield made
    for each in made:
        await each.dispose()


def ask(want: int = 5, calls: int = 20, seconds: float = 600.0, *, told: bool = False) -> Ask:
    return Ask(key=KEY, want=want, calls=calls, seconds=seconds, told=told)


async def taken(db: Database) -> int:
    async with db.read() as session:
        return sum(row.calls for row in (await session.exec(select(BudgetSlotRow))).all())


async def test_no_more_is_leased_than_the_window_holds(postgres_database: Database) -> None:
    ledger = StoredLedger(postgres_database)
    grants = [await ledger.lease(ask()) for _ in range(5)]
    assert [grant.calls for grant in grants] == [5, 5, 5, 5, 0]
    assert 600 < grants[-1].seconds <= 640
    assert 0 < grants[0].seconds <= 20


async def test_what_is_given_back_can_be_leased_again(postgres_database: Database) -> None:
    ledger = StoredLedger(postgres_database)
    grant = await ledger.lease(ask(want=20))
    assert (await ledger.lease(ask())).calls == 0
    await ledger.give_back(KEY, grant.slot, 3)
    assert (await ledger.lease(ask())).calls == 3
    await ledger.give_back(KEY, grant.slot - 5, 3)  # of a slot that is forgotten: nothing
    assert (await ledger.lease(ask())).calls == 0


async def test_a_pause_holds_everybody_back_and_a_shorter_one_does_not_shorten_it(postgres_database: Database) -> None:
    ledger = StoredLedger(postgres_database)
    await ledger.pause(KEY, 30)
    await ledger.pause(KEY, 5)
    grant = await ledger.lease(ask())
    assert grant.calls == 0
    assert 25 < grant.seconds <= 30


async def test_a_limit_that_the_psa_told_one_process_holds_for_all(postgres_database: Database) -> None:
    ledger = StoredLedger(postgres_database)
    assert (await ledger.lease(ask(calls=8, told=True))).calls == 5
    assert (await ledger.lease(ask())).calls == 3
    assert (await ledger.lease(ask())).calls == 0


async def test_accounts_do_not_share(postgres_database: Database) -> None:
    ledger = StoredLedger(postgres_database)
    assert (await ledger.lease(ask(want=20))).calls == 20
    other = Ask(key="connectwise cw.test msp", want=5, calls=20, seconds=600)
    assert (await ledger.lease(other)).calls == 5


async def test_processes_that_ask_at_once_get_no_more_together(others: list[Database]) -> None:
    ledgers = [StoredLedger(db) for db in others]
    grants = await asyncio.gather(*(ledger.lease(ask(want=3)) for ledger in ledgers for _ in range(4)))
    assert sum(grant.calls for grant in grants) == 20


async def test_the_window_moves_on(postgres_database: Database) -> None:
    ledger = StoredLedger(postgres_database)
    small = ask(want=20, seconds=0.3)
    assert (await ledger.lease(small)).calls == 20
    full = await ledger.lease(small)
    assert full.calls == 0
    async with asyncio.timeout(10):
        while (grant := await ledger.lease(small)).calls == 0:
            await asyncio.sleep(grant.seconds)
    assert grant.calls == 20


async def test_a_database_that_is_away_is_a_ledger_that_is_away() -> None:
    db = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(LedgerAway):
        await StoredLedger(db).lease(ask())
    await db.dispose()


@dataclass
class Witness:
    """A ledger that keeps what it granted: what the calls made of it is a matter of the processes' own clocks."""

    ledger: StoredLedger
    slots: Counter[int]

    async def lease(self, ask: Ask) -> Grant:
        grant = await self.ledger.lease(ask)
        self.slots[grant.slot] += grant.calls
        return grant

    async def give_back(self, key: str, slot: int, calls: int) -> None:
        await self.ledger.give_back(key, slot, calls)
        self.slots[slot] -= calls

    async def pause(self, key: str, seconds: float) -> None:
        await self.ledger.pause(key, seconds)


async def test_hammering_processes_never_make_more_calls_in_any_window_and_use_most_of_it(
    others: list[Database],
) -> None:
    calls, seconds, windows = 30, 1.5, 3
    slots, made = Counter[int](), 0

    async def hammer(db: Database) -> None:
        nonlocal made
        ledger = Witness(StoredLedger(db), slots)
        window = Leased(KEY, calls=calls, seconds=seconds, timing=Timing(), ledger=ledger)
        while made < windows * calls:
            await window.turn()
            made += 1
        await window.aclose()

    await asyncio.gather(*(hammer(db) for db in others))
    first, last = min(slot for slot in slots if slot), max(slots)
    most = max(sum(slots[start + n] for n in range(SPAN)) for start in range(first, last + 1))
    assert 0.8 * calls <= most <= calls
    assert sum(slots.values()) == made


async def test_what_a_process_did_not_use_is_free_after_it_ended(postgres_database: Database) -> None:
    budgets = shared_budgets(postgres_database)
    window = budgets.window(KEY, calls=100, seconds=600, timing=Timing())
    await window.turn()
    assert await taken(postgres_database) == 5
    await budgets.aclose()
    assert await taken(postgres_database) == 1
