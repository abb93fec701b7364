import asyncio

from bot.store.database import Database
from bot.store.queries import channels
from tests.bot.sync.fakes import NOON


async def write(db: Database, at: str) -> None:
    await channels.subscribe(db, channel="C0ALERTS", kind="digest", at=at, by="U0ADMIN", now=NOON)


async def test_a_writer_that_is_cancelled_anywhere_does_not_keep_the_others_out(database: Database) -> None:
    held: list[BaseException] = []  # tracebacks are kept, as a log would: they keep the statement alive
    for turns in range(0, 2000, 10):
        task = asyncio.create_task(write(database, "08:00"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        held += [one for one in await asyncio.gather(task, return_exceptions=True) if one is not None]
        async with asyncio.timeout(4):  # less than the patience of a writer that finds the database locked
            await write(database, f"09:{turns:04}")
    assert [one.at for one in await channels.subscriptions(database)] == ["09:1990"]
    assert held
