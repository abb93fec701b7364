"""The past in the chat, through real HTTP: who vanished, by which rule, and the log of syncs."""

import pytest

from tests.journeys.town import Town, words


@pytest.mark.requirement("R226")
async def test_a_customer_that_vanished_is_told_in_the_channel_and_by_its_history(town: Town) -> None:
    """Soylent's agreement ended yesterday: the next sync hides it, and nobody has to ask."""
    await town.type("/psa resync")
    alert = await town.says("no longer visible", "#psa-alerts")
    assert "Soylent Corp" in words(alert)
    history = words(await town.type("/psa history Soylent Corp"))
    assert "Soylent Corp is hidden since run 3." in history
    assert "it became hidden" in history
    log = words(await town.type("/psa history"))
    assert "run 3" in log
    assert "full sync is done" in log


async def test_several_of_a_name_are_chosen_from(town: Town) -> None:
    for record_id, name in ((1963, "Twin Peaks East"), (2019, "Twin Peaks West")):
        town.psa.tenant.companies.change(record_id, town.psa.clock.now(), name=name)
    await town.type("/psa resync")
    await town.says("✅")
    choice = await town.type("/psa history Twin Peaks")
    await town.click(choice, "history.pick", value="h:1:2019")
    assert await town.says("Twin Peaks West is")


@pytest.mark.parametrize("name", ['"@here"', "<!here>nobody", "x" * 300, '"; DROP TABLE account'])
async def test_a_hostile_name_is_answered_and_stays_text(town: Town, name: str) -> None:
    answer = await town.type(f"/psa history {name}")
    assert "No sync ever brought" in words(answer)
