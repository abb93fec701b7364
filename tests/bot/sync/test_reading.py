"""How a full sync reads: side by side, page by page, with a few pages in memory at most."""

import asyncio

import pytest

from bot.store.queries import stages
from bot.sync.reading import check_plausible
from bot.sync.work import SyncSettings
from connectors.errors import InvalidData, PsaDown
from connectors.records import AccountCounts
from tests.bot.sync.fakes import FakeConnector, clients, monthly
from tests.bot.sync.stage import Stage, until


@pytest.mark.requirement("R184")
def test_more_accounts_than_the_psa_counts_make_no_sense() -> None:
    counts = AccountCounts(in_psa=100, left_out={})
    check_plausible(105, counts, FakeConnector())
    with pytest.raises(InvalidData, match="returned 200 companies but counts only 100"):
        check_plausible(200, counts, FakeConnector())


def test_what_was_not_counted_proves_nothing() -> None:
    check_plausible(10_000, AccountCounts(in_psa=None, left_out={}), FakeConnector())


async def test_accounts_are_read_ahead_and_judged_when_all_agreements_are_there(lite: Stage) -> None:
    gate = lite.psa.gates["agreements"] = asyncio.Event()
    run = await lite.requested()
    running = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: lite.psa.calls.count("accounts") == 3)
    assert lite.rules.cases == []
    gate.set()
    ended = await running
    assert ended is not None
    assert (ended.state, len(lite.rules.cases)) == ("succeeded", 6)
    assert all(case.agreements for case in lite.rules.cases)


async def test_only_so_many_accounts_are_read_ahead(lite: Stage) -> None:
    lite.runner = lite.new_runner(settings=SyncSettings(read_ahead=6))
    lite.psa.everyone, lite.psa.all_agreements = clients(40), monthly(40)
    gate = lite.psa.gates["agreements"] = asyncio.Event()
    run = await lite.requested()
    running = asyncio.create_task(lite.runner.run(run.id))
    await until(lambda: lite.psa.calls.count("accounts") == 4)
    for _ in range(50):
        await asyncio.sleep(0.001)
    assert lite.psa.calls.count("accounts") == 4  # three pages of two that wait, and one in hand
    gate.set()
    ended = await running
    assert ended is not None
    assert ended.counts["accounts"]["fetched"] == 40


async def test_what_breaks_while_others_wait_ends_the_whole_reading(lite: Stage) -> None:
    lite.psa.gates["agreements"] = asyncio.Event()
    lite.psa.fails = {"accounts": PsaDown("Down.")}
    run = await lite.sync()
    assert run.state == "incomplete"
    assert await stages.sweep_stages(lite.db) == 0
