"""The product's full sync of a connection that was tested before: the first load, and the same again."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from bench.workers.bot_at_work import connected, full_sync, settings_in
from bench.workers.memory import peak_megabytes


async def main() -> None:
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        async with connected(settings_in(Path(folder)), given) as (bot, connection):
            await (await bot.psas.connector(connection)).check()  # as ``connections add`` does
            idle = peak_megabytes()
            first = await full_sync(bot, connection)
            again = await full_sync(bot, connection)
    print(json.dumps({"first": first, "again": again, "idle_mb": idle, "peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    asyncio.run(main())
