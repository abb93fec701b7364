"""Makes up an account's customers and recurring invoices, the same ones for the same seed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from sandbox.psa.crowd import Size, lifetime
from sandbox.psa.names import read_parts, real_names
from sandbox.psa.records import Json, Row
from sandbox.psa.syncro.building import SERVICES, customer, line, schedule

FIRST_CUSTOMER: Final = 40_001
FIRST_SCHEDULE: Final = 9_001
FIRST_NAMES: Final = ("Ada", "Ben", "Chidi", "Dana", "Elif", "Femi", "Grace", "Hugo", "Ines", "Jun", "Kofi", "Lena")
CADENCES: Final = ("Monthly",) * 16 + ("Quarterly",) * 2 + ("Annually", "Weekly")
EACH: Final = (1, 1, 1, 1, 2, 2, 3)


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
        is_client = [number < self._size.customers for number in range(self._size.accounts)]
        self._dice.shuffle(is_client)
        return [
            self._customer(number, name, is_client=client)
            for number, (name, client) in enumerate(zip(names, is_client, strict=True), start=FIRST_CUSTOMER)
        ]

    def _customer(self, number: int, name: str, *, is_client: bool) -> Row:
        created, changed = lifetime(self._today, self._dice)
        record = customer(
            number,
            name if is_client or self._dice.random() < 0.7 else None,
            person=(self._dice.choice(FIRST_NAMES), self._dice.choice(self._surnames)),
            created=created,
            changed=changed,
            disabled=not is_client and self._dice.random() < 0.6,
        )
        row = Row(data=record, created=created)
        if is_client:
            self._clients.append(row)
        return row

    def schedules(self) -> Iterator[Row]:
        for number, owner in enumerate(self._size.owners(self._clients, EACH, self._dice), start=FIRST_SCHEDULE):
            yield Row(data=self._schedule(number, owner), created=owner.created)

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
