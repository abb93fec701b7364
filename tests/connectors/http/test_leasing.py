"""A budget that several processes share: blocks of calls are leased, and what is not used goes back."""

import asyncio
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.http import Budgets, Full, Pace, Timing
from connectors.http.leasing import BLOCKS, PATIENCE, SLOTS, SPAN, Ask, Grant, Leased, LedgerAway
from tests.connectors.faketime import FakeTime

KEY = "autotask msp.test"
WINDOW = 60.0


@dataclass
class Book:
    """A ledger in memory, by the rule of the one in the database."""

    time: FakeTime
    slots: dict[int, int] = field(default_factory=dict)
    not_before: float = -math.inf
    away: int = 0
    asked: list[Ask] = field(default_factory=list)

    async def lease(self, ask: Ask) -> Grant:
        self._there()
        self.asked.append(ask)
        now, length = self.time.now().timestamp(), ask.seconds / SLOTS
        if self.not_before > now:
            return Grant(calls=0, seconds=self.not_before - now)
        slot = math.floor(now / length)
        taken = {number: calls for number, calls in self.slots.items() if slot - SPAN < number and calls}
        calls = min(ask.want, ask.calls - sum(taken.values()))
        if calls <= 0:
            return Grant(calls=0, seconds=max((min(taken) + SPAN) * length - now, 0.001))
        self.slots[slot] = self.slots.get(slot, 0) + calls
        return Grant(calls=calls, seconds=(slot + 1) * length - now, slot=slot)

    async def give_back(self, key: str, slot: int, calls: int) -> None:
        self._there()
        self.slots[slot] -= calls

    async def pause(self, key: str, seconds: float) -> None:
        self._there()
        self.not_before = self.time.now().timestamp() + seconds

    def _there(self) -> None:
        if self.away:
            self.away -= 1
            raise LedgerAway


def leased(time: FakeTime, book: Book, calls: int = 100) -> Leased:
    return Leased(KEY, calls=calls, seconds=WINDOW, timing=Timing.of(time.now, time.sleep), ledger=book)


async def closed(*windows: Leased) -> None:
    for window in windows:
        await window.aclose()


async def test_a_block_is_asked_for_once_and_used_call_by_call() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book)
    for _ in range(100 // BLOCKS):
        await window.turn()
    assert len(book.asked) == 1
    await window.turn()
    assert [ask.want for ask in book.asked] == [5, 5]
    await closed(window)


async def test_what_was_not_used_goes_back() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book)
    await window.turn()
    assert sum(book.slots.values()) == 5
    await closed(window)
    assert sum(book.slots.values()) == 1


async def test_whoever_stops_calling_gives_back_at_the_end_of_the_slot() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book)
    await window.turn()
    await asyncio.sleep(0)  # the lease's end comes, in no time
    await asyncio.sleep(0)
    assert sum(book.slots.values()) == 1
    await closed(window)


async def test_a_lease_is_not_used_after_its_slot() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book)
    await window.turn()
    time.advance(WINDOW / SLOTS)
    await window.turn()
    assert len(book.asked) == 2
    await closed(window)


async def test_a_call_that_is_too_far_off_is_refused_at_once() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book, calls=1)
    await window.turn()
    with pytest.raises(Full) as full:
        await window.turn(longest=10)
    assert 50 < full.value.seconds < 66
    assert time.slept == []
    await closed(window)


async def test_a_pause_holds_everybody_back_and_leased_calls_too() -> None:
    time = FakeTime()
    book = Book(time)
    one, other = leased(time, book), leased(time, book)
    await one.turn()
    await one.pause(30)
    await other.turn()
    assert time.slept[0] == pytest.approx(30)
    await closed(one, other)


async def test_a_pause_that_cannot_be_told_holds_at_least_the_own_lease_back() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book)
    await window.turn()
    book.away = 2
    await window.pause(30)
    await window.turn()
    assert len(book.asked) == 2
    await closed(window)


async def test_the_psas_own_number_is_told_to_the_others() -> None:
    time = FakeTime()
    book = Book(time)
    window = leased(time, book)
    window.at_most(40)
    await window.turn()
    assert (book.asked[0].calls, book.asked[0].want, book.asked[0].told) == (40, 2, True)
    window.at_most(80)
    assert window._calls == 40
    await closed(window)


async def test_a_ledger_that_is_away_for_a_while_is_waited_for() -> None:
    time = FakeTime()
    book = Book(time, away=5)
    window = leased(time, book)
    await window.turn()
    assert time.slept[:5] == [1, 1, 1, 1, 1]
    await closed(window)


async def test_without_a_ledger_no_call_is_made() -> None:
    time = FakeTime()
    window = leased(time, Book(time, away=1_000))
    with pytest.raises(LedgerAway):
        await window.turn()
    assert sum(time.slept) == PATIENCE


@settings(max_examples=60, deadline=None)
@given(
    calls=st.integers(1, 30),
    steps=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 9)), min_size=20, max_size=120),
)
def test_over_several_processes_no_window_holds_more_than_allowed(calls: int, steps: list[tuple[int, float]]) -> None:
    moments = asyncio.run(made(calls, steps))
    for first, later in zip(moments, moments[calls:], strict=False):
        assert later - first > WINDOW


async def made(calls: int, steps: list[tuple[int, float]]) -> list[float]:
    """The moments of the calls. Each process waits in its own time, so nobody's sleep hurries the others."""
    time = FakeTime()
    book = Book(time)
    processes = [leased(time, book, calls) for _ in range(3)]
    moments = []
    for who, gap in steps:
        time.advance(gap)
        try:
            await processes[who].turn(longest=0)
        except Full:
            continue
        moments.append(time.now().timestamp())
    for window in processes:
        if window._returning is not None:
            window._returning.cancel()
    return moments


async def test_budgets_of_one_account_are_one_and_end_together() -> None:
    time = FakeTime()
    book = Book(time)
    timing = Timing.of(time.now, time.sleep)

    def window(key: str, *, calls: int, seconds: float, timing: Timing) -> Leased:
        return Leased(key, calls=calls, seconds=seconds, timing=timing, ledger=book)

    budgets = Budgets(window)
    one = budgets.shared(KEY, pace=Pace(calls=100), parallel_calls=2, timing=timing)
    assert budgets.shared(KEY, pace=Pace(calls=7), parallel_calls=1, timing=timing) is one
    async with one.turn():
        pass
    await budgets.aclose()
    assert sum(book.slots.values()) == 1
