"""Every record of a list exactly once: follow next links, count pages, or read pages side by side."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Hashable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.errors import InvalidData, NotFound

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``has_links``: the PSA sent navigation, so a missing ``next_url`` means that this was the last page."""

    rows: Sequence[Row]
    next_url: str | None = None
    has_links: bool = False


class Listing(Protocol):
    """One list of a PSA, read page by page. ``count`` raises NotFound where the PSA cannot count this list."""

    @property
    def page_size(self) -> int: ...

    async def numbered(self, number: int) -> Page: ...

    async def follow(self, url: str) -> Page: ...

    async def count(self) -> int: ...


async def one_by_one(listing: Listing) -> AsyncIterator[Sequence[Row]]:
    """Pages in their order: by next link where there is one, else by number until a short page."""
    number, followed = 1, set[str]()
    page = await listing.numbered(1)
    while True:
        if page.rows:
            yield page.rows
        number += 1
        if page.next_url:
            if page.next_url in followed:
                raise InvalidData("The PSA's list of pages runs in a circle.")
            followed.add(page.next_url)
            page = await listing.follow(page.next_url)
        elif is_last(page, listing):
            return
        else:
            page = await listing.numbered(number)


async def side_by_side(listing: Listing, *, at_once: int) -> AsyncIterator[Sequence[Row]]:
    """The fast read of a long list: several pages on their way at a time, and no row twice."""
    seen = set[Hashable]()
    async for rows in _hurried(listing, at_once):
        if fresh := _unseen(rows, seen):
            yield fresh


async def _hurried(listing: Listing, at_once: int) -> AsyncIterator[Sequence[Row]]:
    """A row that vanishes meanwhile moves all later ones up by one place, past a page border and out of sight. So the
    list is counted before and after, and where that differs it is read again, in order.
    """
    try:
        tail, before = await _together(listing)
    except NotFound:  # some lists cannot be counted
        before = None
    if before is not None:
        yield tail.rows
        last = math.ceil(before / listing.page_size)
        async with aclosing(_ahead(listing, range(2, last + 1), at_once)) as pages:
            async for tail in pages:
                yield tail.rows
        if is_last(tail, listing) and (last <= 1 or await listing.count() == before):
            return
    async for rows in one_by_one(listing):
        yield rows


def is_last(page: Page, listing: Listing) -> bool:
    return not page.next_url and (page.has_links or len(page.rows) < listing.page_size)


async def _together(listing: Listing) -> tuple[Page, int]:
    """The first page and the count, in one round. When one fails the other is not left behind."""
    counting = asyncio.create_task(listing.count())
    try:
        return await listing.numbered(1), await counting
    finally:
        await _stop(counting)


async def _ahead(listing: Listing, numbers: range, at_once: int) -> AsyncGenerator[Page, None]:
    """Pages in order, with the next few already on their way: memory holds ``at_once`` pages at most."""
    waiting: list[asyncio.Task[Page]] = []
    try:
        for number in numbers:
            waiting.append(asyncio.create_task(listing.numbered(number)))
            if len(waiting) >= at_once:
                yield await waiting[0]
                waiting.pop(0)
        while waiting:
            yield await waiting[0]
            waiting.pop(0)
    finally:
        await _stop(*waiting)


async def _stop(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _unseen(rows: Sequence[Row], seen: set[Hashable]) -> Sequence[Row]:
    fresh = []
    for row in rows:
        if (key := row.get("id")) is None or key not in seen:
            fresh.append(row)
            seen.add(key)
    return fresh
