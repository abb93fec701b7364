"""All accounts, active or not: read once for everybody who wants them at the same time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Final

from connectors.kaseya_family.api import Api
from connectors.kaseya_family.rights import ACCOUNTS
from connectors.paging import Row

# Whether inactive accounts come without this filter is not documented, so both halves are asked for (BMS §4).
HALVES: Final = ({"Filter.IsActive": "true"}, {"Filter.IsActive": "false"})


class Roll:
    """A sync reads accounts, contracts and counts side by side. Contracts name their account and have no id of it
    (BMS §4), so that all three need every account: whoever comes while a read is under way joins it from its first
    page on. One that is over is never given out again.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._reading: Reading | None = None

    async def pages(self) -> AsyncGenerator[Sequence[Row], None]:
        if self._reading is None or self._reading.is_over:
            self._reading = Reading(self._halves())
        async with aclosing(self._reading.pages()) as pages:
            async for rows in pages:
                yield rows

    async def _halves(self) -> AsyncIterator[Sequence[Row]]:
        seen = set[object]()
        for half in HALVES:
            async for rows in self._api.bulk("full", ACCOUNTS, half):
                yield [row for row in rows if row.get("id") not in seen]
                seen.update(row.get("id") for row in rows)


class Reading:
    """One read. It ends with its last reader, so that nothing goes on that nobody waits for."""

    def __init__(self, source: AsyncIterator[Sequence[Row]]) -> None:
        self._pages: list[Sequence[Row]] = []
        self._news = asyncio.Event()
        self._readers = 0
        self._is_left = False
        self._task = asyncio.create_task(self._read(source))
        self._task.add_done_callback(self._end)

    @property
    def is_over(self) -> bool:
        return self._is_left or self._task.done()

    async def pages(self) -> AsyncGenerator[Sequence[Row], None]:
        self._readers += 1
        try:
            read = 0
            while read < len(self._pages) or not self._task.done():
                news = self._news
                if read == len(self._pages):
                    await news.wait()
                    continue
                yield self._pages[read]
                read += 1
            self._task.result()
        finally:
            self._readers -= 1
            if not self._readers:
                self._is_left = True
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self, source: AsyncIterator[Sequence[Row]]) -> None:
        async for rows in source:
            self._pages.append(rows)
            self._wake()

    def _end(self, task: "asyncio.Task[None]") -> None:
        """Those who still read hear of an error; when nobody does, nobody needs to."""
        if not task.cancelled():
            task.exception()
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
