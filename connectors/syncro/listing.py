"""Every record of a Syncro list: by the numbers in ``meta`` where there are any, else until nothing new comes."""

import math
from collections.abc import AsyncIterator, Hashable, Sequence
from typing import Final

from connectors.errors import InvalidData
from connectors.http import at_once
from connectors.paging import Page, Row, side_by_side
from connectors.syncro.api import Api, Leaf, Params
from connectors.syncro.spec import SPEC

MOST_PAGES: Final = 500  # of a list that does not say how long it is (SYN §2)


class Pages:
    """One list of the API, such as every customer."""

    def __init__(self, *, api: Api, purpose: str, path: str, name: str, params: Params) -> None:
        self._api = api
        self._purpose = purpose
        self.path = path
        self._name = name
        self._params = params

    async def leaf(self, number: int) -> Leaf:
        return await self._api.leaf(self._purpose, self.path, self._name, self._params, number)

    async def in_order(self) -> AsyncIterator[Sequence[Row]]:
        """One page after the other, for a look-up that may stop early."""
        async for rows in _walked(self, await self.leaf(1), together=1):
            yield rows

    async def all(self) -> AsyncIterator[Sequence[Row]]:
        """Every page, several on their way at a time."""
        first = await self.leaf(1)
        if first.total_pages is None or first.total_entries is None:
            pages = _walked(self, first, together=SPEC.parallel_calls)
        else:
            pages = side_by_side(_Counted(self, first, first.total_entries), at_once=SPEC.parallel_calls)
        async for rows in pages:
            yield rows


class _Counted:
    """A list whose answers say how many pages and entries it has, as paging reads it."""

    def __init__(self, pages: Pages, first: Leaf, entries: int) -> None:
        self._pages = pages
        self._first: Leaf | None = first
        self._entries = entries
        # Not per_page: what it says and what comes are not the same on every list (SYN §2).
        self.page_size = max(1, math.ceil(entries / (first.total_pages or 1)))

    async def numbered(self, number: int) -> Page:
        first, self._first = self._first, None
        leaf = first if first is not None and number == 1 else await self._pages.leaf(number)
        self._entries = self._entries if leaf.total_entries is None else leaf.total_entries
        following = str(number + 1) if number < (leaf.total_pages or 0) else None
        return Page(rows=leaf.rows, next_url=following, has_links=True)

    async def follow(self, url: str) -> Page:
        return await self.numbered(int(url))

    async def count(self) -> int:
        """As the newest page says it, which costs no call."""
        return self._entries


async def _walked(pages: Pages, first: Leaf, *, together: int) -> AsyncIterator[Sequence[Row]]:
    """Until a page is empty or brings nothing new, as from a server that ignores ``page``; a page that is not full
    proves nothing (SYN §2). The further it goes the more pages are asked for at a time, ``together`` at most.
    """
    seen, leaves, width = set[Hashable](), [first], 1
    while True:
        for leaf in leaves:
            fresh = [row for row in leaf.rows if row.get("id") not in seen]
            seen.update(row.get("id") for row in fresh)
            if fresh:
                yield fresh
            if not fresh or leaf.number == leaf.total_pages:
                return
        number, last = leaves[-1].number + 1, leaves[-1].total_pages or MOST_PAGES
        if number > last:
            raise InvalidData(f"Syncro's list {pages.path} does not end.", call=f"GET {pages.path}")
        leaves = await _side_by_side(pages, range(number, min(number + width, last + 1)))
        width = min(2 * width, together)


async def _side_by_side(pages: Pages, numbers: range) -> list[Leaf]:
    async with at_once() as group:
        reading = [group.create_task(pages.leaf(number)) for number in numbers]
    return [task.result() for task in reading]
