"""A process of the bot as a fault test wants it: ``python -m tests.faults.process``, told by JSON on standard input.

``command``: serve or worker. ``settings``: of the bot. ``ahead``: seconds that this machine's clock is wrong.
``slow``: accounts whose name holds this take long to judge.
"""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.app import opened
from bot.clock import Clock, machine_time
from bot.config import Rhythm, Settings
from bot.lifetime import until_stopped
from bot.serve import running
from bot.store.migrate import migrate
from bot.worker import working
from rules.engine import Engine
from rules.model import Case, Judged

JUDGING_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class SlowEngine:
    """The engine, which takes its time for some."""

    engine: Engine
    slow: str

    def judge(self, case: Case) -> Judged:
        if self.slow and case.account is not None and self.slow in case.account.name:
            time.sleep(JUDGING_SECONDS)
        return self.engine.judge(case)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


def wrong_clock(ahead: float, offset: float) -> Clock:
    def machine() -> datetime:
        return machine_time() + timedelta(seconds=ahead)

    return Clock(timedelta(seconds=offset), machine)


async def live(told: dict[str, Any]) -> None:
    settings = Settings(**{**told["settings"], "rhythm": Rhythm(**told["rhythm"])})
    engine: Any = SlowEngine(Engine.load(), told.get("slow", ""))
    clock = wrong_clock(told.get("ahead", 0.0), told.get("offset", 0.0))
    async with opened(settings, engine=engine, clock=clock) as bot, AsyncExitStack() as stack:
        if settings.serves:
            await migrate(bot.db)
        await stack.enter_async_context(running(bot) if settings.serves else working(bot))
        print(bot.process, flush=True)  # noqa: T201 - whoever started it reads this
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(until_stopped(live(json.loads(sys.stdin.readline()))))
