"""A task is cancelled until it hears it."""

import asyncio
from typing import Final

AGAIN_SECONDS: Final = 0.2


async def cancelled(*tasks: asyncio.Task[None]) -> None:
    """They are over afterwards, and what they raised is gone.

    Before Python 3.12 ``asyncio.wait_for``, on which psycopg's waiting stands, returns what came at that very moment in
    place of the cancel (CPython #86296): whoever listens for good would listen on, and the process never ended.
    """
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
