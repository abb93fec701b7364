"""Full snapshots: what is written, remembered, counted and refused."""

from dataclasses import replace
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.queries import runs, snapshots
from bot.store.snapshot import CachedAccount, InvalidSnapshot, NameRow, Totals, What
from connectors.records import Agreement, Option, Table

from .records import (
    FILTER,
    HOUR,
    NOW,
    TABLES,
    Seen,
    Told,
    agreement,
    connected,
    ended,
    judged,
    snapshot,
    started,
    write_full,
    write_one,
)

RAW = {"phoneNumber": "canary-phone"}


async def synced(db: Database, connection_id: int, *accounts: Seen, hours: int = 0, **more: Any) -> Told:
    now = NOW + hours * HOUR
    run_id = await started(db, connection_id, now=now)
    changes = await write_full(db, run_id, "t", snapshot(connection_id, *accounts, **more), now=now)
    assert changes is not None
    await ended(db, run_id, now=now)
    return changes


async def cached(db: Database, connection_id: int, account_id: str) -> CachedAccount:
    found = await snapshots.account(db, connection_id, account_id)
    assert found is not None
    return found


@pytest.mark.requirement("R74", "R86")
async def test_an_account_is_read_as_the_sync_judged_it_without_what_is_not_on_the_allow_list(
    database: Database,
) -> None:
    connection_id = await connected(database)
    its = judged(
        "4711", agreement("88", raw=RAW), agreement("89"), visible=False, reasons=("agreement-is-active",), raw=RAW
    )
    await synced(database, connection_id, its)
    found = await cached(database, connection_id, "4711")
    assert found.account == its.account
    assert found.agreements == (agreement("88", account_id="4711"), agreement("89", account_id="4711"))
    assert (found.visible, found.verdict_reasons) == (False, ("agreement-is-active",))
    assert found.first_seen_run == found.last_seen_run
    assert found.last_seen_at == NOW
    assert not found.account.raw


@pytest.mark.requirement("R74")
async def test_two_connections_may_use_the_same_ids(database: Database) -> None:
    one, two = await connected(database, "one"), await connected(database, "two")
    await synced(database, one, judged("4711", agreement("88"), name="Acme"))
    await synced(database, two, judged("4711", agreement("88"), name="Globex"))
    assert (await cached(database, one, "4711")).account.name == "Acme"
    assert (await cached(database, two, "4711")).account.name == "Globex"


@pytest.mark.requirement("R75")
async def test_prospects_and_clients_are_accounts_of_one_kind(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, judged("1"), judged("2", visible=False, reasons=("account-is-customer",)))
    assert await snapshots.totals(database, connection_id) == Totals(accounts=2, visible=1, agreements=0)


async def test_the_first_snapshot_counts_what_it_added_without_telling_each(database: Database) -> None:
    connection_id = await connected(database)
    changes = await synced(database, connection_id, judged("1", agreement("88")), judged("2", visible=None))
    assert changes.counts() == {"added": 2, "removed": 0, "changed": 0, "became_visible": 0, "became_hidden": 0}
    assert changes.rows == []


async def test_the_same_snapshot_again_changes_nothing_but_when_it_was_seen(database: Database) -> None:
    connection_id = await connected(database)
    accounts = judged("1", agreement("88"), raw=RAW), judged("2")
    await synced(database, connection_id, *accounts)
    before = await cached(database, connection_id, "1")
    assert await synced(database, connection_id, *accounts, hours=1) == Told()
    after = await cached(database, connection_id, "1")
    assert after == replace(before, last_seen_run=after.last_seen_run, last_seen_at=NOW + HOUR)
    assert after.last_seen_run > after.first_seen_run


BEFORE = (
    judged("1", name="Acme"),
    judged("2", name="Globex"),
    judged("3", agreement("88"), visible=False, reasons=("x",)),
    judged("4"),
    judged("5", agreement("90", name="Old")),
)
AFTER = (
    judged("1", name="Acme Ltd"),
    judged("3", agreement("88", "Quarterly")),
    judged("4", visible=False, reasons=("x",)),
    judged("5", agreement("91", name="New")),
    judged("6"),
)


async def test_what_a_sync_changed_is_counted_and_remembered(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, *BEFORE)
    changes = await synced(database, connection_id, *AFTER, hours=1)
    assert changes.counts() == {"added": 1, "removed": 1, "changed": 3, "became_visible": 1, "became_hidden": 1}
    assert {change.account_id: change.what for change in changes.rows} == {
        "1": What.CHANGED,
        "2": What.REMOVED,
        "3": What.BECAME_VISIBLE,
        "4": What.BECAME_HIDDEN,
        "5": What.CHANGED,
        "6": What.ADDED,
    }
    last = await runs.last_success(database, connection_id)
    assert last is not None
    assert await snapshots.changes(database, last.id) == changes.rows


async def test_each_change_tells_what_it_was_and_what_it_is(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, *BEFORE)
    changes = await synced(database, connection_id, *AFTER, hours=1)
    told = {change.account_id: change for change in changes.rows}
    assert (told["1"].before, told["1"].after) == ({"name": "Acme"}, {"name": "Acme Ltd"})
    assert told["2"].name == "Globex"
    assert "agreements.88.billing_cycle" in told["3"].fields
    assert told["4"].fields == ("visible", "reasons")
    assert told["5"].before == {"agreements.91": None, "agreements.90": "Old"}


async def test_an_account_that_does_not_come_back_leaves_the_snapshot_and_is_remembered(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, judged("1"), judged("2", agreement("88"), name="Wonka Candy"))
    await synced(database, connection_id, judged("1"), hours=1)
    changes = await synced(database, connection_id, judged("1"), hours=2)
    assert changes.removed == 0
    assert await snapshots.account(database, connection_id, "2") is None
    assert await snapshots.gone(database, connection_id, "1") is None
    gone = await snapshots.gone(database, connection_id, "2")
    assert gone is not None
    assert (gone.account.name, gone.gone_at, gone.last_seen_at) == ("Wonka Candy", NOW + HOUR, NOW)
    assert gone.gone_run == gone.last_seen_run + 1
    assert [row.id for row in await snapshots.names(database, connection_id)] == ["1"]
    everybody = await snapshots.names(database, connection_id, include_gone=True)
    assert [row.gone for row in sorted(everybody, key=lambda row: row.id)] == [False, True]
    assert await snapshots.totals(database, connection_id) == Totals(
        accounts=1, visible=1, agreements=0, stale_agreements=1
    )


async def test_an_account_that_comes_back_counts_as_added_and_keeps_when_it_was_first_seen(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, judged("1"), judged("2"))
    first = await cached(database, connection_id, "2")
    await synced(database, connection_id, judged("1"), hours=1)
    changes = await synced(database, connection_id, judged("1"), judged("2"), hours=2)
    assert (changes.added, [change.what for change in changes.rows]) == (1, [What.ADDED])
    again = await cached(database, connection_id, "2")
    assert (again.first_seen_run, again.last_seen_at) == (first.first_seen_run, NOW + 2 * HOUR)


@pytest.mark.requirement("R46")
async def test_an_agreement_that_does_not_come_back_is_kept_as_stale_with_when_it_was_last_seen(
    database: Database,
) -> None:
    connection_id = await connected(database)
    for hours in (0, 1):
        await synced(database, connection_id, judged("1", agreement("88"), agreement("89")), hours=hours)
    for hours in (2, 3):
        await synced(database, connection_id, judged("1", agreement("89")), hours=hours)
    found = await cached(database, connection_id, "1")
    assert [each.id for each in found.agreements] == ["89"]
    (stale,) = found.agreements_stale
    assert (stale.agreement.id, stale.stale_since, stale.last_seen_at) == ("88", NOW + 2 * HOUR, NOW + HOUR)
    assert stale.last_seen_run == found.first_seen_run + 1
    changes = await synced(database, connection_id, judged("1", agreement("88"), agreement("89")), hours=4)
    assert changes.rows[0].after == {"agreements.88": "Managed"}
    assert (await cached(database, connection_id, "1")).agreements_stale == ()


@pytest.mark.requirement("R77")
async def test_an_agreement_whose_account_did_not_come_back_is_kept_and_can_be_explained(database: Database) -> None:
    connection_id = await connected(database)
    nobodys, hidden = agreement("90"), agreement("91", account_id="7", account_name="Hidden Inc")
    await synced(database, connection_id, judged("1", agreement("88")), orphans=[nobodys, hidden])
    assert await snapshots.orphans(database, connection_id) == [nobodys, hidden]
    await synced(database, connection_id, orphans=[agreement("88", account_id="1"), hidden], hours=1)
    assert [each.id for each in await snapshots.orphans(database, connection_id)] == ["88", "91"]


async def test_an_agreement_of_the_parent_seen_through_a_child_is_stored_once_and_with_the_parent(
    database: Database,
) -> None:
    connection_id = await connected(database)
    shared = agreement("88", account_id="1")
    await synced(database, connection_id, judged("1", shared), judged("2", shared))
    assert (await cached(database, connection_id, "1")).agreements == (shared,)
    assert (await cached(database, connection_id, "2")).agreements == ()


CONTRADICTIONS = {
    "account without an id": ([judged("")], ()),
    "account 1 twice": ([judged("1"), judged("1", name="Other")], ()),
    "agreement without an id": ([judged("1", agreement(""))], ()),
    "agreement 88 twice": ([judged("1", agreement("88"))], (agreement("88", account_id="2"),)),
}


@pytest.mark.requirement("R184")
@pytest.mark.parametrize("problem", CONTRADICTIONS)
async def test_a_snapshot_that_contradicts_itself_is_refused_and_the_old_one_stays(
    database: Database, problem: str
) -> None:
    accounts: list[Seen] = list(CONTRADICTIONS[problem][0])
    orphans: tuple[Agreement, ...] = CONTRADICTIONS[problem][1]
    connection_id = await connected(database)
    await synced(database, connection_id, judged("5"))
    run_id = await started(database, connection_id)
    broken = snapshot(connection_id, *accounts, orphans=orphans)
    with pytest.raises(InvalidSnapshot, match=problem):
        await write_full(database, run_id, "t", broken, now=NOW)
    assert [row.id for row in await snapshots.names(database, connection_id)] == ["5"]


@pytest.mark.requirement("R185")
async def test_a_run_that_lost_its_token_was_cancelled_or_ended_writes_nothing(database: Database) -> None:
    connection_id, other = await connected(database), await connected(database, "other")
    run_id = await started(database, connection_id)

    async def write(token: str, where: int = connection_id) -> Told | None:
        return await write_full(database, run_id, token, snapshot(where, judged("1")), now=NOW)

    assert await write("stolen") is None
    assert await write("t", other) is None
    await runs.ask_cancel(database, run_id, NOW)
    assert await write("t") is None
    await ended(database, run_id, "cancelled")
    assert await write("t") is None
    assert await write_one(database, run_id, "t", connection_id, "1", judged("1"), now=NOW) is None
    assert await snapshots.names(database, connection_id) == []
    assert await snapshots.version(database, connection_id) == 0


@pytest.mark.requirement("R186")
async def test_every_write_makes_a_new_version(database: Database) -> None:
    connection_id = await connected(database)
    versions = [await snapshots.version(database, connection_id)]
    for hours in (0, 1):
        await synced(database, connection_id, judged("1"), hours=hours)
        versions.append(await snapshots.version(database, connection_id))
    assert versions == [0, 1, 2]
    assert await snapshots.version(database, 404) == 0


@pytest.mark.requirement("R186")
async def test_the_tables_in_force_are_those_of_the_last_run_that_read_them(database: Database) -> None:
    connection_id = await connected(database)
    assert await snapshots.tables(database, connection_id) is None
    assert await snapshots.account_filter(database, connection_id) is None
    await synced(database, connection_id)
    assert await snapshots.tables(database, connection_id) == TABLES
    types = Table(name="types", rows=(Option(id="9", name="Partner"),))
    tables, which = replace(TABLES, types=types), replace(FILTER, custom=True)
    for hours in (1, 2):
        await synced(database, connection_id, tables=tables, filter=which, hours=hours)
        assert await snapshots.tables(database, connection_id) == tables
        assert await snapshots.account_filter(database, connection_id) == which


async def test_names_come_with_the_keys_that_a_search_needs(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, judged("1", name="Acmé & Sons, Ltd.", identifier="AcmeSons", visible=None))
    assert await snapshots.names(database, connection_id) == [
        NameRow(id="1", name="Acmé & Sons, Ltd.", key="acme and sons", visible=None, identifier_key="acmesons")
    ]


async def test_a_nul_character_in_a_name_does_not_stop_a_sync(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, judged("1", name="Acme"))
    changes = await synced(
        database, connection_id, judged("1", agreement("88", name="M\0"), name="Ac\0me Ltd"), hours=1
    )
    assert changes.rows[0].after == {"name": "Acme Ltd", "agreements.88": "M"}
    assert (await cached(database, connection_id, "1")).account.name == "Acme Ltd"
