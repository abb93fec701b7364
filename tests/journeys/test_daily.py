"""What the clock does: one alert per incident, edited until it is resolved, and one digest a day."""

import pytest

from tests.journeys.town import Town, words

ALERTS = "#psa-alerts"


async def alerts(town: Town) -> list[dict]:
    return [one for one in await town.messages(ALERTS) if "sync failed" in one["text"] or "works again" in one["text"]]


async def failing_sync(town: Town, fault: str) -> None:
    await town.break_psa(fault)
    await town.type("/psa resync")
    await town.says("failed") if fault.startswith("forbidden") else await town.says("did not get through")


@pytest.mark.requirement("R227")
async def test_a_failed_sync_opens_one_message_that_is_edited_on_repeats_and_on_recovery(town: Town) -> None:
    await failing_sync(town, "forbidden-agreements")
    await town.post("clock", advance_seconds=60)
    opened = await town.says("cw-prod: the full sync failed", ALERTS)
    assert "Who must act" in words(opened)
    assert "permission denied" in words(opened)
    card = await town.type("/psa resync")
    await town.message(lambda one: one["ts"] == card["ts"] and "failed" in words(one))
    await town.post("clock", advance_seconds=600)
    again = await town.message(lambda one: one["ts"] == opened["ts"] and "2 times" in words(one), ALERTS)
    assert again["edited"]
    await town.break_psa("none")
    await town.click(again, "alert.retry")
    await town.says("The full sync of cw-prod is done.", ALERTS)
    await town.post("clock", advance_seconds=60)
    resolved = await town.message(lambda one: one["ts"] == opened["ts"] and "works again" in words(one), ALERTS)
    assert "2 failures, one cause" in words(resolved)
    assert len(await alerts(town)) == 1


async def test_a_passing_trouble_alerts_nobody_the_first_time(town: Town) -> None:
    await failing_sync(town, "down")
    await town.post("clock", advance_seconds=60)
    assert await alerts(town) == []


async def test_the_digest_comes_in_the_morning_once_however_often_the_clock_ticks(town: Town) -> None:
    await town.post("clock", to="tomorrow-morning")
    digest = await town.says("PSA sync", ALERTS)
    assert "cw-prod" in words(digest)
    assert "visible" in words(digest)
    await town.post("clock", advance_seconds=60)
    await town.post("clock", advance_seconds=3600)
    assert len([one for one in await town.messages(ALERTS) if one["text"].startswith("PSA sync")]) == 1
    await town.post("clock", to="tomorrow-morning")
    assert len([one for one in await town.messages(ALERTS) if one["text"].startswith("PSA sync")]) == 2


async def test_a_channel_that_unsubscribes_hears_no_more(town: Town) -> None:
    told = await town.type("/psa unsubscribe digest", channel=ALERTS)
    assert "no longer gets the daily digest" in words(told)
    await town.post("clock", to="tomorrow-morning")
    assert not [one for one in await town.messages(ALERTS) if one["text"].startswith("PSA sync")]
