"""Makes up a tenant's accounts, contracts and services, the same ones for the same seed."""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sandbox.psa.autotask.building import Builder, Term, bundle_line, service_line
from sandbox.psa.autotask.moments import stamp
from sandbox.psa.crowd import SETTLED_DAYS, Size, lifetime
from sandbox.psa.names import real_names
from sandbox.psa.records import Json, Row

FIRST_COMPANY: Final = 29690001
FIRST_CONTRACT: Final = 100_001
FIRST_LINE: Final = 200_001
PLACEHOLDER: Final = "clientName"
TERRITORIES: Final = ("North", "South", "East")

# A kind of account that is no active customer: its share among those, its type, and whether it is active.
GROUPS: Final = (
    (36, "Prospect", True),
    (6, "Lead", True),
    (8, "Dead", False),
    (12, "Vendor", True),
    (6, "Partner", True),
    (12, "Cancelation", True),
    (20, "Customer", False),
)
KINDS: Final = ("Recurring Service",) * 11 + ("Time & Materials", "Time & Materials", "Block Hours", "Fixed Price")
CONTRACTS_EACH: Final = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)


class Crowd:
    """One pass: accounts in the order of their ids, then their contracts, then what is in those."""

    def __init__(self, build: Builder, size: Size, *, seed: int, today: datetime) -> None:
        self._build = build
        self._size = size
        self._today = datetime.combine(today.date(), time(), UTC)
        self._dice = random.Random(seed)  # noqa: S311 - the same tenant each time, no secret
        self.services: list[Row] = []
        self.bundles: list[Row] = []
        self._customers: list[Row] = []
        self.companies = self._companies()
        self.contracts = self._contracts()

    def _companies(self) -> list[Row]:
        # One name more than it takes: the placeholder is left to its own story.
        names = [name for name in real_names(self._dice, self._size.accounts + 1) if name != PLACEHOLDER]
        kinds = [("Customer", True)] * self._size.customers
        weights = [share for share, _, _ in GROUPS]
        others = self._dice.choices(GROUPS, weights, k=self._size.accounts - len(kinds))
        kinds += [(kind, active) for _, kind, active in others]
        self._dice.shuffle(kinds)
        rows: list[Row] = []
        for number, (name, (kind, active)) in enumerate(zip(names, kinds, strict=False), start=FIRST_COMPANY):
            row = self._company(number, name, kind=kind, isActive=active)
            if kind == "Customer" and active:
                if rows and self._dice.random() < 0.04:
                    row.data["parentCompanyID"] = self._dice.choice(rows).data["id"]
                self._customers.append(row)
            rows.append(row)
        return rows

    def _company(self, number: int, name: str, **fields: Any) -> Row:
        created, changed = lifetime(self._today, self._dice)
        territory = self._dice.choice(TERRITORIES)
        record = self._build.company(number, name, created=created, territory=territory, **fields)
        return Row(data={**record, "lastTrackedModifiedDateTime": stamp(changed)}, created=created)

    def _contracts(self) -> list[Row]:
        owners = self._size.owners(self._customers, CONTRACTS_EACH, self._dice)
        return [self._contract(number, row.data, row.created) for number, row in enumerate(owners, FIRST_CONTRACT)]

    def _contract(self, number: int, owner: Json, begun: datetime) -> Row:
        kind = self._dice.choice(KINDS)
        status = "Inactive" if self._dice.random() < 0.03 else "Active"
        term = self._term(begun)
        name = f"{kind} {term.starts.year}"
        record = self._build.contract(number, name, owner["id"], term, kind=kind, status=status)
        if kind == "Recurring Service":
            self._fill(number)
        return Row(data=record, created=begun + timedelta(hours=1))

    def _term(self, begun: datetime) -> Term:
        """Most run for a year or more; a few have ended."""
        starts = begun.date()
        if self._dice.random() < 0.04:
            ended = self._today.date() - timedelta(days=self._dice.randint(SETTLED_DAYS, 400))
            return Term(starts=starts, ends=max(starts, ended))
        return Term(starts=starts, ends=self._today.date() + timedelta(days=self._dice.randint(60, 900)))

    def _fill(self, contract_id: int) -> None:
        chance = self._dice.random()
        if chance < 0.02:
            return
        if chance > 0.85:
            number = FIRST_LINE + len(self.bundles)
            units = self._dice.randint(1, 60)
            self.bundles.append(Row(data=bundle_line(number, contract_id, units=units, item=number)))
        if chance < 0.93:
            for item in range(self._dice.randint(1, 4)):
                number, units = FIRST_LINE + len(self.services), self._dice.choice((0, *range(1, 60)))
                self.services.append(Row(data=service_line(number, contract_id, units=units, item=item)))
