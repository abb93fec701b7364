"""A quick sync: what was changed is brought up to date, and nothing is concluded from what did not come."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.resync import Accepted
from bot.store.queries import connections, snapshots
from bot.store.queries.runs import RunState
from bot.store.snapshot import CachedAccount, What
from bot.sync.result import run_json
from connectors.contract import Quick
from connectors.errors import PsaDown
from connectors.records import Option, Table
from tests.bot.sync.fakes import INACTIVE, PROSPECT, SPEC, TABLES, account, agreement, clients, monthly
from tests.bot.sync.stage import Stage


@pytest.fixture
async def synced(stage: Stage) -> Stage:
    """In full, a day ago."""
    await stage.sync()
    stage.clock.pass_by(86_400)
    stage.psa.calls.clear()
    return stage


def changed(stage: Stage, number: int, **fields: Any) -> None:
    """In the PSA, a moment ago."""
    place = next(at for at, one in enumerate(stage.psa.everyone) if one.id == str(number))
    now = stage.clock.now()
    stage.psa.everyone[place] = replace(stage.psa.everyone[place], changed_at=now, **fields)
    stage.clock.pass_by(60)


def billed(stage: Stage, number: int, account_id: int | None, **fields: Any) -> None:
    """The agreement of this number is new, or changed, as of now."""
    its = agreement(number, account_id, changed_at=stage.clock.now(), **fields)
    stage.psa.all_agreements = [*(one for one in stage.psa.all_agreements if one.id != its.id), its]
    stage.clock.pass_by(60)


async def cached(stage: Stage, number: int) -> CachedAccount:
    found = await snapshots.account(stage.db, stage.connection.id, str(number))
    assert found is not None
    return found


async def names(stage: Stage) -> dict[str, str]:
    return {row.id: row.name for row in await snapshots.names(stage.db, stage.connection.id)}


@pytest.mark.requirement("X10", "R78")
async def test_what_was_changed_is_read_judged_and_brought_up_to_date(synced: Stage) -> None:
    changed(synced, 2, name="Renamed Ltd")
    synced.psa.everyone.append(account(7, changed_at=synced.clock.now()))
    billed(synced, 7, 7)
    run = await synced.sync("quick")
    document = run_json(run, "cw-prod")
    assert document["accounts"] == {
        "in_psa": None,
        "fetched": 2,
        "visible": 2,
        "hidden": 0,
        "cannot_tell": 0,
        "left_out": {},
    }
    assert document["agreements"] == {"fetched": 1, "qualifying": 2, "without_account": 0}
    assert (document["changes"]["added"], document["changes"]["changed"]) == (1, 1)
    assert document["proves_deletions"] is False
    assert synced.psa.calls == ["tables", "agreements", "accounts"]
    assert (await names(synced))["2"] == "Renamed Ltd"
    assert (await cached(synced, 2)).last_seen_run == run.id
    assert [one.id for one in (await cached(synced, 2)).agreements] == ["a2"]
    assert (await cached(synced, 3)).last_seen_run < run.id


@pytest.mark.requirement("X10", "X28", "R46")
async def test_what_did_not_come_stays_as_it_was(synced: Stage) -> None:
    """Merged in the PSA without a new date, hidden by a lost right, deleted: none of them can be seen."""
    place = synced.psa.everyone
    place[0] = replace(place[0], deleted=True)
    synced.psa.lost = {"2"}
    synced.psa.all_agreements = synced.psa.all_agreements[3:]
    run = await synced.sync("quick")
    assert (run.state, run.changes) == (RunState.SUCCEEDED, dict.fromkeys(run.changes, 0))
    assert len(await names(synced)) == 6
    assert (await snapshots.totals(synced.db, synced.connection.id)).stale_agreements == 0
    assert (await synced.sync()).changes["removed"] == 2


async def test_an_account_that_left_the_filter_is_seen_leaving(synced: Stage) -> None:
    changed(synced, 1, types=(PROSPECT,))
    changed(synced, 2, status=INACTIVE)
    changed(synced, 3, deleted=True)
    synced.psa.everyone.append(account(8, types=(PROSPECT,), changed_at=synced.clock.now()))
    run = await synced.sync("quick")
    assert run.counts["accounts"]["left_out"] == {"prospect": 2, "inactive": 1, "recycled": 1}
    assert run.changes["removed"] == 3
    assert set(await names(synced)) == {"4", "5", "6"}
    told = {change.account_id: change.what for change in await snapshots.changes(synced.db, run.id)}
    assert told == dict.fromkeys("123", What.REMOVED)
    changed(synced, 1, types=stage_types())
    assert (await synced.sync("quick")).changes["added"] == 1


def stage_types() -> Any:
    return account(1).types


async def test_an_account_is_judged_anew_when_only_an_agreement_of_it_changed(synced: Stage) -> None:
    seen = (await cached(synced, 4)).last_seen_at
    billed(synced, 4, 4, billing_cycle=None)
    run = await synced.sync("quick")
    assert run.changes["became_hidden"] == 1
    found = await cached(synced, 4)
    assert (found.visible, found.verdict_reasons) == (False, ("agreement-billing-cycle",))
    assert found.last_seen_at == seen  # the account itself was not read again
    assert run.counts["accounts"]["fetched"] == 0


async def test_an_agreement_that_moved_concerns_both_accounts(synced: Stage) -> None:
    billed(synced, 5, 6)
    run = await synced.sync("quick")
    assert (run.changes["became_hidden"], run.changes["changed"]) == (1, 2)
    assert (await cached(synced, 5)).agreements == ()
    assert [one.id for one in (await cached(synced, 6)).agreements] == ["a5", "a6"]


async def test_a_stale_agreement_that_was_changed_is_back(synced: Stage) -> None:
    kept = list(synced.psa.all_agreements)
    synced.psa.all_agreements = kept[1:]
    await synced.sync()
    assert (await cached(synced, 1)).agreements_stale
    synced.psa.all_agreements = kept
    billed(synced, 1, 1)
    run = await synced.sync("quick")
    assert run.changes["became_visible"] == 1
    assert (await cached(synced, 1)).agreements_stale == ()


async def test_agreements_of_accounts_that_are_not_in_the_copy_are_counted(synced: Stage) -> None:
    billed(synced, 20, 4711)
    billed(synced, 21, 1)
    run = await synced.sync("quick")
    assert run.counts["agreements"] == {"fetched": 2, "qualifying": 2, "without_account": 1}


async def test_the_next_one_asks_from_the_last_one_on_with_some_overlap(synced: Stage) -> None:
    for number in (2, 3, 4):
        changed(synced, number, name=f"Renamed {number}")
        assert (await synced.sync("quick")).changes["changed"] == 1
        synced.clock.pass_by(86_400)
    assert (await synced.sync("quick")).counts["accounts"]["fetched"] == 2  # the last one, and the one before it


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
async def test_no_change_is_missed_when_our_clock_jumps(synced: Stage, hours: int) -> None:
    """The PSA's clock goes on: only ours is set to another time, and back."""
    changed(synced, 1, name="Known")
    await synced.sync("quick")
    true = synced.clock.moment
    synced.clock.moment = true + timedelta(hours=hours)
    await synced.sync("quick")
    synced.clock.moment = true + timedelta(minutes=20)
    changed(synced, 2, name="While it was wrong")
    assert (await synced.sync("quick")).changes["changed"] == 1
    assert (await names(synced))["2"] == "While it was wrong"


async def test_too_many_that_leave_at_once_are_not_believed_until_a_person_says_so(lite: Stage) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    for number in range(1, 11):
        changed(lite, number, status=INACTIVE)
    run = await lite.sync("quick")
    assert run.state is RunState.REFUSED
    assert run.error is not None
    assert run.error["message"].startswith("10 of 20 companies were changed, and would be left out by the filter now.")
    assert len(await names(lite)) == 20
    accepted = await lite.resync().accept(run.id, by="U0ADMIN")
    assert isinstance(accepted, Accepted)
    assert (accepted.run.kind, accepted.run.changes["removed"]) == ("quick", 10)
    assert len(await names(lite)) == 10


async def test_a_filter_that_was_changed_needs_a_full_sync_and_the_quick_one_says_so(lite: Stage) -> None:
    await lite.sync()
    assert (await lite.sync("quick")).counts["needs_full"] is False
    await connections.replace_settings(lite.db, lite.connection.id, {"include_types": "Client, Prospect"})
    run = await lite.sync("quick")
    assert (run.state, run.counts["needs_full"]) == (RunState.SUCCEEDED, True)
    await lite.sync()
    assert (await lite.sync("quick")).counts["needs_full"] is False
    cycles = Table(name="billing cycles", rows=(Option(id="20", name="Monthly"), Option(id="21", name="Weekly")))
    lite.psa.told_tables = replace(TABLES, billing_cycles=cycles)
    assert (await lite.sync("quick")).counts["needs_full"] is True


async def test_where_nothing_was_ever_read_in_full_it_says_what_to_do(lite: Stage) -> None:
    run = await lite.sync("quick")
    assert run.state is RunState.FAILED
    assert run.error is not None
    assert "never synced in full" in run.error["message"]
    assert run.error["who_must_act"] == "operator"
    assert lite.psa.calls == []


async def test_where_the_psa_has_no_such_thing_it_says_why(lite: Stage) -> None:
    await lite.sync()
    lite.psa.spec = replace(SPEC, quick=Quick(why="Every sync reads all of them."))
    run = await lite.sync("quick")
    assert run.error is not None
    assert run.error["message"].startswith("There is no quick sync for ConnectWise. Every sync reads all of them.")


@pytest.mark.requirement("R234")
@pytest.mark.parametrize("phase", ["tables", "accounts", "agreements"])
async def test_an_error_in_any_read_keeps_the_old_copy(synced: Stage, phase: str) -> None:
    changed(synced, 1, name="Never written")
    synced.psa.fails = {phase: PsaDown("Down.")}
    assert (await synced.sync("quick")).state is RunState.INCOMPLETE
    assert "Never written" not in (await names(synced)).values()
    synced.psa.fails = {}
    assert (await synced.sync("quick")).changes["changed"] == 1


async def test_a_full_sync_that_began_earlier_leaves_what_a_quick_one_read_later(lite: Stage) -> None:
    """As when a person accepts a refused snapshot of this morning."""
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    lite.psa.lost = {str(number) for number in range(1, 13)}
    refused = await lite.sync()
    lite.psa.lost = set()
    changed(lite, 1, name="Renamed Ltd")
    await lite.sync("quick")
    accepted = await lite.resync().accept(refused.id, by="U0ADMIN")
    assert isinstance(accepted, Accepted)
    assert accepted.run.changes["removed"] == 11
    assert (await names(lite))["1"] == "Renamed Ltd"


async def test_it_reads_page_by_page_like_a_full_one(lite: Stage) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    for number in range(1, 8):
        changed(lite, number, name=f"Renamed {number}")
    gate = lite.psa.gates["agreements"] = asyncio.Event()
    run = await lite.requested("quick")
    running = asyncio.create_task(lite.runner.run(run.id))
    lite.rules.cases.clear()
    await asyncio.sleep(0.05)
    assert lite.rules.cases == []
    gate.set()
    ended = await running
    assert ended is not None
    assert ended.changes["changed"] == 7
