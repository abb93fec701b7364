"""The audit log."""

from datetime import UTC, datetime

import pytest

from bot.store.database import Database
from bot.store.queries import audit

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.requirement("R251")
async def test_an_action_is_remembered_with_who_what_and_how_it_ended(database: Database) -> None:
    await audit.write(
        database, at=NOW, who="U0AGENT", action="sync full", target="cw-prod", outcome="queued", detail="run 7"
    )
    (entry,) = await audit.recent(database)
    assert (entry.at, entry.who, entry.action, entry.target) == (NOW, "U0AGENT", "sync full", "cw-prod")
    assert (entry.outcome, entry.detail) == ("queued", "run 7")


async def test_the_newest_entries_come_first_and_no_more_than_asked_for(database: Database) -> None:
    for number in range(4):
        await audit.write(database, at=NOW, who="U0AGENT", action=f"step {number}", target="", outcome="done")
    assert [entry.action for entry in await audit.recent(database, limit=2)] == ["step 3", "step 2"]
