from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.queries import connections, runs, snapshots
from bot.store.queries.runs import RunState
from bot.store.snapshot import Totals
from bot.sync.result import run_json
from connectors.errors import BadSettings, PermissionDenied, PsaDown, TimedOut
from connectors.records import Because
from tests.bot.sync.fakes import (
    INACTIVE,
    NOON,
    PROSPECT,
    TABLES,
    account,
    agreement,
    unreadable,
)
from tests.bot.sync.stage import Stage


@pytest.mark.requirement("R10", "R72", "R73", "R78", "R88", "R89")
async def test_a_full_sync_stores_what_the_filter_lets_through_and_counts_the_rest(stage: Stage) -> None:
    stage.psa.everyone += [account(7, types=(PROSPECT,)), account(8, status=INACTIVE), account(9, deleted=True)]
    stage.psa.all_agreements[5] = agreement(6, 6, billing_cycle=None)
    run = await stage.sync()
    document = run_json(run, "cw-prod")
    assert document["state"] == "succeeded"
    assert document["accounts"] == {
        "in_psa": 9,
        "fetched": 6,
        "visible": 5,
        "hidden": 1,
        "cannot_tell": 0,
        "left_out": {"prospect": 1, "inactive": 1, "recycled": 1},
    }
    assert document["agreements"] == {"fetched": 6, "qualifying": 5, "without_account": 0}
    assert document["changes"]["added"] == 6
    assert (document["calls"], document["bytes"]) == (len(stage.psa.calls), 100 * len(stage.psa.calls))
    assert document["error"] is None
    assert await snapshots.totals(stage.db, stage.connection.id) == Totals(accounts=6, visible=5, agreements=6)


async def test_a_cached_account_carries_its_agreements_and_the_rules_verdict(stage: Stage) -> None:
    stage.psa.all_agreements[0] = agreement(1, 1, billing_cycle=None)
    run = await stage.sync()
    cached = await snapshots.account(stage.db, stage.connection.id, "1")
    assert cached is not None
    assert [one.id for one in cached.agreements] == ["a1"]
    assert (cached.visible, cached.verdict_reasons) == (False, ("agreement-billing-cycle",))
    assert cached.last_seen_run == run.id


@pytest.mark.requirement("R248")
async def test_nothing_of_the_raw_answer_reaches_the_database(lite: Stage) -> None:
    await lite.sync()
    cached = await snapshots.account(lite.db, lite.connection.id, "1")
    assert cached is not None
    assert dict(cached.account.raw) == {}


async def test_every_account_is_judged_with_the_facts_of_a_live_diagnosis(lite: Stage) -> None:
    lite.clock.moment = NOON.replace(hour=3)  # still the day before in New York
    await lite.sync()
    case = lite.rules.cases[0]
    assert case.account is not None
    assert case.account.id == "1"
    assert case.live.present is True
    assert case.cached.present is False
    assert case.tables == TABLES
    assert case.filter is not None
    assert case.today == NOON.date() - timedelta(days=1)
    assert case.now == NOON.replace(hour=3)
    assert case.tool_words["account"] == "company"
    assert case.twins is None


async def test_what_changed_since_the_last_sync_is_counted(stage: Stage) -> None:
    await stage.sync()
    stage.psa.everyone[0] = replace(stage.psa.everyone[0], name="Renamed Ltd")
    stage.psa.everyone[5] = account(7)
    stage.psa.all_agreements[1] = agreement(2, 2, billing_cycle=None)
    run = await stage.sync()
    assert run.changes == {"added": 1, "removed": 1, "changed": 2, "became_visible": 0, "became_hidden": 1}


@pytest.mark.requirement("R186", "R243")
async def test_each_sync_puts_a_new_version_in_force(stage: Stage) -> None:
    await stage.sync()
    before = await snapshots.version(stage.db, stage.connection.id)
    await stage.sync()
    assert await snapshots.version(stage.db, stage.connection.id) > before


@pytest.mark.requirement("R227", "R234")
@pytest.mark.parametrize("phase", ["tables", "accounts", "agreements"])
@pytest.mark.parametrize(
    ("error", "state"),
    [(PsaDown("Down.", call="GET /x"), RunState.INCOMPLETE), (PermissionDenied("No.", call="GET /x"), RunState.FAILED)],
)
async def test_an_error_in_any_read_keeps_the_old_copy(
    stage: Stage, phase: str, error: Exception, state: RunState
) -> None:
    await stage.sync()
    before = await snapshots.version(stage.db, stage.connection.id)
    stage.psa.fails = {phase: error}
    run = await stage.sync()
    assert run.state is state
    assert run.error is not None
    assert run.error["call"] == "GET /x"
    assert run.calls > 0
    assert await snapshots.version(stage.db, stage.connection.id) == before
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 6
    assert stage.psa.closed == stage.psa.opened == 2


async def test_accounts_that_cannot_be_counted_are_synced_all_the_same(lite: Stage) -> None:
    lite.psa.fails = {"counts": TimedOut("Slow.")}
    run = await lite.sync()
    assert run.state is RunState.SUCCEEDED
    assert run.counts["accounts"]["in_psa"] is None


@pytest.mark.requirement("R184", "R223")
async def test_an_answer_that_contradicts_itself_is_invalid_and_the_copy_is_kept(lite: Stage) -> None:
    await lite.sync()
    lite.psa.everyone.append(account(1, name="Somebody else"))
    run = await lite.sync()
    assert run.state is RunState.FAILED
    assert run.error is not None
    assert (run.error["kind"], run.error["who_must_act"]) == ("invalid_data", "us")
    assert (await snapshots.totals(lite.db, lite.connection.id)).accounts == 6


async def test_a_table_that_is_missing_because_the_psa_is_down_ends_the_sync(lite: Stage) -> None:
    lite.psa.told_tables = replace(TABLES, types=unreadable(TABLES.types, Because.PSA_DOWN))
    run = await lite.sync()
    assert run.state is RunState.INCOMPLETE
    assert "accounts" not in lite.psa.calls


async def test_a_refused_table_leaves_verdicts_open_and_does_not_end_the_sync(lite: Stage) -> None:
    lite.psa.told_tables = replace(TABLES, billing_cycles=unreadable(TABLES.billing_cycles))
    run = await lite.sync()
    assert run.state is RunState.SUCCEEDED
    assert (run.counts["accounts"]["visible"], run.counts["accounts"]["cannot_tell"]) == (0, 6)


async def test_a_label_that_the_tenant_does_not_have_is_for_the_operator(lite: Stage) -> None:
    await connections.replace_settings(lite.db, lite.connection.id, {"include_types": "Klient"})
    run = await lite.sync()
    assert run.state is RunState.FAILED
    assert run.error is not None
    assert run.error["who_must_act"] == "operator"
    assert "Klient" in run.error["message"]


async def test_a_connector_that_cannot_be_built_is_for_the_operator(lite: Stage) -> None:
    lite.factory.fails = BadSettings("site is missing: set it.")
    run = await lite.sync()
    assert run.error == {
        "kind": "api_error",
        "message": "site is missing: set it.",
        "who_must_act": "operator",
        "call": "",
    }


async def test_a_mistake_of_ours_shows_an_id_and_nothing_raw(lite: Stage) -> None:
    lite.rules.breaks = True
    run = await lite.sync()
    assert run.state is RunState.FAILED
    assert run.error is not None
    assert run.error["who_must_act"] == "us"
    assert "s3cret" not in run.error["message"]
    assert "error " in run.error["message"]


@pytest.mark.requirement("R226")
async def test_the_log_of_runs_says_who_when_and_how_it_ended(stage: Stage) -> None:
    await stage.sync()
    stage.psa.fails = {"accounts": PsaDown("Down.")}
    await stage.sync()
    newest, oldest = await runs.latest(stage.db, stage.connection.id)
    assert (newest.state, oldest.state) == (RunState.INCOMPLETE, RunState.SUCCEEDED)
    assert {newest.requested_by, oldest.requested_by} == {"U0AGENT"}
    assert newest.started_at is not None
    assert oldest.ended_at is not None
    assert newest.started_at > oldest.ended_at


@pytest.mark.requirement("R240")
async def test_a_sync_only_makes_the_reads_of_its_kind(lite: Stage) -> None:
    await lite.sync()
    assert set(lite.psa.calls) == {"tables", "accounts", "agreements", "counts"}
