from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.resync import Accepted
from bot.store.queries import snapshots
from bot.store.queries.runs import RunState
from bot.store.snapshot import CachedAccount
from bot.sync.filtering import why_left_out
from bot.sync.result import run_json
from connectors.contract import filter_from
from connectors.errors import PermissionDenied, PsaDown
from connectors.records import Account, AccountFilter
from tests.bot.sync.fakes import CLIENT, INACTIVE, PROSPECT, TABLES, account, agreement, clients, monthly
from tests.bot.sync.stage import Stage

WHICH = filter_from(TABLES, {})


async def cached(stage: Stage, account_id: str) -> CachedAccount | None:
    return await snapshots.account(stage.db, stage.connection.id, account_id)


@pytest.mark.requirement("R10", "R12")
async def test_one_account_is_brought_up_to_date_and_no_other(stage: Stage) -> None:
    await stage.sync()
    stage.psa.everyone = [replace(one, name=f"New {one.id}") for one in stage.psa.everyone]
    stage.psa.all_agreements.append(agreement(9, 3))
    stage.psa.calls.clear()
    run = await stage.sync("one", "3")
    assert run.state is RunState.SUCCEEDED
    assert sorted(stage.psa.calls) == ["account", "agreements_of", "tables"]
    fresh, other = await cached(stage, "3"), await cached(stage, "4")
    assert fresh is not None
    assert other is not None
    assert (fresh.account.name, len(fresh.agreements)) == ("New 3", 2)
    assert other.account.name == "Company 4"
    document = run_json(run, "cw-prod")
    assert document["accounts"] == {"in_psa": 1, "fetched": 1, "visible": 1, "hidden": 0, "left_out": {}}
    assert document["agreements"] == {"fetched": 2, "qualifying": 2}
    assert document["changes"]["changed"] == 1


async def test_an_account_that_no_full_sync_has_seen_yet_is_added(stage: Stage) -> None:
    await stage.sync()
    stage.psa.everyone.append(account(7))
    run = await stage.sync("one", "7")
    assert run.changes["added"] == 1
    found = await cached(stage, "7")
    assert found is not None
    assert (found.visible, found.verdict_reasons) == (False, ("agreement-billing-cycle",))


async def test_an_account_that_the_psa_does_not_have_is_removed_as_proven_gone(stage: Stage) -> None:
    await stage.sync()
    stage.psa.everyone = stage.psa.everyone[1:]
    run = await stage.sync("one", "1")
    assert (run.state, run.changes["removed"]) == (RunState.SUCCEEDED, 1)
    assert run.counts["accounts"]["in_psa"] == 0
    assert await cached(stage, "1") is None
    assert await snapshots.gone(stage.db, stage.connection.id, "1") is not None
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"types": (PROSPECT,)}, "prospect"), ({"status": INACTIVE}, "inactive"), ({"deleted": True}, "recycled")],
)
async def test_an_account_that_a_full_sync_would_leave_out_is_not_kept_either(
    lite: Stage, changes: dict[str, object], reason: str
) -> None:
    await lite.sync()
    lite.psa.everyone[0] = account(1, **changes)
    run = await lite.sync("one", "1")
    assert run.counts["accounts"]["left_out"] == {reason: 1}
    assert await cached(lite, "1") is None


@pytest.mark.parametrize("read", ["tables", "account", "agreements_of"])
@pytest.mark.parametrize(
    ("error", "state"), [(PsaDown("Down."), RunState.INCOMPLETE), (PermissionDenied("No."), RunState.FAILED)]
)
async def test_what_could_not_be_read_removes_nothing(
    lite: Stage, read: str, error: Exception, state: RunState
) -> None:
    await lite.sync()
    lite.psa.fails = {read: error}
    assert (await lite.sync("one", "1")).state is state
    assert await cached(lite, "1") is not None


async def test_two_agreements_with_one_id_are_not_believed(lite: Stage) -> None:
    await lite.sync()
    lite.psa.all_agreements.append(agreement(1, 1, name="Somebody else's"))
    run = await lite.sync("one", "1")
    assert run.state is RunState.FAILED
    assert run.error is not None
    assert run.error["kind"] == "invalid_data"


async def test_a_refused_snapshot_that_is_accepted_does_not_undo_what_a_later_look_found(lite: Stage) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    lite.psa.everyone[0] = replace(lite.psa.everyone[0], name="Older")
    lite.psa.lost = {str(number) for number in range(5, 17)}
    refused = await lite.sync()
    lite.psa.everyone[0] = replace(lite.psa.everyone[0], name="Newest")
    lite.clock.pass_by(-10_000)  # and the clock is set back meanwhile
    await lite.sync("one", "1")
    assert isinstance(await lite.resync().accept(refused.id, by="U0ADMIN"), Accepted)
    found = await cached(lite, "1")
    assert found is not None
    assert found.account.name == "Newest"
    assert (await snapshots.totals(lite.db, lite.connection.id)).accounts == 8


def test_what_the_psa_did_not_say_leaves_nothing_out() -> None:
    silent = Account(id="1", name="Silent")
    assert why_left_out(silent, WHICH) is None


def test_a_half_of_the_filter_that_could_not_be_read_filters_nothing() -> None:
    open_filter = AccountFilter(statuses=None, types=None)
    assert why_left_out(account(1, status=INACTIVE, types=(PROSPECT,)), open_filter) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([CLIENT, PROSPECT]), max_size=3))
def test_one_pulled_type_is_enough_whatever_the_others_are(types: list[object]) -> None:
    pulled = why_left_out(account(1, types=tuple(types)), WHICH) is None
    assert pulled is (CLIENT in types)
