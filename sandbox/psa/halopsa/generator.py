"""Makes up a tenant's customers and recurring invoices, the same ones for the same seed."""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sandbox.psa.crowd import SETTLED_DAYS, Size, lifetime
from sandbox.psa.halopsa.building import client, invoice, line
from sandbox.psa.halopsa.moments import stamp
from sandbox.psa.names import real_names
from sandbox.psa.records import Row, day

FIRST_CLIENT: Final = 10_001
FIRST_INVOICE: Final = 200_001
FIRST_LINE: Final = 3_000_001
# A kind of customer that is not billed: its share among those, its group, and whether it is inactive.
OTHERS: Final = ((40, "Prospects", False), (10, "Internal", False), (50, "Customers", True))
INVOICES_EACH: Final = (1, 1, 1, 1, 2, 2, 3)


class Crowd:
    """One pass: customers in the order of their ids, then their recurring invoices."""

    def __init__(self, size: Size, *, seed: int, today: datetime) -> None:
        self._size = size
        self._today = datetime.combine(today.date(), time(), UTC)
        self._dice = random.Random(seed)  # noqa: S311 - the same tenant each time, no secret
        self._customers: list[Row] = []
        self._lines = FIRST_LINE
        self.clients = self._clients()
        owners = self._size.owners(self._customers, INVOICES_EACH, self._dice)
        self.invoices = [self._invoice(number, row) for number, row in enumerate(owners, FIRST_INVOICE)]

    def _clients(self) -> list[Row]:
        kinds: list[tuple[str, bool]] = [("Customers", False)] * self._size.customers
        weights = [share for share, _, _ in OTHERS]
        others = self._dice.choices(OTHERS, weights, k=self._size.accounts - len(kinds))
        billed = [True] * len(kinds) + [False] * len(others)
        kinds += [(group, inactive) for _, group, inactive in others]
        order = list(zip(kinds, billed, strict=True))
        self._dice.shuffle(order)
        names = real_names(self._dice, self._size.accounts)
        rows: list[Row] = []
        for number, (name, ((group, inactive), bills)) in enumerate(zip(names, order, strict=True), start=FIRST_CLIENT):
            rows.append(self._client(number, name, group=group, inactive=inactive))
            if bills:
                self._customers.append(rows[-1])
        return rows

    def _client(self, number: int, name: str, **fields: Any) -> Row:
        created, changed = lifetime(self._today, self._dice)
        return Row(data=client(number, name, created=created, changed=changed, **fields), created=created)

    def _invoice(self, number: int, owner: Row) -> Row:
        created = owner.created + timedelta(hours=self._dice.randint(1, 200))
        lines = []
        for _ in range(self._dice.randint(1, 4)):
            quantity = float(self._dice.choice((0, *range(1, 60))))
            lines.append(line(self._lines, quantity=quantity, isinactive=self._dice.random() < 0.05))
            self._lines += 1
        record = invoice(number, owner.data, lines, created=created, **self._more(created))
        return Row(data={**record, "last_modified": stamp(created)}, created=created)

    def _more(self, created: datetime) -> dict[str, Any]:
        """A few are disabled, some tell their dates, and a few of those have ended."""
        chance = self._dice.random()
        if chance < 0.03:
            return {"disabled": True}
        if chance < 0.06:
            ended = self._today - timedelta(days=self._dice.randint(SETTLED_DAYS, 400))
            return {"startdate": day(created), "enddate": day(max(created, ended))}
        return {"startdate": day(created), "enddate": None} if chance < 0.4 else {}
