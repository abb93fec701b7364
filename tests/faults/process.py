"""A process of the bot as a fault test wants it: ``python -m tests.faults.process``, told by JSON on standard input.

``settings``: of the bot. ``ahead``: seconds that this machine's clock is wrong.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

from bot.app import opened
from bot.clock import Clock, machine_time
from bot.config import Rhythm, Settings
from bot.lifetime import until_stopped
from bot.serve import running
from bot.store.migrate import migrate
from bot.worker import working


def wrong_clock(ahead: float, offset: float) -> Clock:
    def machine() -> datetime:
        return machine_time() + timedelta(seconds=ahead)

    return Clock(timedelta(seconds=offset), machine)


async def live(told: dict[str, Any]) -> None:
    settings = Settings(**{**told["settings"], "rhythm": Rhythm(**told["rhythm"])})
    clock = wrong_clock(told.get("ahead", 0.0), told.get("offset", 0.0))
    async with opened(settings, clock=clock) as bot, AsyncExitStack() as stack:
        if settings.serves:
            await migrate(bot.db)
        await stack.enter_async_context(running(bot) if settings.serves else working(bot))
        print(bot.process, flush=True)  # noqa: T201 - whoever started it reads this
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(until_stopped(live(json.loads(sys.stdin.readline()))))
