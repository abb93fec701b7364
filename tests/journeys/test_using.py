"""A channel that is bound to one of several connections, over real HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.queries import audit
from rules.engine import Engine
from tests.journeys.town import Town, a_town, words

NOTE = "Limited to cw-lab: this channel is bound to it. /psa use all undoes it."


@pytest.fixture
async def two(tmp_path: Path, engine: Engine) -> AsyncIterator[Town]:
    async with a_town(tmp_path, engine, ("connectwise", "cw-lab"), resync_allowed=("U0ADMIN",)) as built:
        yield built


@pytest.mark.requirement("R98", "R140", "R251")
async def test_a_bound_channel_asks_one_connection_says_so_and_is_unbound_again(two: Town) -> None:
    bound = await two.type("/psa use cw-lab", user="admin")
    assert "This channel is bound to cw-lab (ConnectWise)" in words(bound)
    answer = await two.type("/psa missing Stark")
    assert NOTE in words(answer)
    assert "cw-lab (ConnectWise)" in words(answer)
    assert "connections asked" not in words(answer)
    await two.fix("globex", "cw-lab")
    await two.click(answer, "missing.check_again")
    again = await two.message(lambda one: one["ts"] == answer["ts"] and bool(one["edited"]))
    assert NOTE in words(again)
    elsewhere = await two.type("/psa missing Stark @all")
    assert "2 connections asked" in words(elsewhere)
    assert NOTE not in words(elsewhere)
    assert "2 connections asked" in words(await two.type("/psa missing Stark", channel="#billing"))
    await two.type("/psa use all", user="admin")
    assert "2 connections asked" in words(await two.type("/psa missing Stark"))
    used = [entry.detail for entry in await audit.recent(two.bot.db) if entry.action == "use"]
    assert sorted(used) == ["all connections", "cw-lab"]


async def test_a_sync_in_a_bound_channel_is_of_its_connection(two: Town) -> None:
    await two.type("/psa use @cw-lab", user="admin")
    await two.post("command", text="/psa resync", channel="#general", user="admin")
    await two.says("Robin Admin started a full sync of cw-lab.")
    assert NOTE in words(await two.says("Limited to cw-lab"))
    await two.says("is done")


async def test_who_may_not_start_a_sync_may_not_bind_a_channel(two: Town) -> None:
    told = await two.type("/psa use cw-lab")
    assert told["text"].startswith("You may not bind a channel to a connection here.")
    assert "2 connections asked" in words(await two.type("/psa missing Stark"))
    shown = await two.type("/psa use")
    assert "This channel is not bound to a connection." in words(shown)
    await two.click(shown, "use.choose", value="cw-lab")
    await two.says("You may not bind a channel to a connection here.")


async def test_a_connection_that_does_not_exist_is_named_with_those_that_do(two: Town) -> None:
    told = await two.type("/psa use <!channel>", user="admin")
    assert "There is no connection" in words(told)
    assert "There are: cw-lab, cw-prod." in words(told)


@pytest.mark.requirement("R98", "R227")
async def test_a_channel_that_hears_of_one_connection_is_not_told_of_another(two: Town) -> None:
    told = await two.type("/psa subscribe failures @cw-lab", channel="#billing")
    assert "This channel gets an alert when a sync keeps failing, of cw-lab only." in words(told)
    for name, psa in (("cw-prod", "connectwise"), ("cw-lab", "cw-lab")):
        await two.break_psa("forbidden-agreements", psa)
        await two.post("command", text=f"/psa resync @{name}", channel="#general", user="admin")
        await two.says(f"full sync of {name} failed")
    await two.post("clock", advance_seconds=60)
    await two.says("cw-prod: the full sync failed", "#psa-alerts")
    await two.says("cw-lab: the full sync failed", "#billing")
    assert not [one for one in await two.messages("#billing") if "cw-prod: the full sync" in one["text"]]
