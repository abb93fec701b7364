"""Agreements whose account did not come back: counted, looked into, and explained one by one."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.store.queries import connections, snapshots
from bot.store.queries.runs import RunState
from bot.sync.orphans import ASKED, SHOWN
from connectors.errors import ConnectorError, NotFound, PermissionDenied, PsaDown
from connectors.records import Account
from tests.bot.sync.fakes import INACTIVE, NOON, PROSPECT, FakeConnector, account, agreement
from tests.bot.sync.stage import Stage, until


class Telling(FakeConnector):
    """Looks single accounts up as it is told; ``alone``: known to the look-up, and not in the list."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(everyone=stage.psa.everyone, all_agreements=stage.psa.all_agreements)
        self.alone: dict[str, Account | ConnectorError] = {}

    async def account(self, account_id: str) -> Account | None:
        told = self.alone.get(account_id)
        if isinstance(told, ConnectorError):
            self.calls.append("account")
            raise told
        return told or await super().account(account_id)


@pytest.fixture
def telling(lite: Stage) -> Telling:
    lite.psa = lite.factory.connector = Telling(lite)
    return lite.psa


def because(counts: Any) -> dict[str, str]:
    return {one["id"]: one["because"] for one in counts["without_account"]["first"]}


@pytest.mark.requirement("R77")
async def test_each_is_explained_by_the_account_itself(lite: Stage, telling: Telling) -> None:
    telling.everyone += [
        account(11, name="Prospect Inc", types=(PROSPECT,)),
        account(12, name="Sleepy Ltd", status=INACTIVE),
        account(13, deleted=True),
    ]
    telling.alone = {
        "14": PermissionDenied("no"),
        "15": NotFound("no"),
        "16": account(16, name="Late Ltd"),
    }
    telling.all_agreements += [agreement(number, number) for number in range(11, 18)] + [agreement(18, None)]
    run = await lite.sync()
    assert run.state is RunState.SUCCEEDED
    assert run.counts["agreements"] == {"fetched": 14, "qualifying": 6, "without_account": 8}
    assert because(run.counts) == {
        "a11": "type",
        "a12": "status",
        "a13": "recycled",
        "a14": "not_readable",
        "a15": "not_there",
        "a16": "not_listed",
        "a17": "not_there",
        "a18": "no_account",
    }
    found = run.counts["without_account"]
    assert (found["accounts"], sum(found["because"].values())) == (7, 7)
    assert found["first"][0] == {
        "id": "a11",
        "name": "Managed",
        "account_id": "11",
        "account_name": "Prospect Inc",
        "because": "type",
        "detail": "Prospect",
    }
    assert found["first"][1]["detail"] == "Inactive"
    kept = await snapshots.orphans(lite.db, lite.connection.id)
    assert [one.id for one in kept] == [f"a{number}" for number in range(11, 19)]


async def test_where_every_account_is_there_nobody_is_asked(lite: Stage, telling: Telling) -> None:
    run = await lite.sync()
    assert "without_account" not in run.counts
    assert "account" not in telling.calls


async def test_only_the_newest_are_asked_for_and_the_rest_is_counted(lite: Stage, telling: Telling) -> None:
    many = 4 * ASKED + 30
    telling.all_agreements += [
        agreement(number, number, changed_at=NOON - timedelta(days=900) + timedelta(hours=number))
        for number in range(1_000, 1_000 + many)
    ]
    run = await lite.sync()
    found = run.counts["without_account"]
    assert found["because"] == {"not_there": ASKED, "not_asked": many - ASKED}
    assert telling.calls.count("account") == ASKED
    assert [one["id"] for one in found["first"]] == [f"a{999 + many - place}" for place in range(SHOWN)]


async def test_several_agreements_of_one_account_are_asked_for_once(lite: Stage, telling: Telling) -> None:
    telling.everyone.append(account(11, types=(PROSPECT,)))
    telling.all_agreements += [agreement(number, 11) for number in range(11, 15)]
    run = await lite.sync()
    assert set(because(run.counts).values()) == {"type"}
    assert telling.calls.count("account") == 1


async def test_a_psa_that_stops_answering_leaves_the_rest_unasked_and_the_sync_good(
    lite: Stage, telling: Telling
) -> None:
    telling.all_agreements += [agreement(number, number) for number in range(11, 31)]
    telling.alone = {"16": PsaDown("down")}
    run = await lite.sync()
    assert run.state is RunState.SUCCEEDED
    assert telling.calls.count("account") == 8  # two rounds of four
    assert run.counts["without_account"]["because"] == {"not_there": 7, "not_asked": 13}


async def test_a_refused_snapshot_spends_no_calls_on_explanations(lite: Stage, telling: Telling) -> None:
    await lite.sync()
    telling.lost = {str(number) for number in range(1, 7)}
    run = await lite.sync()
    assert run.state is RunState.REFUSED
    assert run.counts["agreements"]["without_account"] == 6
    assert "account" not in telling.calls


@pytest.mark.requirement("R46", "R47", "X7", "X11")
async def test_agreements_that_did_not_come_back_are_named_with_when_they_were_seen_last(stage: Stage) -> None:
    await stage.sync()
    kept = list(stage.psa.all_agreements)
    seen = await stage.sync()
    stage.psa.all_agreements = kept[2:]
    run = await stage.sync()
    assert run.counts["stale"]["dropped"] == 2
    assert run.counts["stale"]["first"][0] == {
        "id": "a1",
        "name": "Managed",
        "account_id": "1",
        "account_name": "Company 1",
        "last_seen_at": seen.ended_at and seen.ended_at.isoformat().replace("+00:00", "Z"),
        "last_seen_run": seen.id,
    }
    cached = await snapshots.account(stage.db, stage.connection.id, "1")
    assert cached is not None
    assert (cached.agreements, [one.agreement.id for one in cached.agreements_stale]) == ((), ["a1"])
    assert "stale" not in (await stage.sync()).counts  # they were dropped before
    stage.psa.all_agreements = kept[1:]
    back = await stage.sync()
    assert (back.counts["stale"]["dropped"], back.counts["stale"]["back"]) == (0, 1)
    assert (await snapshots.totals(stage.db, stage.connection.id)).stale_agreements == 1


@pytest.mark.requirement("R46")
async def test_a_sync_of_one_customer_says_so_too(lite: Stage) -> None:
    await lite.sync()
    lite.psa.all_agreements = lite.psa.all_agreements[1:]
    run = await lite.sync("one", "1")
    assert [one["id"] for one in run.counts["stale"]["first"]] == ["a1"]


@pytest.mark.requirement("X34")
async def test_a_sync_uses_the_settings_of_its_start_and_says_when_they_changed_meanwhile(lite: Stage) -> None:
    """Whoever widens the filter while it runs gets it with the next sync."""
    lite.psa.everyone.append(account(7, types=(PROSPECT,)))
    gate = lite.psa.gates["accounts"] = asyncio.Event()
    running = asyncio.create_task(lite.runner.run((await lite.requested()).id))
    await until(lambda: "accounts" in lite.psa.calls)
    await connections.replace_settings(lite.db, lite.connection.id, {"include_types": "Client, Prospect"})
    gate.set()
    run = await running
    assert run is not None
    assert (run.counts["accounts"]["fetched"], run.counts["changed_meanwhile"]) == (6, True)
    again = await lite.sync()
    assert again.counts["accounts"]["fetched"] == 7
    assert "changed_meanwhile" not in again.counts
