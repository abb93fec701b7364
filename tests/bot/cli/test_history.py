"""``psa-bot history``."""

import pytest

from tests.bot.cli.conftest import Shop


@pytest.mark.requirement("R226")
async def test_without_a_name_the_last_syncs_are_told(synced: Shop) -> None:
    ran = await synced.enters("history", "--json")
    assert (ran.code, ran.err) == (0, "")
    [run] = ran.json["runs"]
    assert (run["connection"], run["kind"], run["state"]) == ("cw-prod", "full", "succeeded")
    assert run["requested_by"]
    words = await synced.enters("history", "--connection", "cw-prod")
    assert "full sync is done" in words.out


async def test_a_customers_past_is_told_with_field_and_rule(synced: Shop) -> None:
    synced.psa.fix("globex")
    await synced.enters("sync", "full", "--connection", "cw-prod")
    ran = await synced.enters("history", "Globex Corporation", "--json")
    assert ran.code == 0
    [account] = ran.json["accounts"]
    [change] = account["changes"]
    assert (account["visible"], change["what"]) == (True, "became_visible")
    assert "agreement-billing-cycle" in change["before"]["reasons"]
    words = await synced.enters("history", "Globex Corporation")
    assert words.out.startswith("🟩 Globex Corporation is visible since run")


async def test_nobody_and_several_end_with_1(synced: Shop) -> None:
    nobody = await synced.enters("history", "Zzyzx")
    assert (nobody.code, "No sync ever brought" in nobody.out) == (1, True)
    for record_id, name in ((1963, "Twin Peaks East"), (2019, "Twin Peaks West")):
        synced.psa.tenant.companies.change(record_id, synced.psa.clock.now(), name=name)
    await synced.enters("sync", "full", "--connection", "cw-prod")
    several = await synced.enters("history", "Twin Peaks", "--json")
    assert (several.code, several.json["accounts"]) == (1, [])
    assert [each["name"] for each in several.json["candidates"]] == ["Twin Peaks East", "Twin Peaks West"]


async def test_an_unknown_connection_ends_with_2(synced: Shop) -> None:
    ran = await synced.enters("history", "--connection", "nope")
    assert (ran.code, ran.out) == (2, "")
    assert "cw-prod" in ran.err
