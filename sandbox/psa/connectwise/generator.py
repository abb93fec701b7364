"""Makes up a tenant's companies and agreements, the same ones for the same seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sandbox.psa.connectwise.building import Term, agreement, company, company_reference, day, identifier
from sandbox.psa.crowd import SETTLED_DAYS, Size, lifetime
from sandbox.psa.names import real_names
from sandbox.psa.records import Json, Row

FIRST_COMPANY: Final = 10_001
FIRST_AGREEMENT: Final = 200_001
TEAMS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A kind of company that is no active client, and its share among those."""

    share: int
    status: str
    types: tuple[str, ...]
    recycled: bool = False


GROUPS: Final = (
    Group(share=38, status="Active", types=("Prospect",)),
    Group(share=6, status="Active", types=("Lead",)),
    Group(share=14, status="Inactive", types=("Former Client",)),
    Group(share=12, status="Inactive", types=("Client",)),
    Group(share=10, status="Active", types=("Vendor",)),
    Group(share=5, status="Not-Approved", types=("Client",)),
    Group(share=3, status="Inactive", types=("Partner",)),
    Group(share=4, status="Delinquent", types=("Former Client", "Prospect")),
    Group(share=8, status="Active", types=("Client",), recycled=True),
)
CLIENT_STATUSES: Final = ("Active",) * 94 + ("Credit Hold",) * 3 + ("Onboarding 🚀",) * 2 + ("Offboarding",)
CLIENT_TYPES: Final = (("Client",),) * 80 + (("Client", "Managed"),) * 17 + (("Client", "Prospect"),) * 3
KINDS: Final = ("Managed Services",) * 6 + ("Backup", "Backup", "Security Stack", "Co-Managed", "Block Time", "Voice")
CYCLES: Final = ("Monthly",) * 86 + ("Quarterly",) * 6 + ("Annual",) * 4 + ("None",) * 2 + ("Every 28 days", None)
AGREEMENTS_EACH: Final = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)


class Generator:
    """One pass: companies in the order of their ids, then their agreements."""

    def __init__(self, size: Size, *, seed: int, today: datetime) -> None:
        self._size = size
        self._today = today
        self._dice = random.Random(seed)  # noqa: S311 - the same tenant each time, no secret

    def companies(self) -> list[Row]:
        names = real_names(self._dice, self._size.accounts)
        kinds: list[Group | None] = [None] * self._size.customers
        others = self._size.accounts - len(kinds)
        kinds += self._dice.choices(GROUPS, [group.share for group in GROUPS], k=others)
        self._dice.shuffle(kinds)
        rows: list[Row] = []
        for number, (name, group) in enumerate(zip(names, kinds, strict=True), start=FIRST_COMPANY):
            rows.append(self._client(number, name, rows) if group is None else self._other(number, name, group, rows))
        return rows

    def _client(self, number: int, name: str, earlier: list[Row]) -> Row:
        row = self._row(number, name, status=self._dice.choice(CLIENT_STATUSES), types=self._dice.choice(CLIENT_TYPES))
        if earlier and self._dice.random() < 0.04:
            parent = self._dice.choice(earlier).data
            row.data["parentCompany"] = company_reference(parent)
        if self._dice.random() < 0.3:
            row.data["customFields"] = [_tier(self._dice.choice(("Gold", "Silver", "Bronze")))]
        return row

    def _other(self, number: int, name: str, group: Group, earlier: list[Row]) -> Row:
        if not group.recycled:
            lead = group.types[0] in {"Prospect", "Lead"}
            return self._row(number, name, status=group.status, types=group.types, leadFlag=lead)
        if earlier and self._dice.random() < 0.4:  # merged into a twin: the name stays, and so does the last change
            name = self._dice.choice(earlier).data["name"]
        row = self._row(number, name, status=group.status, types=group.types, deletedFlag=True, deletedBy="radmin")
        deleted = self._today - timedelta(days=self._dice.randint(SETTLED_DAYS, 400))
        row.data["dateDeleted"] = day(max(deleted, row.created).date())
        return row

    def _row(self, number: int, name: str, **fields: Any) -> Row:
        created, changed = lifetime(self._today, self._dice)
        phone = f"+1 555 {self._dice.randint(0, 9999):04}"
        record = company(
            number, identifier(name, number), name, created=created, changed=changed, phoneNumber=phone, **fields
        )
        return Row(data=record, created=created, team=number % TEAMS)

    def agreements(self, companies: list[Row]) -> Iterator[Row]:
        clients = [row for row in companies if _is_client(row.data)]
        former = [row for row in companies if "Former Client" in _type_names(row.data)]
        planned = self._plan(clients, former)
        number = FIRST_AGREEMENT
        for row in companies:
            for _ in range(planned.get(row.data["id"], 0)):
                yield self._agreement(number, row, ended=not _is_client(row.data))
                number += 1

    def _plan(self, clients: list[Row], former: list[Row]) -> Mapping[int, int]:
        """How many agreements each company has. Every other branch office has none: its parent is billed."""
        if self._size.agreements is None:
            own = [row for row in clients if row.data["parentCompany"] is None or row.data["id"] % 2]
            planned = {row.data["id"]: self._dice.choice(AGREEMENTS_EACH) for row in own}
            return planned | {row.data["id"]: 1 for row in former[::2]}
        planned = dict.fromkeys((row.data["id"] for row in clients), 0)
        owners = list(planned)
        for turn in range(self._size.agreements if owners else 0):
            planned[owners[turn] if turn < len(owners) else self._dice.choice(owners)] += 1
        return planned

    def _agreement(self, number: int, row: Row, *, ended: bool) -> Row:
        kind, cycle = self._dice.choice(KINDS), self._dice.choice(CYCLES)
        created = row.created + timedelta(hours=self._dice.randint(1, 240))
        amount = float(self._dice.randrange(150, 9000, 25))
        record = agreement(
            number,
            f"{kind} {created.year}",
            row.data,
            term=self._term(created.date(), ended=ended),
            changed=created,
            kind=kind,
            cycle=cycle,
            billAmount=amount,
        )
        return replace(row, data=record, created=created)

    def _term(self, starts: date, *, ended: bool) -> Term:
        """Most have no end; some end in a year or so, have ended, or were cancelled."""
        chance, today = self._dice.random(), self._today.date()
        past = max(starts, today - timedelta(days=self._dice.randint(SETTLED_DAYS + 1, 700)))
        if ended:
            return Term(starts=starts, cancelled=past) if chance < 0.5 else Term(starts=starts, ends=past)
        if chance < 0.72:
            return Term(starts=starts)
        if chance < 0.96:
            return Term(starts=starts, ends=today + timedelta(days=self._dice.randint(30, 900)))
        return Term(starts=starts, ends=past) if chance < 0.98 else Term(starts=starts, cancelled=past)


def made_up(size: Size, *, seed: int, today: datetime) -> tuple[list[Row], list[Row]]:
    """Companies and agreements. Only the date of ``today`` counts."""
    generator = Generator(size, seed=seed, today=datetime.combine(today.date(), time(), UTC))
    companies = generator.companies()
    return companies, list(generator.agreements(companies))


def _is_client(record: Json) -> bool:
    return "Client" in _type_names(record) and not record["deletedFlag"] and record["status"]["name"] in CLIENT_STATUSES


def _type_names(record: Json) -> list[str]:
    return [one["name"] for one in record["types"]]


def _tier(value: str) -> Json:
    base = {"id": 31, "caption": "Tier", "type": "Text", "entryMethod": "List", "numberOfDecimals": 0}
    return {**base, "value": value}
