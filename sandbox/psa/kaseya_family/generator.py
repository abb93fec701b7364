"""Makes up a tenant's accounts and contracts, the same ones for the same seed."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sandbox.psa.crowd import SETTLED_DAYS, Size, lifetime
from sandbox.psa.kaseya_family.building import FIXED, HOURLY, RECURRING, RETAINER, Builder, contract, contract_service
from sandbox.psa.names import real_names
from sandbox.psa.records import Row

FIRST_ACCOUNT: Final = 10_001
FIRST_CONTRACT: Final = 200_001
OTHERS: Final = (
    ("Prospect", True),
    ("Prospect", True),
    ("Prospect", True),
    ("Lead", True),
    ("Vendor", True),
    ("customer", False),
    ("customer", False),
    ("Former", False),
    ("Partner", False),
)
KINDS: Final = (RECURRING,) * 16 + (FIXED, HOURLY, RETAINER, RETAINER)
CYCLES: Final = ("Monthly",) * 16 + ("Quarterly",) * 2 + ("Yearly", "Weekly")
EACH: Final = (1, 1, 1, 2, 2, 3)


class Crowd:
    """``accounts`` in the order of their ids, then ``contracts`` and the ``lines`` of these."""

    def __init__(self, builder: Builder, size: Size, *, seed: int, today: datetime) -> None:
        self._build = builder
        self._size = size
        self._today = datetime.combine(today.date(), time(), UTC)
        self._dice = random.Random(seed)  # noqa: S311 - the same tenant each time, no secret
        self._clients: list[Row] = []
        self.accounts = self._accounts()
        self.contracts = list(self._contracts())
        self.lines = [
            Row(data=contract_service(row.data["id"] * 10 + place, row.data["id"], row.data["id"] + place))
            for row in self.contracts
            if row.data["contractType"] == RECURRING
            for place in range(2)
        ]

    def _accounts(self) -> list[Row]:
        names = real_names(self._dice, self._size.accounts)
        others = self._size.accounts - self._size.customers
        kinds = [("customer", True)] * self._size.customers + [OTHERS[one % len(OTHERS)] for one in range(others)]
        self._dice.shuffle(kinds)
        return [
            self._account(number, name, kind, active=active)
            for number, (name, (kind, active)) in enumerate(zip(names, kinds, strict=True), start=FIRST_ACCOUNT)
        ]

    def _account(self, number: int, name: str, kind: str, *, active: bool) -> Row:
        created, changed = lifetime(self._today, self._dice)
        parent = self._clients[0].data["id"] if self._clients and self._dice.random() < 0.04 else None
        record = self._build.account(
            number, name, created=created, changed=changed, kind=kind, isActive=active, parentId=parent
        )
        row = Row(data=record, created=created)
        if active and kind == "customer":
            self._clients.append(row)
        return row

    def _contracts(self) -> Iterator[Row]:
        for number, owner in enumerate(self._size.owners(self._clients, EACH, self._dice), start=FIRST_CONTRACT):
            kind = self._dice.choice(KINDS)
            starts, ends = self._term(owner.created.date())
            yield Row(
                data=contract(
                    number,
                    f"{kind} {starts.year}",
                    owner.data["id"],
                    starts=starts,
                    ends=ends,
                    kind=kind,
                    cycle=None if kind in {FIXED, HOURLY} else self._dice.choice(CYCLES),
                    price=float(self._dice.randrange(150, 9000, 25)),
                ),
                created=owner.created,
            )

    def _term(self, begun: date) -> tuple[date, date]:
        """Most run on; a few have ended."""
        today = self._today.date()
        if self._dice.random() < 0.9:
            return begun, today + timedelta(days=self._dice.randint(30, 900))
        return begun, max(begun, today - timedelta(days=self._dice.randint(SETTLED_DAYS + 1, 400)))
