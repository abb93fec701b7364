"""Makes up an account's customers and recurring invoices, the same ones for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sandbox.psa.connectwise.names import read_parts, real_names
from sandbox.psa.syncro.building import SERVICES, customer, line, schedule
from sandbox.psa.syncro.records import Json, Row

FIRST_CUSTOMER: Final = 40_001
FIRST_SCHEDULE: Final = 9_001
SETTLED_DAYS: Final = 10  # nothing that is made up changed more lately, so that only stories are news
FIRST_NAMES: Final = ("Ada", "Ben", "Chidi", "Dana", "Elif", "Femi", "Grace", "Hugo", "Ines", "Jun", "Kofi", "Lena")
CADENCES: Final = ("Monthly",) * 16 + ("Quarterly",) * 2 + ("Annually", "Weekly")
EACH: Final = (1, 1, 1, 1, 2, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much to make up. ``active`` None: three of five; ``agreements`` None: one to three each."""

    accounts: int
    active: int | None = None
    agreements: int | None = None

    @property
    def clients(self) -> int:
        return min(self.accounts, self.accounts * 3 // 5 if self.active is None else self.active)


class Generator:
    """One pass: customers in the order of their ids, then their recurring invoices."""

    def __init__(self, size: Size, *, seed: int, today: datetime) -> None:
        self._size = size
        self._today = today
        self._dice = random.Random(seed)  # noqa: S311 - the same account each time, no secret
        self._surnames = read_parts()["surnames"]
        self._clients: list[Row] = []

    def customers(self) -> list[Row]:
        names = real_names(self._dice, self._size.accounts)
        is_client = [number < self._size.clients for number in range(self._size.accounts)]
        self._dice.shuffle(is_client)
        return [
            self._customer(number, name, is_client=client)
            for number, (name, client) in enumerate(zip(names, is_client, strict=True), start=FIRST_CUSTOMER)
        ]

    def _customer(self, number: int, name: str, *, is_client: bool) -> Row:
        created = self._today - timedelta(days=self._dice.randint(30, 3650), seconds=self._dice.randint(0, 86_399))
        age = (self._today - created).days
        record = customer(
            number,
            name if is_client or self._dice.random() < 0.7 else None,
            person=(self._dice.choice(FIRST_NAMES), self._dice.choice(self._surnames)),
            created=created,
            changed=created + timedelta(days=self._dice.randint(0, age - SETTLED_DAYS)),
            disabled=not is_client and self._dice.random() < 0.6,
        )
        row = Row(data=record, created=created)
        if is_client:
            self._clients.append(row)
        return row

    def schedules(self) -> Iterator[Row]:
        for number, owner in enumerate(self._owners(), start=FIRST_SCHEDULE):
            yield Row(data=self._schedule(number, owner), created=owner.created)

    def _owners(self) -> Iterator[Row]:
        if self._size.agreements is None:
            for row in self._clients:
                yield from [row] * self._dice.choice(EACH)
        elif self._clients:
            for turn in range(self._size.agreements):
                yield self._clients[turn] if turn < len(self._clients) else self._dice.choice(self._clients)

    def _schedule(self, number: int, owner: Row) -> Json:
        """Most bill every month; a few have no line, only one-time ones, a nought, or are paused."""
        chance, first = self._dice.random(), self._dice.randrange(len(SERVICES))
        lines = [
            line(first + more, quantity=f"{self._dice.randint(1, 60)}.0") for more in range(self._dice.randint(1, 4))
        ]
        if chance < 0.02:
            lines = []
        elif chance < 0.04:
            lines = [{**one, "one_time_charge": True} for one in lines]
        elif chance < 0.06:
            lines = [{**one, "quantity": "0.0"} for one in lines]
        name = f"Services {owner.created.year}"
        cadence, paused = self._dice.choice(CADENCES), chance > 0.98
        next_run = self._today
        return schedule(number, name, owner.data["id"], *lines, next_run=next_run, frequency=cadence, paused=paused)


def made_up(size: Size, *, seed: int, today: datetime) -> tuple[list[Row], list[Row]]:
    """Customers and recurring invoices. Only the date of ``today`` counts."""
    generator = Generator(size, seed=seed, today=datetime.combine(today.date(), time(), UTC))
    return generator.customers(), list(generator.schedules())
