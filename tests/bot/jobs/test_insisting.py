"""Stopping never hangs on a task that misses its cancel."""

import asyncio
from contextlib import suppress

from bot.jobs.insisting import cancelled


async def deaf(times: int) -> None:
    """Goes on after so many cancels, as ``asyncio.wait_for`` of Python 3.11 may let it."""
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def broken() -> None:
    raise ValueError("on purpose")


async def test_a_task_that_misses_its_cancel_is_cancelled_again() -> None:
    tasks = [asyncio.create_task(deaf(times)) for times in (0, 1, 2)]
    await asyncio.sleep(0)
    await cancelled(*tasks)
    assert all(task.cancelled() for task in tasks)


async def test_what_ended_by_itself_or_broke_is_over() -> None:
    task = asyncio.create_task(broken())
    await asyncio.wait({task})
    await cancelled(task)
    await cancelled()
    assert not task.cancelled()
