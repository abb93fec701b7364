"""The accounts that were pulled and are not visible."""

import pytest

from bot.store.database import Database
from bot.store.queries import snapshots
from bot.store.snapshot import HiddenRow

from .records import HOUR, NOW, Seen, connected, ended, judged, snapshot, started, write_full


async def synced(db: Database, connection_id: int, *accounts: Seen, hours: int = 0) -> None:
    now = NOW + hours * HOUR
    run_id = await started(db, connection_id, now=now)
    assert await write_full(db, run_id, "t", snapshot(connection_id, *accounts), now=now) is not None
    await ended(db, run_id, now=now)


@pytest.mark.requirement("R89")
async def test_hidden_and_undecidable_accounts_are_listed_by_name_with_their_reasons(database: Database) -> None:
    one, two = await connected(database, "one"), await connected(database, "two")
    await synced(
        database,
        one,
        judged("1", name="Visible"),
        judged("2", name="Zeta", visible=False, reasons=("agreement-exists", "account-is-active")),
        judged("3", name="Alpha", visible=None, reasons=("account-is-readable",)),
    )
    await synced(database, two, judged("4", visible=False))
    assert await snapshots.hidden(database, one) == [
        HiddenRow(id="3", name="Alpha", visible=None, reasons=("account-is-readable",)),
        HiddenRow(id="2", name="Zeta", visible=False, reasons=("agreement-exists", "account-is-active")),
    ]


async def test_one_that_is_gone_is_not_hidden_but_gone(database: Database) -> None:
    connection_id = await connected(database)
    await synced(database, connection_id, judged("1"), judged("2", visible=False, reasons=("agreement-exists",)))
    await synced(database, connection_id, judged("1"), hours=1)
    assert await snapshots.hidden(database, connection_id) == []
