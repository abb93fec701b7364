"""Work side by side: what has come can be looked at, and nothing is waited for longer than anybody wants."""

import asyncio
from contextlib import aclosing

import pytest

from bot.arriving import Arriving


async def said(text: str, when: asyncio.Event | None = None) -> str:
    if when is not None:
        await when.wait()
    return text


async def test_what_has_come_is_there_in_the_order_of_the_names_and_the_rest_is_waited_for() -> None:
    gate = asyncio.Event()
    async with aclosing(Arriving({"slow": said("a", gate), "quick": said("b"), "quicker": said("c")})) as arriving:
        assert [*arriving.waiting] == ["slow", "quick", "quicker"]
        await arriving.another()
        assert not await arriving.all(0)
        assert [*arriving.arrived] == ["b", "c"]
        assert [*arriving.waiting] == ["slow"]
        gate.set()
        assert await arriving.all()
        assert [*arriving.arrived] == ["a", "b", "c"]
        assert not arriving.waiting


async def test_where_nobody_is_waited_for_nothing_waits() -> None:
    async with aclosing(Arriving[str]({})) as arriving:
        assert await arriving.all()
        await arriving.another()
        assert [*arriving.arrived] == []


async def test_what_still_goes_on_is_ended() -> None:
    forever = Arriving({"never": said("a", asyncio.Event())})
    await forever.aclose()
    with pytest.raises(asyncio.CancelledError):
        assert forever.arrived


async def test_an_error_is_raised_to_who_takes_the_result() -> None:
    async def broken() -> str:
        raise RuntimeError("a bug")

    async with aclosing(Arriving({"broken": broken()})) as arriving:
        await arriving.all()
        with pytest.raises(RuntimeError, match="a bug"):
            assert arriving.arrived
