"""Several reads side by side, with the error handling of one."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from connectors.errors import ConnectorError

Result = TypeVar("Result")


@asynccontextmanager
async def at_once() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first failed read stops the others and comes out as itself, not wrapped in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        for failure in failures.exceptions:
            if isinstance(failure, ConnectorError):
                raise failure from None
        raise


async def as_they_come(reads: Iterable[Callable[[], Coroutine[Any, Any, Result]]]) -> AsyncGenerator[Result, None]:
    """Each result as soon as it is there. The first failed read stops the others, and so does who stops listening."""
    reading = [asyncio.create_task(read()) for read in reads]
    try:
        for coming in asyncio.as_completed(reading):
            yield await coming
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
