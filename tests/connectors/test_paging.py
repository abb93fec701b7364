import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import InvalidData, NotFound, PsaDown
from connectors.paging import Page, Row, one_by_one, side_by_side


@dataclass(slots=True, kw_only=True)
class FakeListing:
    """A list on a server: ``vanish`` removes a record just before the page of that number is read."""

    ids: list[int]
    page_size: int = 3
    links: bool = True
    countable: bool = True
    vanish: dict[int, int] = field(default_factory=dict)
    broken_page: int = 0
    counts_wrong: int | None = None
    numbers: list[int] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    async def numbered(self, number: int) -> Page:
        self.numbers.append(number)
        return await self._page(number)

    async def follow(self, url: str) -> Page:
        self.followed.append(url)
        return await self._page(int(url.partition("=")[2]))

    async def count(self) -> int:
        if not self.countable:
            raise NotFound("no count")
        return len(self.ids) if self.counts_wrong is None else self.counts_wrong

    async def _page(self, number: int) -> Page:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        await asyncio.sleep(0)
        self.open_now -= 1
        if number == self.broken_page:
            raise PsaDown("down")
        if (gone := self.vanish.pop(number, None)) in self.ids:
            self.ids.remove(gone)
        start = (number - 1) * self.page_size
        rows: Sequence[Row] = [{"id": one} for one in self.ids[start : start + self.page_size]]
        more = start + self.page_size < len(self.ids)
        return Page(rows=rows, next_url=f"page={number + 1}" if self.links and more else None, has_links=self.links)


async def ids_one_by_one(listing: FakeListing) -> list[int]:
    return [row["id"] async for rows in one_by_one(listing) for row in rows]


async def ids_side_by_side(listing: FakeListing, at_once: int = 4) -> list[int]:
    return [row["id"] async for rows in side_by_side(listing, at_once=at_once) for row in rows]


@given(length=st.integers(0, 40), size=st.integers(1, 7), links=st.booleans(), at_once=st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_every_record_comes_exactly_once_in_order(length: int, size: int, links: bool, at_once: int) -> None:
    ids = list(range(1, length + 1))
    assert asyncio.run(ids_one_by_one(FakeListing(ids=ids, page_size=size, links=links))) == ids
    assert asyncio.run(ids_side_by_side(FakeListing(ids=ids, page_size=size, links=links), at_once)) == ids


@given(
    length=st.integers(0, 30),
    size=st.integers(1, 5),
    vanish=st.dictionaries(st.integers(1, 8), st.integers(1, 30), max_size=1),
    links=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_a_record_that_vanishes_meanwhile_hides_no_other(
    length: int, size: int, vanish: dict[int, int], links: bool
) -> None:
    listing = FakeListing(ids=list(range(1, length + 1)), page_size=size, vanish=dict(vanish), links=links)
    found = asyncio.run(ids_side_by_side(listing))
    assert set(found) >= set(listing.ids)
    assert len(found) == len(set(found))


async def test_next_links_are_followed_as_they_are() -> None:
    listing = FakeListing(ids=[1, 2, 3, 4])
    assert await ids_one_by_one(listing) == [1, 2, 3, 4]
    assert (listing.numbers, listing.followed) == ([1], ["page=2"])


async def test_a_short_page_ends_a_list_without_links() -> None:
    listing = FakeListing(ids=[1, 2, 3, 4], links=False)
    assert await ids_one_by_one(listing) == [1, 2, 3, 4]
    assert (listing.numbers, listing.followed) == ([1, 2], [])


async def test_a_list_of_pages_that_runs_in_a_circle_is_invalid() -> None:
    class Circle(FakeListing):
        async def follow(self, url: str) -> Page:
            return Page(rows=[{"id": 1}], next_url="page=2", has_links=True)

    with pytest.raises(InvalidData, match="circle"):
        await ids_one_by_one(Circle(ids=[1, 2, 3, 4]))


async def test_pages_of_a_long_list_are_read_at_once_but_not_all() -> None:
    listing = FakeListing(ids=list(range(60)))
    assert len(await ids_side_by_side(listing, at_once=4)) == 60
    assert listing.most_open == 4


async def test_a_list_that_cannot_be_counted_is_read_in_order() -> None:
    listing = FakeListing(ids=[1, 2, 3, 4], countable=False)
    assert await ids_side_by_side(listing) == [1, 2, 3, 4]
    assert listing.most_open == 1


async def test_a_count_that_is_too_small_loses_nothing() -> None:
    assert await ids_side_by_side(FakeListing(ids=list(range(20)), counts_wrong=4)) == list(range(20))


async def test_records_that_appear_meanwhile_are_read_too() -> None:
    class Growing(FakeListing):
        async def numbered(self, number: int) -> Page:
            page = await super().numbered(number)
            if number == 2 and len(self.ids) < 12:
                self.ids += [90, 91, 92, 93]
            return page

    assert await ids_side_by_side(Growing(ids=list(range(8)))) == [*range(8), 90, 91, 92, 93]


async def test_a_record_without_an_id_is_passed_on_to_who_can_say_so() -> None:
    class Nameless(FakeListing):
        async def numbered(self, number: int) -> Page:
            return Page(rows=[{"name": "a"}, {"name": "b"}], has_links=True)

    pages = [rows async for rows in side_by_side(Nameless(ids=[1, 2]), at_once=2)]
    assert pages == [[{"name": "a"}, {"name": "b"}]]


@pytest.mark.parametrize("broken_page", [1, 2, 5])
async def test_a_page_that_fails_stops_the_others(broken_page: int) -> None:
    listing = FakeListing(ids=list(range(30)), broken_page=broken_page)
    with pytest.raises(PsaDown):
        await ids_side_by_side(listing)
    assert len(asyncio.all_tasks()) == 1


async def test_a_reader_that_stops_early_leaves_nothing_running() -> None:
    pages = side_by_side(FakeListing(ids=list(range(60))), at_once=4)
    async for _ in pages:
        break
    await pages.aclose()  # type: ignore[attr-defined] # an async generator, typed as what the reader needs
    assert len(asyncio.all_tasks()) == 1
