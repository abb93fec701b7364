"""Any runs after each other, of whatever kind and age, against a model of what the snapshot has to hold."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from bot.store.database import Database
from bot.store.queries import runs, snapshots
from bot.store.queries.stages import Covers, Stage
from connectors.records import Agreement

from .records import (
    HOUR,
    NOW,
    Seen,
    Told,
    agreement,
    begun,
    connected,
    ended,
    judged,
    requested,
    snapshot,
    write_full,
    write_one,
)

ACCOUNTS = "123456"
AGREEMENTS = "abcdefgh"


@dataclass
class Kept:
    """What is known of one record; ``value`` None: gone, or stale."""

    value: str | None
    age: int


@dataclass
class Model:
    """Accounts by id, with their names; agreements by id, with their account and cycle. ``age``: of the last full."""

    accounts: dict[str, Kept] = field(default_factory=dict)
    agreements: dict[str, Kept] = field(default_factory=dict)
    age: int = 0

    def full(self, accounts: Mapping[str, str], agreements: Mapping[str, str], age: int) -> tuple[int, int]:
        """How many accounts came and went."""
        if age < self.age:
            return 0, 0
        self.age = age
        _bring(self.agreements, agreements, age, {*self.agreements})
        return _bring(self.accounts, accounts, age, {*self.accounts})

    def one(self, account_id: str, name: str | None, agreements: Mapping[str, str], age: int) -> tuple[int, int]:
        if age < self.age:
            return 0, 0
        its = {key for key, kept in self.agreements.items() if (kept.value or "").startswith(account_id)}
        _bring(self.agreements, agreements, age, its)
        return _bring(self.accounts, {account_id: name} if name else {}, age, {account_id} & self.accounts.keys())


def _bring(known: dict[str, Kept], incoming: Mapping[str, str], age: int, covered: set[str]) -> tuple[int, int]:
    came = went = 0
    for key in covered - incoming.keys():
        if known[key].age <= age and known[key].value is not None:
            known[key] = Kept(None, age)
            went += 1
    for key, value in incoming.items():
        kept = known.get(key)
        if kept is None or kept.age <= age:
            came += kept is None or kept.value is None
            known[key] = Kept(value, age)
    return came, went


async def held(db: Database, connection_id: int) -> tuple[dict[str, str], dict[str, str]]:
    names = {row.id: row.name for row in await snapshots.names(db, connection_id)}
    agreements = {}
    for account_id in ACCOUNTS:
        found = await snapshots.account(db, connection_id, account_id)
        found = found or await snapshots.gone(db, connection_id, account_id)
        for one in found.agreements if found else ():
            assert one.billing_cycle is not None
            agreements[one.id] = f"{account_id}/{one.billing_cycle.id}"
    for orphan in await snapshots.orphans(db, connection_id):
        assert orphan.billing_cycle is not None
        agreements[orphan.id] = f"{orphan.account_id}/{orphan.billing_cycle.id}"
    return names, agreements


def made(agreements: Mapping[str, str]) -> dict[str, list[Agreement]]:
    found: dict[str, list[Agreement]] = {}
    for key, value in agreements.items():
        owner, _, cycle = value.partition("/")
        found.setdefault(owner, []).append(agreement(key, cycle, account_id=owner))
    return found


def seen(accounts: Mapping[str, str], agreements: Mapping[str, str]) -> tuple[list[Seen], list[Agreement]]:
    """The accounts with their agreements, and the agreements of other accounts."""
    by_owner = made(agreements)
    its = [judged(key, *by_owner.pop(key, []), name=name) for key, name in accounts.items()]
    return its, [one for rest in by_owner.values() for one in rest]


@dataclass
class Reading:
    """A run that has begun to read, and has not written yet. ``account_id`` None: of all accounts."""

    run_id: int
    stage: Stage
    account_id: str | None


@dataclass
class Play:
    """Throws dice, and tells the model and the store the same. Up to three runs are under way at a time."""

    db: Database
    connection_id: int
    dice: random.Random
    model: Model = field(default_factory=Model)
    reading: list[Reading] = field(default_factory=list)

    async def turn(self) -> None:
        if len(self.reading) < 3:
            await self._begin()
        if self.dice.random() < 0.7:
            await self._write(self.reading.pop(self.dice.randrange(len(self.reading))))
            names, agreements = await held(self.db, self.connection_id)
            assert names == {key: kept.value for key, kept in self.model.accounts.items() if kept.value}
            assert agreements == {key: kept.value for key, kept in self.model.agreements.items() if kept.value}

    async def _begin(self) -> None:
        free = [one for one in (*ACCOUNTS, None, None, None) if one not in {each.account_id for each in self.reading}]
        account_id = self.dice.choice(free)
        kind, covers = ("full", Covers.EVERYTHING) if account_id is None else ("one", Covers.ACCOUNT)
        began = NOW + self.dice.randint(-3, 3) * HOUR  # as some clock says
        run_id = await requested(self.db, self.connection_id, kind, now=began, account_id=account_id)
        stage = await begun(self.db, run_id, self.connection_id, covers=covers, account_id=account_id)
        self.reading.append(Reading(run_id=run_id, stage=stage, account_id=account_id))

    async def _write(self, its: Reading) -> None:
        assert await runs.start(self.db, its.run_id, token="t", now=NOW)
        told, expected = await (self._full(its) if its.account_id is None else self._one(its, its.account_id))
        assert told is not None
        assert (told.added, told.removed) == expected
        assert len({row.account_id for row in told.rows}) == len(told.rows)
        await ended(self.db, its.run_id)

    async def _full(self, its: Reading) -> tuple[Told | None, tuple[int, int]]:
        accounts = {key: self.dice.choice("xy") for key in ACCOUNTS if self.dice.random() < 0.6}
        agreements = self._agreements(ACCOUNTS)
        found, orphans = seen(accounts, agreements)
        read = snapshot(self.connection_id, *found, orphans=orphans)
        told = await write_full(self.db, its.run_id, "t", read, now=NOW + 9 * HOUR, stage=its.stage)
        return told, self.model.full(accounts, agreements, its.stage.id)

    async def _one(self, its: Reading, account_id: str) -> tuple[Told | None, tuple[int, int]]:
        name = self.dice.choice(["x", "y", None])
        agreements = self._agreements(account_id) if name else {}
        found = judged(account_id, *made(agreements).get(account_id, []), name=name) if name else None
        where = (self.db, its.run_id, "t", self.connection_id, account_id)
        told = await write_one(*where, found, now=NOW + 9 * HOUR, stage=its.stage)
        return told, self.model.one(account_id, name, agreements, its.stage.id)

    def _agreements(self, owners: str) -> dict[str, str]:
        some = [key for key in AGREEMENTS if self.dice.random() < 0.4]
        return {key: f"{self.dice.choice(owners)}/{self.dice.choice('MQ')}" for key in some}


@pytest.mark.parametrize("seed", range(8))
async def test_after_any_runs_the_store_holds_what_came_in_except_where_it_knew_better(
    database: Database, seed: int
) -> None:
    play = Play(database, await connected(database), random.Random(seed))  # noqa: S311 - the same runs each time, no secret
    for _ in range(12):
        await play.turn()
