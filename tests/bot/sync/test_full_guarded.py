"""A full sync that loses too much: refused, set aside, and told with its likely cause."""

from dataclasses import replace

import pytest

from bot.store.queries import connections, snapshots, stages
from bot.store.queries.runs import RunState
from tests.bot.sync.fakes import (
    EMPTY_TABLE,
    REFUSED,
    TABLES,
    account,
    clients,
    monthly,
)
from tests.bot.sync.stage import BOX, Stage


@pytest.mark.requirement("R184", "R72")
async def test_success_with_an_empty_table_is_refused(stage: Stage) -> None:
    await stage.sync()
    stage.psa.lost = {one.id for one in stage.psa.everyone}
    run = await stage.sync()
    assert run.state is RunState.REFUSED
    assert run.error is not None
    assert run.error["message"].startswith("ConnectWise returned no companies at all, where there were 6.")
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 6


@pytest.mark.parametrize("empty", ["accounts", "agreements"])
async def test_an_empty_first_answer_is_refused_too(lite: Stage, empty: str) -> None:
    if empty == "accounts":
        lite.psa.everyone = []
    lite.psa.all_agreements = []
    run = await lite.sync()
    assert run.state is RunState.REFUSED
    assert (await snapshots.version(lite.db, lite.connection.id)) == 0


async def test_a_lost_permission_that_looks_like_a_mass_deletion_is_refused_with_its_cause(stage: Stage) -> None:
    stage.psa.everyone, stage.psa.all_agreements = clients(20), monthly(20)
    await stage.sync()
    stage.psa.lost = {str(number) for number in range(1, 13)}
    stage.psa.probes = (REFUSED,)
    run = await stage.sync()
    assert run.state is RunState.REFUSED
    assert run.error == {
        "kind": "permission_denied",
        "message": (
            "12 of 20 companies did not come back from ConnectWise. "
            "The API user probably lost a right: Finance > Agreements: Inquire All."
        ),
        "who_must_act": "operator",
        "call": "GET /finance/count",
        "cause": "permission",
    }
    assert run.counts["accounts"]["fetched"] == 8
    kept = await snapshots.aside(stage.db, run.id)
    assert kept is not None
    assert (await stages.count(stage.db, kept.stage)).accounts == 8
    assert kept.facts["cause"] == "permission"
    assert (await snapshots.totals(stage.db, stage.connection.id)).accounts == 20


async def test_lost_agreements_are_refused_like_lost_accounts(lite: Stage) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    lite.psa.all_agreements = monthly(10)
    run = await lite.sync()
    assert run.state is RunState.REFUSED
    assert run.error is not None
    assert "10 of 20 agreements did not come back" in run.error["message"]


async def test_as_many_new_accounts_do_not_hide_the_lost_ones(lite: Stage) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    lite.psa.everyone = [*clients(10), *[account(f"new-{number}") for number in range(10)]]
    assert (await lite.sync()).state is RunState.REFUSED


async def test_the_permissions_are_only_probed_when_too_much_was_lost(lite: Stage) -> None:
    await lite.sync()
    assert "probe" not in lite.psa.calls


@pytest.mark.parametrize("change", ["filter", "credentials", "table", "nothing"])
async def test_a_refusal_names_what_else_changed(lite: Stage, change: str) -> None:
    lite.psa.everyone, lite.psa.all_agreements = clients(20), monthly(20)
    await lite.sync()
    lite.psa.lost = {str(number) for number in range(1, 13)}
    match change:
        case "filter":
            settings = {"include_types": "Client"}
            await connections.replace_settings(lite.db, lite.connection.id, settings | {"include_statuses": "Inactive"})
        case "credentials":
            await connections.replace_secrets(lite.db, BOX, lite.connection.id, {"k": "v"}, lite.clock.now())
        case "table":
            lite.psa.told_tables = replace(TABLES, billing_cycles=EMPTY_TABLE)
    run = await lite.sync()
    assert run.state is RunState.REFUSED
    assert run.error is not None
    assert run.error["cause"] == ("not_known" if change == "nothing" else change)


async def test_a_small_connection_may_lose_a_few(lite: Stage) -> None:
    await lite.sync()
    lite.psa.everyone, lite.psa.all_agreements = clients(4), monthly(4)
    run = await lite.sync()
    assert (run.state, run.changes["removed"]) == (RunState.SUCCEEDED, 2)
