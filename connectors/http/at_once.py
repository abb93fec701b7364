"""Several reads side by side, with the error handling of one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.errors import ConnectorError


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
