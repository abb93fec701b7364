"""``psa-bot worker`` without a Slack: it prints a line when it works, until its standard input ends."""

import asyncio
import json
import sys

from bot.app import opened
from bot.config import Settings
from bot.worker import working


async def main() -> None:
    settings = Settings(**json.loads(sys.stdin.readline()), works=True)
    async with opened(settings) as bot, working(bot):
        print(bot.process, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
