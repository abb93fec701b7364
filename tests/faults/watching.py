"""What readers see of the copy while something goes wrong with a sync, in this process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from bot.store.bulk import table_of
from bot.store.queries import snapshots
from bot.store.settings_tables import SettingsTableRow, SettingsVersionRow
from bot.store.tables import AccountRow, AgreementRow, ConnectionRow, LookupRow
from connectors.records import SettingsRow
from tests.bot.sync.fakes import SETTINGS, account, agreement
from tests.bot.sync.stage import Stage

IN_FORCE: Final = (ConnectionRow, AccountRow, AgreementRow, LookupRow, SettingsTableRow, SettingsVersionRow)


async def copy_of(stage: Stage) -> list[Sequence[Any]]:
    """All that is in force, row by row, to be compared bit by bit."""
    async with stage.db.read() as session:
        connection = await session.connection()
        tables = [table_of(row) for row in IN_FORCE]
        return [(await connection.execute(select(table).order_by(*table.primary_key))).all() for table in tables]


def changed_in_the_psa(stage: Stage) -> None:
    """Everybody has a new name, each agreement and a table, too, and one more has come."""
    now = stage.clock.now()
    stage.psa.everyone = [account(number, name=f"New {number}", changed_at=now) for number in range(1, 8)]
    stage.psa.all_agreements = [agreement(number, number, name="New", changed_at=now) for number in range(1, 8)]
    types = replace(SETTINGS[-1], rows=(*(SETTINGS[-1].rows or ()), SettingsRow(id="12", name="New")))
    stage.psa.told_settings = [*SETTINGS[:-1], types]


@asynccontextmanager
async def nobody_sees_half(stage: Stage) -> AsyncIterator[None]:
    """Names begin with their generation: two of them at once would be half a copy. Reads all the while."""
    seen, over = list[frozenset[str]](), asyncio.Event()

    async def look() -> None:
        names = await snapshots.names(stage.db, stage.connection.id)
        seen.append(frozenset(row.name.split()[0] for row in names))

    async def read() -> None:
        while not over.is_set():  # not cancelled, which would leave a connection behind in the middle of a read
            await look()
            await asyncio.sleep(0)

    reading = asyncio.create_task(read())
    try:
        yield
    finally:
        over.set()
        await reading
    await look()
    assert [each for each in seen if len(each) != 1] == []
