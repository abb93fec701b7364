"""One full sync into the database that is named, or into a new SQLite file: its seconds, and this process's memory."""

import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.workers.bot_at_work import connected, full_sync, settings_in
from bench.workers.memory import peak_megabytes


async def main() -> None:
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        if given["database_url"]:
            settings = replace(settings, database_url=given["database_url"])
        async with connected(settings, given, leaps=True) as (bot, connection):
            await (await bot.psas.connector(connection)).check()  # as ``connections add`` does
            idle = peak_megabytes()
            done = await full_sync(bot, connection)
    print(json.dumps({**done, "idle_mb": idle, "peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    asyncio.run(main())
