"""Work that goes on side by side: what has come so far can be looked at before all of it has."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Arriving(Generic[T]):
    """``works`` by name, begun at once. ``aclose`` ends those that still go on."""

    def __init__(self, works: Mapping[str, Coroutine[Any, Any, T]]) -> None:
        self._tasks = {name: asyncio.create_task(work) for name, work in works.items()}

    @property
    def arrived(self) -> tuple[T, ...]:
        """In the order of the names. Raises what one of them raised."""
        return tuple(task.result() for task in self._tasks.values() if task.done())

    @property
    def waiting(self) -> tuple[str, ...]:
        """Who has not come yet."""
        return tuple(name for name, task in self._tasks.items() if not task.done())

    async def all(self, seconds: float | None = None) -> bool:
        """Until all have come, for so many seconds at most. True: they have."""
        pending = [task for task in self._tasks.values() if not task.done()]
        if pending:
            await asyncio.wait(pending, timeout=seconds)
        return not self.waiting

    async def another(self) -> None:
        """Until one more has come; at once where nobody is waited for."""
        pending = [task for task in self._tasks.values() if not task.done()]
        if pending:
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)

    async def aclose(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
