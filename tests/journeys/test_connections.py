"""``/psa connections`` over real HTTP: a list, a try of one, pausing it and resuming it, by who may."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.queries import audit
from rules.engine import Engine
from tests.journeys.town import Town, a_town, actions, words


@pytest.fixture
async def two(tmp_path: Path, engine: Engine) -> AsyncIterator[Town]:
    async with a_town(tmp_path, engine, ("connectwise", "autotask"), resync_allowed=("U0ADMIN",)) as built:
        yield built


@pytest.mark.requirement("R98", "R140", "R100")
async def test_the_list_shows_each_connection_and_no_secret(two: Town) -> None:
    listed = await two.type("/psa connections")
    said = words(listed)
    assert "at-east · Autotask · ok" in said
    assert "cw-prod · ConnectWise · ok" in said
    assert said.count("4 days ago") == 2
    assert "Pulled: status" in said
    secrets = {**two.psa.credentials(), **two.psas["autotask"].credentials()}
    assert not [name for name, value in secrets.items() if value in str(listed)]
    assert [each for each in actions(listed) if each.startswith("roster")] == ["roster.test", "roster.pause"] * 2


@pytest.mark.requirement("R98")
async def test_a_try_is_answered_in_place_with_host_version_and_what_lacks(two: Town) -> None:
    listed = await two.type("/psa connections")
    await two.click(listed, "roster.test", value="cw-prod")
    tried = await two.message(lambda one: one["ts"] == listed["ts"] and "Tested just now" in words(one))
    assert "signed in to 127.0.0.1:" in words(tried)
    assert "version v2026.1.118920. Granted: 6 of the 7 rights that I use." in words(tried)
    assert "Lacks: Finance > Agreements > Customize" in words(tried)
    await two.break_psa("unauthorized", "autotask")
    await two.click(tried, "roster.test", value="at-east")
    failed = await two.message(lambda one: one["ts"] == listed["ts"] and "❌ Tested just now" in words(one))
    assert "Who must act: Whoever manages this connection" in words(failed)


@pytest.mark.requirement("R98", "R251")
async def test_a_paused_connection_says_so_in_every_answer_is_not_synced_and_is_resumed_from_there(two: Town) -> None:
    listed = await two.type("/psa connections", user="admin")
    await two.click(listed, "roster.pause", value="cw-prod", user="admin")
    await two.message(lambda one: one["ts"] == listed["ts"] and "cw-prod is paused" in words(one))
    answer = await two.type("/psa missing Acme @cw-prod", user="admin")
    assert "cw-prod (ConnectWise) is paused: nothing is synced until somebody resumes it." in words(answer)
    assert "missing.sync_one" not in actions(answer)
    refused = await two.type("/psa resync @cw-prod", user="admin")
    assert "cw-prod is paused, so nothing was synced." in words(refused)
    await two.click(answer, "connection.resume", user="admin")
    await two.says("cw-prod is resumed. /psa resync @cw-prod reads it now.")
    assert "missing.sync_one" in actions(await two.type("/psa missing Acme @cw-prod", user="admin"))
    done = [(e.who, e.action) for e in await audit.recent(two.bot.db) if e.action.startswith("connection")]
    assert sorted(done) == [("U0ADMIN", "connection paused"), ("U0ADMIN", "connection resumed")]


async def test_who_may_not_start_a_sync_may_not_pause_a_connection(two: Town) -> None:
    listed = await two.type("/psa connections")
    await two.click(listed, "roster.pause", value="cw-prod")
    await two.says("You may not pause a connection here.")
    assert "cw-prod · ConnectWise · ok" in words(await two.type("/psa connections"))
