"""Who was visible before a sync and is not now: by which rule, and what else changed near it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.missing import Missing
from bot.psas import Psas
from bot.store.queries import connections, history
from bot.store.queries.history import Footing
from bot.watch import LIMITED, MOST_ASKED, Nearby, Report, Watch, nearby
from connectors.contract import Connector, Setup
from connectors.errors import PsaDown
from connectors.records import EMPTY_REF, Access
from rules.engine import Engine
from rules.model import Verdict
from tests.bot.sync.fakes import EMPTY_TABLE, GRANTED, INACTIVE, TABLES, clients, monthly, unreadable
from tests.bot.sync.stage import BOX, Stage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Lookout:
    """A watch over a fake PSA that is synced again and again."""

    stage: Stage
    engine: Engine
    watch: Watch = field(init=False)
    psas: Psas = field(init=False)

    def __post_init__(self) -> None:
        self.psas = Psas(self.stage.db, BOX, self._build, self.stage.clock)
        missing = Missing(self.stage.db, self.psas, self.engine, self.stage.clock)
        self.watch = Watch(self.stage.db, self.psas, missing, self.stage.clock)

    def _build(self, kind: str, setup: Setup) -> Connector:
        return self.stage.psa

    async def synced(self) -> Report | None:
        run = await self.stage.sync()
        return await self.watch.after(run.id)


@pytest.fixture
async def lookout(stage: Stage, engine: Engine) -> AsyncIterator[Lookout]:
    """Six companies, all visible, synced once."""
    built = Lookout(stage=stage, engine=engine)
    assert await built.synced() is None
    yield built
    await built.psas.aclose()


async def test_who_became_hidden_is_told_with_the_rule_that_turned(lookout: Lookout) -> None:
    psa = lookout.stage.psa
    psa.all_agreements[0] = replace(psa.all_agreements[0], billing_cycle=EMPTY_REF)
    report = await lookout.synced()
    assert report is not None
    [lost] = report.regressions
    assert (lost.account_id, lost.name, lost.rules) == ("1", "Company 1", ("agreement-billing-cycle",))
    assert not report.nearby.explains
    assert await lookout.watch.report(report.run) == report


async def test_who_left_the_filter_is_asked_for_again_and_told_by_its_status(lookout: Lookout) -> None:
    psa = lookout.stage.psa
    psa.everyone[1] = replace(psa.everyone[1], status=INACTIVE)
    report = await lookout.synced()
    assert report is not None
    assert [(one.account_id, one.rules) for one in report.regressions] == [("2", ("account-is-active",))]


async def test_who_was_deleted_is_told_from_who_may_not_be_read(lookout: Lookout) -> None:
    psa = lookout.stage.psa
    del psa.everyone[2]
    deleted = await lookout.synced()
    psa.lost.add("4")
    psa.fails["account"] = PsaDown("ConnectWise is down.")
    unread = await lookout.synced()
    assert deleted is not None
    assert unread is not None
    assert [(one.account_id, one.verdict) for one in deleted.regressions] == [("3", Verdict.NOT_FOUND)]
    assert [(one.account_id, one.verdict) for one in unread.regressions] == [("4", Verdict.CANNOT_TELL)]


async def test_who_cannot_be_told_any_more_is_lost_too(lookout: Lookout) -> None:
    lookout.stage.psa.told_tables = replace(TABLES, billing_cycles=unreadable(EMPTY_TABLE))
    report = await lookout.synced()
    assert report is not None
    assert {one.rules for one in report.regressions} == {("agreement-billing-cycle",)}
    assert len(report.regressions) == 6


@pytest.mark.requirement("R31")
async def test_a_right_that_was_lost_and_new_credentials_are_named(lookout: Lookout) -> None:
    psa, stage = lookout.stage.psa, lookout.stage
    stage.clock.pass_by(60)
    await connections.replace_secrets(stage.db, BOX, stage.connection.id, {"private_key": "new"}, stage.clock.now())
    changed_at = stage.clock.now()
    stage.clock.pass_by(60)
    psa.probes = (replace(GRANTED, access=Access.EMPTY),)
    psa.lost.add("5")
    report = await lookout.synced()
    assert report is not None
    assert report.nearby.rights_lost == (GRANTED.right,)
    assert report.nearby.credentials_changed_at == changed_at
    assert report.nearby.explains


async def test_a_run_is_looked_at_once_however_often_it_is_asked_for(lookout: Lookout) -> None:
    lookout.stage.psa.lost.add("5")
    run = await lookout.stage.sync()
    assert await lookout.watch.after(run.id) is not None
    calls = lookout.stage.psa.usage.calls
    assert await lookout.watch.after(run.id) is None
    assert lookout.stage.psa.usage.calls == calls


async def test_a_run_whose_process_had_no_time_is_caught_up(lookout: Lookout) -> None:
    lookout.stage.psa.lost.add("5")
    run = await lookout.stage.sync()
    assert await lookout.watch.catch_up() == 1
    assert await lookout.watch.catch_up() == 0
    assert [one.account_id for one in await history.regressions(lookout.stage.db, run.id)] == ["5"]


async def test_what_ended_yesterday_is_old_news(lookout: Lookout) -> None:
    lookout.stage.psa.lost.add("5")
    await lookout.stage.sync()
    lookout.stage.clock.pass_by(timedelta(days=1).total_seconds())
    assert await lookout.watch.catch_up() == 0


async def test_a_psa_that_is_down_afterwards_leaves_its_rights_unknown(lookout: Lookout) -> None:
    stage = lookout.stage
    stage.psa.all_agreements[0] = replace(stage.psa.all_agreements[0], billing_cycle=EMPTY_REF)
    run = await stage.sync()
    stage.psa.fails["check"] = PsaDown("ConnectWise is down.")
    report = await lookout.watch.after(run.id)
    footing = await history.footing(stage.db, run.id)
    assert footing is not None
    assert (footing.version, footing.rights) == (None, None)
    assert report is not None
    assert report.nearby.rights_lost == ()


async def test_a_sync_of_one_customer_or_one_that_failed_is_not_looked_at(lookout: Lookout) -> None:
    one = await lookout.stage.sync("one", "1")
    lookout.stage.psa.fails["tables"] = PsaDown("ConnectWise is down.")
    failed = await lookout.stage.sync()
    assert [await lookout.watch.after(run.id) for run in (one, failed)] == [None, None]
    assert await lookout.watch.after(999) is None


async def test_of_many_that_are_gone_only_the_first_are_asked_for_one_by_one(stage: Stage, engine: Engine) -> None:
    many = MOST_ASKED + 5
    stage.psa.everyone, stage.psa.all_agreements = clients(many * 6), monthly(many * 6)
    lookout = Lookout(stage=stage, engine=engine)
    await lookout.synced()
    stage.psa.lost |= {str(number) for number in range(1, many + 1)}
    run = await stage.sync()
    stage.psa.calls.clear()
    report = await lookout.watch.after(run.id)
    assert report is not None
    assert len(report.regressions) == many
    assert stage.psa.calls.count("account") == MOST_ASKED
    await lookout.psas.aclose()


accesses = st.dictionaries(st.sampled_from(["companies", "agreements", "catalog"]), st.sampled_from(list(Access)))


@given(st.none() | accesses, st.none() | accesses)
def test_a_right_is_lost_only_where_it_was_granted_and_is_limited_now(
    before: dict[str, Access] | None, after: dict[str, Access] | None
) -> None:
    lost = nearby(footing(before), footing(after), None, {}).rights_lost
    for right in lost:
        assert (before or {})[right] is Access.GRANTED
        assert (after or {})[right].value in LIMITED
    if before is None or after is None:
        assert lost == ()


def footing(
    rights: dict[str, Access] | None = None, *, version: str | None = "1", at: datetime = NOW, which: str = "f"
) -> Footing:
    told = None if rights is None else {name: access.value for name, access in rights.items()}
    return Footing(run_id=1, at=at, version=version, rights=told, account_filter=which)


def test_a_version_that_changed_is_named_and_one_that_was_not_read_is_no_change() -> None:
    assert nearby(footing(version="2026.1"), footing(version="2026.4"), None, {}).version == ("2026.1", "2026.4")
    assert nearby(footing(version=None), footing(version="2026.4"), None, {}) == Nearby()


def test_credentials_that_were_changed_before_or_after_both_runs_are_not_near() -> None:
    before, after = footing(at=NOW), footing(at=NOW + timedelta(days=7))
    near = [NOW - timedelta(days=1), NOW, NOW + timedelta(days=1), NOW + timedelta(days=8)]
    assert [nearby(before, after, at, {}).credentials_changed_at is not None for at in near] == [
        False,
        False,
        True,
        False,
    ]


def test_another_filter_is_named() -> None:
    assert nearby(footing(which="a"), footing(which="b"), None, {}).filter_changed
